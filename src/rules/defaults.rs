//! Upper defaults for what is not known exactly: data of this project, not law (`data/rules/defaults.toml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::geom::{Geometry, Metres};
use crate::model::finding::Assumed;
use crate::model::{Feature, Kinds, Layer};

/// Upper defaults by layer and kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// Half widths of what is drawn as a centreline, by layer, then by kind (`*` for any other).
    pub half_width_m: BTreeMap<Layer, BTreeMap<String, Metres>>,
    /// Radii of what is drawn as a point, by layer, then by kind; project kinds have theirs in the kinds' table.
    pub extent_m: BTreeMap<Layer, BTreeMap<String, Metres>>,
}

/// How a feature's drawing relates to the place itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Allowance {
    /// What is given and is simply taken off the distance.
    pub given: Metres,
    /// What is only known as an upper bound and is tried beside the drawing.
    pub tried: Vec<Assumed>,
}

impl Allowance {
    /// The sum of what is tried.
    pub fn tried_m(&self) -> Metres {
        Metres(self.tried.iter().map(|assumed| assumed.value).sum())
    }
}

static SHIPPED: LazyLock<Defaults> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/rules/defaults.toml"))
        .unwrap_or_else(|error| unreachable!("data/rules/defaults.toml is checked by a test: {error}"))
});

impl Defaults {
    /// Those shipped with the program.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// What to take off, and what to try, for a target.
    pub fn allowance(&self, layer: Layer, feature: &Feature) -> Allowance {
        let of = format!("{layer}/{}", feature.id);
        if let Some(widths) = self.half_width_m.get(&layer) {
            return match feature.properties.number("half_width_m") {
                Some(given) => Allowance { given: Metres(given), tried: vec![] },
                None => tried("half_width_m", by_kind(widths, feature.kind()), of),
            };
        }
        if !matches!(feature.geometry, Geometry::Point(_)) {
            return Allowance::default();
        }
        let default = || self.extent(layer, feature.kind());
        tried("extent_m", feature.properties.number("extent_m").map_or_else(default, Metres), of)
    }

    /// The most that anything in a layer may reach beyond its drawing, beyond what the features themselves state.
    pub fn most(&self, layer: Layer) -> Metres {
        let widths = self.half_width_m.get(&layer).into_iter().flat_map(BTreeMap::values);
        let radii = self.extent_m.get(&layer).into_iter().flat_map(BTreeMap::values);
        let kinds = Kinds::shipped().all().map(|kind| Metres(kind.extent_m)).fold(Metres::ZERO, Metres::max);
        let own = if self.extent_m.contains_key(&layer) { kinds } else { Metres::ZERO };
        widths.chain(radii).copied().fold(own, Metres::max)
    }

    /// The most that features of these kinds may reach beyond their drawing, beyond what they themselves state.
    pub fn most_of<'k>(&self, layer: Layer, kinds: impl Iterator<Item = &'k str>) -> Metres {
        let of = |kind| match self.half_width_m.get(&layer) {
            Some(widths) => by_kind(widths, Some(kind)),
            None => self.extent(layer, Some(kind)),
        };
        kinds.map(of).fold(Metres::ZERO, Metres::max)
    }

    fn extent(&self, layer: Layer, kind: Option<&str>) -> Metres {
        let radii = self.extent_m.get(&layer);
        let listed = radii.and_then(|radii| radii.get(kind?)).copied();
        let of_kind = || Some(Metres(Kinds::shipped().find(kind?)?.extent_m));
        listed.or_else(of_kind).unwrap_or_else(|| radii.map_or(Metres::ZERO, |radii| by_kind(radii, None)))
    }
}

/// A radius of the site itself, if it is drawn as a point.
pub fn site_allowance(site: &Geometry, given: Option<f64>, default_m: f64) -> Allowance {
    if !matches!(site, Geometry::Point(_) | Geometry::MultiPoint(_)) {
        return Allowance::default();
    }
    tried("extent_m", Metres(given.unwrap_or(default_m)), "site".to_owned())
}

fn tried(field: &str, value: Metres, of: String) -> Allowance {
    let assumed = Assumed { field: field.to_owned(), value: value.0, of };
    Allowance { given: Metres::ZERO, tried: if value > Metres::ZERO { vec![assumed] } else { vec![] } }
}

fn by_kind(values: &BTreeMap<String, Metres>, kind: Option<&str>) -> Metres {
    kind.and_then(|kind| values.get(kind)).or_else(|| values.get("*")).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::{LineString, Point};
    use crate::model::Properties;
    use crate::rules::RuleBook;
    use serde_json::{Value, json};

    fn allowance(layer: Layer, geometry: Geometry, properties: Value) -> Allowance {
        let properties: Properties = serde_json::from_value(properties).unwrap();
        let feature = Feature::new("x", geometry, properties).unwrap();
        RuleBook::shipped().unwrap().defaults().allowance(layer, &feature)
    }

    fn line() -> Geometry {
        LineString::from(vec![(115.8, 29.6), (115.9, 29.6)]).into()
    }

    #[test]
    fn a_given_half_width_is_taken_off_and_a_missing_one_is_tried() {
        let given = allowance(Layer::Roads, line(), json!({"kind": "national", "half_width_m": 12.5}));
        assert_eq!((given.given, given.tried_m()), (Metres(12.5), Metres::ZERO));
        let missing = allowance(Layer::Roads, line(), json!({"kind": "national"}));
        assert_eq!(missing.given, Metres::ZERO);
        assert!(missing.tried_m() > Metres(5.0) && missing.tried[0].of == "roads/x");
    }

    #[test]
    fn a_point_has_a_radius_unless_it_is_said_to_be_exact() {
        let point = || Geometry::from(Point::new(115.8, 29.6));
        let school = allowance(Layer::ProtectionTargets, point(), json!({"kind": "school"}));
        assert_eq!(school.tried_m(), Metres(Kinds::shipped().find("school").unwrap().extent_m));
        let exact = allowance(Layer::ProtectionTargets, point(), json!({"kind": "school", "extent_m": 0}));
        assert!(exact.tried.is_empty());
        let known = allowance(Layer::ProtectionTargets, point(), json!({"kind": "school", "extent_m": 35}));
        assert_eq!(known.tried_m(), Metres(35.0));
    }

    #[test]
    fn areas_and_pipelines_are_where_they_are_drawn() {
        assert_eq!(allowance(Layer::Pipelines, line(), json!({})), Allowance::default());
    }
}
