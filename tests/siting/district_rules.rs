//! A district's own files beside the book: parameters it sets, numbers somebody read in the original, rules of its own,
//! and every fault that keeps such a folder out.

use serde_json::{Value, json};
use sisetu::model::{Layer, Outcome, Verdict, Verification};
use sisetu::rules::RuleBook;

use super::scene::{Scene, area_north, line_north, lot, of, only, outcome, pad};

/// The shipped book with one file of the district's.
fn book(text: &str) -> Result<RuleBook, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("district.toml"), text).unwrap();
    RuleBook::with_folder(folder.path()).map_err(|error| error.to_string())
}

fn chem() -> Value {
    json!({"kind": "chem_project", "action": "new", "handles_hazchem": true, "produces_hazchem": true, "captive_unit": true,
           "discharges_pollutants": false, "excavation": false})
}

#[test]
fn a_rule_of_which_no_case_concerns_the_project_says_nothing() {
    let local = r#"
[[rule]]
id = "LOCAL-1"
title = { zh = "爆破作业与居民区", en = "blasting and housing" }
clause = { law = "区政府通告", article = "第一条" }
edition = "2026"
valid_from = "2026-01-01"
subjects = ["powerline"]
actions = ["existing"]
effect = "comply"
verification = "V1"
measure = { zh = "边界至边界", en = "edge to edge" }

[[rule.case]]
layer = "residential_zones"
conditions = [{ fact = "blasting", is = true, unstated = "no" }]
test = "not_less_than"
threshold_m = 100
"#;
    let scene = || Scene::new().with_book(book(local).unwrap());
    let facts = |blasting: Value| json!({"kind": "powerline", "action": "existing", "blasting": blasting});
    let silent = scene().check(lot(), facts(json!(false)));
    assert_eq!((silent.verdict, silent.findings.len()), (Verdict::Undetermined, 0));
    assert!(silent.notes.iter().any(|note| note.contains("没有适用")), "{:?}", silent.notes);
    assert_eq!(outcome(&scene().check(lot(), facts(json!(true))), "LOCAL-1"), Outcome::Met);
}

// ---- settings

#[test]
fn a_radius_that_the_district_set_is_judged_by() {
    let set = "[[set]]\nparameter = \"seed_18a_radius_m\"\nmetres = 800\ndecided = \"区政府常务会议纪要〔2026〕9号\"\n";
    let scene = |metres: f64| {
        let village = json!({"persons": 120});
        Scene::new().with(Layer::ResidentialZones, area_north(metres), village).with_book(book(set).unwrap())
    };
    for (metres, expected) in
        [(799.99, Outcome::Violated), (800.0, Outcome::Violated), (800.0001, Outcome::Met), (5_000.0, Outcome::Met)]
    {
        assert_eq!(outcome(&scene(metres).check(lot(), chem()), "INV-SEED-18a"), expected, "{metres}");
    }
    let report = scene(500.0).check(lot(), chem());
    assert_eq!((report.verdict, only(&report, "INV-SEED-18a").required_m.unwrap().0), (Verdict::Veto, 800.0));
    assert!(report.rule_book.contains('+'), "the report names the district's own text: {}", report.rule_book);
}

#[test]
fn the_old_regulation_ends_on_the_day_the_district_sets() {
    let set =
        "[[set]]\nparameter = \"hcr_591_until\"\ndate = \"2026-04-30\"\ndecided = \"市应急管理局函〔2026〕3号\"\n";
    let scene = || {
        Scene::new().with(Layer::ResidentialZones, area_north(300.0), json!({"persons": 500})).with(
            Layer::BufferZones,
            area_north(-1.0),
            json!({"kind": "active_fault"}),
        )
    };
    let store = json!({"kind": "hazchem_storage_mhs", "action": "new"});
    let without = scene().check(lot(), store.clone());
    assert_eq!(outcome(&without, "HCR-19"), Outcome::NeedsDemonstration);
    assert_eq!(outcome(&without, "HCR-19-3"), Outcome::Violated);
    for (day, speaks) in [("2026-04-30", true), ("2026-05-01", false), ("2026-11-24", false)] {
        let report = scene().with_book(book(set).unwrap()).check_as_of(lot(), store.clone(), day);
        for rule in ["HCR-19", "HCR-19-3"] {
            assert_eq!(!of(&report, rule).is_empty(), speaks, "{rule} on {day}");
        }
    }
}

#[test]
fn statements_of_coverage_grow_old() {
    let stale = |days: Option<u32>, as_of: &str| {
        let scene = Scene::new().covered(Layer::Waters, pad(5_000.0), json!({"as_of": as_of}));
        let scene = match days {
            Some(days) => {
                let set =
                    format!("[[set]]\nparameter = \"coverage_max_age_days\"\ndays = {days}\ndecided = \"纪要\"\n");
                scene.with_book(book(&set).unwrap())
            }
            None => scene,
        };
        let report = scene.check_as_of(lot(), chem(), "2026-11-24");
        let row = report.coverage.iter().find(|row| row.layer == Layer::Waters).unwrap();
        assert!(row.complete);
        row.stale
    };
    assert!(!stale(None, "2025-11-24"), "365 days are not yet too many");
    assert!(stale(None, "2025-11-23"));
    assert!(!stale(Some(30), "2026-10-25"));
    assert!(stale(Some(30), "2026-10-24"));
}

// ---- readings

#[test]
fn a_reading_turns_a_review_into_a_verdict() {
    // GB 50028: the row of 2500 m³ is known by memory only until somebody has read it.
    let read = "[[reading]]\nrule = \"LPG-8.3\"\ntable = \"lpg_8_3\"\nmetres = [110]\nverification = \"V1\"\n\
                read_by = \"张工\"\nread_on = \"2026-11-01\"\nsource = \"GB 51142-2015，第 23 页\"\n";
    let station = json!({"kind": "lpg_station", "action": "new", "volume_m3": 2000, "largest_tank_m3": 400, "tank_wall": lot(),
                         "excavation": false, "discharges_pollutants": false});
    let scene =
        || Scene::new().with(Layer::ResidentialZones, area_north(109.9), json!({"persons": 20, "households": 5}));
    let before = scene().check(pad(100.0), station.clone());
    let finding = only(&before, "LPG-8.3");
    assert_eq!((finding.outcome, finding.verification), (Outcome::Violated, Verification::KnownHigh));
    assert_eq!(before.verdict, Verdict::Review);
    let after = scene().with_book(book(read).unwrap()).check(pad(100.0), station);
    let finding = only(&after, "LPG-8.3");
    // The rule's own mark stays V2: only the row was read.
    assert_eq!((finding.outcome, finding.verification), (Outcome::Violated, Verification::V2));
    assert_eq!(after.verdict, Verdict::Fail);
}

#[test]
fn a_reading_of_a_rule_turns_a_review_into_a_veto() {
    let read = "[[reading]]\nrule = \"EEC-WAT-65\"\nverification = \"V1\"\nread_by = \"李工\"\nread_on = \"2026-10-01\"\n\
                source = \"生态环境法典印刷本\"\n";
    let scene = || Scene::new().with(Layer::ProtectedAreas, area_north(-5.0), json!({"kind": "water_source_1"}));
    let works = json!({"kind": "building_any", "action": "new", "water_supply_related": false, "handles_hazchem": false,
                       "discharges_pollutants": false, "excavation": false});
    assert_eq!(scene().check(lot(), works.clone()).verdict, Verdict::Review);
    assert_eq!(scene().with_book(book(read).unwrap()).check(lot(), works).verdict, Verdict::Veto);
}

// ---- rules of its own, and faults

const OWN: &str = r#"
[[rule]]
id = "CS-1"
title = { zh = "一", en = "one" }
clause = { law = "柴桑区某办法", article = "第一条" }
edition = "2026"
valid_from = "2026-01-01"
subjects = ["chem_project"]
actions = ["new"]
effect = "prohibit"
verification = "V1"
measure = { zh = "边界至公路", en = "boundary to road" }

[[rule.case]]
layer = "roads"
kinds = ["county"]
test = "within"
threshold_m = 60
"#;

#[test]
fn a_rule_of_the_district_is_judged_like_any_other() {
    let road = |metres: f64| {
        Scene::new()
            .with(Layer::Roads, line_north(metres), json!({"kind": "county", "half_width_m": 0}))
            .with_book(book(OWN).unwrap())
    };
    assert_eq!(outcome(&road(60.0).check(lot(), chem()), "CS-1"), Outcome::Violated);
    assert_eq!(outcome(&road(60.0001).check(lot(), chem()), "CS-1"), Outcome::Met);
}

/// Every complaint about a folder that holds this text.
#[track_caller]
fn refused(text: &str, line: usize, what: &str) {
    let error = book(text).expect_err("such a book is refused");
    let named = error.lines().any(|told| told.contains(&format!("district.toml:{line}:")) && told.contains(what));
    assert!(named, "no complaint of district.toml:{line} about {what:?}:\n{error}");
}

#[test]
fn every_fault_of_a_folder_is_refused_with_file_and_line() {
    let with = |from: &str, to: &str| {
        let text = OWN.replace(from, to);
        assert_ne!(text, OWN, "{from}");
        text
    };
    refused(&with("第一条", ""), 2, "cites no law");
    refused(&with("edition = \"2026\"", "edition = \" \""), 2, "cites no law");
    refused(&with("actions =", "deeds ="), 9, "deeds");
    refused(&with("= 60", "= -60"), 2, "no distance");
    refused(&with("= 60", "= 600000"), 2, "no distance");
    refused(&with("= 60", "= \"60 m\""), 18, "metres");
    refused(&with("= 60", "= { parameter = \"no_such\" }"), 2, "no_such");
    refused(&with("= 60", "= { lookup = \"nowhere\" }"), 2, "nowhere");
    refused(&with("\"county\"", "\"motorway\""), 2, "motorway");
    refused(&with("\"chem_project\"", "\"castle\""), 2, "castle");
    refused(&with("[\"new\"]", "[\"new\", \"demolish\"]"), 9, "demolish");
    refused(&with("valid_from", "valid_to = \"2025-12-31\"\nvalid_from"), 2, "ends before");
    let condition = "conditions = [{ fact = \"colour\", is = true }]\neffect";
    refused(&with("effect", condition), 2, "colour");
    let never = "conditions = [{ fact = \"blasting\", is = \"often\" }]\neffect";
    refused(&with("effect", never), 2, "can never be");
    refused(&format!("{OWN}{OWN}"), 20, "same id");
    let taken = book(&with("CS-1", "YRP-26-2")).unwrap_err();
    assert!(taken.contains("rule YRP-26-2: another entry has the same id"), "{taken}");
    let rows = |second: &str| {
        format!(
            "{}\n[[lookup]]\nname = \"own\"\nclasses = \"gb50156_b\"\n\
             [[lookup.row]]\nwhen = {{ \"subject.volume_m3\" = {{ to = 50 }} }}\nmetres = 10\nverification = \"V2\"\n\
             [[lookup.row]]\nwhen = {{ {second} }}\nmetres = 20\nverification = \"V2\"\n",
            OWN.replace("= 60", "= { lookup = \"own\" }")
        )
    };
    assert!(book(&rows("\"subject.volume_m3\" = { over = 50 }")).is_ok());
    refused(&rows("\"subject.volume_m3\" = { from = 50 }"), 2, "overlap");
    refused(&rows("\"subject.weight_kg\" = { over = 50 }"), 2, "weight_kg");
    let unclassed = rows("\"subject.volume_m3\" = { over = 50 }").replace("gb50156_b", "gb99999");
    refused(&unclassed, 2, "gb99999");
}

#[test]
fn a_class_that_no_classification_knows_is_not_silently_never() {
    let text = format!(
        "{}\n[[lookup]]\nname = \"own\"\nclasses = \"gb50156_b\"\n\
         [[lookup.row]]\nwhen = {{ \"object.class\" = \"palace\" }}\nmetres = 10\nverification = \"V2\"\n",
        OWN.replace("= 60", "= { lookup = \"own\" }")
    );
    refused(&text, 2, "palace");
}

#[test]
fn faulty_settings_and_readings_are_refused_with_file_and_line() {
    refused("[[set]]\nparameter = \"seed_18a_radius\"\nmetres = 5\ndecided = \"纪要\"\n", 1, "seed_18a_radius");
    refused("\n[[set]]\nparameter = \"seed_18a_radius_m\"\nmetres = 5\ndecided = \" \"\n", 2, "who decided");
    let reading = |rule: &str, mark: &str, by: &str| {
        format!(
            "[[reading]]\nrule = \"{rule}\"\nverification = \"{mark}\"\nread_by = \"{by}\"\nread_on = \"2026-11-01\"\n\
             source = \"印刷本\"\n"
        )
    };
    refused(&reading("NO-RULE", "V1", "张工"), 1, "NO-RULE");
    refused(&reading("EEC-WAT-65", "V1", " "), 1, "who read what");
    // A reading that would raise nothing, or make a number weaker, is a mistake.
    refused(&reading("EEC-WAT-65", "K-M", "张工"), 1, "raises no mark");
    refused(&reading("PIP-30", "V1", "张工"), 1, "raises no mark");
}
