//! 头顶库: a tailings pond with people on the path that its tailings would take within a kilometre below the dam.
//!
//! The path is what somebody drew (`buffer_zones` of kind `tailings_flow_path` that name the pond), as for rule `TLP-HEAD`.
//! What lies on it counts up to a straight kilometre from the pond, which the way along the path is never shorter than.

use super::grade::Step;
use super::references;
use crate::geom::{Metres, Site};
use crate::index::Snapshot;
use crate::model::{Feature, Layer};
use crate::rules::Defaults;

/// How far below the dam the path counts (应急〔2020〕15号).
const BELOW: Metres = Metres(1000.0);

/// How many of those below are named.
const NAMED: usize = 5;

/// The kind of a pond, and of the zone that draws its path.
const POND: &str = "tailings_pond";
const PATH: &str = "tailings_flow_path";

/// Who stands below.
const BELOW_IT: [Layer; 2] = [Layer::ResidentialZones, Layer::ProtectionTargets];

/// The layers in which a pond may be registered.
pub(super) const PONDS: [Layer; 2] = [Layer::Enterprises, Layer::Installations];

/// A pond and what stands on its path.
#[derive(Clone, Debug)]
pub(super) struct Pond<'a> {
    paths: usize,
    below: Vec<&'a Feature>,
}

impl<'a> Pond<'a> {
    /// `None` where the object is no tailings pond.
    pub fn of(snapshot: &'a Snapshot, layer: Layer, object: &Feature) -> Option<Self> {
        if !is_pond(layer, object) {
            return None;
        }
        let mut paths = references::naming(snapshot, Layer::BufferZones, layer, object);
        paths.retain(|zone| is_path(zone));
        let mut below: Vec<&Feature> = Vec::new();
        if let Some(site) = Site::new(object.geometry.clone()).filter(|_| !paths.is_empty()) {
            let reach = BELOW + Defaults::shipped().allowance(layer, object).tried_m();
            for layer in BELOW_IT {
                below.extend(standing_below(snapshot, layer, &site, reach, &paths));
            }
        }
        Some(Self { paths: paths.len(), below })
    }

    /// Whether people stand below it.
    pub fn is_head_pond(&self) -> bool {
        !self.below.is_empty()
    }

    pub fn step(&self) -> Step {
        if self.paths == 0 {
            return Step::new("head_pond", serde_json::Value::Null, "尾砂下泄路径未绘制，是否头顶库不能判定");
        }
        let named: Vec<&str> = self.below.iter().take(NAMED).map(|one| one.name()).collect();
        let note = match self.below.len() {
            0 => "下泄路径上 1000 m 内未见已登记的居民区或防护目标".to_owned(),
            count => format!("下泄路径上 1000 m 内有居民区、防护目标 {count} 处：{}", named.join("、")),
        };
        Step::new("head_pond", self.below.len(), note)
    }
}

/// Whether an object is a tailings pond.
pub(super) fn is_pond(layer: Layer, object: &Feature) -> bool {
    PONDS.contains(&layer) && object.kind() == Some(POND)
}

/// Whether a buffer zone draws the path of a pond's tailings.
pub(super) fn is_path(zone: &Feature) -> bool {
    zone.kind() == Some(PATH)
}

/// The ponds of a layer that may reach as far as a box.
pub(super) fn ponds_near<'a>(
    snapshot: &'a Snapshot,
    layer: Layer,
    envelope: &crate::geom::Envelope,
) -> impl Iterator<Item = &'a Feature> {
    let index = snapshot.layer(layer).ok();
    let farthest = |index: &crate::index::LayerIndex| index.widest().max(Defaults::shipped().most(layer));
    let near = index.map(|index| {
        let reach = BELOW + Metres(1.0) + farthest(index);
        index.near(envelope, reach, |kind| kind == Some(POND))
    });
    near.into_iter().flatten().map(|(_, pond)| &**pond)
}

fn standing_below<'a>(
    snapshot: &'a Snapshot,
    layer: Layer,
    site: &Site,
    reach: Metres,
    paths: &[&Feature],
) -> Vec<&'a Feature> {
    let Ok(index) = snapshot.layer(layer) else { return vec![] };
    let looked = reach + Metres(1.0);
    let near = index.near(site.envelope(), looked, |_| true).into_iter().map(|(_, one)| &**one);
    let mut below: Vec<&Feature> = near
        .filter(|one| site.nearest_within(one.shape(), looked).is_some_and(|way| way.distance.rounded() <= reach))
        .filter(|one| paths.iter().any(|path| meets(path, one)) && !is_deserted(one))
        .collect();
    below.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    below
}

fn meets(path: &Feature, other: &Feature) -> bool {
    let site = Site::new(path.geometry.clone());
    site.and_then(|site| site.nearest_within(other.shape(), Metres::ZERO))
        .is_some_and(|way| way.distance == Metres::ZERO)
}

/// A zone in which nobody lives any more.
fn is_deserted(zone: &Feature) -> bool {
    zone.properties.number("persons") == Some(0.0)
}
