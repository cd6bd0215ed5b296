//! `sisetu demo`: loads the sample once and whole, then serves it.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use crate::support::{Desk, Service};

#[test]
fn the_first_run_loads_and_the_second_serves_what_is_there() {
    let desk = Desk::new();
    let store = desk.path("demo.gpkg");
    let first = Service::demo(&desk, &store);
    let areas = first.get("/api/risk/areas");
    assert_eq!(areas.status, 200);
    assert_eq!(areas.json()["areas"].as_array().unwrap().len(), 17);
    let edition = areas.json()["edition"].clone();
    first.stop();
    let second = Service::demo(&desk, &store);
    assert_eq!(second.get("/api/risk/areas").json()["edition"], edition, "nothing was loaded again");
    second.stop();
    let left: Vec<String> = desk.files().into_iter().filter(|name| !name.starts_with("demo.gpkg")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_load_that_was_killed_is_done_again_from_the_start() {
    let desk = Desk::new();
    let store = desk.path("demo.gpkg");
    for milliseconds in [50, 300, 900] {
        let mut command = desk.command();
        command.arg("demo").arg("--store").arg(&store).args(["--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let service = Service::demo(&desk, &store);
    for (layer, count) in [("admin_units", 18), ("coverage", 15)] {
        let items = service.get(&format!("/api/collections/{layer}/items?limit=1000"));
        assert!(items.json()["features"].as_array().unwrap().len() >= count, "{layer}: {}", items.text());
    }
    service.stop();
}

#[test]
fn a_taken_port_ends_with_3_and_names_the_option() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let desk = Desk::new();
    let ran = desk.run(&["demo", "--store", "demo.gpkg", "--listen", &address]).ends(3);
    assert!(ran.err.contains("--listen") && ran.err.contains(&address), "{ran:?}");
}
