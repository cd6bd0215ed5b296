//! The real program over real sockets: what a reader, a writer and a passer-by meet. Routes, headers and problems are
//! held one by one in the room's own tests; here is what only the whole can show.

mod freshness;
mod manners;
mod strangers;
mod warnings;
mod webhook;

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::support::scene::{feature, point};
use crate::support::{Desk, Scene, Service};

/// A small district with two enterprises, in a store that a service has open.
fn town() -> (Desk, Service) {
    let desk = Desk::new();
    let plant = |name: &str| json!({"name": name, "kind": "factory", "risk_level": 2});
    let scene = Scene::river()
        .with("enterprises", feature("e1", point(0.0, -2_000.0), plant("模拟甲厂")))
        .with("enterprises", feature("e2", point(500.0, -2_000.0), plant("模拟乙厂")));
    scene.import_into(&desk);
    let service = Service::of(&desk);
    (desk, service)
}

/// A GeoJSON enterprise of a level.
fn plant(risk_level: u8) -> Value {
    let mut plant =
        feature("", point(0.0, -2_000.0), json!({"name": "模拟甲厂", "kind": "factory", "risk_level": risk_level}));
    plant.as_object_mut().unwrap().remove("id");
    plant
}

/// What comes back for these very bytes, until the other side hangs up.
fn raw(service: &Service, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(service.url.trim_start_matches("http://")).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// A figure of the metrics.
fn metric(service: &Service, name: &str) -> f64 {
    let text = service.get("/metrics").text();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in\n{text}")).parse().unwrap()
}
