//! The published tile sets.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::atlas::Edition;
use crate::geom::Envelope;
use crate::index::LayerIndex;
use crate::model::{Feature, Layer, Revision, RiskLevel, Schema, Text};
use crate::risk::{GRADED, HCA_SEGMENTS, RISK_GRID};

use super::{TileError, grid};

/// One layer of a tile: what it is drawn from and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Picture {
    /// A layer of the registers under its own name; with its grades where it is a graded one.
    Register(Layer),
    /// `risk_areas`: the units of the levels township and functional, each in the colour of its worst object.
    RiskAreas,
    /// `risk_grid`: the cells of the grid that an object or an effect comes to, each in the colour of the worst.
    RiskGrid,
    /// `hca_segments`: stretches of pipelines by their high-consequence area, or where that is not determined.
    HcaSegments,
}

impl Picture {
    /// The layer's name in the tile.
    pub fn name(self) -> &'static str {
        match self {
            Self::Register(layer) => layer.name(),
            Self::RiskAreas => "risk_areas",
            Self::RiskGrid => RISK_GRID,
            Self::HcaSegments => HCA_SEGMENTS,
        }
    }

    /// The layer of the registers whose features, or parts of them, it shows; none for what is derived from several.
    pub fn layer(self) -> Option<Layer> {
        match self {
            Self::Register(layer) => Some(layer),
            Self::RiskAreas => Some(Layer::AdminUnits),
            Self::RiskGrid => None,
            Self::HcaSegments => Some(Layer::Pipelines),
        }
    }

    /// The layers that must be there for it to be drawn. The grid is made of all that is graded and its effects: with one
    /// of them missing, cells would be missing that look safe then.
    pub fn needs(self) -> Vec<Layer> {
        self.layer().map_or_else(|| [&GRADED[..], &[Layer::BufferZones]].concat(), |layer| vec![layer])
    }

    /// The first zoom at which it is drawn. A cell of the grid is no smaller than six pixels (512 to a tile) there.
    pub fn first_zoom(self, edition: &Edition) -> u8 {
        if self == Self::RiskGrid { grid::first_zoom(edition) } else { 0 }
    }

    /// Whether its features carry a risk level and a colour.
    pub fn is_graded(self) -> bool {
        !matches!(self, Self::Register(layer) if !GRADED.contains(&layer))
    }

    /// Whether its areas share borders and must not tear.
    pub(super) fn shares_borders(self) -> bool {
        matches!(self, Self::RiskAreas | Self::RiskGrid | Self::Register(Layer::AdminUnits))
    }

    /// What must be there, or why it is not.
    pub(super) fn check(self, edition: &Edition) -> Result<(), TileError> {
        self.needs().into_iter().try_for_each(|layer| index(edition, layer).map(drop))
    }

    /// The box around all that it shows.
    pub(super) fn envelope(self, edition: &Edition) -> Option<Envelope> {
        match self.layer() {
            Some(layer) => self.index(edition, layer).ok()?.envelope(),
            None => edition.grades.grid_envelope(),
        }
    }

    /// Whether it shows a feature of its layer.
    pub(super) fn shows(self, feature: &Feature) -> bool {
        let level = feature.properties.text("level");
        self != Self::RiskAreas || matches!(level, Some("township" | "functional"))
    }

    /// The layer whose grades it shows; segments carry theirs with them.
    fn graded_layer(self) -> Option<Layer> {
        self.layer().filter(|_| self.is_graded() && self != Self::HcaSegments)
    }

    /// The level of a feature.
    pub(super) fn level(self, edition: &Edition, feature: &Feature) -> Option<RiskLevel> {
        if self == Self::HcaSegments {
            let told = feature.properties.get("risk_level").and_then(serde_json::Value::as_u64);
            return RiskLevel::from_number(told?);
        }
        edition.grades.level(self.graded_layer()?, &feature.id)
    }

    /// The ids of the features whose level differs between two editions, though they themselves may be the same.
    pub(super) fn regraded<'a>(self, before: &'a Edition, now: &'a Edition) -> BTreeSet<&'a str> {
        self.graded_layer().map(|layer| now.grades.regraded(&before.grades, layer)).unwrap_or_default()
    }

    /// The revision that last changed what is drawn of it in a box; of a layer that cannot be read, one that never comes.
    pub(super) fn freshness(self, edition: &Edition, window: &Envelope) -> Revision {
        if self.check(edition).is_err() {
            return Revision(u64::MAX);
        }
        let Some(layer) = self.layer() else { return edition.grades.cells_freshness().of(window) };
        let shapes = self.index(edition, layer).map(|index| index.freshness().of(window)).unwrap_or_default();
        let grades = self.graded_layer().map(|layer| edition.grades.freshness(layer).of(window));
        grades.map_or(shapes, |grades| grades.max(shapes))
    }

    /// What plates are made of; nothing for the grid, whose cells are worked out where they are drawn.
    pub(super) fn plated(self, edition: &Edition) -> Result<Option<&LayerIndex>, TileError> {
        self.check(edition)?;
        self.layer().map(|layer| self.index(edition, layer)).transpose()
    }

    /// What is drawn of it, given the layer that it shows.
    pub(super) fn index(self, edition: &Edition, layer: Layer) -> Result<&LayerIndex, TileError> {
        let index = index(edition, layer)?;
        Ok(if self == Self::HcaSegments { edition.grades.hca_lines() } else { index })
    }
}

/// A layer of the registers, or why it cannot be drawn.
pub(super) fn index(edition: &Edition, layer: Layer) -> Result<&LayerIndex, TileError> {
    let index = edition.snapshot.layer(layer);
    index.map(|index| &**index).map_err(|lost| TileError::Unavailable { layer, reason: lost.0.clone() })
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
    [district(), risk(), grid_alone(), segments_alone()].into_iter().chain(registers).collect()
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
            Picture::RiskGrid,
            Picture::HcaSegments,
            Picture::Register(Layer::Pipelines),
            Picture::Register(Layer::Enterprises),
        ],
    }
}

fn grid_alone() -> TileSet {
    TileSet { name: RISK_GRID, title: Text::new("风险网格", "risk grid"), pictures: vec![Picture::RiskGrid] }
}

fn segments_alone() -> TileSet {
    let title = Text::new("管道高后果区管段", "high-consequence segments of pipelines");
    TileSet { name: HCA_SEGMENTS, title, pictures: vec![Picture::HcaSegments] }
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

    /// The first zoom at which anything of it is drawn.
    pub fn first_zoom(&self, edition: &Edition) -> u8 {
        self.pictures.iter().map(|picture| picture.first_zoom(edition)).min().unwrap_or_default()
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
        assert_eq!(names.len(), Layer::ALL.len() + 4);
        assert_eq!(TileSet::find("risk_grid").unwrap().pictures(), [Picture::RiskGrid]);
    }
}
