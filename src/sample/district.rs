//! Puts the district together: first the land as sketched, then the lines across it, then what is built on it.

use super::board::Board;
use super::feature::SampleFeature;
use super::ground::{self, Ground};
use super::land::Land;
use super::random::Dice;
use super::shapes::{Coord, MultiPolygon};
use super::structures::{self, Parts};
use super::waters::{self, Water};
use super::ways::{self, Way};
use super::{SampleLayer, belts, coverage, industry, people, pipes, plant, power, protected, sketch};
use crate::model::Layer;

/// Corners of the ground: everything within reach of the district, degrees.
const CORNERS: [sketch::At; 2] = [(115.50, 29.28), (116.36, 29.92)];

/// How many pipelines a district gets.
const PIPELINES: usize = 40;

/// All layers of the district for a seed.
pub(super) fn layers(seed: u64) -> Vec<SampleLayer> {
    let board = Board::DISTRICT;
    let throw = |purpose: &str| Dice::new(seed, purpose);
    let land = Land::sketch(board);
    let waters = waters::draw(board);
    let corners = CORNERS.map(|at| board.place(at));
    let mut ground = open_ground(&land, &waters, corners);

    let mut railways = ways::draw(board, sketch::RAILWAYS, false);
    railways.extend(ways::draw(board, sketch::INVENTED_RAILWAYS, true));
    let mut roads = ways::draw(board, sketch::ROADS, false);
    roads.extend(ways::draw(board, sketch::INVENTED_ROADS, true));
    let mut reserves = protected::draw(board, &waters);
    let mut pipes = pipes::draw_long(board, &railways, &mut throw("pipelines"));
    protected::mark(&mut ground, &reserves);
    ways::mark(&mut ground, &railways);
    ways::mark(&mut ground, &roads);
    pipes::mark(&mut ground, &pipes);

    let villages = ways::villages(board, &ground, corners, &mut throw("villages"));
    let lanes = ways::lanes(&ground, &roads, &villages, &mut throw("lanes"));
    ways::mark(&mut ground, &lanes);
    let substations = power::substations(board, &mut ground, &mut throw("substations"));
    let lines = power::draw(board, &mut ground, &substations, &villages, &mut throw("power"));

    let enterprises = industry::draw(board, &mut ground, &roads, &land, &mut throw("enterprises"));
    let zones = people::draw(board, &mut ground, &villages, &mut throw("housing"));
    let targets = people::target_features(board, &mut ground, &zones, &mut throw("targets"));
    let missing = PIPELINES.saturating_sub(pipes.len());
    pipes.extend(pipes::draw_local(&roads, &enterprises, missing, &mut throw("local pipelines")));
    let facilities = pipes::facilities(board, &mut ground, &pipes, &mut throw("facilities"));
    reserves.extend(protected::leftovers(board, &mut ground, &mut throw("farmland")));
    roads.extend(lanes);

    let setting = |way: &Way| setting(board, way);
    let railway_pieces = ways::cut_at_towns(board, &railways);
    let mut layers = vec![
        (Layer::AdminUnits, land.features(board)),
        (Layer::BufferZones, belts::features(board, &enterprises, &mut throw("belts"))),
        (Layer::ChemicalParks, belts::parks(board, &enterprises)),
        (Layer::Enterprises, industry::features(board, &land, &enterprises, &mut throw("ledger"))),
        (Layer::Installations, plant::features(board, &enterprises, &mut throw("installations"))),
        (Layer::PipelineFacilities, facilities),
        (Layer::Pipelines, pipes::features(board, &pipes, &mut throw("pipe ledger"))),
        (Layer::PowerLines, power::features(board, &lines, &mut throw("line ledger"))),
        (Layer::ProtectedAreas, protected::features(board, &reserves)),
        (Layer::ProtectionTargets, targets),
        (Layer::Railways, ways::features(board, "rai", &railway_pieces, Some(&setting))),
        (Layer::ResidentialZones, people::zone_features(board, &zones, &mut throw("census"))),
        (Layer::Roads, ways::features(board, "roa", &roads, None)),
        (Layer::Structures, structure_features(board, &roads, &railways, &waters, &substations, &pipes)),
        (Layer::Waters, waters::features(board, &waters)),
    ];
    let named: Vec<_> = layers.iter().map(|(layer, _)| *layer).collect();
    let extent = |layer: Layer| board.geometry(coverage_of(&land, layer).clone());
    layers.insert(3, (Layer::Coverage, coverage::features(&named, extent)));
    layers.into_iter().map(|(layer, features)| SampleLayer::whole(layer, features)).collect()
}

/// The ground with water and the limits of the layers marked.
fn open_ground(land: &Land, waters: &[Water], [low, high]: [Coord<f64>; 2]) -> Ground {
    let mut ground = Ground::new(low, high, ground::BEYOND | ground::UNSURVEYED);
    for part in &land.reach.0 {
        ground.clear_area(part, ground::BEYOND);
    }
    for part in &land.surveyed.0 {
        ground.clear_area(part, ground::UNSURVEYED);
    }
    for part in waters.iter().flat_map(|water| &water.area.0) {
        ground.mark_area(part, 30.0, ground::WATER);
    }
    ground
}

/// Where people live and gather is surveyed only up to the gap; everything else over the whole reach.
fn coverage_of(land: &Land, layer: Layer) -> &MultiPolygon<f64> {
    match layer {
        Layer::ResidentialZones | Layer::ProtectionTargets => &land.surveyed,
        _ => &land.reach,
    }
}

/// The surroundings of a piece of railway.
fn setting(board: Board, way: &Way) -> &'static str {
    let middle = way.line[way.line.len() / 2];
    match ways::town_at(board, middle) {
        Some("九江城区" | "瑞昌城区") => "city_urban",
        Some("沙河" | "浔南" | "赛城湖") => "suburb_residential",
        Some(_) => "village_town_residential",
        None => "elsewhere",
    }
}

fn structure_features(
    board: Board,
    roads: &[Way],
    railways: &[Way],
    waters: &[Water],
    substations: &[power::Substation],
    pipes: &[pipes::Pipe],
) -> Vec<SampleFeature> {
    let mut bridges = ways::bridges(roads, waters, "bridge_medium_plus");
    bridges.extend(ways::bridges(railways, waters, "railway_bridge"));
    let ways: Vec<_> = roads.iter().chain(railways).cloned().collect();
    let crossings = pipes::crossings(pipes, waters);
    structures::features(board, &Parts { bridges: &bridges, ways: &ways, substations, crossings: &crossings })
}
