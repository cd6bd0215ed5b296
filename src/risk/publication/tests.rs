use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::geom::{Geometry, Point, Rect};
use crate::index::{LayerIndex, Unavailable};
use crate::model::{Change, Commit, Feature, Properties};
use crate::risk::{Comparison, Scheme, Sought, Tables, Turn};

fn feature(id: &str, geometry: impl Into<Geometry>, properties: Value) -> Feature {
    let properties: Properties = serde_json::from_value(properties).unwrap();
    Feature::new(id, geometry.into(), properties).unwrap()
}

fn plant(id: &str, lon: f64, properties: Value) -> Feature {
    feature(id, Point::new(lon, 1.0), properties)
}

fn unit(id: &str, west: f64, properties: &Value) -> Feature {
    let block = Rect::new(Point::new(west, 0.0).0, Point::new(west + 2.0, 2.0).0).to_polygon();
    let mut all = json!({"name": format!("{id}镇"), "code": id, "level": "township"});
    all.as_object_mut().unwrap().extend(properties.as_object().unwrap().clone());
    feature(id, block, all)
}

/// Townships a and b side by side; a red plant in a, a yellow one in b.
fn two_townships() -> Snapshot {
    let units = vec![unit("a", 0.0, &json!({})), unit("b", 2.0, &json!({}))];
    let plants = vec![plant("e1", 1.0, json!({"risk_level": 1})), plant("e2", 3.0, json!({"risk_level": 3}))];
    let index = |features: Vec<Feature>| Ok(LayerIndex::new(Revision(1), features.into_iter().map(Arc::new).collect()));
    Snapshot::new(Revision(1), [(Layer::AdminUnits, index(units)), (Layer::Enterprises, index(plants))])
}

fn heading(date: &str) -> Heading {
    let text = |text: &str| text.to_owned();
    Heading { name: text("试行版"), date: date.parse().unwrap(), by: text("张三"), aggregator: None, note: None }
}

/// One store's worth of grades: changed, published, changed again.
struct District {
    snapshot: Snapshot,
    grades: Grades,
    editions: Vec<Publication>,
}

impl District {
    fn new() -> Self {
        let snapshot = two_townships();
        let grades = Grades::of(&snapshot);
        Self { snapshot, grades, editions: vec![] }
    }

    fn put(&mut self, layer: Layer, feature: Feature) {
        self.make(Change::Put(layer, feature));
    }

    /// Makes a change, and holds that grading after it and grading from scratch come to the same.
    fn make(&mut self, change: Change) {
        let commit = Commit { revision: Revision(self.snapshot.revision().0 + 1), changes: vec![change] };
        let snapshot = self.snapshot.after(&commit);
        self.grades = self.grades.after(&snapshot, &commit);
        self.snapshot = snapshot;
        let afresh = Grades::holding(Scheme::shipped(), self.grades.published(), &self.snapshot);
        assert_eq!(self.grades.areas("township"), afresh.areas("township"));
        for plant in self.snapshot.features(Layer::Enterprises) {
            let level = |grades: &Grades| grades.level(Layer::Enterprises, &plant.id);
            assert_eq!(level(&self.grades), level(&afresh), "{}", plant.id);
        }
        assert!(Tables::of(&self.snapshot, &self.grades).adds_up);
    }

    fn publish(&mut self, date: &str) -> Result<(), PublicationError> {
        let edition = Publication::draft(&self.snapshot, &self.grades, heading(date))?;
        let stored: Publication = serde_json::from_str(&serde_json::to_string(&edition).unwrap()).unwrap();
        assert_eq!(stored, edition, "an edition is read back as it was written");
        self.grades = Grades::holding(Scheme::shipped(), &Arc::new(Published::of(&stored)), &self.snapshot);
        self.editions.push(stored);
        Ok(())
    }

    fn level(&self, id: &str) -> Option<u8> {
        self.grades.level(Layer::Enterprises, id).map(RiskLevel::number)
    }

    fn areas(&self) -> Vec<Option<u8>> {
        self.grades.areas("township").iter().map(|area| area.risk_level.map(RiskLevel::number)).collect()
    }
}

fn closed(on: &str) -> Value {
    json!({"risk_level": 3, "red_closed_on": on, "red_closed_by": "李四", "red_closure_document": "柴安委〔2026〕7号"})
}

#[test]
fn a_red_that_was_published_stays_red_until_a_document_closes_it() {
    let mut district = District::new();
    district.publish("2026-03-01").unwrap();
    district.put(Layer::Enterprises, plant("e1", 1.0, json!({"risk_level": 3})));
    assert_eq!((district.level("e1"), district.areas()), (Some(1), vec![Some(1), Some(3)]));
    let grade = district.grades.explain(&district.snapshot, Layer::Enterprises, "e1").unwrap();
    let step = grade.steps.iter().find(|step| step.what == "held").unwrap();
    assert!(step.note.contains("第 1 版（2026-03-01）") && step.note.contains("一般风险（黄）"), "{}", step.note);
    assert_eq!((grade.method.as_str(), grade.steps.last().unwrap().value.as_u64()), ("held", Some(1)));

    // A milder level set by hand, or nothing known any more, is no closure.
    let by_hand = json!({"risk_level": 4, "override_by": "张三", "override_reason": "已停产"});
    for milder in [by_hand, json!({})] {
        district.put(Layer::Enterprises, plant("e1", 1.0, milder));
        assert_eq!(district.level("e1"), Some(1));
    }
    // A closure is whole, and not older than the edition.
    let mut halves = vec![closed("2026-02-28"), closed("soon")];
    for field in ["red_closed_on", "red_closed_by", "red_closure_document"] {
        let mut half = closed("2026-03-02");
        half[field] = json!(" ");
        halves.push(half);
    }
    for half in halves {
        district.put(Layer::Enterprises, plant("e1", 1.0, half.clone()));
        assert_eq!(district.level("e1"), Some(1), "{half}");
    }
    district.put(Layer::Enterprises, plant("e1", 1.0, closed("2026-03-01")));
    assert_eq!((district.level("e1"), district.areas()), (Some(3), vec![Some(3), Some(3)]));
}

#[test]
fn a_red_area_goes_by_its_own_closure_or_by_those_of_all_that_made_it_red() {
    let mut district = District::new();
    district.publish("2026-03-01").unwrap();
    // The plant is moved away without a document: the area stays red, and says why.
    district.put(Layer::Enterprises, plant("e1", 3.5, json!({"risk_level": 3})));
    assert_eq!(district.areas(), [Some(1), Some(1)], "the plant is held wherever it is, and so is the area it left");
    let area = district.grades.area("a").unwrap();
    assert!(area.held.as_ref().is_some_and(|held| *held == area.reason), "{}", area.reason);
    let explained = district.grades.explain(&district.snapshot, Layer::AdminUnits, "a").unwrap();
    assert!(explained.steps.iter().any(|step| step.what == "held"));
    // The closure of what made it red lets it go, though that lies elsewhere by now.
    district.put(Layer::Enterprises, plant("e1", 3.5, closed("2026-03-02")));
    assert_eq!(district.areas(), [None, Some(3)]);
    // What is deleted has no closure.
    district.make(Change::Delete(Layer::Enterprises, "e1".into()));
    assert_eq!(district.areas(), [Some(1), Some(3)]);
    district.put(Layer::AdminUnits, unit("a", 0.0, &closed("2026-03-03")));
    assert_eq!(district.areas(), [None, Some(3)]);
}

#[test]
fn a_closure_counts_once() {
    let mut district = District::new();
    district.publish("2026-03-01").unwrap();
    district.put(Layer::Enterprises, plant("e1", 1.0, closed("2026-03-05")));
    district.publish("2026-04-01").unwrap();
    assert_eq!(district.level("e1"), Some(3));
    // Red again, published again: the old document closes nothing.
    let mut red = closed("2026-03-05");
    red["risk_level"] = json!(1);
    district.put(Layer::Enterprises, plant("e1", 1.0, red));
    district.publish("2026-05-01").unwrap();
    district.put(Layer::Enterprises, plant("e1", 1.0, closed("2026-03-05")));
    assert_eq!(district.level("e1"), Some(1));
    let grade = district.grades.explain(&district.snapshot, Layer::Enterprises, "e1").unwrap();
    assert!(grade.steps.last().unwrap().note.contains("第 3 版（2026-05-01）"), "since it was red again");
    // Held into the next edition it is red since the same one.
    district.publish("2026-06-01").unwrap();
    district.put(Layer::Enterprises, plant("e1", 1.0, json!({"risk_level": 4})));
    let grade = district.grades.explain(&district.snapshot, Layer::Enterprises, "e1").unwrap();
    assert!(grade.steps.last().unwrap().note.contains("第 3 版（2026-05-01）"));
}

#[test]
fn an_edition_needs_a_name_a_publisher_a_day_and_every_layer() {
    let mut district = District::new();
    district.publish("2026-03-01").unwrap();
    let draft = |heading| Publication::draft(&district.snapshot, &district.grades, heading).map(|draft| draft.number);
    assert_eq!(draft(Heading { name: " ".into(), ..heading("2026-03-02") }), Err(PublicationError::Empty("name")));
    assert_eq!(draft(Heading { by: String::new(), ..heading("2026-03-02") }), Err(PublicationError::Empty("by")));
    let before = draft(heading("2026-02-28")).unwrap_err();
    assert!(matches!(before, PublicationError::Before { number: 1, .. }) && before.field() == Some("date"));
    let aggregator = Heading { aggregator: Some("luck".into()), ..heading("2026-03-02") };
    assert!(matches!(draft(aggregator), Err(PublicationError::Aggregator(_))));
    let unset = draft(Heading { aggregator: Some("count".into()), ..heading("2026-03-02") }).unwrap_err();
    assert!(unset.to_string().contains("[aggregate.count]") && unset.field() == Some("aggregator"), "{unset}");
    assert_eq!(draft(heading("2026-03-01")), Ok(2), "two on one day are no error");
    let lost = district.snapshot.with(Layer::Pipelines, Err(Unavailable("坏表".into())));
    let refused = Publication::draft(&lost, &Grades::of(&lost), heading("2026-03-02")).unwrap_err();
    assert!(refused.to_string().contains("pipelines") && refused.to_string().contains("坏表"), "{refused}");
}

#[test]
fn no_edition_is_older_than_the_closures_it_rests_on() {
    let mut district = District::new();
    district.publish("2026-03-01").unwrap();
    district.put(Layer::Enterprises, plant("e1", 1.0, closed("2026-03-09")));
    let refused = district.publish("2026-03-08").unwrap_err();
    assert!(matches!(&refused, PublicationError::ClosedLater { id, .. } if id == "e1"), "{refused}");
    district.publish("2026-03-09").unwrap();
}

#[test]
fn a_comparison_tells_what_turned_which_way_and_why() {
    let mut district = District::new();
    district.put(Layer::Enterprises, plant("e3", 9.0, json!({"name": "丙厂"})));
    district.publish("2026-03-01").unwrap();
    district.put(Layer::Enterprises, plant("e2", 3.0, json!({"risk_level": 2, "name": "乙厂"})));
    district.put(Layer::Enterprises, plant("e3", 9.0, json!({"risk_level": 4, "name": "丙厂"})));
    district.put(Layer::Enterprises, plant("e4", 9.0, json!({})));
    district.make(Change::Delete(Layer::Enterprises, "e1".into()));
    district.publish("2026-04-01").unwrap();
    let comparison = Comparison::of(&district.editions[0], &district.editions[1]);
    let told = |turn: Turn| -> Vec<String> {
        let own = comparison.differences.iter().filter(|one| one.turn == turn);
        own.map(|one| format!("{}/{}", one.layer, one.id)).collect()
    };
    assert_eq!(told(Turn::Redder), ["admin_units/b", "enterprises/e2"]);
    assert_eq!(told(Turn::Graded), ["enterprises/e3"], "from no data to blue is not greener");
    assert_eq!((told(Turn::New), told(Turn::Gone)), (vec!["enterprises/e4".into()], vec!["enterprises/e1".into()]));
    let gone = comparison.differences.iter().find(|one| one.turn == Turn::Gone).unwrap();
    assert_eq!((gone.from, gone.to, &gone.why_now), (Some(RiskLevel::Major), None, &None), "with its last level");
    let redder = comparison.differences.iter().find(|one| one.id == "e2").unwrap();
    assert_eq!((redder.name.as_str(), redder.why_then.as_deref()), ("乙厂", Some("填报等级")));
    assert_eq!((comparison.areas["same"], comparison.areas["total"]), (1, 2), "the area is held");
}

#[test]
fn a_run_of_one_level_is_dated_by_its_first_edition() {
    let mut district = District::new();
    for date in ["2026-03-01", "2026-04-01", "2026-05-01"] {
        district.publish(date).unwrap();
    }
    let since = |district: &District, id: &str| {
        let roll = district.grades.roll();
        let line = roll.lines().iter().find(|line| line.feature.id == id).unwrap();
        line.item(&district.snapshot, &district.grades).since.map(|date| date.to_string())
    };
    assert_eq!(since(&district, "e2").as_deref(), Some("2026-03-01"));
    district.put(Layer::Enterprises, plant("e2", 3.0, json!({"risk_level": 2})));
    assert_eq!(since(&district, "e2"), None, "nothing dates the new level yet");
    district.publish("2026-06-01").unwrap();
    assert_eq!(since(&district, "e2").as_deref(), Some("2026-06-01"));
    assert_eq!(district.editions[3].dates.keys().collect::<Vec<_>>(), [&1, &4]);
}

#[derive(Clone, Debug)]
enum Deed {
    Put(u8, Option<u8>, bool),
    Delete(u8),
    Publish,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let put =
        (0..6u8, prop::option::of(1..=4u8), any::<bool>()).prop_map(|(id, level, closed)| Deed::Put(id, level, closed));
    prop::collection::vec(prop_oneof![6 => put, 1 => (0..6u8).prop_map(Deed::Delete), 2 => Just(Deed::Publish)], 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Whatever happens: grading step by step is grading from scratch, published reds are let go only by documents, sums
    /// add up, and a comparison read backwards is its mirror.
    #[test]
    fn editions_hold_and_mirror(deeds in deeds()) {
        let mut district = District::new();
        for deed in deeds {
            match deed {
                Deed::Put(id, level, is_closed) => {
                    let mut properties = if is_closed { closed("2026-03-01") } else { json!({}) };
                    properties["risk_level"] = json!(level);
                    let id_text = format!("e{id}");
                    district.put(Layer::Enterprises, plant(&id_text, f64::from(id), properties));
                    let red = |edition: &Publication| {
                        let reds = edition.objects[&Layer::Enterprises].get("1");
                        reds.is_some_and(|reds| reds.contains(&id_text))
                    };
                    let held = !is_closed && district.editions.last().is_some_and(red);
                    let expected = if held { Some(1) } else { level };
                    prop_assert_eq!(district.level(&id_text), expected);
                }
                Deed::Delete(id) => {
                    let id = format!("e{id}");
                    if district.snapshot.feature(Layer::Enterprises, &id).is_some() {
                        district.make(Change::Delete(Layer::Enterprises, id));
                    }
                }
                Deed::Publish => district.publish("2026-03-01").unwrap(),
            }
        }
        for one in &district.editions {
            for other in &district.editions {
                mirrored(&Comparison::of(one, other), &Comparison::of(other, one));
            }
            let counted: usize = one.objects.values().flat_map(BTreeMap::values).map(Vec::len).sum();
            prop_assert_eq!(counted, one.totals.total);
            for division in [&one.totals.by_level, &one.totals.by_township, &one.totals.by_committee] {
                prop_assert_eq!(division.values().sum::<usize>(), one.totals.total);
            }
        }
    }
}

fn mirrored(there: &Comparison, back: &Comparison) {
    let mirror = |turn: &str| match turn {
        "redder" => "greener",
        "greener" => "redder",
        "new" => "gone",
        "gone" => "new",
        "graded" => "ungraded",
        "ungraded" => "graded",
        _ => "",
    };
    for (turns, backwards) in [(&there.areas, &back.areas), (&there.objects, &back.objects)] {
        let sum: usize = turns.iter().filter(|(word, _)| **word != "total").map(|(_, count)| count).sum();
        assert_eq!(sum, turns["total"]);
        for (word, count) in turns.iter().filter(|(word, _)| !mirror(word).is_empty()) {
            assert_eq!(backwards[mirror(word)], *count, "{word}");
        }
    }
    assert_eq!(there.differences.len(), back.differences.len());
    for one in &there.differences {
        let other = back.differences.iter().find(|other| (other.layer, &other.id) == (one.layer, &one.id)).unwrap();
        assert_eq!((one.from, one.to, mirror(one.turn.word())), (other.to, other.from, other.turn.word()));
        assert_eq!((&one.why_then, &one.why_now), (&other.why_now, &other.why_then));
    }
}

#[test]
fn the_list_is_worst_first_paged_and_filtered() {
    let mut district = District::new();
    let named = |level: Option<u8>, township: Option<&str>, committee: Option<&str>| json!({"risk_level": level, "township": township, "committee": committee});
    district.put(Layer::Enterprises, plant("e3", 1.0, named(Some(2), Some("丁镇"), Some("消防"))));
    district.put(Layer::Enterprises, plant("e4", 50.0, named(None, None, None)));
    let roll = district.grades.roll();
    let ids = |wanted: &Sought| roll.select(wanted).map(|line| line.feature.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&Sought::default()), ["e1", "e3", "e2"], "what has no level is listed where it is asked for");
    assert_eq!(ids(&Sought { level: Some(None), ..Sought::default() }), ["e4"]);
    assert_eq!(ids(&Sought { township: Some("a镇".into()), ..Sought::default() }), ["e1"], "by the place");
    assert_eq!(ids(&Sought { township: Some("丁镇".into()), ..Sought::default() }), ["e3"], "by the field");
    assert_eq!(ids(&Sought { committee: Some("none".into()), ..Sought::default() }), ["e1", "e2"]);
    assert_eq!(ids(&Sought { layer: Some(Layer::Pipelines), ..Sought::default() }), [""; 0]);
    let everything = Sought::default();
    let (first, next) = roll.page(&everything, None, 2).unwrap();
    assert_eq!((first.len(), next.as_deref()), (2, Some("2/enterprises/e3")));
    let (second, end) = roll.page(&everything, next.as_deref(), 2).unwrap();
    assert_eq!((second[0].feature.id.as_str(), second.len(), end), ("e2", 1, None));
    assert!(roll.page(&everything, Some("2/roads"), 2).is_none());
    let totals = roll.totals_of_all();
    assert_eq!((totals.total, totals.by_township["none"], totals.missing["regulator"]), (4, 1, 4));
}

#[test]
fn who_answers_comes_from_the_registers_and_is_never_made_up() {
    let mut district = District::new();
    district.put(Layer::AdminUnits, unit("a", 0.0, &json!({"responsible_person": "镇长"})));
    let whole = Rect::new(Point::new(-1.0, -1.0).0, Point::new(9.0, 9.0).0).to_polygon();
    let leader = json!({"name": "某区", "code": "0", "level": "district", "responsible_person": "区长"});
    district.put(Layer::AdminUnits, feature("d", whole, leader));
    let plant_of = json!({"name": "甲厂", "risk_level": 1, "responsible_person": "厂长", "regulator": "区应急管理局"});
    district.put(Layer::Enterprises, plant("e1", 1.0, plant_of));
    district.put(Layer::Installations, plant("t1", 1.0, json!({"enterprise_id": "甲厂", "hazard_grade": 2})));
    let all = |id: &str| {
        let line = district.grades.roll().lines().iter().find(|line| line.feature.id == id).unwrap();
        serde_json::to_value(line.responsibility(&district.snapshot)).unwrap()
    };
    let e1 = all("e1");
    assert_eq!(e1["enterprise"], json!({"unit": "甲厂", "person": "厂长"}));
    assert_eq!(e1["territorial"], json!({"unit": "a镇", "person": "镇长"}));
    assert_eq!(e1["department"], json!({"unit": "区应急管理局", "person": null}));
    assert_eq!([&e1["lead"]["duty"], &e1["lead"]["person"], &e1["lead"]["mark"]], ["district", "区长", "K-M"]);
    let t1 = all("t1");
    assert_eq!((&t1["enterprise"]["unit"], &t1["lead"]["duty"]), (&json!("甲厂"), &json!("department")));
    assert_eq!(t1["lead"]["person"], Value::Null, "no register names the head of a department");
    let e2 = all("e2");
    assert_eq!((&e2["lead"]["duty"], &e2["territorial"]["person"]), (&json!("township"), &Value::Null));
}
