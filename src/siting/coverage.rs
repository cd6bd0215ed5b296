//! Whether the registers are known as far around the site as a rule reaches.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jiff::civil::Date;

use super::scene::Scene;
use super::window;
use crate::geom::{Metres, Region, Site, holds_plainly};
pub(super) use crate::index::coverage::speaks_of;
use crate::model::{Feature, Layer, Schema};
use crate::rules::applicability::Side;
use crate::rules::{Case, Test};

/// How far one case's targets are known around the site.
#[derive(Clone, Debug)]
pub(super) struct Cover {
    pub layer: Layer,
    pub reach: Metres,
    /// The kinds that are not covered; `*` stands for every kind.
    pub missing: Vec<String>,
    /// Why the layer cannot be used at all.
    pub unavailable: Option<String>,
    pub as_of: Option<Date>,
    /// Whether a statement used is older than the district lets pass.
    pub stale: bool,
}

impl Cover {
    pub fn complete(&self) -> bool {
        self.missing.is_empty() && self.unavailable.is_none()
    }
}

/// What is stated of the coverage of a layer around the site, as far as a rule reaches; rules share it.
#[derive(Debug)]
pub(super) struct Statements<'a> {
    /// The statements that are valid and lie about the site.
    all: Vec<&'a Feature>,
    reach: Metres,
    as_of: Option<Date>,
    /// Whether one that speaks of every kind holds everything.
    everything: bool,
    /// Whether some of the statements hold everything together, by their places in the list.
    together: RefCell<HashMap<Vec<usize>, bool>>,
}

impl<'a> Scene<'a> {
    /// The layers a case looks into, and how far: its targets, and what it needs to judge them.
    pub fn needed(&self, case: &Case, side: Side) -> Vec<(Layer, Metres)> {
        let reach = self.reach(case, side);
        let beside = match case.test {
            Test::Window => Some((Layer::ResidentialZones, reach + window::ASIDE)),
            Test::Along => Some((Layer::Waters, reach)),
            _ => None,
        };
        std::iter::once((case.layer, reach)).chain(beside).collect()
    }

    /// The cover of everything a case looks at.
    pub fn covers(&self, case: &Case, side: Side) -> Vec<Cover> {
        let needed = self.needed(case, side).into_iter();
        needed.map(|(layer, reach)| self.cover_of(layer, reach, || kinds_needed(case, layer))).collect()
    }

    /// The cover of a case's targets up to a distance. A point that may be larger needs cover as far around it.
    pub fn cover_to(&self, case: &Case, reach: Metres) -> Cover {
        self.cover_of(case.layer, reach, || named_kinds(case))
    }

    /// The cover of all of a layer around the site.
    pub fn cover_around(&self, layer: Layer, reach: Metres) -> Cover {
        self.cover_of(layer, reach, || kinds_of(layer, |_| true))
    }

    /// The cover of a case's targets in an area about the site, told as reaching so far from the site.
    pub fn cover_in(&self, case: &Case, area: &Site, reach: Metres) -> Cover {
        let statements = self.read_statements(case.layer, area, Metres::ZERO);
        let kinds = if statements.everything { vec![] } else { named_kinds(case) };
        let missing = kinds.into_iter().filter(|kind| !statements.hold(kind, area)).collect();
        self.cover(case.layer, reach, missing, statements.as_of)
    }

    /// Why a layer cannot be used at all, if it cannot.
    pub fn lost(&self, layer: Layer) -> Option<String> {
        let mut layers = [layer, Layer::Coverage].into_iter();
        layers.find_map(|layer| self.snapshot.layer(layer).err().map(|reason| format!("{layer}: {}", reason.0)))
    }

    /// The statements about a layer that are valid and lie within a distance of the site.
    pub fn stated(&self, layer: Layer, within: Metres) -> Vec<&'a Feature> {
        self.statements(layer, within).all.clone()
    }

    fn cover_of(&self, layer: Layer, reach: Metres, kinds: impl FnOnce() -> Vec<String>) -> Cover {
        let statements = self.statements(layer, reach + self.own.tried_m());
        let kinds = if statements.everything { vec![] } else { kinds() };
        let missing = kinds.into_iter().filter(|kind| !statements.hold(kind, self.site)).collect();
        self.cover(layer, reach, missing, statements.as_of)
    }

    fn cover(&self, layer: Layer, reach: Metres, missing: Vec<String>, as_of: Option<Date>) -> Cover {
        let unavailable = self.lost(layer);
        let stale = as_of.is_some_and(|since| self.is_stale(since));
        Cover { layer, reach, missing, unavailable, as_of, stale }
    }

    /// Whether data as of a day are older than the district lets pass unremarked.
    fn is_stale(&self, since: Date) -> bool {
        let Some(days) = self.book.days("coverage_max_age_days") else { return false };
        since.checked_add(jiff::Span::new().days(i64::from(days))).is_ok_and(|last| last < self.proposal.as_of)
    }

    /// The coverage statements about a layer that are valid and lie about the site.
    fn statements(&self, layer: Layer, reach: Metres) -> Rc<Statements<'a>> {
        let mut known = self.statements.borrow_mut();
        let made = known
            .entry((layer, reach.0.to_bits()))
            .or_insert_with(|| Rc::new(self.read_statements(layer, self.site, reach)));
        Rc::clone(made)
    }

    fn read_statements(&self, layer: Layer, area: &Site, reach: Metres) -> Statements<'a> {
        let index = self.snapshot.layer(Layer::Coverage).ok();
        let window = area.envelope().expanded(reach);
        let near = index.into_iter().flat_map(|index| index.touching(&window)).map(|feature| &**feature);
        let valid = |statement: &&Feature| {
            statement.properties.text("layer") == Some(layer.name())
                && match statement.properties.get("valid_until") {
                    None => true,
                    Some(_) => date(statement, "valid_until").is_some_and(|last| self.proposal.as_of <= last),
                }
        };
        let all: Vec<&Feature> = near.filter(valid).collect();
        let as_of = all.iter().filter_map(|statement| date(statement, "as_of")).min();
        let everything = all.iter().any(|statement| {
            statement.properties.get("kinds").is_none() && holds_plainly(statement.shape(), area, reach) == Some(true)
        });
        Statements { all, reach, as_of, everything, together: RefCell::default() }
    }
}

impl Statements<'_> {
    /// Whether those that speak of a kind hold the site and everything within reach.
    fn hold(&self, kind: &str, site: &Site) -> bool {
        let speaking: Vec<usize> = (0..self.all.len()).filter(|place| speaks_of(self.all[*place], kind)).collect();
        if let Some(known) = self.together.borrow().get(&speaking) {
            return *known;
        }
        let statements = || speaking.iter().map(|place| self.all[*place]);
        // Mostly one statement holds everything, so that no union is needed.
        let held = statements().any(|statement| holds_plainly(statement.shape(), site, self.reach) == Some(true))
            || Region::union_of(statements().map(|statement| &statement.geometry)).holds(site, self.reach);
        self.together.borrow_mut().insert(speaking, held);
        held
    }
}

/// The kinds of a layer that a case must know.
pub(super) fn kinds_needed(case: &Case, layer: Layer) -> Vec<String> {
    if layer == case.layer { named_kinds(case) } else { kinds_of(layer, |_| true) }
}

/// The kinds a case names; for one that means every kind, all that the layer knows, or `*` where the list is open.
fn named_kinds(case: &Case) -> Vec<String> {
    if !case.kinds.is_empty() {
        return case.kinds.clone();
    }
    kinds_of(case.layer, |word| case.means(Some(word)))
}

/// The kinds a layer knows of which something holds, or `*` where the list is open.
fn kinds_of(layer: Layer, holds: impl Fn(&str) -> bool) -> Vec<String> {
    let known = Schema::layer(layer).field("kind").filter(|field| !field.open);
    let words = known.into_iter().flat_map(|field| &field.values).filter_map(|word| word.as_str());
    let kinds: Vec<String> = words.filter(|word| holds(word)).map(str::to_owned).collect();
    if kinds.is_empty() { vec!["*".to_owned()] } else { kinds }
}

fn date(statement: &Feature, field: &str) -> Option<Date> {
    statement.properties.text(field)?.parse().ok()
}
