//! The proposal among what stands around it: finding candidates and measuring to them.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::Request;
use crate::geom::{Metres, Nearest, Site};
use crate::index::Snapshot;
use crate::model::finding::Assumed;
use crate::model::{Feature, Known, Layer, Properties, Proposal};
use crate::rules::applicability::{Applicable, Side};
use crate::rules::defaults::{Allowance, site_allowance};
use crate::rules::{Case, Measured, Required, RuleBook, Start, Test, Truth, Unknown};

/// How far the nearest target of a rule that is met is looked for.
pub(super) const LOOKED_FOR: Metres = Metres(10_000.0);
/// The search for it widens in these steps.
const RINGS_M: [f64; 4] = [500.0, 2_000.0, 5_000.0, LOOKED_FOR.0];

/// A proposal, an edition and a book, and what has been measured between them so far.
pub(super) struct Scene<'a> {
    pub snapshot: &'a Snapshot,
    pub book: &'a RuleBook,
    pub proposal: &'a Proposal,
    pub site: &'a Site,
    pub own: Allowance,
    tank_wall: Option<Site>,
    /// Kinds of enterprise that a table rule speaks for when people come near them.
    spoken_kinds: BTreeSet<&'a str>,
    ways: RefCell<Ways<'a>>,
}

/// What has been measured, by layer, id and whether from the tank walls.
type Ways<'a> = HashMap<(Layer, &'a str, bool), Option<Nearest>>;

/// A target, measured.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    pub feature: &'a Feature,
    pub way: Nearest,
    /// As drawn, less what is given of half widths, to a tenth of a millimetre.
    pub distance: Metres,
    pub assumed: Vec<Assumed>,
    pub tolerance: Metres,
    pub matches: Truth,
    pub start: Option<Unknown>,
    pub taken_as_read: Vec<&'a str>,
}

impl Candidate<'_> {
    pub fn measured(&self) -> Measured {
        Measured {
            distance: self.distance,
            assumed: Metres(self.assumed.iter().map(|assumed| assumed.value).sum()),
            tolerance: self.tolerance,
            matches: self.matches.clone(),
            start: self.start.clone(),
        }
    }
}

impl<'a> Scene<'a> {
    pub fn new(snapshot: &'a Snapshot, book: &'a RuleBook, request: &'a Request, rules: &[Applicable<'a>]) -> Self {
        let proposal = &request.proposal;
        let given = proposal.facts.number("extent_m");
        let reversed = rules.iter().flat_map(|rule| rule.cases(proposal)).filter(|(side, _, _)| *side == Side::Reverse);
        let spoken = reversed.filter(|(_, _, case)| case.layer == Layer::Enterprises);
        Self {
            snapshot,
            book,
            proposal,
            site: &request.site,
            own: site_allowance(&proposal.site, given, proposal.kind.extent_m),
            tank_wall: proposal.tank_wall.clone().and_then(Site::new),
            spoken_kinds: spoken.flat_map(|(_, _, case)| case.kinds.iter().map(String::as_str)).collect(),
            ways: RefCell::default(),
        }
    }

    /// The targets of a case that may lie within a distance, nearest first.
    pub fn candidates(&self, case: &'a Case, side: Side, within: Metres) -> Vec<Candidate<'a>> {
        let Ok(index) = self.snapshot.layer(case.layer) else { return vec![] };
        let beyond = self.own.tried_m() + index.widest().max(self.book.defaults().most(case.layer));
        // A metre more, so that what touches is found whatever the last digit of a coordinate.
        let window = self.site.envelope().expanded(within + beyond + Metres(1.0));
        let near = index.touching(&window).into_iter();
        let mut found: Vec<_> = near.filter_map(|feature| self.candidate(case, side, feature)).collect();
        found.retain(|candidate| candidate.distance.less(candidate.measured().assumed) <= within);
        found.sort_by(|one, other| {
            one.distance.0.total_cmp(&other.distance.0).then_with(|| one.feature.id.cmp(&other.feature.id))
        });
        found
    }

    /// The nearest target of a case within ten kilometres.
    pub fn nearest(&self, case: &'a Case, side: Side) -> Option<Candidate<'a>> {
        self.nearest_that(case, side, |_| true)
    }

    /// The nearest target of a case within ten kilometres of which something holds.
    pub fn nearest_that(
        &self,
        case: &'a Case,
        side: Side,
        holds: impl Fn(&Candidate<'a>) -> bool,
    ) -> Option<Candidate<'a>> {
        RINGS_M.into_iter().find_map(|ring| {
            let first = self.candidates(case, side, Metres(ring)).into_iter().find(&holds)?;
            (first.distance.0 <= ring).then_some(first)
        })
    }

    fn candidate(&self, case: &'a Case, side: Side, feature: &'a Feature) -> Option<Candidate<'a>> {
        if !case.means(feature.kind()) || self.spoken_for(case, feature) {
            return None;
        }
        let matches = case.matches(|field| self.field(feature, field));
        if matches == Truth::No {
            return None;
        }
        let (from_tank, start) = self.start(case, side);
        let way = self.way(case.layer, feature, from_tank)?;
        let allowance = self.book.defaults().allowance(case.layer, feature);
        let own = if from_tank { vec![] } else { self.own.tried.clone() };
        let read = case.all_of.iter().filter(|one| one.taken_as_read(self.field(feature, &one.field)));
        Some(Candidate {
            feature,
            distance: way.distance.less(allowance.given).rounded(),
            way,
            assumed: own.into_iter().chain(allowance.tried).collect(),
            tolerance: self.tolerance(feature),
            matches,
            start,
            taken_as_read: read.map(|one| one.field.as_str()).collect(),
        })
    }

    /// Whether the distance counts from the tank walls, and what is unknown of the start line.
    fn start(&self, case: &Case, side: Side) -> (bool, Option<Unknown>) {
        match (case.start, side) {
            (Start::Outline, _) => (false, None),
            (Start::TankWall, Side::Forward) if self.tank_wall.is_some() => (true, None),
            (Start::TankWall, Side::Forward) => (false, Some(Unknown::Fact("tank_wall".to_owned()))),
            (Start::TankWall, Side::Reverse) if case.layer == Layer::Installations => (false, None),
            (Start::TankWall, Side::Reverse) => (false, Some(Unknown::StartLine)),
        }
    }

    fn way(&self, layer: Layer, feature: &'a Feature, from_tank: bool) -> Option<Nearest> {
        let key = (layer, feature.id.as_str(), from_tank);
        if let Some(known) = self.ways.borrow().get(&key) {
            return *known;
        }
        let from = self.tank_wall.as_ref().filter(|_| from_tank).unwrap_or(self.site);
        let way = from.nearest(&feature.geometry);
        self.ways.borrow_mut().insert(key, way);
        way
    }

    /// A field of a target; `enterprise.` before it means the enterprise that the target names.
    fn field(&self, feature: &'a Feature, name: &str) -> Option<&'a Value> {
        let Some(own) = name.strip_prefix("enterprise.") else {
            return feature.properties.get(name);
        };
        let enterprise = feature.properties.text("enterprise_id")?;
        self.snapshot.referred(Layer::Enterprises, enterprise)?.properties.get(own)
    }

    /// The distance a case asks for of a target.
    pub fn required(&self, case: &Case, side: Side, feature: &Feature) -> Required {
        let number = |field: &str| feature.properties.number(field);
        match side {
            Side::Forward => case.required(self.book, &self.proposal.facts, Unknown::Fact, number),
            Side::Reverse => case.required(self.book, &feature.properties, Unknown::Field, number),
        }
    }

    fn tolerance(&self, feature: &Feature) -> Metres {
        let accuracy = |properties: &Properties| properties.number("accuracy_m").unwrap_or(0.0);
        Metres(accuracy(&self.proposal.facts).hypot(accuracy(&feature.properties))).rounded()
    }

    /// The most the combined accuracy can be for a target of a layer.
    pub fn coarsest(&self, layer: Layer) -> Metres {
        let theirs = self.snapshot.layer(layer).map_or(Metres::ZERO, |index| index.coarsest());
        Metres(self.proposal.facts.number("accuracy_m").unwrap_or(0.0).hypot(theirs.0))
    }

    /// Whether a target is left to something else: its own installations, a zone drawn for it, a table rule.
    fn spoken_for(&self, case: &Case, feature: &Feature) -> bool {
        let tanks = &case.unless_installations;
        let by_tanks = || {
            let mut own = self.belonging(Layer::Installations, "enterprise_id", feature);
            own.any(|one| one.kind().is_some_and(|kind| tanks.iter().any(|tank| tank == kind)))
        };
        if !tanks.is_empty() && by_tanks() {
            return true;
        }
        case.test == Test::Unspoken
            && (feature.kind().is_some_and(|kind| self.spoken_kinds.contains(kind)) || self.has_zone(feature))
    }

    fn has_zone(&self, enterprise: &Feature) -> bool {
        let mut zones = self.belonging(Layer::BufferZones, "of", enterprise);
        zones.any(|zone| matches!(zone.kind(), Some("safety_distance" | "hygiene_distance")))
    }

    /// The features of a layer whose reference names an enterprise by id, code or name.
    fn belonging<'f>(
        &'f self,
        layer: Layer,
        reference: &'f str,
        enterprise: &'f Feature,
    ) -> impl Iterator<Item = &'f Feature> {
        let names =
            [Some(enterprise.id.as_str()), enterprise.properties.text("uscc"), enterprise.properties.text("name")];
        self.snapshot.features(layer).filter(move |feature| {
            feature.properties.text(reference).is_some_and(|named| {
                names.contains(&Some(named))
                    && self.snapshot.referred(Layer::Enterprises, named).is_some_and(|meant| meant.id == enterprise.id)
            })
        })
    }
}
