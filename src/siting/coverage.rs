//! Whether the registers are known as far around the site as a rule reaches.

use jiff::civil::Date;

use super::scene::Scene;
use crate::geom::{Metres, Region};
use crate::model::{Feature, Layer};
use crate::rules::Case;

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
}

impl Cover {
    pub fn complete(&self) -> bool {
        self.missing.is_empty() && self.unavailable.is_none()
    }
}

impl Scene<'_> {
    /// The cover of a case's targets.
    pub fn cover(&self, case: &Case) -> Cover {
        let reach = case.reach(self.book);
        let statements = self.statements(case.layer, reach);
        let any = ["*".to_owned()];
        let kinds = if case.kinds.is_empty() { &any[..] } else { &case.kinds };
        let missing = kinds.iter().filter(|kind| !self.covered(&statements, kind, reach)).cloned().collect();
        let unavailable = [case.layer, Layer::Coverage]
            .into_iter()
            .find_map(|layer| self.snapshot.layer(layer).err().map(|reason| format!("{layer}: {}", reason.0)));
        let as_of = statements.iter().filter_map(|statement| date(statement, "as_of")).min();
        Cover { layer: case.layer, reach, missing, unavailable, as_of }
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
                && date(statement, "valid_until").is_none_or(|last| self.proposal.as_of <= last)
        };
        near.filter(valid).collect()
    }
}

fn date(statement: &Feature, field: &str) -> Option<Date> {
    statement.properties.text(field)?.parse().ok()
}
