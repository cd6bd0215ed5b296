//! The index of an area: Σ (weight of the colour · effect area within it · exposure) over its area on the ground.
//!
//! The effect area of an object is the union of its contours. The exposure is the number of persons in all residential
//! zones that this union touches, each zone with all its persons, counted as for GB 18218: where a zone gives no persons,
//! its households × 10/3, the sum rounded up.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::area::{AreaGrade, Counts};
use super::basis::{IndexBasis, ReachedBreak, Term};
use super::grades::{Grader, Levels};
use super::residents;
use super::scheme::IndexTable;
use crate::geom::{Envelope, Geometry, Metres, Region, Site, Territory, ground_area_m2, shared_ground_m2};
use crate::model::{Feature, Known, Layer, RiskLevel};
use crate::rules::formula::hazard_source::Residents;

/// How many terms are listed.
const LISTED: usize = 50;

/// The effects that a listing has met so far; each is worked out once.
pub(super) struct Indexer<'a> {
    grader: Grader<'a>,
    levels: &'a Levels,
    table: &'a IndexTable,
    known: RefCell<Effects>,
}

/// Effects by object; none for an object without a contour.
type Effects = HashMap<(Layer, Box<str>), Option<Rc<Effect>>>;

/// The effect of one object.
struct Effect {
    area: Region,
    envelope: Envelope,
    persons: f64,
    is_complete: bool,
}

impl<'a> Indexer<'a> {
    pub(super) fn new(grader: Grader<'a>, levels: &'a Levels, table: &'a IndexTable) -> Self {
        Self { grader, levels, table, known: RefCell::default() }
    }

    /// The index of an area. `graded` is its grade by the worst object.
    pub(super) fn of(&self, unit: &Feature, ground: &Territory, graded: &AreaGrade) -> IndexBasis {
        let bearing = self.bearing(unit, ground);
        let mut terms: Vec<Term> =
            bearing.iter().filter_map(|(layer, object)| self.term(*layer, object, unit, ground)).collect();
        terms.sort_by(|one, other| {
            other.value.total_cmp(&one.value).then_with(|| (one.layer, &one.id).cmp(&(other.layer, &other.id)))
        });
        let sum: f64 = terms.iter().map(|term| term.value).sum();
        let without_exposure = terms.iter().filter(|term| term.weight > 0.0 && !term.exposure_is_complete).count();
        let more: Vec<Term> = terms.split_off(terms.len().min(LISTED));
        let region_area_m2 = ground_area_m2(&unit.geometry);
        let index = if region_area_m2 > 0.0 { sum / region_area_m2 } else { 0.0 };
        IndexBasis {
            terms,
            more_terms: more.len(),
            more_value: more.iter().map(|term| term.value).sum(),
            sum,
            region_area_m2,
            index,
            reached: self.reached(index),
            without_effect: self.without_effect(ground, graded, &bearing),
            without_exposure,
            direct_red: None,
        }
    }

    /// The objects with contours that come to an area.
    fn bearing(&self, unit: &Feature, ground: &Territory) -> Vec<(Layer, &'a Feature)> {
        let comes = |(layer, id): (Layer, &str)| {
            let object = self.grader.snapshot.feature(layer, id)?;
            let zones = self.grader.effects.zones(self.grader.snapshot, layer, id);
            let mut shapes = std::iter::once(object).chain(zones);
            let near = shapes.any(|one| one.envelope().intersects(unit.envelope()) && ground.meets(&one.geometry));
            near.then_some((layer, object))
        };
        let bearing: BTreeSet<(Layer, &str)> = self.grader.effects.with_zones().collect();
        bearing.into_iter().filter_map(comes).collect()
    }

    fn term(&self, layer: Layer, object: &Feature, unit: &Feature, ground: &Territory) -> Option<Term> {
        let risk_level = self.levels.of(layer, &object.id)?;
        let weight = *self.table.weight.of(risk_level)?;
        let effect = self.effect(layer, &object.id)?;
        let effect_area_m2 = if effect.envelope.intersects(unit.envelope()) {
            shared_ground_m2(unit.shape(), ground, &effect.area)
        } else {
            0.0
        };
        Some(Term {
            layer,
            id: object.id.clone(),
            name: object.name().to_owned(),
            risk_level,
            weight,
            effect_area_m2,
            exposure_persons: effect.persons,
            exposure_is_complete: effect.is_complete,
            value: weight * effect_area_m2 * effect.persons,
        })
    }

    fn effect(&self, layer: Layer, id: &str) -> Option<Rc<Effect>> {
        let key = (layer, Box::from(id));
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let effect = self.worked_out(layer, id).map(Rc::new);
        self.known.borrow_mut().insert(key, effect.clone());
        effect
    }

    fn worked_out(&self, layer: Layer, id: &str) -> Option<Effect> {
        let snapshot = self.grader.snapshot;
        let zones = self.grader.effects.zones(snapshot, layer, id);
        let envelope = zones.iter().map(|zone| *zone.envelope()).reduce(Envelope::union)?;
        let area = Region::union_of(zones.iter().map(|zone| &zone.geometry));
        let shape = Geometry::MultiPolygon(area.areas().clone());
        let ground = Territory::of(&shape);
        let homes = snapshot.layer(Layer::ResidentialZones).map_or_else(|_| vec![], |homes| homes.touching(&envelope));
        let touched = homes.into_iter().map(|home| &**home).filter(|home| ground.meets(&home.geometry));
        let surveyed = |site: Site| residents::gap(snapshot, self.grader.day, &site, Metres::ZERO).is_none();
        let is_covered = Site::new(shape).is_some_and(surveyed);
        let residents = Residents::counted(touched.map(residents::home), [], is_covered);
        let (persons, is_complete) = (residents.least as f64, residents.most.is_some());
        Some(Effect { area, envelope, persons, is_complete })
    }

    fn reached(&self, index: f64) -> Option<ReachedBreak> {
        let breaks = RiskLevel::ALL.into_iter().filter_map(|level| Some((level, *self.table.breaks.of(level)?)));
        let hit = breaks.into_iter().find(|(_, at_least)| index >= *at_least);
        hit.map(|(gives, at_least)| ReachedBreak { gives, at_least })
    }

    /// How many objects that weigh something come to the area, but have no contour. A plant stands in the contours of its
    /// installations and they in its.
    fn without_effect(&self, ground: &Territory, graded: &AreaGrade, bearing: &[(Layer, &Feature)]) -> usize {
        let mut covered: BTreeSet<(Layer, &str)> =
            bearing.iter().map(|(layer, one)| (*layer, one.id.as_str())).collect();
        for (layer, object) in bearing {
            let kin = self.grader.kin(*layer, object).into_iter();
            let without = kin.filter(|(layer, one)| !self.grader.effects.has(*layer, &one.id));
            covered.extend(
                without.filter(|(_, one)| ground.meets(&one.geometry)).map(|(layer, one)| (layer, one.id.as_str())),
            );
        }
        let mut counts = Counts::default();
        for (layer, id) in covered {
            counts.add(self.levels.of(layer, id));
        }
        let weighs = |level: &RiskLevel| self.table.weight.of(*level).is_some_and(|weight| *weight > 0.0);
        let lacking = |level| graded.counts.of(Some(level)).saturating_sub(counts.of(Some(level)));
        RiskLevel::ALL.into_iter().filter(weighs).map(lacking).sum()
    }
}
