//! Errors in form, large bodies, checks, the end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::{metric, raw, town};
use crate::support::scene::{feature, rectangle};
use crate::support::{Desk, Service};

fn proposal(north_m: f64) -> Value {
    feature("p", rectangle(0.0, north_m, 200.0, 200.0), json!({"kind": "chem_project"}))
}

#[test]
fn the_same_question_has_one_answer_on_the_command_line_and_here() {
    let (desk, service) = town();
    let answer = service.post("/api/siting/check?as_of=2026-11-24", &proposal(-900.0));
    let mut here = answer.json();
    assert_eq!((answer.status, &here["verdict"]), (200, &json!("veto")));
    let site = desk.write("site.geojson", proposal(-900.0).to_string());
    let arguments = ["check", "--kind", "chem_project", "--site", site.to_str().unwrap(), "--format", "json"];
    let mut there = desk.run(&[&arguments[..], &["--as-of", "2026-11-24"]].concat()).ends(1).json();
    for report in [&mut here, &mut there] {
        report.as_object_mut().unwrap().remove("evaluated_at");
    }
    assert_eq!(here, there);
    service.stop();
}

#[test]
fn a_sheet_can_be_printed() {
    let (_desk, service) = town();
    let sheet = service.post("/api/siting/check?format=html", &proposal(-900.0));
    assert!(sheet.text().contains("选址安全核查单") && sheet.text().contains("一票否决"));
    service.stop();
}

#[test]
fn bad_input_is_told_with_its_field_and_changes_nothing() {
    let (_desk, service) = town();
    let revision = metric(&service, "sisetu_revision");
    let europe = json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [2.35, 48.85]}, "properties": {"name": "x", "kind": "factory"}});
    let swapped = json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [29.6, 115.8]}, "properties": {"name": "x", "kind": "factory"}});
    let unknown = json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [115.8, 29.6]}, "properties": {"name": "x", "kind": "castle"}});
    for (body, field) in [(europe, "geometry"), (swapped, "geometry"), (unknown, "kind")] {
        let problem = service.post("/api/collections/enterprises/items", &body);
        assert_eq!(problem.status, 422, "{}", problem.text());
        let named = &problem.json()["errors"][0];
        assert_eq!(named["field"], field, "{named}");
        assert!(!named["hint"].as_str().unwrap().is_empty(), "{named}");
    }
    let cross = json!({"type": "Feature", "properties": {"kind": "chem_project"}, "geometry": {"type": "Polygon",
        "coordinates": [[[115.80, 29.58], [115.81, 29.59], [115.81, 29.58], [115.80, 29.59], [115.80, 29.58]]]}});
    let problem = service.post("/api/siting/check", &cross);
    assert_eq!((problem.status, &problem.json()["errors"][0]["field"]), (422, &json!("geometry")));
    let kind = json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [115.8, 29.6]}, "properties": {"kind": "castle"}});
    assert_eq!(service.post("/api/siting/check", &kind).json()["errors"][0]["field"], "kind");
    assert_eq!(metric(&service, "sisetu_revision"), revision);
    service.stop();
}

#[test]
fn forty_megabytes_are_refused_in_words() {
    let (_desk, service) = town();
    let head = "POST /api/siting/check HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 40000000\r\n\r\n";
    let answer = raw(&service, &[head.as_bytes(), &vec![b' '; 40_000_000]].concat());
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("urn:sisetu:problem:too-large"), "{answer}");
    service.stop();
}

#[test]
fn nonsense_never_makes_the_server_fail() {
    let (_desk, service) = town();
    for line in [
        "GET /tiles/risk/%2e%2e/0/0 HTTP/1.1",
        "GET /api/collections/%00/items HTTP/1.1",
        "BREW /api HTTP/1.1",
        "nonsense",
    ] {
        let answer = raw(&service, format!("{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes());
        assert!(answer.starts_with("HTTP/1.1 4"), "{line}: {answer}");
    }
    service.stop();
}

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    let (_desk, service) = town();
    let mut stream = TcpStream::connect(service.url.trim_start_matches("http://")).unwrap();
    let body = proposal(-900.0).to_string();
    let head = format!(
        "POST /api/siting/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let rest = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(500));
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    });
    service.stop();
    assert!(rest.join().unwrap().starts_with("HTTP/1.1 200"));
}

#[test]
fn the_demo_serves_four_colours() {
    let desk = Desk::new();
    let service = Service::demo(&desk, &desk.path("demo.gpkg"));
    let areas = service.get("/api/risk/areas?level=township").json();
    assert_eq!(areas["areas"].as_array().unwrap().len(), 17);
    let page = service.get("/api/collections/enterprises/items?limit=1000").json();
    let explained = |id: &str| service.get(&format!("/api/risk/explain/enterprises/{id}")).json()["risk_level"].clone();
    let levels = page["features"].as_array().unwrap().iter().map(|feature| explained(feature["id"].as_str().unwrap()));
    let levels: std::collections::BTreeSet<u64> = levels.filter_map(|level| level.as_u64()).collect();
    assert_eq!(levels.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4]);
    for (set, z, x, y) in [("district", 10, 841, 424), ("risk", 10, 841, 424), ("waters", 10, 841, 424)] {
        let tile = service.get(&format!("/tiles/{set}/{z}/{x}/{y}"));
        assert!(tile.status == 200 && !tile.body.is_empty(), "{set}");
        let json = service.get(&format!("/tiles/{set}")).json();
        assert_eq!((&json["tilejson"], json["vector_layers"].is_array()), (&json!("3.0.0"), true), "{set}");
    }
    let style = service.get("/styles/four-colour").json();
    assert_eq!(style["sources"]["risk"]["url"], service.at("/tiles/risk"));
    service.stop();
}
