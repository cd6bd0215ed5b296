use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::geom::algorithm::Intersects;
use crate::geom::{Geometry, LineString, Point, Rect};
use crate::index::{LayerIndex, Unavailable};
use crate::model::Properties;

pub(super) fn feature(id: &str, geometry: impl Into<Geometry>, properties: Value) -> Feature {
    let properties: Properties = serde_json::from_value(properties).unwrap();
    Feature::new(id, geometry.into(), properties).unwrap()
}

pub(super) fn block(west: f64, south: f64, east: f64, north: f64) -> Geometry {
    Rect::new(Point::new(west, south).0, Point::new(east, north).0).to_polygon().into()
}

pub(super) fn unit(id: &str, level: &str, geometry: Geometry) -> Feature {
    feature(id, geometry, json!({"name": format!("{id}镇"), "code": id, "level": level, "responsible_person": "李四"}))
}

pub(super) fn snapshot(revision: u64, features: Vec<(Layer, Feature)>) -> Snapshot {
    let mut layers: BTreeMap<Layer, Vec<Arc<Feature>>> = BTreeMap::new();
    for (layer, feature) in features {
        layers.entry(layer).or_default().push(Arc::new(feature));
    }
    let revision = Revision(revision);
    let index = |(layer, features)| (layer, Ok(LayerIndex::new(revision, features)));
    Snapshot::new(revision, layers.into_iter().map(index))
}

pub(super) fn commit(snapshot: &Snapshot, changes: Vec<Change>) -> Commit {
    Commit { revision: Revision(snapshot.revision().0 + 1), changes }
}

/// Two townships side by side, and a plant on their common border.
fn borderland() -> Snapshot {
    let tank = feature("t1", Point::new(3.0, 1.0), json!({"enterprise_id": "X1", "hazard_grade": 2, "name": "罐"}));
    snapshot(
        7,
        vec![
            (Layer::AdminUnits, unit("a", "township", block(0.0, 0.0, 2.0, 2.0))),
            (Layer::AdminUnits, unit("b", "township", block(2.0, 0.0, 4.0, 2.0))),
            (Layer::AdminUnits, unit("c", "township", block(8.0, 0.0, 9.0, 2.0))),
            (Layer::Enterprises, feature("e1", block(1.9, 0.9, 2.0, 1.1), json!({"name": "甲厂", "uscc": "X1"}))),
            (Layer::Enterprises, feature("e2", Point::new(0.5, 0.5), json!({"name": "乙厂", "risk_level": 4}))),
            (Layer::Installations, tank),
        ],
    )
}

fn levels(grades: &Grades) -> Vec<Option<u8>> {
    grades.areas("township").iter().map(|area| area.risk_level.map(RiskLevel::number)).collect()
}

#[test]
fn a_township_takes_the_worst_that_touches_it() {
    let snapshot = borderland();
    let grades = Grades::of(&snapshot);
    assert_eq!(grades.level(Layer::Enterprises, "e1"), Some(RiskLevel::High), "from its tank, by code");
    assert_eq!(levels(&grades), [Some(2), Some(2), None]);
    let counts = serde_json::to_value(grades.areas("township")[0].counts).unwrap();
    assert_eq!(counts, json!({"1": 0, "2": 1, "3": 0, "4": 1, "none": 0}));
    assert_eq!(grades.level(Layer::AdminUnits, "c"), None);
    assert_eq!(grades.areas("village"), &[]);
}

#[test]
fn an_area_explains_itself_and_without_its_worst_shows_the_next() {
    let snapshot = borderland();
    let grades = Grades::of(&snapshot);
    let grade = grades.explain(&snapshot, Layer::AdminUnits, "a").unwrap();
    assert_eq!((grade.level, grade.method.as_str()), (Some(RiskLevel::High), "max"));
    let whats: Vec<&str> = grade.steps.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(whats, ["enterprises/e1", "enterprises/e2", "risk_level"]);
    let commit = commit(&snapshot, vec![Change::Delete(Layer::Enterprises, "e1".into())]);
    let next = snapshot.after(&commit);
    assert_eq!(levels(&grades.after(&next, &commit)), [Some(4), Some(2), None]);
    assert!(grades.explain(&snapshot, Layer::Roads, "x").is_none());
    assert!(grades.explain(&snapshot, Layer::Pipelines, "nobody").is_none());
}

#[test]
fn only_the_boxes_whose_grade_changed_are_renewed() {
    let snapshot = borderland();
    let grades = Grades::of(&snapshot);
    let redder = feature("e2", Point::new(0.5, 0.5), json!({"name": "乙厂", "risk_level": 1}));
    let commit = commit(&snapshot, vec![Change::Put(Layer::Enterprises, redder)]);
    let grades = grades.after(&snapshot.after(&commit), &commit);
    let at = |layer, x| grades.freshness(layer).of(&Envelope { west: x, south: 0.5, east: x, north: 0.5 });
    assert_eq!((at(Layer::Enterprises, 0.5), at(Layer::Enterprises, 0.6)), (Revision(8), Revision(7)));
    assert_eq!((at(Layer::AdminUnits, 1.5), at(Layer::AdminUnits, 3.0)), (Revision(8), Revision(7)));
    assert_eq!((at(Layer::Installations, 0.5), at(Layer::Roads, 0.5)), (Revision(7), Revision(0)));
}

#[test]
fn a_milder_neighbour_changes_counts_and_renews_no_area() {
    let snapshot = borderland();
    let grades = Grades::of(&snapshot);
    let blue = feature("e9", Point::new(0.7, 0.5), json!({"name": "丙厂", "risk_level": 4}));
    let commit = commit(&snapshot, vec![Change::Put(Layer::Enterprises, blue)]);
    let grades = grades.after(&snapshot.after(&commit), &commit);
    assert_eq!(grades.areas("township")[0].counts.graded(), 3);
    let box_of_a = Envelope { west: 0.1, south: 0.1, east: 0.2, north: 0.2 };
    assert_eq!(grades.freshness(Layer::AdminUnits).of(&box_of_a), Revision(7));
}

#[test]
fn a_lost_layer_is_named_in_the_reason_and_graded_again_when_it_is_back() {
    let whole = borderland();
    let units = whole.layer(Layer::AdminUnits).unwrap().as_ref().clone();
    let enterprises = whole.layer(Layer::Enterprises).unwrap().as_ref().clone();
    let partial = Snapshot::new(
        Revision(7),
        [
            (Layer::AdminUnits, Ok(units)),
            (Layer::Enterprises, Ok(enterprises)),
            (Layer::Installations, Err(Unavailable("坏表".into()))),
        ],
    );
    let grades = Grades::of(&partial);
    assert_eq!(levels(&grades), [Some(4), None, None]);
    assert!(grades.areas("township").iter().all(|area| area.reason.contains("不可用")));
    let nothing = Commit { revision: Revision(7), changes: vec![] };
    assert_eq!(levels(&grades.after(&whole, &nothing)), [Some(2), Some(2), None]);
}

/// A small reproducible source of chances.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    fn place(&mut self) -> (f64, f64) {
        (self.below(41) as f64 / 4.0, self.below(41) as f64 / 4.0)
    }

    fn shape(&mut self) -> Geometry {
        let ((x, y), (width, height)) = (self.place(), (self.below(12) as f64 / 8.0, self.below(12) as f64 / 8.0));
        match self.below(3) {
            0 => block(x, y, x + width + 0.1, y + height + 0.1),
            1 => LineString::from(vec![(x, y), (x + width, y + height)]).into(),
            _ => Point::new(x, y).into(),
        }
    }

    /// Ids, codes and names come from one small pool, so that references break, mend and clash.
    fn word(&mut self) -> String {
        format!("w{}", self.below(60))
    }

    fn properties(&mut self, layer: Layer) -> Value {
        let level = [json!(null), json!(null), json!(1), json!(2), json!(3), json!(4)][self.below(6) as usize].clone();
        let mut properties = json!({"name": self.word(), "risk_level": level});
        match layer {
            Layer::Enterprises => {
                properties["uscc"] = json!(self.word());
                properties["risk_method"] = json!(["LEC", "LS", "?"][self.below(3) as usize]);
                properties["risk_score"] = json!(self.below(25) + 1);
                if self.below(4) == 0 {
                    properties["override_by"] = json!("张三");
                    properties["override_reason"] = json!("整改完成");
                }
            }
            Layer::Installations => {
                properties["enterprise_id"] = json!(self.word());
                properties["hazard_grade"] = json!(self.below(5));
            }
            Layer::Pipelines => properties["hca_grade"] = json!(self.below(4)),
            _ => properties["grade"] = json!(["A", "B", "C", "D"][self.below(4) as usize]),
        }
        properties
    }

    fn unit(&mut self) -> Feature {
        let id = format!("u{}", self.below(8));
        let (x, y) = self.place();
        let level = ["township", "village", "district"][self.below(3) as usize];
        unit(&id, level, block(x, y, x + 0.5 + self.below(10) as f64, y + 0.5 + self.below(10) as f64))
    }

    /// A zone of an object, or of nobody.
    fn zone(&mut self) -> Feature {
        let (x, y) = self.place();
        let (width, height) = (self.below(12) as f64 / 8.0 + 0.1, self.below(12) as f64 / 8.0 + 0.1);
        let kind = ["safety_distance", "hygiene_distance", "individual_risk_contour", "planning_control"]
            [self.below(4) as usize];
        let properties = json!({"name": "区", "kind": kind, "of": self.word()});
        feature(&format!("z{}", self.below(40)), block(x, y, x + width, y + height), properties)
    }

    fn change(&mut self) -> Change {
        let layer = [GRADED[self.below(7) as usize], Layer::Enterprises, Layer::Installations][self.below(3) as usize];
        match self.below(10) {
            8 => Change::Put(Layer::BufferZones, self.zone()),
            9 => Change::Delete(Layer::BufferZones, format!("z{}", self.below(40))),
            0 => Change::Put(Layer::AdminUnits, self.unit()),
            1 => Change::Delete(Layer::AdminUnits, format!("u{}", self.below(8))),
            2 | 3 => Change::Delete(layer, self.word()),
            _ => Change::Put(layer, feature(&self.word(), self.shape(), self.properties(layer))),
        }
    }

    fn commit(&mut self, snapshot: &Snapshot, size: u64) -> Commit {
        let mut changes: BTreeMap<(Layer, String), Change> = BTreeMap::new();
        for _ in 0..size {
            let change = self.change();
            let id = match &change {
                Change::Put(_, feature) => feature.id.clone(),
                Change::Delete(_, id) => id.clone(),
            };
            changes.insert((change.layer(), id), change);
        }
        commit(snapshot, changes.into_values().collect())
    }
}

/// The worst level and the number of graded objects of a unit, by looking at everything.
fn looked_at_everything(snapshot: &Snapshot, grades: &Grades, unit: &Feature) -> (Option<RiskLevel>, usize) {
    let objects = GRADED.into_iter().flat_map(|layer| snapshot.features(layer).map(move |object| (layer, object)));
    let meets = |shape: &Feature| {
        let on_the_grid = || grades.cells.lattice().is_some_and(|lattice| lattice.holds(shape.envelope()));
        unit.geometry.intersects(&shape.geometry) && (unit.id != "cell" || on_the_grid())
    };
    let touching = objects.filter(|(layer, object)| meets(object) || zones_of(snapshot, *layer, object).any(meets));
    let levels = touching.filter_map(|(layer, object)| grades.explain(snapshot, layer, &object.id)?.level);
    levels.fold((None, 0), |(worst, count), level| {
        (worst.map_or(Some(level), |w: RiskLevel| Some(w.min(level))), count + 1)
    })
}

/// The effect contours of an object, by looking at everything.
fn zones_of<'a>(snapshot: &'a Snapshot, layer: Layer, object: &'a Feature) -> impl Iterator<Item = &'a Feature> {
    let kinds = ["safety_distance", "hygiene_distance", "individual_risk_contour"];
    let zones = snapshot.features(Layer::BufferZones).filter(move |zone| kinds.contains(&zone.kind().unwrap_or("")));
    zones.filter(move |zone| {
        let word = zone.properties.text("of").unwrap_or("");
        snapshot.referred(layer, word).is_some_and(|meant| meant.id == object.id)
    })
}

/// Every cell, told apart one by one where they differ.
fn assert_same_cells(one: &Grades, other: &Grades) {
    let ((lattice, outside, cells), (others_lattice, others_outside, others)) =
        (one.cells.contents(), other.cells.contents());
    assert_eq!((lattice, outside, cells.len()), (others_lattice, others_outside, others.len()));
    cells.iter().zip(&others).for_each(|(cell, other)| assert_eq!(cell, other));
}

/// Every square of the grid in a window, by looking at everything.
fn assert_cells_hold(snapshot: &Snapshot, grades: &Grades) {
    let (Some(lattice), _, cells) = grades.cells.contents() else {
        return assert!(grades.cells.contents().2.is_empty());
    };
    let (columns, rows) = lattice.around_box(&Envelope { west: 5.0, south: 3.0, east: 5.6, north: 3.6 });
    let cells: BTreeMap<crate::geom::Square, _> = cells.into_iter().collect();
    for row in rows {
        for square in columns.clone().map(|column| crate::geom::Square { row, column }) {
            let unit = feature("cell", lattice.area(square), json!({}));
            let expected = looked_at_everything(snapshot, grades, &unit);
            let cell = cells.get(&square);
            let found = cell.map_or((None, 0), |cell| (cell.worst.as_ref().map(|w| w.level), cell.counts.graded()));
            assert_eq!(found, expected, "{}", lattice.name(square));
        }
    }
}

pub(super) fn assert_fresh(before: &Grades, after: &Grades, now: &Snapshot) {
    for layer in GRADED {
        for feature in now.features(layer).filter(|one| before.level(layer, &one.id) != after.level(layer, &one.id)) {
            assert_eq!(after.freshness(layer).of(feature.envelope()), now.revision(), "{layer} {}", feature.id);
        }
    }
    let window = Envelope { west: 5.0, south: 3.0, east: 6.5, north: 4.5 };
    let drawn = |grades: &Grades| -> BTreeMap<String, crate::risk::GridCell> {
        grades.grid_cells(&window).into_iter().map(|cell| (cell.id.clone(), cell)).collect()
    };
    let (then, since) = (drawn(before), drawn(after));
    for cell in then.values().chain(since.values()).filter(|cell| then.get(&cell.id) != since.get(&cell.id)) {
        let envelope = Envelope::of(&cell.area).unwrap();
        assert_eq!(after.cells_freshness().of(&envelope), now.revision(), "{}", cell.id);
    }
    for area in after.areas.all() {
        let unit = now.feature(Layer::AdminUnits, &area.id).unwrap();
        if before.area(&area.id).is_none_or(|then| then.risk_level != area.risk_level || then.reason != area.reason) {
            assert_eq!(after.freshness(Layer::AdminUnits).of(unit.envelope()), now.revision(), "{}", area.id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn one_commit_after_another_comes_to_the_same_as_from_scratch(seed: u64) {
        let mut dice = Dice(seed);
        // Squares of 10 km, and a frame that keeps the grid in its place; the west of the scene lies beyond the grid.
        let scheme = Arc::new(Scheme::with_text("t.toml", "decided = \"x\"\n[grid]\nside_m = 10000").unwrap());
        let frame = unit("frame", "functional", block(0.0, 0.0, 24.0, 24.0));
        let mut now = snapshot(1, vec![(Layer::AdminUnits, frame)]);
        let mut grades = Grades::by(&scheme, &now);
        for round in 0..10 {
            let size = if round == 0 { 600 } else { 1 + dice.below(8) };
            let commit = dice.commit(&now, size);
            let next = now.after(&commit);
            let after = grades.after(&next, &commit);
            let scratch = Grades::by(&scheme, &next);
            prop_assert_eq!(after.levels.all(), scratch.levels.all());
            prop_assert_eq!(&after.ownership, &scratch.ownership);
            prop_assert_eq!(&after.effects, &scratch.effects);
            assert_same_cells(&after, &scratch);
            if round == 4 {
                assert_cells_hold(&next, &after);
            }
            prop_assert_eq!(after.areas.all(), scratch.areas.all());
            for area in after.areas.all() {
                let unit = next.feature(Layer::AdminUnits, &area.id).unwrap();
                let expected = looked_at_everything(&next, &after, unit);
                prop_assert_eq!((area.risk_level, area.counts.graded()), expected);
            }
            assert_fresh(&grades, &after, &next);
            (now, grades) = (next, after);
        }
    }
}

/// Run by hand, optimised: a province's worth of plants must be graded in seconds.
#[test]
#[ignore = "measures, does not judge"]
fn how_long_a_million_takes() {
    let mut dice = Dice(1);
    let started = std::time::Instant::now();
    let mut features: Vec<(Layer, Feature)> = Vec::new();
    for n in 0..1_000_000u64 {
        let (x, y) = (dice.below(1 << 20) as f64 / 104_857.6, dice.below(1 << 20) as f64 / 104_857.6);
        let shape = if n % 10 == 0 { block(x, y, x + 0.001, y + 0.001) } else { Point::new(x, y).into() };
        let properties = json!({"name": format!("厂{n}"), "uscc": format!("C{n}"), "kind": "factory", "status": "operating",
            "risk_method": "LEC", "risk_score": 1 + dice.below(400), "regulator": "应急", "committee": "工业"});
        features.push((Layer::Enterprises, feature(&format!("e{n}"), shape, properties)));
    }
    for n in 0..50_000u64 {
        let word = format!("{}{}", ["C", "e", "厂"][(n % 3) as usize], n * 20);
        let properties = json!({"name": "罐", "enterprise_id": word, "hazard_grade": 1 + n % 4});
        features.push((Layer::Installations, feature(&format!("t{n}"), Point::new(5.0, 5.0), properties)));
    }
    // A district of wavy outline, 20 × 20 townships and 60 × 60 villages.
    for (level, side) in [("district", 1u32), ("township", 20), ("village", 60)] {
        let step = 10.0 / f64::from(side);
        for (row, column) in (0..side).flat_map(|row| (0..side).map(move |column| (row, column))) {
            let id = format!("{level}-{row:02}-{column:02}");
            let outline = wavy(f64::from(column) * step, f64::from(row) * step, step);
            features.push((Layer::AdminUnits, unit(&id, level, outline)));
        }
    }
    eprintln!("made {:?}", started.elapsed());
    let snapshot = snapshot(1, features);
    eprintln!("indexed {:?}", started.elapsed());
    let started = std::time::Instant::now();
    let ownership = Ownership::of(&snapshot);
    eprintln!("ownership {:?}", started.elapsed());
    drop(ownership);
    let started = std::time::Instant::now();
    let grades = Grades::of(&snapshot);
    eprintln!("graded {:?}", started.elapsed());
    let edit = feature("e77", Point::new(5.0, 5.0), json!({"name": "新", "kind": "factory", "risk_level": 1}));
    let commit = commit(&snapshot, vec![Change::Put(Layer::Enterprises, edit)]);
    let started = std::time::Instant::now();
    let next = snapshot.after(&commit);
    eprintln!("reindexed {:?}", started.elapsed());
    let started = std::time::Instant::now();
    drop(grades.after(&next, &commit));
    eprintln!("one change {:?}", started.elapsed());
}

fn wavy(west: f64, south: f64, side: f64) -> Geometry {
    let turn = |n: u32| std::f64::consts::TAU * f64::from(n) / 1000.0;
    let radius = |n: u32| side / 2.0 * (0.9 + 0.1 * (turn(n) * 25.0).sin());
    let vertex =
        |n: u32| (west + side / 2.0 + radius(n) * turn(n).cos(), south + side / 2.0 + radius(n) * turn(n).sin());
    crate::geom::Polygon::new(LineString::from((0..1000).map(vertex).collect::<Vec<_>>()), vec![]).into()
}
