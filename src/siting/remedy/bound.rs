//! How far a site must at least be moved, in whatever direction, before what stands in its way can no longer do so.

use std::collections::{BTreeMap, BTreeSet};

use super::law;
use super::trial::{Blocks, Trial};
use crate::geom::shift::{to_clear, to_enter};
use crate::geom::{Geometry, Metres, Region};
use crate::model::{Effect, Feature, Finding, Known, Layer, Outcome};
use crate::rules::Truth;
use crate::siting::Request;

/// The least move that could help.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bound {
    /// Every place nearer than this is known to fail.
    AtLeast(Metres),
    /// Nothing is known of the places around.
    Unmeasured,
    /// No move helps.
    Immovable,
}

/// Areas that a site has to lie in, read once.
pub(super) struct Bounds<'t, 'a> {
    trial: &'t Trial<'a>,
    /// How far a site may be moved at all.
    farthest: Metres,
    covered: BTreeMap<Layer, Region>,
    inside: BTreeMap<String, Region>,
}

impl<'t, 'a> Bounds<'t, 'a> {
    pub fn new(trial: &'t Trial<'a>, farthest: Metres) -> Self {
        Self { trial, farthest, covered: BTreeMap::new(), inside: BTreeMap::new() }
    }

    /// The largest of what each finding and each lost layer asks for: all of them have to go.
    pub fn of(&mut self, request: &Request, blocks: &Blocks) -> Bound {
        let mut farthest = Metres::ZERO;
        for finding in &blocks.findings {
            match self.finding(request, finding, &blocks.uncovered) {
                Bound::AtLeast(metres) => farthest = farthest.max(metres),
                Bound::Unmeasured => {}
                Bound::Immovable => return Bound::Immovable,
            }
        }
        for layer in &blocks.lost {
            farthest = farthest.max(to_enter(&request.site, self.covered(*layer), Metres::ZERO));
        }
        if farthest > Metres::ZERO { Bound::AtLeast(farthest) } else { Bound::Unmeasured }
    }

    fn finding(&mut self, request: &Request, finding: &Finding, uncovered: &BTreeSet<Layer>) -> Bound {
        let book = self.trial.book;
        if !law::inside(book, finding).is_empty() {
            let reach = allowance(self.trial, finding);
            return Bound::AtLeast(to_enter(&request.site, self.inside(finding), reach));
        }
        let Some(target) = &finding.target else {
            return match finding.outcome {
                Outcome::Violated => Bound::Immovable,
                _ => self.coverage(request, finding, uncovered),
            };
        };
        if !law::over_the_ground(book, finding) {
            return Bound::Unmeasured;
        }
        let required = finding.required_m.or_else(|| law::noticed_within(book, finding));
        let (Some(required), Some(measured)) = (required, finding.measured_m) else { return Bound::Unmeasured };
        let mut outward = (required + allowance(self.trial, finding)).less(measured);
        if measured == Metres::ZERO {
            let other = self.trial.snapshot.feature(target.layer, &target.id);
            outward = outward + other.map_or(Metres::ZERO, |other| clearance(request, &other.geometry));
        }
        Bound::AtLeast(if settles_nearer(finding) { outward.min(measured.less(required)) } else { outward })
    }

    /// A layer that is not known as far as the rule reaches: the site must move to where one of them is.
    fn coverage(&mut self, request: &Request, finding: &Finding, uncovered: &BTreeSet<Layer>) -> Bound {
        let reach = finding.required_m.unwrap_or_default();
        let layers = law::layers(self.trial.book, finding).into_iter().filter(|layer| uncovered.contains(layer));
        let into = layers.map(|layer| to_enter(&request.site, self.covered(layer), reach));
        into.reduce(Metres::min).map_or(Bound::Unmeasured, Bound::AtLeast)
    }

    /// Where anything is said to be known of a layer: at least where it is.
    fn covered(&mut self, layer: Layer) -> &Region {
        let (trial, farthest) = (self.trial, self.farthest);
        self.covered.entry(layer).or_insert_with(|| {
            let statements = near(trial, Layer::Coverage, farthest);
            let of_layer = statements.filter(|statement| statement.properties.text("layer") == Some(layer.name()));
            Region::union_of(of_layer.map(|statement| &statement.geometry))
        })
    }

    /// The areas that a rule asks a site to lie in; those that may be such only where that is open already.
    pub fn inside(&mut self, finding: &Finding) -> &Region {
        let (trial, farthest) = (self.trial, self.farthest);
        let open = trial.is_open(finding);
        self.inside.entry(finding.rule.clone()).or_insert_with(|| {
            let cases = law::inside(trial.book, finding);
            let areas = cases.iter().flat_map(|case| {
                near(trial, case.layer, farthest).filter(|area| {
                    let matches = case.matches(|field| area.properties.get(field));
                    case.means(area.kind()) && (matches == Truth::Yes || (open && matches != Truth::No))
                })
            });
            Region::union_of(areas.map(|area| &area.geometry))
        })
    }
}

/// Whether a site nearer to the target would be no hindrance, since the rule then surely asks for a consent only.
fn settles_nearer(finding: &Finding) -> bool {
    finding.outcome == Outcome::Undetermined
        && (matches!(finding.effect, Effect::Approve | Effect::Demonstrate) || !finding.verification.decides())
}

/// What was tried because it is not known, unless the original is open for the same reason.
pub(super) fn allowance(trial: &Trial<'_>, finding: &Finding) -> Metres {
    if trial.is_open(finding) {
        return Metres::ZERO;
    }
    Metres(finding.assumed.iter().map(|assumed| assumed.value).sum())
}

/// What a site could meet if it were moved as far as it may be.
fn near<'a>(trial: &Trial<'a>, layer: Layer, farthest: Metres) -> impl Iterator<Item = &'a Feature> + use<'a> {
    let window = trial.request.site.envelope().expanded(farthest);
    let found = trial.snapshot.layer(layer).map(|index| index.touching(&window)).unwrap_or_default();
    found.into_iter().map(|feature| &**feature)
}

/// How far a site that meets a target must at least be moved to meet it no more, from whichever line the rule counts.
fn clearance(request: &Request, other: &Geometry) -> Metres {
    let lines = request.proposal.lines.values().map(|line| to_clear(line, other));
    lines.fold(to_clear(&request.proposal.site, other), Metres::min)
}
