//! The question that both sides are asked: of each layer, the nearest feature and everything within a kilometre, with
//! distances.

use std::collections::BTreeMap;

use sisetu::geom::{Metres, Site};
use sisetu::index::Snapshot;
use sisetu::model::Layer;

/// The layers that are large enough to ask about.
pub const LAYERS: [Layer; 3] = [Layer::Enterprises, Layer::Pipelines, Layer::ResidentialZones];
/// How far everything is told.
pub const WITHIN_M: f64 = 1_000.0;
/// How far the nearest is looked for.
pub const NEAREST_M: f64 = 100_000.0;

/// What lies around a site in one layer, by id, in metres.
#[derive(Debug, Default)]
pub struct Around {
    pub nearest: Option<(String, f64)>,
    pub within: BTreeMap<String, f64>,
}

/// Our answer about one layer.
pub fn ours(snapshot: &Snapshot, layer: Layer, site: &Site) -> Around {
    let Ok(index) = snapshot.layer(layer) else { return Around::default() };
    let near = index.near(site.envelope(), Metres(WITHIN_M), |_| true).into_iter();
    let measured = near.filter_map(|(_, feature)| {
        let way = site.nearest_within(feature.shape(), Metres(WITHIN_M))?;
        (way.distance.0 <= WITHIN_M).then(|| (feature.id.clone(), way.distance.0))
    });
    let nearest = index.nearest(
        site.envelope(),
        Metres(NEAREST_M),
        Metres::ZERO,
        |_| true,
        |feature, limit| Some((site.nearest_within(feature.shape(), limit)?.distance, &feature.id)),
    );
    Around { nearest: nearest.map(|(distance, id)| (id.clone(), distance.0)), within: measured.collect() }
}
