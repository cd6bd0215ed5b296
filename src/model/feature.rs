//! One thing on the map.

use std::sync::OnceLock;

use jiff::Timestamp;

use super::{Properties, Revision};
use crate::geom::{Envelope, Geometry, Outline, Shape};

/// A feature of a layer, as it stands in one revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Its name for life, unique in its layer.
    pub id: String,
    /// The whole number below 2^53 that tiles carry; 0 until the store has given one.
    pub tile_id: u64,
    /// Where it is, CGCS2000 longitude/latitude degrees; never empty.
    pub geometry: Geometry,
    /// What else is known.
    pub properties: Properties,
    /// The revision that last changed it.
    pub revision: Revision,
    /// The import or edit that brought this version.
    pub origin: Option<String>,
    /// Since when this version holds.
    pub valid_from: Timestamp,
    envelope: Envelope,
    outline: Lazy,
}

/// The runs of a feature's edges, made when the feature is first measured to. They follow from the geometry, so that
/// they count in no comparison.
#[derive(Clone, Debug, Default)]
struct Lazy(OnceLock<Option<Box<Outline>>>);

impl PartialEq for Lazy {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Feature {
    /// A feature that no store has seen yet; `None` where the geometry has no vertex.
    pub fn new(id: impl Into<String>, geometry: Geometry, properties: Properties) -> Option<Self> {
        let envelope = Envelope::of(&geometry)?;
        Some(Self {
            id: id.into(),
            tile_id: 0,
            geometry,
            properties,
            revision: Revision::default(),
            origin: None,
            valid_from: Timestamp::UNIX_EPOCH,
            envelope,
            outline: Lazy::default(),
        })
    }

    /// The box around it.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// It as it is measured to.
    pub fn shape(&self) -> Shape<'_> {
        let outline = self.outline.0.get_or_init(|| Outline::of(&self.geometry).map(Box::new));
        Shape { geometry: &self.geometry, envelope: &self.envelope, outline: outline.as_deref() }
    }

    /// Its `name`, else its id.
    pub fn name(&self) -> &str {
        self.properties.text("name").unwrap_or(&self.id)
    }

    /// Its `kind`, where it has one.
    pub fn kind(&self) -> Option<&str> {
        self.properties.text("kind")
    }

    /// Whether both say the same of the same thing; revisions and origins do not count.
    pub fn same_content(&self, other: &Self) -> bool {
        self.id == other.id && self.geometry == other.geometry && self.properties.same_as(&other.properties)
    }
}
