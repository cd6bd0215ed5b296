//! `sisetu check`: verdicts, exit codes, forms of a site, and input that cannot be checked.

use serde_json::{Value, json};

use crate::support::scene::{at, collection, feature, point, rectangle};
use crate::support::{Desk, Ran, Scene, Service};

/// A desk with the river and whatever else a scene holds.
fn desk(scene: &Scene) -> Desk {
    let desk = Desk::new();
    scene.import_into(&desk);
    desk
}

/// A site of 100 m by 100 m whose north edge lies so many metres south of the river.
fn south_of_the_river(metres: f64) -> Value {
    rectangle(0.0, -metres - 100.0, 100.0, 100.0)
}

fn check(desk: &Desk, kind: &str, site: &Value, facts: Value) -> Ran {
    let file = desk.write("site.geojson", feature("s", site.clone(), facts).to_string());
    desk.run(&["check", "--kind", kind, "--site", file.to_str().unwrap(), "--format", "json"])
}

fn finding<'r>(report: &'r Value, rule: &str) -> &'r Value {
    let mut findings = report["findings"].as_array().unwrap().iter();
    findings.find(|finding| finding["rule"] == rule).unwrap_or_else(|| panic!("no {rule} in {report:#}"))
}

#[test]
fn a_chemical_project_in_the_yangtze_kilometre_is_vetoed_with_1() {
    let report = check(&desk(&Scene::river()), "chem_project", &south_of_the_river(500.0), json!({})).ends(1).json();
    assert_eq!(report["verdict"], "veto");
    let finding = finding(&report, "YRP-26-2");
    assert_eq!((&finding["outcome"], &finding["required_m"]), (&json!("violated"), &json!(1000.0)));
    assert!((finding["measured_m"].as_f64().unwrap() - 500.0).abs() < 5.0, "{finding}");
    assert_eq!(finding["clause"], json!({"law": "中华人民共和国长江保护法", "article": "第二十六条第二款"}));
}

#[test]
fn two_kilometres_inland_the_rule_is_met_and_says_how_far_it_is() {
    let report = check(&desk(&Scene::river()), "chem_project", &south_of_the_river(2_000.0), json!({})).json();
    let finding = finding(&report, "YRP-26-2");
    assert_eq!(finding["outcome"], "met");
    assert!((finding["measured_m"].as_f64().unwrap() - 2_000.0).abs() < 20.0, "{finding}");
    assert_eq!(finding["target"]["name"], "长江");
}

#[test]
fn without_coverage_of_the_waters_inland_is_undetermined_and_the_river_kilometre_still_vetoed() {
    let desk = desk(&Scene::river().without_coverage_of("waters"));
    let inland = check(&desk, "chem_project", &south_of_the_river(2_000.0), json!({})).ends(5).json();
    assert_eq!(finding(&inland, "YRP-26-2")["outcome"], "undetermined");
    let waters = inland["coverage"].as_array().unwrap().iter().find(|row| row["layer"] == "waters").unwrap();
    assert_eq!(waters["complete"], false);
    check(&desk, "chem_project", &south_of_the_river(500.0), json!({})).ends(1);
}

#[test]
fn a_home_far_from_everything_passes_with_0() {
    let report = check(&desk(&Scene::river()), "residential", &south_of_the_river(3_000.0), json!({})).ends(0).json();
    assert_eq!(report["verdict"], "pass");
}

#[test]
fn an_explosives_store_within_sight_of_people_needs_review_with_4() {
    let homes = json!({"name": "某村", "persons": 400});
    let scene = Scene::river().with("residential_zones", feature("v", rectangle(0.0, -9_000.0, 300.0, 300.0), homes));
    let ran = check(&desk(&scene), "fireworks_store", &south_of_the_river(3_000.0), json!({})).ends(4);
    assert_eq!(finding(&ran.json(), "INV-SEED-18a")["outcome"], "needs_demonstration");
}

#[test]
fn remedies_come_with_the_report_only_where_they_are_asked_for() {
    let desk = desk(&Scene::river());
    let site = desk.write("site.geojson", feature("s", south_of_the_river(900.0), json!({})).to_string());
    let ask = |more: &[&str]| {
        let arguments = ["check", "--kind", "chem_project", "--site", site.to_str().unwrap()];
        desk.run(&[&arguments[..], more].concat())
    };
    let plain = ask(&["--format", "json"]).ends(1).json();
    assert!(plain.get("remedies").is_none());
    let report = ask(&["--format", "json", "--remedies"]).ends(1).json();
    let shift = &report["remedies"]["shift"];
    assert!((shift["distance_m"].as_f64().unwrap() - 100.0).abs() < 20.0, "{shift}");
    assert_ne!(shift["verdict"], "veto");
    assert_eq!((&report["verdict"], &report["findings"]), (&plain["verdict"], &plain["findings"]));
    let moved = desk.write("moved.geojson", feature("s", shift["site"].clone(), json!({})).to_string());
    let there = desk.run(&["check", "--kind", "chem_project", "--format", "json", "--site", moved.to_str().unwrap()]);
    assert_eq!(there.json()["verdict"], shift["verdict"]);
    let text = ask(&["--remedies"]).ends(1).out;
    assert!(text.contains("最小改动") && text.contains("平移"), "{text}");
    ask(&["--remedies", "--format", "html"]).ends(2);
}

#[test]
fn every_form_of_a_site_gives_the_same_report() {
    let desk = desk(&Scene::river());
    let site = south_of_the_river(500.0);
    let bare = feature("s", site.clone(), json!({"kind": "chem_project"}));
    let forms = [
        ("geometry", site.to_string()),
        ("feature", feature("s", site, json!({})).to_string()),
        ("collection", collection(std::slice::from_ref(&bare)).to_string()),
        ("request", json!({"site": bare}).to_string()),
        ("with a byte order mark", format!("\u{feff}{bare}")),
    ];
    let arguments = ["check", "--kind", "chem_project", "--format", "json", "--site"];
    let report = |ran: Ran| {
        let mut report = ran.ends(1).json();
        report["evaluated_at"] = Value::Null;
        report
    };
    let first = report(desk.run_with(&[&arguments[..], &["-"]].concat(), &forms[0].1));
    for (name, form) in &forms {
        let file = desk.write("form.geojson", form);
        assert_eq!(report(desk.run(&[&arguments[..], &[file.to_str().unwrap()]].concat())), first, "{name}");
    }
}

#[test]
fn the_command_and_the_service_give_the_same_report() {
    let desk = desk(&Scene::river());
    let service = Service::of(&desk);
    for (kind, metres) in [("chem_project", 500.0), ("chem_project", 2_000.0), ("school", 4_000.0)] {
        let site = south_of_the_river(metres);
        let mut printed = check(&desk, kind, &site, json!({})).json();
        let mut answered = service.post("/api/siting/check", &feature("s", site, json!({"kind": kind}))).json();
        printed["evaluated_at"] = Value::Null;
        answered["evaluated_at"] = Value::Null;
        assert_eq!(printed, answered, "{kind} at {metres} m");
    }
    service.stop();
}

#[test]
fn a_site_in_another_reference_system_is_the_same_site() {
    let desk = desk(&Scene::river());
    let system = sisetu::geom::Crs::from_epsg(4548).unwrap();
    let ring: Vec<[f64; 2]> = south_of_the_river(500.0)["coordinates"][0]
        .as_array()
        .unwrap()
        .iter()
        .map(|corner| {
            let (lon, lat) = (corner[0].as_f64().unwrap(), corner[1].as_f64().unwrap());
            let grid = system.from_lonlat(sisetu::geom::Coord { x: lon, y: lat });
            [grid.x, grid.y]
        })
        .collect();
    desk.write("grid.geojson", json!({"type": "Polygon", "coordinates": [ring]}).to_string());
    let arguments = ["check", "--kind", "chem_project", "--site", "grid.geojson", "--format", "json"];
    let grid = desk.run(&[&arguments[..], &["--crs", "EPSG:4548"]].concat()).ends(1).json();
    let degrees = check(&desk, "chem_project", &south_of_the_river(500.0), json!({})).json();
    let measured = |report: &Value| finding(report, "YRP-26-2")["measured_m"].as_f64().unwrap();
    assert!((measured(&grid) - measured(&degrees)).abs() < 1e-3);
    // Metres without a word about their system are no degrees.
    desk.run(&arguments).ends(2);
}

#[test]
fn the_law_of_another_day_is_applied_when_asked_for() {
    let desk = desk(&Scene::river());
    desk.write("site.geojson", south_of_the_river(3_000.0).to_string());
    let cited = |day: &str| {
        let arguments = ["check", "--kind", "chem_project", "--site", "site.geojson", "--format", "json", "--as-of"];
        let report = desk.run(&[&arguments[..], &[day]].concat()).json();
        assert_eq!(report["as_of"], day);
        report["findings"].as_array().unwrap().iter().any(|finding| finding["rule"] == "HCL-18-1")
    };
    assert!(!cited("2026-01-01") && cited("2026-05-01"), "危险化学品安全法 is in force from 2026-05-01");
}

#[test]
fn text_is_for_people_and_html_goes_to_its_file() {
    let desk = desk(&Scene::river());
    desk.write("site.geojson", south_of_the_river(500.0).to_string());
    let arguments = ["check", "--kind", "chem_project", "--site", "site.geojson"];
    let text = desk.run(&arguments).ends(1).out;
    assert!(text.contains("一票否决") && text.contains("第二十六条"), "{text}");
    let ran = desk.run(&[&arguments[..], &["--format", "html", "--out", "report.html"]].concat()).ends(1);
    assert_eq!(ran.out, "");
    let sheet = std::fs::read_to_string(desk.path("report.html")).unwrap();
    assert!(sheet.starts_with("<!DOCTYPE html>") && sheet.contains("长江保护法"), "{sheet}");
}

#[test]
fn what_cannot_be_checked_ends_with_2_and_names_the_field() {
    let desk = desk(&Scene::river());
    let (lon, lat) = (at(0.0, -500.0)[0], at(0.0, -500.0)[1]);
    let crossed = json!({"type": "Polygon", "coordinates": [[
        at(0.0, -500.0), at(100.0, -600.0), at(100.0, -500.0), at(0.0, -600.0), at(0.0, -500.0)]]});
    let europe = json!({"type": "Polygon", "coordinates": [[[9.0, 47.0], [9.1, 47.0], [9.1, 47.1], [9.0, 47.0]]]});
    let two = [feature("a", point(0.0, -500.0), json!({})), feature("b", point(0.0, -900.0), json!({}))];
    let cases = [
        ("no JSON", "{\"type\": \"Point\", ".to_owned(), "line 1"),
        ("nothing", String::new(), "JSON"),
        ("two features", collection(&two).to_string(), "site"),
        ("swapped", json!({"type": "Point", "coordinates": [lat, lon]}).to_string(), "geometry"),
        ("self-crossing", crossed.to_string(), "geometry"),
        ("in Europe", europe.to_string(), "geometry"),
        ("a wrong fact", feature("s", point(0.0, -500.0), json!({"volume_m3": "many"})).to_string(), "volume_m3"),
        ("an unknown action", feature("s", point(0.0, -500.0), json!({"action": "move"})).to_string(), "action"),
    ];
    for (name, site, named) in cases {
        let file = desk.write("site.geojson", site);
        let ran = desk.run(&["check", "--kind", "chem_project", "--site", file.to_str().unwrap()]).ends(2);
        assert!(ran.err.starts_with("error: ") && ran.err.contains(named) && ran.out.is_empty(), "{name}: {ran:?}");
    }
    desk.run(&["check", "--kind", "castle", "--site", "site.geojson"]).ends(2);
    desk.run(&["check", "--kind", "chem_project", "--site", "nowhere.geojson"]).ends(2);
}
