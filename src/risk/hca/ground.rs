//! What is known around a pipeline, and where it is not known.

use crate::geom::along::{Chainage, Stretch};
use crate::geom::{Envelope, Geometry, Metres, Outline, Region};
use crate::index::Snapshot;
use crate::index::coverage::speaks_of;
use crate::model::{Feature, Known, Layer};

use super::book::{Book, Place, defaults};
use crate::risk::Scheme;

/// Along a line, candidates are looked for around boxes of this length.
const BOX: Metres = Metres(1_000.0);
/// The word for every kind.
const EVERY_KIND: &str = "*";

/// An edition as pipelines are graded by it.
pub(super) struct Ground<'a> {
    pub scheme: &'a Scheme,
    pub snapshot: &'a Snapshot,
    covers: Vec<(Layer, Vec<String>, Cover)>,
}

/// A pipeline that is graded, measured along.
pub(super) struct Pipe<'a> {
    pub feature: &'a Feature,
    pub line: Chainage,
    boxes: Vec<Envelope>,
}

/// Where some kinds of a layer are known.
struct Cover {
    /// Whether the layer, or the one that tells of coverage, cannot be read.
    lost: bool,
    /// For each set of kinds that the same statements speak of.
    areas: Vec<Area>,
}

/// Where statements say that something is known.
struct Area {
    geometry: Geometry,
    outline: Option<Outline>,
}

impl<'a> Pipe<'a> {
    /// Measures a pipeline; `None` where it has no length.
    pub fn of(feature: &'a Feature) -> Option<Self> {
        let line = Chainage::new(&feature.geometry)?;
        let boxes = line.boxes(BOX);
        Some(Self { feature, line, boxes })
    }

    /// All of it.
    pub fn whole(&self) -> Stretch {
        Stretch { from_m: 0.0, to_m: self.line.length().0 }
    }
}

impl<'a> Ground<'a> {
    /// Reads what the coverage of an edition says of everything that an item reads.
    pub fn of(scheme: &'a Scheme, snapshot: &'a Snapshot) -> Self {
        let statements = in_force(snapshot);
        let mut covers: Vec<(Layer, Vec<String>, Cover)> = Vec::new();
        let housing = std::iter::once((Layer::ResidentialZones, vec![EVERY_KIND.to_owned()]));
        for (layer, kinds) in housing.chain(Book::shipped().places().map(|place| (place.layer, place.needed()))) {
            if !covers.iter().any(|(known, of, _)| *known == layer && *of == kinds) {
                let cover = Cover::of(snapshot, &statements, layer, &kinds);
                covers.push((layer, kinds, cover));
            }
        }
        Self { scheme, snapshot, covers }
    }

    /// Whether a layer cannot be read, so that nothing is known anywhere.
    pub fn is_lost(&self, layer: Layer) -> bool {
        lost(self.snapshot, layer)
    }

    /// Where housing is not known on both sides of a pipe.
    pub fn housing_unknown(&self, pipe: &Pipe<'_>, aside: Metres) -> Vec<Stretch> {
        self.unknown(Layer::ResidentialZones, &[EVERY_KIND.to_owned()], pipe, aside)
    }

    /// Where places are not known within reach of a pipe.
    pub fn places_unknown(&self, place: &Place, pipe: &Pipe<'_>, reach: Metres) -> Vec<Stretch> {
        self.unknown(place.layer, &place.needed(), pipe, reach)
    }

    /// The housing that may be within a distance of a pipe.
    pub fn housing(&self, pipe: &Pipe<'_>, aside: Metres) -> Vec<&'a Feature> {
        self.near(Layer::ResidentialZones, pipe, aside, |_| true)
    }

    /// The places that may be within a distance of a pipe, with what their drawings leave out taken off and tried.
    pub fn places(&self, place: &Place, pipe: &Pipe<'_>, reach: Metres) -> Vec<&'a Feature> {
        let Ok(index) = self.snapshot.layer(place.layer) else { return vec![] };
        let kinds = place.needed();
        let most = defaults().most_of(place.layer, kinds.iter().map(String::as_str)).max(index.widest());
        self.near(place.layer, pipe, reach + most, |kind| place.asks_for(kind))
    }

    fn near(
        &self,
        layer: Layer,
        pipe: &Pipe<'_>,
        within: Metres,
        asked: impl Fn(Option<&str>) -> bool,
    ) -> Vec<&'a Feature> {
        let Ok(index) = self.snapshot.layer(layer) else { return vec![] };
        let found = pipe.boxes.iter().flat_map(|around| index.near(around, within, &asked));
        let mut found: Vec<&Feature> = found.map(|(_, feature)| &**feature).collect();
        found.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        found.dedup_by(|one, other| one.id == other.id);
        found
    }

    fn unknown(&self, layer: Layer, kinds: &[String], pipe: &Pipe<'_>, reach: Metres) -> Vec<Stretch> {
        match self.covers.iter().find(|(known, of, _)| *known == layer && of == kinds) {
            Some((_, _, cover)) if !cover.lost => {
                let areas = cover.areas.iter();
                Stretch::joined(
                    areas.flat_map(|area| pipe.line.beyond(&area.geometry, area.outline.as_ref(), reach)).collect(),
                )
            }
            _ => vec![pipe.whole()],
        }
    }
}

impl Cover {
    fn of(snapshot: &Snapshot, statements: &[&Feature], layer: Layer, kinds: &[String]) -> Self {
        let of_layer: Vec<&Feature> =
            statements.iter().copied().filter(|one| one.properties.text("layer") == Some(layer.name())).collect();
        let mut sets: Vec<Vec<bool>> = Vec::new();
        for kind in kinds {
            let speaking = of_layer.iter().map(|statement| speaks_of(statement, kind)).collect();
            if !sets.contains(&speaking) {
                sets.push(speaking);
            }
        }
        let area = |set: &Vec<bool>| {
            let speaking = of_layer.iter().zip(set).filter(|(_, speaks)| **speaks);
            let union = Region::union_of(speaking.map(|(statement, _)| &statement.geometry));
            let geometry = Geometry::MultiPolygon(union.areas().clone());
            Area { outline: Outline::of(&geometry), geometry }
        };
        Self { lost: lost(snapshot, layer), areas: sets.iter().map(area).collect() }
    }
}

fn lost(snapshot: &Snapshot, layer: Layer) -> bool {
    [layer, Layer::Coverage].into_iter().any(|layer| snapshot.layer(layer).is_err())
}

/// The newest day that the coverage of an edition tells of.
pub(super) fn newest(snapshot: &Snapshot) -> Option<&str> {
    // Dates are written year first, so that they sort as texts.
    snapshot.features(Layer::Coverage).filter_map(|one| one.properties.text("as_of")).max()
}

/// The statements that had not lapsed on the newest day the edition tells of: grades follow from the edition alone and
/// read no clock.
fn in_force(snapshot: &Snapshot) -> Vec<&Feature> {
    let newest = newest(snapshot);
    let valid = |statement: &&Feature| match statement.properties.get("valid_until") {
        None => true,
        Some(last) => last.as_str().is_some_and(|last| newest.is_some_and(|newest| newest <= last)),
    };
    snapshot.features(Layer::Coverage).filter(valid).collect()
}
