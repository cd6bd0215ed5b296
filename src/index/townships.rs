//! In which township a place lies.

use std::collections::HashMap;
use std::sync::Arc;

use super::{LayerIndex, Snapshot};
use crate::geom::{Envelope, Geometry, Point, Territory};
use crate::model::{Feature, Layer};

/// The townships of an edition.
#[derive(Debug)]
pub struct Townships<'a> {
    units: Option<&'a Arc<LayerIndex>>,
    ground: HashMap<&'a str, Territory>,
}

impl<'a> Townships<'a> {
    /// Prepares the townships of an edition; there are none where the layer is not known.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let units = snapshot.layer(Layer::AdminUnits).ok();
        let all = units.into_iter().flat_map(|index| index.features());
        let townships = all.filter(|unit| unit.properties.text("level") == Some("township"));
        let ground = townships.map(|unit| (unit.id.as_str(), Territory::of(&unit.geometry))).collect();
        Self { units, ground }
    }

    /// The township of a place; on a border the one of the lowest id.
    pub fn at(&self, place: Point) -> Option<&'a Arc<Feature>> {
        let spot = Envelope { west: place.x(), south: place.y(), east: place.x(), north: place.y() };
        let shape = Geometry::from(place);
        let near = self.units?.touching(&spot).into_iter();
        near.into_iter().find(|unit| self.ground.get(unit.id.as_str()).is_some_and(|ground| ground.meets(&shape)))
    }

    /// The township of a name, where only one bears it.
    pub fn named(&self, name: &str) -> Option<&'a Arc<Feature>> {
        let mut bearing = self.units?.bearing("name", name).filter(|unit| self.ground.contains_key(unit.id.as_str()));
        let first = bearing.next();
        if bearing.next().is_some() { None } else { first }
    }
}
