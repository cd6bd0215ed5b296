//! What each item of the standard finds along one pipeline, and what it cannot tell.

use super::book::{Asks, Book, Class, Item, Rules};
use super::ground::{Ground, Pipe};
use super::housing::Housing;
use super::places;
use super::segment::{Hit, Lack, Open, Target};
use super::units::Full;
use crate::geom::along::Stretch;
use crate::model::Layer;

/// Everything that was found along one pipeline.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub hits: Vec<(Stretch, Hit)>,
    pub open: Vec<(Stretch, Open)>,
    /// Location classes by their place in the list, and whether they are sure.
    pub classes: Vec<(Stretch, usize, bool)>,
}

/// One item of the rules of a pipeline.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub item: &'static Item,
    /// Its place among the items.
    pub place: usize,
}

impl Findings {
    /// Holds everything around a pipeline against its rules.
    pub fn of(ground: &Ground<'_>, pipe: &Pipe<'_>, rules: &'static Rules) -> Self {
        let mut found = Self::default();
        if rules.ungraded {
            found.open.push((pipe.whole(), Open { lack: Lack::NoItems, grade: 3 }));
        }
        let housing = Housing::beside(ground, pipe, rules);
        for (rank, class) in rules.class.iter().enumerate() {
            found.class(&housing, class, rank);
        }
        for (place, item) in rules.item.iter().enumerate() {
            let asked = Asked { item, place };
            match &item.asks {
                Asks::Storeys(least) => found.storeys(&housing, asked, *least),
                Asks::Unit(least) => found.unit(&housing, asked, |households| rounded(households) >= *least),
                Asks::Zone(least) => found.zone(&housing, asked, *least),
                Asks::Class(name) => {
                    if let Some(class) = rules.class_of(name).map(|rank| &rules.class[rank]) {
                        match class.storeys {
                            Some(least) => found.storeys(&housing, asked, least),
                            None => found.unit(&housing, asked, |households| class.holds(households)),
                        }
                    }
                }
                Asks::Places(_) | Asks::ImpactRadius => places::find(ground, pipe, rules, asked, &mut found),
            }
        }
        found
    }

    pub fn hit(&mut self, stretch: Stretch, asked: Asked, target: Target, figure: Option<f64>, derived: bool) {
        self.hits.push((stretch, Hit { item: asked.place, target: Some(target), figure, derived }));
    }

    pub fn lacks(&mut self, stretch: Stretch, asked: Asked, lack: Lack) {
        self.open.push((stretch, Open { lack, grade: asked.item.grade }));
    }

    fn class(&mut self, housing: &Housing<'_>, class: &Class, rank: usize) {
        let mut add = |stretch: Stretch, sure: bool| self.classes.push((stretch, rank, sure));
        if let Some(least) = class.storeys {
            for (stretch, holds, _) in housing.floors(least) {
                if holds != Some(false) {
                    add(stretch, holds.is_some());
                }
            }
            return;
        }
        housing.full(|households| class.holds(households)).iter().for_each(|full| add(full.stretch, true));
        housing.perhaps_full(|households| class.holds(households)).iter().for_each(|full| add(full.stretch, false));
    }

    fn storeys(&mut self, housing: &Housing<'_>, asked: Asked, least: f64) {
        for (stretch, holds, zone) in housing.floors(least) {
            match (holds, zone) {
                (Some(true), Some(zone)) => {
                    let target = Target::of(Layer::ResidentialZones, zone);
                    self.hit(stretch, asked, target, zone.properties.number("max_storeys"), false);
                }
                (None, Some(zone)) => {
                    self.lacks(stretch, asked, Lack::Storeys(Target::of(Layer::ResidentialZones, zone)));
                }
                (None, None) => self.lacks(stretch, asked, housing.lack.clone()),
                _ => {}
            }
        }
    }

    fn unit(&mut self, housing: &Housing<'_>, asked: Asked, enough: impl Fn(f64) -> bool) {
        for Full { stretch, households, largest } in housing.full(&enough) {
            if let Some(zone) = housing.zone(largest) {
                let target = Target::of(Layer::ResidentialZones, zone);
                self.hit(stretch, asked, target, Some(households), housing.any_derived(stretch));
            }
        }
        for Full { stretch, .. } in housing.perhaps_full(&enough) {
            for lack in housing.lacks(stretch) {
                self.lacks(stretch, asked, lack);
            }
        }
    }

    fn zone(&mut self, housing: &Housing<'_>, asked: Asked, least: f64) {
        for (stretch, households, zone) in housing.villages() {
            match (households, zone) {
                (Some((households, derived)), Some(zone)) if rounded(households) >= least => {
                    let target = Target::of(Layer::ResidentialZones, zone);
                    self.hit(stretch, asked, target, Some(households), derived);
                }
                (None, Some(zone)) => {
                    self.lacks(stretch, asked, Lack::Households(Target::of(Layer::ResidentialZones, zone)));
                }
                (None, None) => self.lacks(stretch, asked, housing.lack.clone()),
                _ => {}
            }
        }
    }
}

/// Households to a millionth: those worked out from persons are fractions.
fn rounded(households: f64) -> f64 {
    (households * 1e6).round() / 1e6
}

/// The words for what an item counted.
pub(super) fn figure_words(rules: &Rules, item: &Item) -> &'static str {
    let words = &Book::shipped().words;
    match &item.asks {
        Asks::Storeys(_) => &words.floors,
        Asks::Zone(_) => &words.household,
        Asks::Class(name) => match rules.class_of(name).and_then(|rank| rules.class[rank].storeys) {
            Some(_) => &words.floors,
            None => &words.unit,
        },
        _ => &words.unit,
    }
}
