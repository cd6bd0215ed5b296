//! The housing beside one pipeline.

use super::book::{Book, Rules};
use super::ground::{Ground, Pipe};
use super::segment::{Lack, Target};
use super::units::{Dwellings, Full, Slide};
use crate::geom::Metres;
use crate::geom::along::Stretch;
use crate::model::{Feature, Layer};

/// What lives beside a pipeline, and where nobody knows what does.
pub(super) struct Housing<'a> {
    zones: Vec<Zone<'a>>,
    /// As the zones, in their order; what may live where the register does not reach comes last.
    dwellings: Vec<Dwellings>,
    slide: Slide,
    /// Why it is not known what lives where the register does not reach.
    pub lack: Lack,
}

struct Zone<'a> {
    feature: &'a Feature,
    /// How many, and whether worked out from persons.
    households: Option<(f64, bool)>,
}

/// Stretches, what was read of each, and the zone; nothing where the register does not reach.
type Areas<'a, T> = Vec<(Stretch, Option<T>, Option<&'a Feature>)>;

impl<'a> Housing<'a> {
    /// Looks at both sides of a pipeline.
    pub fn beside(ground: &Ground<'a>, pipe: &Pipe<'_>, rules: &Rules) -> Self {
        let slide = Slide { unit: Metres(rules.unit_m), total: pipe.line.length(), beyond: Metres(rules.end_m) };
        let (mut zones, mut dwellings) = (Vec::new(), Vec::new());
        for feature in ground.housing(pipe, rules.aside_m) {
            let near = pipe.line.within(&feature.geometry, rules.aside_m);
            if near.is_empty() {
                continue;
            }
            let opposite = pipe.line.abreast(&feature.geometry, rules.aside_m);
            // Beyond an end of the line nothing stands opposite.
            let opposite = if opposite.is_empty() { near.clone() } else { opposite };
            let households = Book::shipped().households(feature);
            dwellings.push(Dwellings { near, opposite, households: households.map(|(households, _)| households) });
            zones.push(Zone { feature, households });
        }
        let unknown = ground.housing_unknown(pipe, rules.aside_m).into_iter();
        dwellings.extend(unknown.map(|one| Dwellings { near: vec![one], opposite: vec![one], households: None }));
        let zones_layer = Layer::ResidentialZones;
        let lack = if ground.is_lost(zones_layer) { Lack::Lost(zones_layer) } else { Lack::Uncovered(zones_layer) };
        Self { zones, dwellings, slide, lack }
    }

    /// A zone by its place.
    pub fn zone(&self, place: usize) -> Option<&'a Feature> {
        self.zones.get(place).map(|zone| zone.feature)
    }

    /// The areas of units that surely hold enough.
    pub fn full(&self, enough: impl Fn(f64) -> bool) -> Vec<Full> {
        self.slide.full(&self.dwellings, 0.0, enough)
    }

    /// The areas of units that hold enough if those whom nobody counted are many.
    pub fn perhaps_full(&self, enough: impl Fn(f64) -> bool) -> Vec<Full> {
        if self.dwellings.iter().all(|one| one.households.is_some()) {
            return vec![];
        }
        self.slide.full(&self.dwellings, f64::INFINITY, enough)
    }

    /// What is not known of the housing of a stretch.
    pub fn lacks(&self, stretch: Stretch) -> Vec<Lack> {
        let touches = |one: &&(usize, &Dwellings)| one.1.households.is_none() && meets(&one.1.near, stretch);
        let all: Vec<(usize, &Dwellings)> = self.dwellings.iter().enumerate().collect();
        let lack = |(place, _): &(usize, &Dwellings)| match self.zone(*place) {
            Some(zone) => Lack::Households(Target::of(Layer::ResidentialZones, zone)),
            None => self.lack.clone(),
        };
        let mut lacks: Vec<Lack> = all.iter().filter(touches).map(lack).collect();
        lacks.dedup();
        lacks
    }

    /// Whether households of a stretch were worked out from persons.
    pub fn any_derived(&self, stretch: Stretch) -> bool {
        let derived = |zone: &Zone<'_>| zone.households.is_some_and(|(_, derived)| derived);
        self.zones.iter().zip(&self.dwellings).any(|(zone, one)| derived(zone) && meets(&one.near, stretch))
    }

    /// Each zone's area, and whether it has housing of so many storeys.
    pub fn floors(&self, least: f64) -> Areas<'a, bool> {
        self.areas(|zone| zone.feature.properties.number("max_storeys").map(|storeys| storeys >= least))
    }

    /// Each zone's area and its households.
    pub fn villages(&self) -> Areas<'a, (f64, bool)> {
        self.areas(|zone| zone.households)
    }

    fn areas<T>(&self, read: impl Fn(&Zone<'a>) -> Option<T>) -> Areas<'a, T> {
        let mut areas = Vec::new();
        for (place, one) in self.dwellings.iter().enumerate() {
            let zone = self.zones.get(place);
            for stretch in Stretch::joined(one.opposite.iter().map(|one| self.slide.grown(*one)).collect()) {
                areas.push((stretch, zone.and_then(&read), zone.map(|zone| zone.feature)));
            }
        }
        areas
    }
}

fn meets(near: &[Stretch], stretch: Stretch) -> bool {
    near.iter().any(|one| one.from_m <= stretch.to_m && stretch.from_m <= one.to_m)
}
