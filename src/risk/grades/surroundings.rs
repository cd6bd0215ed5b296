//! Grades that follow from what stands around: people, coverage, hidden dangers, flow paths.

// Lists are written where they are used.
#![allow(clippy::needless_pass_by_value)]

use super::tests::{Dice, block, commit, feature, snapshot, unit};
use super::*;
use crate::geom::{Geometry, Point, direct};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The worked example of GB 18218.
fn ammonia_and_chlorine() -> Value {
    json!([{"cas": "7664-41-7", "tonnes": 20}, {"name": "氯", "tonnes": 10}])
}

/// The middle of the plants below.
const CENTRE: Point = Point(crate::geom::Coord { x: 115.8, y: 29.6 });

/// A square whose sides are so far from a centre.
fn square(centre: Point, half_m: f64) -> Geometry {
    let [north, east] = [0.0, 90.0].map(|azimuth| direct(centre, azimuth, half_m));
    let (high, wide) = (north.y() - centre.y(), east.x() - centre.x());
    block(centre.x() - wide, centre.y() - high, centre.x() + wide, centre.y() + high)
}

/// A village whose near side is so far north of the centre, as wide as a plant of 100 m.
fn village(id: &str, near_m: f64, properties: Value) -> (Layer, Feature) {
    let near = direct(CENTRE, 0.0, near_m).y();
    let shape = block(CENTRE.x() - 0.0005, near, CENTRE.x() + 0.0005, near + 0.002);
    let mut properties = properties;
    properties["name"] = json!(format!("村{id}"));
    (Layer::ResidentialZones, feature(id, shape, properties))
}

fn coverage(half_m: f64, properties: Value) -> (Layer, Feature) {
    let mut properties = properties;
    properties["layer"] = json!("residential_zones");
    properties["as_of"] = json!("2026-01-01");
    (Layer::Coverage, feature("c", square(CENTRE, half_m), properties))
}

fn plant() -> (Layer, Feature) {
    (Layer::Enterprises, feature("e", square(CENTRE, 100.0), json!({"name": "甲厂", "kind": "chemical_plant"})))
}

fn tank(substances: Value) -> (Layer, Feature) {
    let properties = json!({"name": "罐", "kind": "tank", "enterprise_id": "e", "substances": substances});
    (Layer::Installations, feature("t", CENTRE, properties))
}

fn graded(features: Vec<(Layer, Feature)>, layer: Layer, id: &str) -> Grade {
    let snapshot = snapshot(1, features);
    let grades = Grades::of(&snapshot);
    let grade = grades.explain(&snapshot, layer, id).unwrap();
    assert_eq!(grade.level, grades.level(layer, id));
    grade
}

fn step<'g>(grade: &'g Grade, what: &str) -> &'g crate::risk::Step {
    grade.steps.iter().find(|step| step.what == what).unwrap_or_else(|| panic!("{what}: {:#?}", grade.steps))
}

fn number_of(grade: &Grade, what: &str) -> f64 {
    step(grade, what).value.as_f64().unwrap()
}

/// The grade of the tank where so many people live near and everything is covered.
fn with_persons(persons: u64) -> Grade {
    let homes = village("v", 300.0, json!({"persons": persons}));
    graded(vec![plant(), tank(ammonia_and_chlorine()), homes, coverage(2_000.0, json!({}))], Layer::Installations, "t")
}

#[test]
fn the_worked_example_explains_itself_down_to_its_inputs() {
    let grade = with_persons(120);
    let figures = ["alpha", "S", "R", "hazard_grade", "residents"].map(|what| number_of(&grade, what));
    assert_eq!(figures, [2.0, 4.0, 24.0, 3.0, 120.0]);
    assert_eq!((grade.level, grade.method.as_str()), (Some(RiskLevel::Moderate), "gb18218"));
    assert_eq!(grade.inputs["substances"], ammonia_and_chlorine());
    assert_eq!(grade.inputs["plant_boundary"]["id"], "e");
    let substances = grade.steps.iter().filter(|step| step.what == "substance").map(|step| step.note.as_str());
    let substances: Vec<&str> = substances.collect();
    assert!(substances[0].contains("q = 20 t，Q = 10 t，β = 2"), "{substances:?}");
    assert!(substances[1].contains("q = 10 t，Q = 5 t，β = 4"), "{substances:?}");
}

#[test]
fn alpha_steps_at_its_band_edges() {
    for (persons, alpha) in [(0, 0.5), (1, 1.0), (29, 1.0), (30, 1.2), (49, 1.2), (50, 1.5), (99, 1.5), (100, 2.0)] {
        let grade = with_persons(persons);
        let figures = ["alpha", "residents"].map(|what| number_of(&grade, what));
        assert_eq!(figures, [alpha, persons as f64], "{persons}");
    }
}

#[test]
fn the_level_steps_at_the_edges_of_r() {
    // 5 t of chlorine make an R of 4 with α = 1.
    for (tonnes, level) in [(12.49, 4), (12.5, 3), (62.49, 3), (62.5, 2), (124.99, 2), (125.0, 1)] {
        let homes = village("v", 300.0, json!({"persons": 1}));
        let kept = tank(json!([{"name": "氯", "tonnes": tonnes}]));
        let all = vec![plant(), kept, homes, coverage(2_000.0, json!({}))];
        for (layer, id) in [(Layer::Installations, "t"), (Layer::Enterprises, "e")] {
            let grade = graded(all.clone(), layer, id);
            assert_eq!(grade.level.map(RiskLevel::number), Some(level), "{layer} {tonnes}");
        }
    }
}

#[test]
fn a_village_counts_where_the_ring_touches_it_and_not_beyond() {
    let residents = |near_m: f64| {
        let homes = village("v", near_m, json!({"households": 30}));
        let all = vec![plant(), tank(ammonia_and_chlorine()), homes, coverage(2_000.0, json!({}))];
        graded(all, Layer::Installations, "t")
    };
    for (near_m, people) in [(0.0, 100.0), (599.99, 100.0), (600.01, 0.0)] {
        assert_eq!(number_of(&residents(near_m), "residents"), people, "{near_m}");
    }
    assert!(step(&residents(0.0), "residents").note.contains("10/3 人"));
}

#[test]
fn a_point_reaches_as_far_as_it_is_said_to_or_as_its_kind_may() {
    let residents = |extent: Value, near_m: f64| {
        let properties = json!({"name": "甲厂", "kind": "warehouse", "extent_m": extent});
        let plant = (Layer::Enterprises, feature("e", CENTRE, properties));
        let homes = village("v", near_m, json!({"persons": 40}));
        let all = vec![plant, tank(ammonia_and_chlorine()), homes, coverage(2_000.0, json!({}))];
        graded(all, Layer::Installations, "t")
    };
    for (extent, edge) in [(json!(0), 500.0), (json!(80), 580.0), (Value::Null, 700.0)] {
        let (in_, out) = (residents(extent.clone(), edge - 0.01), residents(extent.clone(), edge + 0.01));
        assert_eq!((number_of(&in_, "residents"), number_of(&out, "residents")), (40.0, 0.0), "{extent}");
    }
    assert!(step(&residents(Value::Null, 1.0), "plant_boundary").note.contains("按类别上限外扩 200 m"));
    assert!(step(&residents(json!(80), 1.0), "plant_boundary").note.contains("extent_m 外扩 80 m"));
}

#[test]
fn an_installation_of_nobody_stands_in_for_its_plant() {
    let alone = |near_m: f64| {
        let homes = village("v", near_m, json!({"persons": 40}));
        let properties =
            json!({"name": "罐", "kind": "tank", "enterprise_id": "nobody", "substances": ammonia_and_chlorine()});
        let lone = (Layer::Installations, feature("t", square(CENTRE, 20.0), properties));
        graded(vec![plant(), lone, homes, coverage(2_000.0, json!({}))], Layer::Installations, "t")
    };
    assert_eq!((number_of(&alone(519.99), "residents"), number_of(&alone(520.01), "residents")), (40.0, 0.0));
    assert!(step(&alone(1.0), "plant_boundary").note.contains("以设施自身图形代替厂界"));
}

#[test]
fn whoever_was_not_counted_makes_alpha_the_strictest() {
    let homes = || village("v", 300.0, json!({"persons": 7}));
    let tanks = || vec![plant(), tank(ammonia_and_chlorine())];
    let with = |more: Vec<(Layer, Feature)>| graded([tanks(), more].concat(), Layer::Installations, "t");
    let covered = with(vec![homes(), coverage(601.0, json!({}))]);
    assert_eq!(number_of(&covered, "alpha"), 1.0);
    let expired = json!({"valid_until": "2020-01-01"});
    let cases = [
        vec![homes()],
        vec![homes(), coverage(599.0, json!({}))],
        vec![homes(), coverage(2_000.0, expired)],
        vec![homes(), coverage(2_000.0, json!({"kinds": ["dormitory"]}))],
        vec![homes(), village("w", 400.0, json!({})), coverage(2_000.0, json!({}))],
    ];
    for more in cases {
        let grade = with(more);
        assert_eq!(["alpha", "residents", "R"].map(|what| number_of(&grade, what)), [2.0, 7.0, 24.0]);
        assert!(step(&grade, "alpha").note.contains("已知 7 人"), "{}", step(&grade, "alpha").note);
    }
    let still = coverage(2_000.0, json!({"valid_until": "2999-01-01"}));
    assert_eq!(number_of(&with(vec![homes(), still]), "alpha"), 1.0);
}

#[test]
fn below_the_critical_amount_it_is_no_major_hazard_source() {
    let all = |tonnes: f64| {
        let kept = tank(json!([{"name": "氯", "tonnes": tonnes}]));
        graded(vec![plant(), kept, coverage(2_000.0, json!({}))], Layer::Installations, "t")
    };
    let none = all(4.9999);
    assert_eq!((none.level, none.method.as_str(), &step(&none, "hazard_grade").value), (None, "none", &Value::Null));
    assert!(step(&none, "hazard_grade").note.contains("不构成重大危险源"));
    assert_eq!(all(5.0).level, Some(RiskLevel::Low));
}

#[test]
fn what_cannot_be_counted_is_named_and_leaves_a_bound() {
    let with = |substances: Value| {
        let homes = village("v", 300.0, json!({"persons": 120}));
        graded(vec![plant(), tank(substances), homes, coverage(2_000.0, json!({}))], Layer::Installations, "t")
    };
    for unknown in [
        json!({"name": "某物", "tonnes": 3}),
        json!({"name": "氨"}),
        json!({"name": "氨", "tonnes": "3 t"}),
        json!({"name": "氨", "tonnes": -3}),
    ] {
        let bound = with(json!([{"cas": "7664-41-7", "tonnes": 20}, {"name": "氯", "tonnes": 10}, unknown]));
        assert_eq!((number_of(&bound, "R"), bound.level), (24.0, Some(RiskLevel::Moderate)), "{unknown}");
        assert!(step(&bound, "hazard_grade").note.contains("至少 3 级"), "{}", step(&bound, "hazard_grade").note);
        let name = unknown["name"].as_str().unwrap();
        assert!(bound.steps.iter().any(|step| step.what == "substance" && step.note.contains(name)));
        let open = with(json!([{"name": "氯", "tonnes": 4}, unknown]));
        assert_eq!((open.level, &step(&open, "hazard_grade").value), (None, &Value::Null), "{unknown}");
        assert!(step(&open, "hazard_grade").note.contains("不能判定"));
        let mild = with(json!([{"name": "氯", "tonnes": 5}, {"name": "甲醇", "tonnes": 1}, unknown]));
        assert_eq!(
            (number_of(&mild, "hazard_grade"), mild.level),
            (4.0, None),
            "a bound that may be worse is not blue"
        );
    }
    for nothing in [json!([]), json!("氯 10 t")] {
        let grade = with(nothing);
        assert_eq!((grade.level, &step(&grade, "hazard_grade").value), (None, &Value::Null));
    }
}

#[test]
fn of_registered_and_computed_the_worse_counts() {
    for (registered, level) in [(4, 3), (3, 3), (2, 2), (1, 1)] {
        let (layer, mut kept) = tank(ammonia_and_chlorine());
        kept.properties.set("hazard_grade", registered);
        let grade = graded(vec![plant(), (layer, kept)], Layer::Installations, "t");
        assert_eq!(number_of(&grade, "hazard_grade"), f64::from(level));
        assert_eq!(grade.level.map(RiskLevel::number), Some(level), "{registered}");
        assert!(step(&grade, "hazard_grade").note.contains(&format!("登记 {registered} 级")));
    }
    let only = json!({"name": "罐", "kind": "tank", "enterprise_id": "e", "hazard_grade": 2});
    let only = graded(vec![plant(), (Layer::Installations, feature("t", CENTRE, only))], Layer::Installations, "t");
    assert_eq!((number_of(&only, "hazard_grade"), only.method.as_str()), (2.0, "default"));
}

fn danger(id: &str, of: &str, grade: &str, closed: bool) -> (Layer, Feature) {
    let mut properties = json!({"name": format!("隐患{id}"), "grade": grade, "of": of});
    if closed {
        properties["closed_on"] = json!("2026-10-01");
        properties["closed_by"] = json!("李四");
        properties["closure_document"] = json!("销〔2026〕1号");
    }
    (Layer::HiddenDangers, feature(id, CENTRE, properties))
}

#[test]
fn an_open_major_danger_makes_what_it_names_red_until_it_is_closed() {
    let things = || {
        vec![
            (Layer::Enterprises, feature("e", CENTRE, json!({"name": "甲厂", "uscc": "X1", "risk_level": 4}))),
            (Layer::Enterprises, feature("e2", CENTRE, json!({"name": "乙厂", "risk_level": 4}))),
            (Layer::Enterprises, feature("e3", CENTRE, json!({"name": "乙厂", "risk_level": 4}))),
            (Layer::Installations, feature("t", CENTRE, json!({"name": "罐", "enterprise_id": "e"}))),
            (Layer::Lifelines, feature("l", CENTRE, json!({"name": "堤"}))),
            (Layer::HazardousGoods, feature("g", CENTRE, json!({"name": "库"}))),
            (Layer::Pipelines, feature("p", square(CENTRE, 9.0), json!({"name": "管"}))),
        ]
    };
    let named = [
        (Layer::Enterprises, "e", "e"),
        (Layer::Enterprises, "e", "X1"),
        (Layer::Enterprises, "e", "甲厂"),
        (Layer::Installations, "t", "t"),
        (Layer::Lifelines, "l", "堤"),
        (Layer::HazardousGoods, "g", "g"),
        (Layer::Pipelines, "p", "管"),
    ];
    for (layer, id, of) in named {
        let with = |grade: &str, closed| {
            let all = [things(), vec![danger("d1", of, grade, closed), danger("d2", of, "general", false)]].concat();
            graded(all, layer, id)
        };
        let open = with("major", false);
        assert_eq!((open.level, number_of(&open, "hidden_dangers")), (Some(RiskLevel::Major), 2.0), "{of}");
        assert!(step(&open, "hidden_dangers").note.contains("隐患d1"));
        let closed = with("major", true);
        assert_ne!(closed.level, Some(RiskLevel::Major), "{of}");
        assert_eq!(number_of(&closed, "hidden_dangers"), 1.0);
        assert_ne!(with("general", false).level, Some(RiskLevel::Major), "{of}");
    }
    let shared = graded([things(), vec![danger("d", "乙厂", "major", false)]].concat(), Layer::Enterprises, "e2");
    assert_eq!(shared.level, Some(RiskLevel::Low), "a name that two bear means neither");
    let through = graded([things(), vec![danger("d", "t", "major", false)]].concat(), Layer::Enterprises, "e");
    assert_eq!(through.level, Some(RiskLevel::Major), "by its installation");
}

#[test]
fn a_pond_above_people_is_red() {
    let pond = |with: Vec<(Layer, Feature)>| {
        let pond = (
            Layer::Enterprises,
            feature("e", square(CENTRE, 100.0), json!({"name": "尾矿库", "kind": "tailings_pond"})),
        );
        graded([vec![pond], with].concat(), Layer::Enterprises, "e")
    };
    let path = |of: &str| {
        let shape = block(CENTRE.x() - 0.0002, CENTRE.y(), CENTRE.x() + 0.0002, direct(CENTRE, 0.0, 3_000.0).y());
        (Layer::BufferZones, feature("b", shape, json!({"name": "径", "kind": "tailings_flow_path", "of": of})))
    };
    let homes = |near_m| village("v", near_m, json!({"persons": 3}));
    assert_eq!(pond(vec![homes(500.0), path("e")]).level, Some(RiskLevel::Major));
    assert_eq!(pond(vec![homes(1_099.9), path("尾矿库")]).method, "head_pond");
    assert_eq!(pond(vec![homes(1_100.1), path("e")]).level, None, "farther than a kilometre");
    assert_eq!(pond(vec![homes(500.0), path("other")]).level, None);
    let undrawn = pond(vec![homes(500.0)]);
    assert!(undrawn.level.is_none() && step(&undrawn, "head_pond").value.is_null());
    let aside = block(CENTRE.x() + 0.001, CENTRE.y(), CENTRE.x() + 0.002, CENTRE.y() + 0.001);
    let aside = (Layer::ResidentialZones, feature("v", aside, json!({"persons": 3})));
    assert_eq!(pond(vec![aside, path("e")]).level, None, "not on the path");
    assert_eq!(pond(vec![village("v", 500.0, json!({"persons": 0})), path("e")]).level, None);
    let school = (Layer::ProtectionTargets, feature("s", direct(CENTRE, 0.0, 400.0), json!({"kind": "school"})));
    assert_eq!(pond(vec![school, path("e")]).level, Some(RiskLevel::Major));
}

#[test]
fn only_what_depends_on_a_change_is_graded_again() {
    let far = direct(CENTRE, 90.0, 5_000.0);
    let features = vec![
        plant(),
        tank(ammonia_and_chlorine()),
        (Layer::Enterprises, feature("f", square(far, 100.0), json!({"name": "远厂", "kind": "factory"}))),
        (Layer::Installations, feature("u", far, json!({"enterprise_id": "f", "substances": ammonia_and_chlorine()}))),
        coverage(20_000.0, json!({})),
    ];
    let before = snapshot(1, features);
    let grades = Grades::of(&before);
    let concerned = |change: crate::model::Change| {
        let commit = commit(&before, vec![change]);
        let now = before.after(&commit);
        let ids = ids_by_layer(&commit);
        let none = BTreeSet::new();
        let changed = |layer: Layer| ids.get(&layer).unwrap_or(&none);
        let (ownership, _) =
            grades.ownership.after(&before, &now, changed(Layer::Enterprises), changed(Layer::Installations));
        let [old, new] = [(&before, &grades.ownership), (&now, &ownership)].map(|(snapshot, ownership)| {
            let published = &grades.published;
            Grader::of(&grades.scheme, published, grades.day, snapshot, ownership, &grades.effects, &grades.hca)
        });
        let dependents = dependents::Change { before: &old, now: &new, ids: &ids }.dependents();
        dependents.into_iter().map(|(layer, id)| format!("{layer}/{id}")).collect::<Vec<_>>()
    };
    let put = |(layer, feature)| crate::model::Change::Put(layer, feature);
    let near = ["enterprises/e", "installations/t"];
    assert_eq!(concerned(put(village("v", 300.0, json!({"persons": 9})))), near);
    assert_eq!(concerned(put(village("v", 700.0, json!({"persons": 9})))), Vec::<String>::new());
    assert_eq!(concerned(put(danger("d", "f", "major", false))), ["enterprises/f"]);
    assert_eq!(concerned(put(plant())), near);
    let roads = feature("c9", square(CENTRE, 9_000.0), json!({"layer": "roads", "as_of": "2026-01-01"}));
    assert_eq!(concerned(put((Layer::Coverage, roads))), Vec::<String>::new());
    assert_eq!(concerned(crate::model::Change::Delete(Layer::Coverage, "c".into())).len(), 4);
}

/// Changes close together, so that everything comes to concern everything.
struct Neighbourhood(Dice);

impl Neighbourhood {
    fn below(&mut self, count: u64) -> u64 {
        self.0.below(count)
    }

    /// Ids, codes and names come from one small pool.
    fn word(&mut self) -> String {
        format!("w{}", self.below(14))
    }

    /// Steps of about 200 m.
    fn shape(&mut self) -> Geometry {
        let (x, y) = (115.8 + self.below(20) as f64 * 0.002, 29.6 + self.below(20) as f64 * 0.002);
        if self.below(3) == 0 { Point::new(x, y).into() } else { block(x, y, x + 0.0013, y + 0.0017) }
    }

    fn maybe(&mut self, value: impl Into<Value>) -> Value {
        if self.below(2) == 0 { value.into() } else { Value::Null }
    }

    fn change(&mut self) -> crate::model::Change {
        use crate::model::Change;
        let layers = [
            Layer::Enterprises,
            Layer::Installations,
            Layer::HiddenDangers,
            Layer::ResidentialZones,
            Layer::Coverage,
            Layer::BufferZones,
            Layer::ProtectionTargets,
            Layer::Lifelines,
        ];
        let layer = layers[self.below(8) as usize];
        let id = self.word();
        if self.below(5) == 0 {
            return Change::Delete(layer, id);
        }
        let (mut shape, mut properties) = (self.shape(), json!({"name": self.word(), "of": self.word()}));
        match layer {
            Layer::Enterprises => {
                properties["uscc"] = json!(self.word());
                properties["kind"] = json!(["warehouse", "tailings_pond"][self.below(2) as usize]);
                properties["extent_m"] = self.maybe(60);
            }
            Layer::Installations => {
                properties["enterprise_id"] = json!(self.word());
                properties["kind"] = json!(["tank", "tailings_pond"][self.below(2) as usize]);
                let tonnes = 5 + 10 * self.below(12);
                properties["substances"] = self.maybe(json!([{"name": "氯", "tonnes": tonnes}]));
                properties["no_formal_design"] = self.maybe(true);
            }
            Layer::HiddenDangers => {
                properties["grade"] = json!(["major", "general"][self.below(2) as usize]);
                properties["closed_on"] = json!("2026-01-01");
                properties["closed_by"] = json!("李四");
                properties["closure_document"] = self.maybe("销〔2026〕1号");
            }
            Layer::ResidentialZones => properties["persons"] = self.maybe(10),
            Layer::Coverage => {
                shape = block(115.79, 29.59, 115.8 + self.below(50) as f64 * 0.001, 29.66);
                properties["layer"] = json!(["residential_zones", "roads"][self.below(2) as usize]);
            }
            Layer::BufferZones => properties["kind"] = json!("tailings_flow_path"),
            _ => {}
        }
        Change::Put(layer, feature(&id, shape, properties))
    }

    fn commit(&mut self, snapshot: &Snapshot, size: u64) -> Commit {
        let mut changes = BTreeMap::new();
        for _ in 0..size {
            let change = self.change();
            let id = match &change {
                crate::model::Change::Put(_, feature) => feature.id.clone(),
                crate::model::Change::Delete(_, id) => id.clone(),
            };
            changes.insert((change.layer(), id), change);
        }
        commit(snapshot, changes.into_values().collect())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn changed_surroundings_come_to_the_same_as_from_scratch(seed: u64) {
        let mut neighbourhood = Neighbourhood(Dice(seed));
        let units = [("a", 115.79, 115.82), ("b", 115.82, 115.85)];
        let units = units.map(|(id, west, east)| (Layer::AdminUnits, unit(id, "township", block(west, 29.5, east, 29.7))));
        let mut now = snapshot(1, units.to_vec());
        let mut grades = Grades::of(&now);
        for round in 0..10 {
            let size = if round == 0 { 120 } else { 1 + neighbourhood.below(4) };
            let commit = neighbourhood.commit(&now, size);
            let next = now.after(&commit);
            let after = grades.after(&next, &commit);
            let scratch = Grades::of(&next);
            prop_assert_eq!(after.levels.all(), scratch.levels.all());
            prop_assert_eq!(&after.ownership, &scratch.ownership);
            prop_assert_eq!(after.areas.all(), scratch.areas.all());
            super::tests::assert_fresh(&grades, &after, &next);
            (now, grades) = (next, after);
        }
    }
}
