//! Windows along a pipeline: whether a project lifts the number of dwellings beside some 2 km of it into a higher location
//! class (GB 50251: at most 15, fewer than 100, 100 and more households).

use std::collections::BTreeSet;

use super::evaluate::Judged;
use super::scene::{Candidate, Scene};
use crate::geom::along::{Chainage, Load, Stretch, heaviest_load};
use crate::geom::{Envelope, Geometry, Metres};
use crate::model::{Feature, Layer, Outcome, Properties};
use crate::rules::applicability::Side;
use crate::rules::judgement::{Judgement, mark, violation};
use crate::rules::{Case, Rule, Truth, Unknown};

/// The length of a window.
const WINDOW_M: f64 = 2_000.0;
/// How far beyond the project housing must be known: a window that holds the project reaches as far.
pub(super) const ASIDE: Metres = Metres(WINDOW_M);
/// Households of a hundred persons: GB 36894 sets 30 beside 100.
const HOUSEHOLDS_A_PERSON: f64 = 0.3;
/// More than anything real: a window that is sure to hold the project.
const ABOVE_ALL: f64 = 1e9;

/// Judges one case: every pipeline whose classes the project would change, or may.
pub(super) fn judge<'a>(scene: &Scene<'a>, rule: &Rule, case: &'a Case, applies: &Truth) -> Vec<Judged<'a>> {
    let aside = case.reach(scene.book);
    let candidates = scene.candidates(case, Side::Forward, aside);
    let judged = candidates.into_iter().filter_map(|candidate| {
        let mut unknowns = match lifted(scene, &candidate, aside) {
            Lifted::No => return None,
            Lifted::Yes => BTreeSet::new(),
            Lifted::Perhaps(unknowns) => unknowns,
        };
        unknowns.extend(&mut applies.unknowns().into_iter().chain(candidate.matches.unknowns()));
        let certain = unknowns.is_empty();
        let judgement = Judgement {
            outcome: if certain { violation(case.effect(rule)) } else { Outcome::Undetermined },
            required: None,
            unknowns,
            verification: mark(rule, case, None),
            by_assumption: false,
            awaits_radius: false,
        };
        Some(Judged { case, candidate, judgement })
    });
    judged.collect()
}

/// The nearest pipeline, where the project lifts no class.
pub(super) fn met<'a>(scene: &Scene<'a>, rule: &Rule, case: &'a Case) -> Option<Judged<'a>> {
    let candidate = scene.nearest(case, Side::Forward)?;
    let judgement = Judgement {
        outcome: Outcome::Met,
        required: None,
        unknowns: BTreeSet::new(),
        verification: mark(rule, case, None),
        by_assumption: false,
        awaits_radius: false,
    };
    Some(Judged { case, candidate, judgement })
}

/// Whether a class would rise.
enum Lifted {
    Yes,
    No,
    Perhaps(BTreeSet<Unknown>),
}

fn lifted(scene: &Scene<'_>, candidate: &Candidate<'_>, aside: Metres) -> Lifted {
    let Some(pipe) = Chainage::new(&candidate.feature.geometry) else { return Lifted::No };
    let own = pipe.within(scene.site.geometry(), aside);
    let Some(around) = around(&own) else { return Lifted::No };
    let Some(added) = households(&scene.proposal.facts) else {
        return Lifted::Perhaps(BTreeSet::from([Unknown::Fact("households".to_owned())]));
    };
    let mut unknown = false;
    let mut loads = Vec::new();
    for zone in zones(scene, &pipe, around, aside) {
        let stretches = pipe.within(&zone.geometry, aside);
        if stretches.is_empty() {
            continue;
        }
        match households(&zone.properties) {
            Some(weight) => loads.push(Load { stretches, weight }),
            None => unknown = true,
        }
    }
    loads.push(Load { stretches: own, weight: ABOVE_ALL + added });
    let (_, heaviest) = heaviest_load(&loads, WINDOW_M, pipe.length().0);
    let after = heaviest - ABOVE_ALL;
    if unknown {
        return Lifted::Perhaps(BTreeSet::from([Unknown::Field("households".to_owned())]));
    }
    if class(after) > class(after - added) { Lifted::Yes } else { Lifted::No }
}

/// The stretch that any window with the project in it can cover.
fn around(own: &[Stretch]) -> Option<Stretch> {
    let (first, last) = (own.first()?, own.last()?);
    Some(Stretch { from_m: (first.from_m - WINDOW_M).max(0.0), to_m: last.to_m + WINDOW_M })
}

/// The housing beside a stretch.
fn zones<'a>(scene: &Scene<'a>, pipe: &Chainage, around: Stretch, aside: Metres) -> Vec<&'a Feature> {
    let stretch = Geometry::MultiLineString(pipe.stretch(around));
    let (Some(envelope), Ok(index)) = (Envelope::of(&stretch), scene.snapshot.layer(Layer::ResidentialZones)) else {
        return vec![];
    };
    index.touching(&envelope.expanded(aside)).into_iter().map(|zone| &**zone).collect()
}

fn households(known: &Properties) -> Option<f64> {
    known.number("households").or_else(|| Some(known.number("persons")? * HOUSEHOLDS_A_PERSON))
}

/// Location classes by households in a window.
fn class(households: f64) -> u8 {
    if households >= 100.0 {
        3
    } else if households > 15.0 {
        2
    } else {
        1
    }
}
