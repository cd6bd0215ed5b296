//! The published tile sets.

use std::sync::LazyLock;

use crate::atlas::Edition;
use crate::geom::Envelope;
use crate::index::LayerIndex;
use crate::model::{Layer, Revision, Schema, Text};
use crate::risk::{GRADED, Subject};

use super::TileError;

/// One layer of a tile: what it is drawn from and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// A layer of the registers under its own name; with its grades where it is a graded one.
    Register(Layer),
    /// `risk_areas`: the units of the levels township and functional, each in the colour of its worst object.
    RiskAreas,
    /// `hca_segments`: stretches of pipelines by their high-consequence area, or where that is not determined.
    HcaSegments,
}

impl Picture {
    /// The layer's name in the tile.
    pub fn name(self) -> &'static str {
        match self {
            Self::Register(layer) => layer.name(),
            Self::RiskAreas => "risk_areas",
            Self::HcaSegments => Subject::HcaSegments.name(),
        }
    }

    /// The layer of the registers that it shows, or that what it shows is derived from.
    pub fn layer(self) -> Layer {
        match self {
            Self::Register(layer) => layer,
            Self::RiskAreas => Layer::AdminUnits,
            Self::HcaSegments => Subject::HcaSegments.layer(),
        }
    }

    /// Whether its features carry a risk level and a colour.
    pub fn is_graded(self) -> bool {
        matches!(self, Self::RiskAreas | Self::HcaSegments) || GRADED.contains(&self.layer())
    }

    /// Whether its areas share borders and must not tear.
    pub(super) fn shares_borders(self) -> bool {
        self.layer() == Layer::AdminUnits
    }

    pub(super) fn index(self, edition: &Edition) -> Result<&LayerIndex, TileError> {
        let layer = self.layer();
        let index = edition.snapshot.layer(layer).map(|index| &**index);
        let shown = index.map(|index| if self == Self::HcaSegments { edition.grades.hca_lines() } else { index });
        shown.map_err(|lost| TileError::Unavailable { layer, reason: lost.0.clone() })
    }

    /// The revision that last changed what is drawn of it in a box; of a layer that cannot be read, one that never comes.
    pub(super) fn freshness(self, edition: &Edition, window: &Envelope) -> Revision {
        let Ok(index) = self.index(edition) else { return Revision(u64::MAX) };
        let shapes = index.freshness().of(window);
        // Segments carry their grades with them.
        let graded = self.is_graded() && self != Self::HcaSegments;
        let grades = graded.then(|| edition.grades.freshness(self.layer()).of(window));
        grades.map_or(shapes, |grades| grades.max(shapes))
    }
}

/// A published set of tiles.
#[derive(Debug)]
pub struct TileSet {
    name: &'static str,
    title: Text,
    pictures: Vec<Picture>,
}

static SETS: LazyLock<Vec<TileSet>> = LazyLock::new(|| {
    let registers = Layer::ALL.into_iter().map(|layer| TileSet {
        name: layer.name(),
        title: Schema::layer(layer).title.clone(),
        pictures: vec![Picture::Register(layer)],
    });
    [district(), risk(), segments()].into_iter().chain(registers).collect()
});

/// The ground the risk map stands on: boundaries, water, protected areas, parks, ways, and their names.
fn district() -> TileSet {
    let layers =
        [Layer::AdminUnits, Layer::ProtectedAreas, Layer::Waters, Layer::ChemicalParks, Layer::Roads, Layer::Railways];
    TileSet {
        name: "district",
        title: Text::new("辖区底图", "the district"),
        pictures: layers.map(Picture::Register).to_vec(),
    }
}

fn risk() -> TileSet {
    TileSet {
        name: "risk",
        title: Text::new("风险四色图", "four-colour risk map"),
        pictures: vec![
            Picture::RiskAreas,
            Picture::HcaSegments,
            Picture::Register(Layer::Pipelines),
            Picture::Register(Layer::Enterprises),
        ],
    }
}

fn segments() -> TileSet {
    TileSet {
        name: Picture::HcaSegments.name(),
        title: Text::new("管道高后果区管段", "high-consequence segments of pipelines"),
        pictures: vec![Picture::HcaSegments],
    }
}

impl TileSet {
    /// Every set.
    pub fn all() -> &'static [Self] {
        &SETS
    }

    /// The set of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        SETS.iter().find(|set| set.name == name)
    }

    /// Its name in addresses.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What people call it.
    pub fn title(&self) -> &Text {
        &self.title
    }

    /// Its layers in the order of drawing, the lowest first.
    pub fn pictures(&self) -> &[Picture] {
        &self.pictures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_has_a_set_and_no_name_is_given_twice() {
        for layer in Layer::ALL {
            assert_eq!(TileSet::find(layer.name()).unwrap().pictures(), [Picture::Register(layer)]);
        }
        let mut names: Vec<_> = TileSet::all().iter().map(TileSet::name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Layer::ALL.len() + 3);
        assert!(TileSet::find("risk_grid").is_none());
    }
}
