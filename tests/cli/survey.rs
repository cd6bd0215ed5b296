//! `sisetu survey`: the same conflicts as the service lists, in every form.

use serde_json::{Value, json};

use crate::support::scene::{feature, line, rectangle};
use crate::support::{Desk, Scene, Service};

/// A plant on the bank, homes on a pipeline, and a shop that is far from everything.
fn town() -> Desk {
    let township = json!({"name": "示例镇", "code": "360404101", "level": "township", "parent": "360404"});
    let plant = |kind: &str, name: &str| json!({"name": name, "kind": kind});
    let pipe = json!({"name": "管线", "medium": "crude", "regime": "long_distance"});
    let desk = Desk::new();
    Scene::river()
        .with("admin_units", feature("t", rectangle(-5e3, -9e3, 10e3, 9e3), township))
        .with("enterprises", feature("bank", rectangle(0.0, -300.0, 200.0, 200.0), plant("chemical_plant", "岸边厂")))
        .with("enterprises", feature("shop", rectangle(9e3, -4e3, 50.0, 50.0), plant("building_any", "远店")))
        .with("residential_zones", feature("homes", rectangle(0.0, -6e3, 300.0, 300.0), json!({"name": "小区"})))
        .with("pipelines", feature("pipe", line(&[[-1e3, -5_900.0], [2e3, -5_900.0]]), pipe))
        .import_into(&desk);
    desk
}

fn ids(listing: &Value) -> Vec<&str> {
    listing["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[test]
fn the_survey_is_that_of_the_service() {
    let desk = town();
    let mut printed = desk.run(&["survey", "--format", "json"]).ends(0).json();
    assert_eq!(
        ids(&printed),
        [
            "PIP-30:residential_zones/homes:pipelines/pipe",
            "YRP-26-2:enterprises/bank:waters/river",
            // Marks that do not decide, and what has to be demonstrated.
            "OIL-9.3:pipelines/pipe:residential_zones/homes",
            "PIP-31:residential_zones/homes:pipelines/pipe",
            "YEB-NEG-2022:enterprises/bank:waters/river",
        ]
    );
    assert_eq!(printed["totals"]["by_township"], json!({"示例镇": 5}));
    let service = Service::of(&desk);
    let mut served = service.get("/api/survey?limit=1000").json();
    for only_served in ["next", "making"] {
        assert_eq!(served.as_object_mut().unwrap().remove(only_served), Some(Value::Null));
    }
    assert_eq!(served, printed.take());
    service.stop();
}

#[test]
fn people_read_totals_and_the_worst_and_a_sheet_has_a_line_for_each() {
    let desk = town();
    let text = desk.run(&["survey"]).ends(0).out;
    for word in ["冲突 5 处", "岸边厂", "一票否决 2", "存量", "示例镇 5"] {
        assert!(text.contains(word), "{word} in {text}");
    }
    let sheet = desk.path("sheet.csv");
    let ran = desk.run(&["survey", "--format", "csv", "--out", sheet.to_str().unwrap()]).ends(0);
    assert!(ran.out.is_empty() && ran.err.is_empty(), "no bar where there is no terminal: {ran:?}");
    let sheet = std::fs::read_to_string(sheet).unwrap();
    assert_eq!(sheet.lines().count(), 6);
    assert!(sheet.starts_with("\u{feff}id,severity,") && sheet.contains(",岸边厂,"));
}

#[test]
fn only_what_is_asked_for_is_listed() {
    let desk = town();
    let one = desk.run(&["survey", "--rule", "PIP-30", "--township", "示例镇", "--format", "json"]).ends(0).json();
    assert_eq!((ids(&one).len(), &one["totals"]["total"]), (1, &json!(1)));
    let none = desk.run(&["survey", "--township", "别处镇", "--format", "json"]).ends(0).json();
    assert_eq!((ids(&none).len(), &none["totals"]["total"]), (0, &json!(0)));
    let before = desk.run(&["survey", "--as-of", "2010-01-01", "--format", "json"]).ends(0).json();
    assert!(ids(&before).is_empty(), "{before}");
    let doubt = desk.run(&["survey", "--outcome", "undetermined", "--format", "json"]).ends(0).json();
    assert_eq!(doubt["totals"], doubt["undetermined"]);
    desk.run(&["survey", "--outcome", "met"]).ends(2);
    desk.run(&["survey", "--as-of", "yesterday"]).ends(2);
}
