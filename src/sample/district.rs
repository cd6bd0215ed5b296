//! Puts the district together: first the land as sketched, then the lines across it, then what is built on it.

use super::board::Board;
use super::feature::SampleFeature;
use super::ground::{self, Ground};
use super::industry::{self, Enterprise};
use super::land::Land;
use super::people::{self, Zone};
use super::pipes::{self, Pipe};
use super::power::{self, Substation};
use super::protected::{self, Protected};
use super::random::Dice;
use super::shapes::{Coord, MultiPolygon};
use super::structures::{self, Parts};
use super::waters::{self, Water};
use super::ways::{self, Way};
use super::{SampleLayer, belts, coverage, plant, registers, sketch};
use crate::model::Layer;

const BOARD: Board = Board::DISTRICT;

/// Corners of the ground: everything within reach of the district, degrees.
const CORNERS: [sketch::At; 2] = [(115.50, 29.28), (116.36, 29.92)];

/// How many pipelines a district gets.
const PIPELINES: usize = 40;

/// All layers of the district for a seed.
pub(super) fn layers(seed: u64) -> Vec<SampleLayer> {
    let mut scene = Scene::sketch(seed);
    scene.draw_lines();
    scene.build();
    scene.layers()
}

/// The district while it is being drawn.
struct Scene {
    seed: u64,
    land: Land,
    ground: Ground,
    waters: Vec<Water>,
    reserves: Vec<Protected>,
    railways: Vec<Way>,
    roads: Vec<Way>,
    villages: Vec<Coord<f64>>,
    pipes: Vec<Pipe>,
    substations: Vec<Substation>,
    power_lines: Vec<power::Line>,
    enterprises: Vec<Enterprise>,
    zones: Vec<Zone>,
    /// Layers whose features are made as their places are found.
    targets: Vec<SampleFeature>,
    facilities: Vec<SampleFeature>,
}

impl Scene {
    /// What does not depend on the seed: land, waters, hills, the ways of the sketch.
    fn sketch(seed: u64) -> Self {
        let land = Land::sketch(BOARD);
        let waters = waters::draw(BOARD);
        let mut ground = open_ground(&land, &waters);
        let reserves = protected::draw(BOARD, &waters);
        let mut railways = ways::draw(BOARD, sketch::RAILWAYS, false);
        railways.extend(ways::draw(BOARD, sketch::INVENTED_RAILWAYS, true));
        let mut roads = ways::draw(BOARD, sketch::ROADS, false);
        roads.extend(ways::draw(BOARD, sketch::INVENTED_ROADS, true));
        protected::mark(&mut ground, &reserves);
        ways::mark(&mut ground, &railways);
        ways::mark(&mut ground, &roads);
        Self {
            seed,
            land,
            ground,
            waters,
            reserves,
            railways,
            roads,
            villages: Vec::new(),
            pipes: Vec::new(),
            substations: Vec::new(),
            power_lines: Vec::new(),
            enterprises: Vec::new(),
            zones: Vec::new(),
            targets: Vec::new(),
            facilities: Vec::new(),
        }
    }

    /// The dice for one purpose.
    fn throw(&self, purpose: &str) -> Dice {
        Dice::new(self.seed, purpose)
    }

    /// Lines across the country: pipelines, lanes to the villages, power lines.
    fn draw_lines(&mut self) {
        self.pipes = pipes::draw_long(BOARD, &self.railways, &mut self.throw("pipelines"));
        pipes::mark(&mut self.ground, &self.pipes);
        self.villages = ways::villages(BOARD, &self.ground, corners(), &mut self.throw("villages"));
        let lanes = ways::lanes(&self.ground, &self.roads, &self.villages, &mut self.throw("lanes"));
        ways::mark(&mut self.ground, &lanes);
        self.roads.extend(lanes);
        let mut dice = self.throw("power");
        self.substations = power::substations(BOARD, &mut self.ground, &mut dice);
        self.power_lines = power::draw(BOARD, &mut self.ground, &self.substations, &self.villages, &mut dice);
    }

    /// What is built: works first, then housing, schools and the rest, at last what fills the free ground.
    fn build(&mut self) {
        let mut dice = self.throw("enterprises");
        self.enterprises = industry::draw(BOARD, &mut self.ground, &self.roads, &self.land, &mut dice);
        let mut dice = self.throw("housing");
        self.zones = people::draw(BOARD, &mut self.ground, &self.villages, &mut dice);
        let mut dice = self.throw("targets");
        self.targets = people::target_features(BOARD, &mut self.ground, &self.zones, &mut dice);
        let mut dice = self.throw("local pipelines");
        let missing = PIPELINES.saturating_sub(self.pipes.len());
        self.pipes.extend(pipes::draw_local(&self.roads, &self.enterprises, missing, &mut dice));
        self.facilities = pipes::facilities(BOARD, &mut self.ground, &self.pipes, &mut dice);
        let mut dice = self.throw("farmland");
        self.reserves.extend(protected::leftovers(BOARD, &mut self.ground, &mut dice));
    }

    /// Every layer, in the order of their names.
    fn layers(self) -> Vec<SampleLayer> {
        let dice = |purpose: &str| Dice::new(self.seed, purpose);
        let works = &self.enterprises;
        let railways = ways::cut_at_towns(BOARD, &self.railways);
        let extent = |layer: Layer| BOARD.geometry(covered(&self.land, layer).clone());
        let others: Vec<_> = Layer::ALL.into_iter().filter(|layer| *layer != Layer::Coverage).collect();
        let features = |layer: Layer| match layer {
            Layer::AdminUnits => self.land.features(BOARD),
            Layer::BufferZones => belts::features(BOARD, works, &mut dice("belts")),
            Layer::ChemicalParks => belts::parks(BOARD, works),
            Layer::Coverage => coverage::features(&others, extent),
            Layer::Enterprises => industry::features(BOARD, &self.land, works, &mut dice("ledger")),
            Layer::HazardousGoods => registers::goods(BOARD, &self.land, works, &self.roads),
            Layer::HiddenDangers => registers::dangers(BOARD, &self.land, works, &mut dice("hidden dangers")),
            Layer::Installations => plant::features(BOARD, works, &mut dice("installations")),
            Layer::Lifelines => registers::lifelines(BOARD, &self.roads, &mut dice("lifelines")),
            Layer::PipelineFacilities => self.facilities.clone(),
            Layer::Pipelines => pipes::features(BOARD, &self.pipes, &mut dice("pipe ledger")),
            Layer::PowerLines => power::features(BOARD, &self.power_lines, &mut dice("line ledger")),
            Layer::ProtectedAreas => protected::features(BOARD, &self.reserves),
            Layer::ProtectionTargets => self.targets.clone(),
            Layer::Railways => ways::features(BOARD, "rai", &railways, Some(&setting)),
            Layer::ResidentialZones => people::zone_features(BOARD, &self.zones, &mut dice("census")),
            Layer::Roads => ways::features(BOARD, "roa", &self.roads, None),
            Layer::Structures => self.structures(),
            Layer::Waters => waters::features(BOARD, &self.waters),
        };
        Layer::ALL.into_iter().map(|layer| SampleLayer::whole(layer, features(layer))).collect()
    }

    fn structures(&self) -> Vec<SampleFeature> {
        let mut bridges = ways::bridges(&self.roads, &self.waters, "bridge_medium_plus");
        bridges.extend(ways::bridges(&self.railways, &self.waters, "railway_bridge"));
        let ways: Vec<_> = self.roads.iter().chain(&self.railways).cloned().collect();
        let crossings = pipes::crossings(&self.pipes, &self.waters);
        let substations = &self.substations;
        structures::features(BOARD, &Parts { bridges: &bridges, ways: &ways, substations, crossings: &crossings })
    }
}

fn corners() -> [Coord<f64>; 2] {
    CORNERS.map(|at| BOARD.place(at))
}

/// The ground with water and the limits of the layers marked.
fn open_ground(land: &Land, waters: &[Water]) -> Ground {
    let [low, high] = corners();
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
fn covered(land: &Land, layer: Layer) -> &MultiPolygon<f64> {
    match layer {
        Layer::ResidentialZones | Layer::ProtectionTargets => &land.surveyed,
        _ => &land.reach,
    }
}

/// The surroundings of a piece of railway.
fn setting(way: &Way) -> &'static str {
    let middle = way.line[way.line.len() / 2];
    match ways::town_at(BOARD, middle) {
        Some("九江城区" | "瑞昌城区") => "city_urban",
        Some("沙河" | "浔南" | "赛城湖") => "suburb_residential",
        Some(_) => "village_town_residential",
        None => "elsewhere",
    }
}
