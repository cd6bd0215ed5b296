//! Where a kind of project may not go, and why: the check turned inside out.
//!
//! What excludes a new project of a kind, of which nothing else is known, is found with the same pieces as a check: the
//! rules that apply, their targets and the judgement of each. For every target the judgement is asked at which distances
//! its outcome changes, and the areas within those distances are drawn. A judgement is known by what it answers, not by
//! how it comes to it; so a new sort of threshold needs nothing here.
//!
//! Where areas of different status overlap only the worst is drawn, so that a place's status is what the check says.

mod demonstrated;
mod parks;
mod sampled;
mod targets;
mod uncovered;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Request;
use super::evaluate::verdict;
use super::scene::{LOOKED_FOR, Scene};
use crate::geom::buffer::{boxed, difference, union_of};
use crate::geom::{Envelope, Metres, MultiPolygon, Point, Rounding, Site, buffered_near};
use crate::index::Snapshot;
use crate::model::{Action, Feature, Kind, Layer, Properties, Proposal, Revision, Verdict};
use crate::rules::applicability::{Applicable, applicable};
use crate::rules::judgement::{mark, violation};
use crate::rules::{Case, Rule, RuleBook, Test, Truth};

/// Beyond this many areas of one rule and status in one window they are drawn as one.
const TOLD_APART: usize = 16;
/// How much further than the rules reach a change is taken to matter: more than any half width or radius.
const SLACK: Metres = Metres(10_000.0);

/// What a check would say of a new project there, the mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Something that decides is not known.
    Undetermined,
    /// A mandatory distance is not kept.
    Fail,
    /// A prohibition is violated.
    Veto,
}

impl Status {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Undetermined => "undetermined",
            Self::Fail => "fail",
            Self::Veto => "veto",
        }
    }

    /// What a verdict excludes by; a review leaves the place open.
    fn of(verdict: Verdict) -> Option<Self> {
        match verdict {
            Verdict::Veto => Some(Self::Veto),
            Verdict::Fail => Some(Self::Fail),
            Verdict::Undetermined => Some(Self::Undetermined),
            Verdict::Review | Verdict::Pass => None,
        }
    }
}

/// An area where a kind may not go.
#[derive(Clone, Debug)]
pub struct Excluded {
    /// What the check says there.
    pub status: Status,
    /// The rule; empty where the book has none for the kind.
    pub rule: String,
    /// The target's name, with how many more where several were joined, or what is missing.
    pub name: String,
    /// The target: its layer and id, where it is a single one.
    pub target: Option<(Layer, String)>,
    /// Where, longitude/latitude degrees.
    pub area: MultiPolygon,
}

/// What is asked for: which kind, when, where, how exactly.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The kind of project.
    pub kind: &'static Kind,
    /// The day whose law applies.
    pub as_of: Date,
    /// The box that is looked at, longitude/latitude degrees; beyond it the areas are not complete.
    pub window: &'a Envelope,
    /// How far the edge of an area may be off, on the ground.
    pub within: Metres,
}

/// Where a new project of a kind, of which nothing else is known, is vetoed, fails or cannot be judged.
pub fn excluded(snapshot: &Snapshot, book: &RuleBook, asked: &Question<'_>) -> Vec<Excluded> {
    let window = Window::new(asked);
    let Some(request) = window.request(asked.window.centre()) else { return vec![] };
    let (rules, _) = applicable(book, &request.proposal);
    if rules.is_empty() {
        return vec![no_rule(&window)];
    }
    let scene = Scene::new(snapshot, book, &request, &rules);
    let ground = Ground { scene: &scene, rules: &rules, window: &window };
    let zones = rules.iter().flat_map(|rule| ground.zones(rule)).collect();
    worst_only(joined(zones))
}

/// The revision that last changed anything that [`excluded`] looks at; none while a layer that it needs cannot be read.
pub fn freshness(snapshot: &Snapshot, book: &RuleBook, asked: &Question<'_>) -> Option<Revision> {
    let window = Window::new(asked);
    let request = window.request(asked.window.centre())?;
    let (rules, _) = applicable(book, &request.proposal);
    let cases: Vec<_> = rules.iter().flat_map(|rule| rule.cases(&request.proposal)).map(|(_, _, case)| case).collect();
    let reach = cases.iter().map(|case| case.search(book)).fold(LOOKED_FOR, Metres::max);
    let near = asked.window.expanded(reach + Metres(asked.kind.extent_m) + SLACK);
    let mut revision = snapshot.layer(Layer::Coverage).ok()?.freshness().of(&near);
    for case in &cases {
        revision = revision.max(snapshot.layer(case.layer).ok()?.freshness().of(&near));
    }
    // What belongs to a target may lie anywhere, and what is measured along something may look at any layer.
    let along = cases.iter().any(|case| matches!(case.test, Test::Along | Test::Window));
    let belonging = [Layer::Enterprises, Layer::Installations, Layer::BufferZones];
    for layer in Layer::ALL.into_iter().filter(|layer| along || belonging.contains(layer)) {
        revision = revision.max(snapshot.layer(layer).ok()?.revision());
    }
    Some(revision)
}

fn no_rule(window: &Window<'_>) -> Excluded {
    Excluded {
        status: Status::Undetermined,
        rule: String::new(),
        name: "规则库中没有适用于该类项目的规则".to_owned(),
        target: None,
        area: window.whole(),
    }
}

/// The window, and what is asked in it.
struct Window<'a> {
    asked: &'a Question<'a>,
    /// From its middle to a corner, or a little more.
    half: Metres,
}

impl<'a> Window<'a> {
    fn new(asked: &'a Question<'a>) -> Self {
        Self { asked, half: Metres(asked.window.diagonal().0 / 2.0) }
    }

    fn whole(&self) -> MultiPolygon {
        boxed(self.asked.window)
    }

    /// A project of the kind at a place, of which nothing else is known.
    fn request(&self, place: crate::geom::Coord) -> Option<Request> {
        let site = crate::geom::Geometry::from(Point::from(place));
        let proposal = Proposal {
            kind: self.asked.kind,
            action: Action::New,
            action_stated: false,
            site: site.clone(),
            lines: BTreeMap::new(),
            contours: vec![],
            facts: Properties::new(),
            exemptions: vec![],
            as_of: self.asked.as_of,
        };
        Some(Request { proposal, site: Site::new(site)?, notes: vec![] })
    }

    /// What of the window lies within a distance of a feature that is so far from the window's middle.
    fn near(&self, feature: &Feature, from_middle: Metres, by: Metres) -> MultiPolygon {
        if from_middle + self.half <= by {
            return self.whole();
        }
        if from_middle - self.half > by + self.asked.within {
            return MultiPolygon::new(vec![]);
        }
        buffered_near(&feature.geometry, by, self.asked.within, Rounding::Nearest, Some(self.asked.window))
    }
}

/// An area in the making.
struct Zone {
    /// None where a violation does not decide: such an area is not drawn, but it settles what the rule would ask else.
    status: Option<Status>,
    rule: String,
    name: String,
    target: Option<(Layer, String)>,
    area: MultiPolygon,
}

/// The engine's view from the middle of the window.
struct Ground<'s, 'a> {
    scene: &'s Scene<'a>,
    rules: &'s [Applicable<'a>],
    window: &'s Window<'s>,
}

impl<'a> Ground<'_, 'a> {
    fn zones(&self, applicable: &Applicable<'a>) -> Vec<Zone> {
        let rule = applicable.rule;
        let cases = applicable.cases(self.scene.proposal);
        let unknown_here = self.uncovered(rule, &cases);
        let missing = union_of(unknown_here.iter().map(|zone| zone.area.clone()));
        let mut zones = unknown_here;
        for (side, applies, case) in &cases {
            match case.test {
                // What has to be shown wherever the site is draws no area.
                Test::Unread | Test::Contour => {}
                Test::Anywhere => zones.push(self.anywhere(rule, case, applies)),
                Test::Inside => zones.extend(self.outside(rule, case, applies, &missing)),
                Test::Within | Test::NotLessThan | Test::Unspoken => {
                    zones.extend(self.near_targets(rule, case, *side, applies));
                }
                Test::Along | Test::Window => zones.extend(self.sampled(rule, case, *side, applies)),
            }
        }
        let to_show = self.to_demonstrate(applicable, &cases, &zones);
        zones.extend(to_show);
        zones.retain(|zone| zone.status.is_some() && !zone.area.0.is_empty());
        zones
    }

    /// A rule that looks at nothing around the site holds everywhere.
    fn anywhere(&self, rule: &Rule, case: &Case, applies: &Truth) -> Zone {
        let effect = case.effect(rule);
        let certain = verdict(effect, violation(effect), mark(rule, case, None));
        let status = if applies.unknowns().is_empty() { Status::of(certain) } else { Some(Status::Undetermined) };
        Self::untargeted(rule, status, rule.title.zh.clone(), self.window.whole())
    }

    /// An area that no single target accounts for.
    fn untargeted(rule: &Rule, status: Option<Status>, name: String, area: MultiPolygon) -> Zone {
        Zone { status, rule: rule.id.clone(), name, target: None, area }
    }
}

/// The areas of one rule and status, by target and name.
type ByTarget = BTreeMap<(Option<(Layer, String)>, String), Vec<MultiPolygon>>;

/// One area for each rule, status and target; where a rule has many targets, one for all of them.
fn joined(zones: Vec<Zone>) -> Vec<Excluded> {
    let mut by_rule: BTreeMap<(Status, String), ByTarget> = BTreeMap::new();
    for zone in zones {
        let Some(status) = zone.status else { continue };
        let of_rule = by_rule.entry((status, zone.rule)).or_default();
        of_rule.entry((zone.target, zone.name)).or_default().push(zone.area);
    }
    let joined = by_rule.into_iter().flat_map(|((status, rule), mut zones)| {
        if zones.keys().filter(|(target, _)| target.is_some()).count() > TOLD_APART {
            zones = targets_as_one(zones);
        }
        zones.into_iter().map(move |((target, name), areas)| Excluded {
            status,
            rule: rule.clone(),
            name,
            target,
            area: union_of(areas),
        })
    });
    joined.collect()
}

/// What no target accounts for stays as it is.
fn targets_as_one(zones: ByTarget) -> ByTarget {
    let (targets, mut rest): (ByTarget, ByTarget) = zones.into_iter().partition(|((target, _), _)| target.is_some());
    let count = targets.len();
    let first = targets.keys().next().map_or_else(String::new, |(_, name)| name.clone());
    rest.insert((None, format!("{first}等{count}处")), targets.into_values().flatten().collect());
    rest
}

/// The areas without what lies under one of a worse status; the mildest come first.
fn worst_only(mut zones: Vec<Excluded>) -> Vec<Excluded> {
    let of = |zones: &[Excluded], status: Status| {
        union_of(zones.iter().filter(|zone| zone.status == status).map(|zone| zone.area.clone()))
    };
    let veto = of(&zones, Status::Veto);
    let worse = union_of([veto.clone(), of(&zones, Status::Fail)]);
    for zone in &mut zones {
        match zone.status {
            Status::Veto => {}
            Status::Fail => zone.area = difference(&zone.area, &veto),
            Status::Undetermined => zone.area = difference(&zone.area, &worse),
        }
    }
    zones.retain(|zone| !zone.area.0.is_empty());
    zones
}
