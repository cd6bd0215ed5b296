//! Whether the registers are known as far around the site as a rule reaches.

use jiff::civil::Date;

use super::scene::Scene;
use crate::geom::{Metres, Region};
use crate::model::{Feature, Layer, Schema};
use crate::rules::Case;
use crate::rules::applicability::Side;

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

impl Scene<'_> {
    /// The cover of a case's targets.
    pub fn cover(&self, case: &Case, side: Side) -> Cover {
        self.cover_to(case, self.reach(case, side))
    }

    /// The cover of a case's targets up to a distance. A point that may be larger needs cover as far around it.
    pub fn cover_to(&self, case: &Case, reach: Metres) -> Cover {
        let held = reach + self.own.tried_m();
        let statements = self.statements(case.layer, held);
        let missing = named_kinds(case).into_iter().filter(|kind| !self.covered(&statements, kind, held)).collect();
        let unavailable = [case.layer, Layer::Coverage]
            .into_iter()
            .find_map(|layer| self.snapshot.layer(layer).err().map(|reason| format!("{layer}: {}", reason.0)));
        let as_of = statements.iter().filter_map(|statement| date(statement, "as_of")).min();
        let stale = as_of.is_some_and(|since| self.is_stale(since));
        Cover { layer: case.layer, reach, missing, unavailable, as_of, stale }
    }

    /// Whether data as of a day are older than the district lets pass unremarked.
    fn is_stale(&self, since: Date) -> bool {
        let Some(days) = self.book.days("coverage_max_age_days") else { return false };
        since.checked_add(jiff::Span::new().days(i64::from(days))).is_ok_and(|last| last < self.proposal.as_of)
    }

    fn covered(&self, statements: &[&Feature], kind: &str, reach: Metres) -> bool {
        let speaking = statements.iter().filter(|statement| match statement.properties.get("kinds") {
            None => true,
            Some(kinds) => kinds.as_array().is_some_and(|kinds| kinds.iter().any(|named| named == kind)),
        });
        Region::union_of(speaking.map(|statement| &statement.geometry)).holds(self.site, reach)
    }

    /// The coverage statements about a layer that are valid and lie about the site.
    fn statements(&self, layer: Layer, reach: Metres) -> Vec<&Feature> {
        let Ok(index) = self.snapshot.layer(Layer::Coverage) else { return vec![] };
        let near = index.touching(&self.site.envelope().expanded(reach)).into_iter().map(|feature| &**feature);
        let valid = |statement: &&Feature| {
            statement.properties.text("layer") == Some(layer.name())
                && match statement.properties.get("valid_until") {
                    None => true,
                    Some(_) => date(statement, "valid_until").is_some_and(|last| self.proposal.as_of <= last),
                }
        };
        near.filter(valid).collect()
    }
}

/// The kinds a case names; for one that means every kind, all that the layer knows, or `*` where the list is open.
fn named_kinds(case: &Case) -> Vec<String> {
    if !case.kinds.is_empty() {
        return case.kinds.clone();
    }
    let known = Schema::layer(case.layer).field("kind").filter(|field| !field.open);
    let words = known.into_iter().flat_map(|field| &field.values).filter_map(|word| word.as_str());
    let kinds: Vec<String> = words.filter(|word| case.means(Some(word))).map(str::to_owned).collect();
    if kinds.is_empty() { vec!["*".to_owned()] } else { kinds }
}

fn date(statement: &Feature, field: &str) -> Option<Date> {
    statement.properties.text(field)?.parse().ok()
}
