//! The proposal among what stands around it: finding candidates and measuring to them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::Request;
use super::contours::{Contour, Held};
use super::coverage::Statements;
use crate::geom::{Metres, Nearest, Site};
use crate::index::Snapshot;
use crate::model::finding::Assumed;
use crate::model::{Feature, Known, Layer, Properties, Proposal};
use crate::rules::applicability::{Applicable, Side};
use crate::rules::defaults::{Allowance, site_allowance};
use crate::rules::{Anybody, Case, Measured, Party, Required, RuleBook, Sides, Start, Test, Truth, Unknown};

/// How far the nearest target of a rule that is met is looked for.
pub(super) const LOOKED_FOR: Metres = Metres(10_000.0);

/// A proposal, an edition and a book, and what has been measured between them so far.
pub(super) struct Scene<'a> {
    pub snapshot: &'a Snapshot,
    pub book: &'a RuleBook,
    pub proposal: &'a Proposal,
    pub site: &'a Site,
    pub own: Allowance,
    /// Lines inside the site that some rules measure from, by their facts.
    lines: BTreeMap<&'a str, Site>,
    /// The project's own risk contours.
    pub contours: Vec<Contour<'a>>,
    /// Kinds of enterprise that a table rule speaks for when people come near them.
    spoken_kinds: BTreeSet<&'a str>,
    ways: RefCell<Ways<'a>>,
    /// What is stated of the coverage of layers as far as rules reach, by layer and reach.
    pub(super) statements: RefCell<HashMap<(Layer, u64), Rc<Statements<'a>>>>,
}

/// What has been measured, by the feature's address and the line it was measured from; none for the site's outline.
type Ways<'a> = HashMap<(usize, Option<&'a str>), Way>;

/// What is known of the way to a target.
#[derive(Clone, Copy, Debug)]
enum Way {
    Known(Nearest),
    /// It is longer than this.
    Beyond(Metres),
}

/// The proposal as one side of a rule.
struct Proposed<'a>(&'a Proposal);

impl Party for Proposed<'_> {
    fn value(&self, name: &str) -> Option<Value> {
        let Proposal { kind, facts, .. } = self.0;
        match name {
            "kind" => return Some(Value::from(kind.kind.as_str())),
            "action" => return Some(Value::from(self.0.action.word())),
            _ => {}
        }
        kind.fact(name, facts).map(Value::from).or_else(|| facts.get(name).cloned())
    }

    fn unknown(&self, name: &str) -> Unknown {
        Unknown::Fact(name.to_owned())
    }
}

/// What stands, as the other side.
pub(super) struct Neighbour<'s, 'a> {
    pub scene: &'s Scene<'a>,
    pub layer: Layer,
    pub feature: &'a Feature,
}

impl Party for Neighbour<'_, '_> {
    fn value(&self, name: &str) -> Option<Value> {
        if name == "layer" {
            return Some(Value::from(self.layer.name()));
        }
        // Housing has no kind of its own in its layer.
        if name == "kind" && self.layer == Layer::ResidentialZones {
            return Some(Value::from("residential"));
        }
        self.scene.field(self.feature, name).cloned()
    }

    fn unknown(&self, name: &str) -> Unknown {
        Unknown::Field(name.to_owned())
    }
}

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
    /// Where the site lies along the river as seen from the target, if known.
    pub direction: Option<&'static str>,
    /// The contour of the project that it is held against.
    pub contour: Option<Held<'a>>,
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
        let by_table = |case: &Case| case.layer == Layer::Enterprises && case.test == Test::NotLessThan;
        let spoken = reversed.filter(|(_, _, case)| by_table(case));
        let lines = proposal.lines.iter().filter_map(|(fact, line)| Some((fact.as_str(), Site::new(line.clone())?)));
        Self {
            snapshot,
            book,
            proposal,
            site: &request.site,
            own: site_allowance(&proposal.site, given, proposal.kind.extent_m),
            lines: lines.collect(),
            contours: proposal.contours.iter().filter_map(Contour::new).collect(),
            spoken_kinds: spoken.flat_map(|(_, _, case)| case.kinds.iter().map(String::as_str)).collect(),
            ways: RefCell::default(),
            statements: RefCell::default(),
        }
    }

    /// The targets of a case that may lie within a distance, nearest first.
    pub fn candidates(&self, case: &'a Case, side: Side, within: Metres) -> Vec<Candidate<'a>> {
        let Ok(index) = self.snapshot.layer(case.layer) else { return vec![] };
        let beyond = self.own.tried_m() + index.widest().max(self.book.defaults().most(case.layer));
        // A metre more, so that what touches is found whatever the last digit of a coordinate.
        let reach = within + beyond + Metres(1.0);
        let near = index.near(self.site.envelope(), reach, |kind| case.means(kind)).into_iter();
        let mut found: Vec<_> = near.filter_map(|(_, feature)| self.candidate(case, side, feature, reach)).collect();
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
        let index = self.snapshot.layer(case.layer).ok()?;
        let widest = index.widest().max(self.book.defaults().most(case.layer));
        let measure = |feature: &'a Arc<Feature>, limit: Metres| {
            let candidate = self.candidate(case, side, feature, limit + widest + Metres(0.001)).filter(&holds)?;
            Some((candidate.distance, candidate))
        };
        let means = |kind: Option<&str>| case.means(kind);
        let nearest = index.nearest(self.site.envelope(), LOOKED_FOR, widest, means, measure);
        nearest.map(|(_, candidate)| candidate)
    }

    /// A target of a case, measured; `None` where it is not meant, or surely farther than `limit`.
    fn candidate(&self, case: &'a Case, side: Side, feature: &'a Feature, limit: Metres) -> Option<Candidate<'a>> {
        let matches = self.matches(case, feature)?;
        let (line, start) = self.start(case, side);
        let way = self.way(feature, line, limit)?;
        let own = if line.is_some() { vec![] } else { self.own.tried.clone() };
        Some(Candidate { start, ..self.at(case, feature, way, own, matches) })
    }

    /// Whether a case means a feature; `None` where it does not.
    pub fn matches(&self, case: &Case, feature: &'a Feature) -> Option<Truth> {
        if !case.means(feature.kind()) {
            return None;
        }
        let matches = case.matches(|field| self.field(feature, field));
        (matches != Truth::No && !self.spoken_for(case, feature)).then_some(matches)
    }

    /// A target at the end of a way, with what was assumed of the way's other end.
    pub fn at(
        &self,
        case: &'a Case,
        feature: &'a Feature,
        way: Nearest,
        own: Vec<Assumed>,
        matches: Truth,
    ) -> Candidate<'a> {
        let allowance = self.book.defaults().allowance(case.layer, feature);
        let read = case.all_of.iter().filter(|one| one.taken_as_read(self.field(feature, &one.field)));
        Candidate {
            feature,
            distance: way.distance.less(allowance.given).rounded(),
            way,
            assumed: own.into_iter().chain(allowance.tried).collect(),
            tolerance: self.tolerance(feature),
            matches,
            start: None,
            direction: None,
            contour: None,
            taken_as_read: read.map(|one| one.field.as_str()).collect(),
        }
    }

    /// The line that the distance counts from, and what is unknown of it.
    fn start(&self, case: &'a Case, side: Side) -> (Option<&'a str>, Option<Unknown>) {
        if let Some(fact) = &case.proxy_for {
            return (None, Some(Unknown::Fact(fact.clone())));
        }
        match (&case.start, side) {
            (Start::Outline, _) => (None, None),
            (Start::Line(fact), Side::Forward) if self.lines.contains_key(fact.as_str()) => (Some(fact.as_str()), None),
            (Start::Line(fact), Side::Forward) => (None, Some(Unknown::Fact(fact.clone()))),
            // What is drawn as an installation is the facility itself.
            (Start::Line(_), Side::Reverse) if case.layer == Layer::Installations => (None, None),
            (Start::Line(_), Side::Reverse) => (None, Some(Unknown::StartLine)),
        }
    }

    fn way(&self, feature: &'a Feature, line: Option<&'a str>, limit: Metres) -> Option<Nearest> {
        let key = (std::ptr::from_ref(feature).addr(), line);
        match self.ways.borrow().get(&key) {
            Some(Way::Known(way)) => return Some(*way),
            Some(Way::Beyond(tried)) if *tried >= limit => return None,
            _ => {}
        }
        let from = line.and_then(|fact| self.lines.get(fact)).unwrap_or(self.site);
        let way = from.nearest_within(feature.shape(), limit);
        self.ways.borrow_mut().insert(key, way.map_or(Way::Beyond(limit), Way::Known));
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
    pub fn required(&self, case: &Case, side: Side, candidate: &Candidate<'a>) -> Required {
        let feature = candidate.feature;
        let (own, other) = (Proposed(self.proposal), Neighbour { scene: self, layer: case.layer, feature });
        let sides = match side {
            Side::Forward => Sides::new(&own, &other),
            Side::Reverse => Sides::new(&other, &own),
        };
        let sides = Sides { direction: candidate.direction, ..sides };
        case.required(self.book, &sides, |field| feature.properties.number(field))
    }

    /// How far a case can reach, given what is known of the project.
    pub fn reach(&self, case: &Case, side: Side) -> Metres {
        let own = Proposed(self.proposal);
        match side {
            Side::Forward => case.reach_between(self.book, &Sides::new(&own, &Anybody)),
            Side::Reverse => case.reach_between(self.book, &Sides::new(&Anybody, &own)),
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
            let mut own = self.belonging(Layer::Installations, "enterprise_id", case.layer, feature);
            own.any(|one| one.kind().is_some_and(|kind| tanks.iter().any(|tank| tank == kind)))
        };
        (!tanks.is_empty() && by_tanks())
            || (!case.unless_zones.is_empty() && self.has_zone(case, feature))
            || (case.test == Test::Unspoken && feature.kind().is_some_and(|kind| self.spoken_kinds.contains(kind)))
    }

    fn has_zone(&self, case: &Case, feature: &Feature) -> bool {
        let mut zones = self.belonging(Layer::BufferZones, "of", case.layer, feature);
        zones.any(|zone| zone.kind().is_some_and(|kind| case.unless_zones.iter().any(|drawn| drawn == kind)))
    }

    /// The features of a layer whose reference names a feature of another by id, code or name.
    fn belonging<'f>(
        &'f self,
        layer: Layer,
        reference: &'f str,
        of: Layer,
        owner: &'f Feature,
    ) -> impl Iterator<Item = &'f Feature> {
        let names = [Some(owner.id.as_str()), owner.properties.text("uscc"), owner.properties.text("name")];
        let index = self.snapshot.layer(layer).ok().filter(|index| !index.is_empty());
        let bearing = move |name| {
            index.into_iter().flat_map(move |index| index.bearing(reference, name)).zip(std::iter::repeat(name))
        };
        let naming = names.into_iter().flatten().flat_map(bearing);
        naming
            .filter(move |(_, named)| self.snapshot.referred(of, named).is_some_and(|meant| meant.id == owner.id))
            .map(|(feature, _)| &**feature)
    }
}
