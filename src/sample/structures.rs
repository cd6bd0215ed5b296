//! Single structures: bridges, tunnels, ferries, dams, crossings, wharves, substations, the weather station.

use super::board::{Board, heading, moved};
use super::curve::{length, plot};
use super::feature::{Ids, SampleFeature, tenth};
use super::power::Substation;
use super::shapes::{Coord, Geometry, LineString, Point};
use super::sketch::At;
use super::ways::{self, Bridge, Way};

/// Tunnels: the way, name, kind, where on the way it begins and how long it is (m).
const TUNNELS: &[(&str, &str, &str, f64, f64)] = &[
    ("杭瑞高速", "东林隧道", "highway_tunnel", 17_200.0, 900.0),
    ("新岷公路", "岷山隧道", "highway_tunnel", 7_600.0, 640.0),
    ("昌九城际", "马回岭隧道", "railway_tunnel", 37_000.0, 780.0),
];

/// Single places: name, kind, place, radius that holds it (m).
const PLACES: &[(&str, &str, At, Option<f64>)] = &[
    ("江洲汽渡南岸渡口", "highway_ferry", (116.118, 29.7475), Some(60.0)),
    ("江洲汽渡江洲渡口", "highway_ferry", (116.118, 29.7665), Some(60.0)),
    ("城子汽渡", "highway_ferry", (115.690, 29.8445), None),
    ("狮子气象站", "met_station", (115.846, 29.613), Some(30.0)),
    ("马回岭采石场明火点", "open_flame", (115.846, 29.438), Some(15.0)),
];

/// Wharves along the bank: name, place, direction (radians), length (m).
const WHARVES: &[(&str, At, f64, f64)] = &[
    ("赤湖港区码头", (115.770, 29.7945), -0.66, 420.0),
    ("城子港区码头", (115.716, 29.8340), -0.70, 360.0),
    ("永安码头", (115.868, 29.7425), -0.40, 240.0),
];

/// What the structures are gathered from.
pub(super) struct Parts<'a> {
    /// Bridges of roads and railways.
    pub bridges: &'a [Bridge],
    /// Roads and railways, for the tunnels.
    pub ways: &'a [Way],
    /// Substations.
    pub substations: &'a [Substation],
    /// Where pipelines cross waters.
    pub crossings: &'a [(String, Vec<Coord<f64>>)],
}

/// The features of `structures`.
pub(super) fn features(board: Board, parts: &Parts<'_>) -> Vec<SampleFeature> {
    let mut ids = Ids::new("str");
    let mut features = Vec::new();
    let mut add = |name: &str, kind: &str, shape: Geometry<f64>, length_m: Option<f64>| {
        let feature = SampleFeature::invented(ids.next(), name, board.geometry(shape)).with("kind", kind);
        features.push(feature.with_some("length_m", length_m));
    };
    for bridge in parts.bridges {
        add(&bridge.name, bridge.kind, LineString::new(bridge.line.clone()).into(), Some(bridge.length_m));
    }
    for (way, name, kind, from, long) in TUNNELS {
        let line = ways::stretch_of(parts.ways, way, *from, from + long);
        if line.len() > 1 {
            add(name, kind, LineString::new(line).into(), Some(*long));
        }
    }
    for (name, line) in parts.crossings {
        add(name, "pipeline_crossing", LineString::new(line.clone()).into(), Some(tenth(length(line))));
    }
    for substation in parts.substations {
        add(&substation.name, "substation", substation.plot.area().into(), None);
    }
    for (name, at, angle, long) in WHARVES {
        let shape = plot(board.place(*at), heading(*angle), *long, 45.0);
        add(name, "wharf", shape.into(), Some(*long));
    }
    let dam = moved(board.place((115.7785, 29.512)), heading(0.0), 0.0, 0.0);
    add("岷山水库大坝", "dam", plot(dam, heading(1.4), 240.0, 20.0).into(), Some(240.0));
    for (name, kind, at, _) in PLACES {
        add(name, kind, Point(board.place(*at)).into(), None);
    }
    with_extents(features)
}

/// Gives the single places the radius that holds them, where one is told.
fn with_extents(features: Vec<SampleFeature>) -> Vec<SampleFeature> {
    let plain = features.len() - PLACES.len();
    let extents = std::iter::repeat_n(None, plain).chain(PLACES.iter().map(|place| place.3));
    features.into_iter().zip(extents).map(|(feature, extent)| feature.with_some("extent_m", extent)).collect()
}
