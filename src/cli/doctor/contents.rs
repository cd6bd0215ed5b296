//! What a store holds, and what of it cannot be right.

use std::collections::BTreeSet;

use sisetu::index::Snapshot;
use sisetu::ingest;
use sisetu::model::{Known, Layer};
use sisetu::rules::{Rule, RuleBook};

use super::Look;

/// Names shown of a longer list.
const SHOWN: usize = 3;

/// Everything worth saying about a store's contents.
pub fn looks(name: &str, snapshot: &Snapshot) -> Vec<Look> {
    let mut looks = vec![inventory(name, snapshot)];
    looks.extend(snapshot.unavailable().map(|(layer, reason)| {
        let mend = "restore the layer from a backup or import it again; rules that need it are undetermined till then";
        Look::fail(format!("layer {layer}"), reason, mend)
    }));
    looks.extend(boundary(snapshot));
    looks.extend(coverage(snapshot));
    looks.extend(Layer::ALL.into_iter().filter_map(|layer| lost_references(snapshot, layer)));
    looks
}

fn inventory(name: &str, snapshot: &Snapshot) -> Look {
    let counts: Vec<String> = Layer::ALL
        .into_iter()
        .filter_map(|layer| Some((layer, snapshot.layer(layer).ok()?.len())))
        .filter(|(_, count)| *count > 0)
        .map(|(layer, count)| format!("{layer} {count}"))
        .collect();
    if counts.is_empty() {
        return Look::warn("store", format!("{name} is empty"), "`sisetu import FILE --layer LAYER` fills it");
    }
    Look::ok("store", format!("{name}, revision {}: {}", snapshot.revision(), counts.join(", ")))
}

/// Without the district's boundary nothing can be said to lie far outside.
fn boundary(snapshot: &Snapshot) -> Option<Look> {
    let mut units = snapshot.features(Layer::AdminUnits);
    let there = units.any(|unit| unit.properties.text("level") == Some("district"));
    (!there).then(|| {
        Look::warn("boundary", "no admin_units feature of level district", "import the boundary into admin_units")
    })
}

/// Layers that rules look into, but of which nobody said where they are complete.
fn coverage(snapshot: &Snapshot) -> Option<Look> {
    let book = RuleBook::shipped().ok()?;
    let stated: BTreeSet<&str> =
        snapshot.features(Layer::Coverage).filter_map(|statement| statement.properties.text("layer")).collect();
    let needed: BTreeSet<Layer> = book.rules().iter().flat_map(layers_of).collect();
    let missing: Vec<&str> = needed.iter().map(|layer| layer.name()).filter(|name| !stated.contains(name)).collect();
    if missing.is_empty() {
        return Some(Look::ok("coverage", "stated for every layer that rules look into"));
    }
    let seen = format!("none is stated for {}; their rules cannot be met, only violated", missing.join(", "));
    Some(Look::warn("coverage", seen, "import polygons into layer coverage that say where each layer is complete"))
}

fn layers_of(rule: &Rule) -> impl Iterator<Item = Layer> {
    rule.cases.iter().chain(rule.reverse.iter().flat_map(|block| &block.cases)).map(|case| case.layer)
}

/// References that mean nothing.
fn lost_references(snapshot: &Snapshot, layer: Layer) -> Option<Look> {
    let lost: Vec<String> = ingest::lost_references(layer, snapshot)
        .map(|(feature, fault)| format!("{}: {}", feature.id, fault.reason))
        .collect();
    (!lost.is_empty()).then(|| {
        let shown = lost[..lost.len().min(SHOWN)].join("; ");
        let seen = format!("{} features refer to nothing: {shown}", lost.len());
        Look::warn(format!("references of {layer}"), seen, "import what they name, or correct them")
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use sisetu::geom::Point;
    use sisetu::index::{LayerIndex, Unavailable};
    use sisetu::model::{Feature, Properties, Revision};

    use super::super::Health;
    use super::*;

    fn feature(id: &str, field: &str, value: &str) -> Arc<Feature> {
        let properties: Properties = [(field, json!(value))].into_iter().collect();
        Arc::new(Feature::new(id, Point::new(115.8, 29.6).into(), properties).unwrap())
    }

    fn store(enterprise: &str) -> Snapshot {
        let layer = |features| Ok(LayerIndex::new(Revision(1), features));
        let tank = feature("tank", "enterprise_id", enterprise);
        Snapshot::new(
            Revision(1),
            [
                (Layer::Enterprises, layer(vec![feature("plant", "name", "甲厂")])),
                (Layer::Installations, layer(vec![tank])),
                (Layer::Roads, Err(Unavailable("no such table".to_owned()))),
            ],
        )
    }

    #[test]
    fn a_reference_that_means_nothing_is_named() {
        let lost = |enterprise| {
            let looks = looks("a.gpkg", &store(enterprise));
            looks.into_iter().find(|look| look.what == "references of installations").map(|look| look.seen)
        };
        assert_eq!(lost("甲厂"), None);
        assert!(lost("乙厂").is_some_and(|seen| seen.contains("tank: ") && seen.contains("乙厂")));
    }

    #[test]
    fn an_unreadable_layer_is_broken_and_missing_coverage_is_told() {
        let looks = looks("a.gpkg", &store("plant"));
        let of = |what: &str| looks.iter().find(|look| look.what == what).map(|look| look.health);
        assert_eq!(of("layer roads"), Some(Health::Fail));
        assert_eq!(of("coverage"), Some(Health::Warn));
        assert_eq!(of("boundary"), Some(Health::Warn));
    }
}
