//! Who is let in.

use std::process::Stdio;

use super::{plant, town};
use crate::support::{Desk, Scene, Service};

const KEYS: &str = "[[key]]\nname = \"viewer\"\nkey = \"see-0123456789abcdef\"\nmay = \"read\"\n\
    [[key]]\nname = \"steward\"\nkey = \"change-0123456789abcdef\"\nmay = \"write\"\n";

#[test]
fn a_server_for_others_does_not_start_without_keys() {
    let desk = Desk::new();
    Scene::river().import_into(&desk);
    let ran = desk.run(&["serve", "--listen", "0.0.0.0:0"]).ends(2);
    assert!(ran.err.contains("--keys") && ran.out.is_empty(), "{ran:?}");
    let file = desk.write("keys.toml", "[[key]]\nname = \"a\"\nkey = \"hidden-value\"\nmay = \"rule\"\n");
    let ran = desk.run(&["serve", "--listen", "0.0.0.0:0", "--keys", file.to_str().unwrap()]).ends(2);
    assert!(ran.err.contains("keys.toml") && !ran.err.contains("hidden-value"), "{ran:?}");
}

#[test]
fn keys_part_seeing_from_changing_and_stay_out_of_the_log() {
    let desk = Desk::new();
    Scene::river().import_into(&desk);
    let file = desk.write("keys.toml", KEYS);
    let service = Service::start(desk.command().args(["serve", "--keys"]).arg(file).stdin(Stdio::null()));
    let with = |key: &str| {
        let request = service.agent().get(service.at("/api/collections"));
        request.header("authorization", format!("Bearer {key}")).call().unwrap().status().as_u16()
    };
    let item = service.at("/api/collections/enterprises/items/n1");
    let put = |key: &str| {
        let request = service.agent().put(&item).header("authorization", format!("Bearer {key}"));
        request.send_json(plant(1)).unwrap().status().as_u16()
    };
    assert_eq!(service.get("/api/collections").status, 401);
    assert_eq!((with("see-0123456789abcdef"), with("see"), with("change-0123456789abcdef")), (200, 401, 200));
    assert_eq!((put("see-0123456789abcdef"), put("change-0123456789abcdef")), (403, 201));
    assert_eq!((service.get("/").status, service.get("/health/live").status), (200, 200));
    assert!(!service.log().contains("0123456789abcdef"), "{}", service.log());
    service.stop();
}

#[test]
fn a_page_of_another_origin_can_neither_read_nor_write() {
    let (_desk, service) = town();
    let foreign = |header: &str, value: &str| {
        let request = service.agent().put(service.at("/api/collections/enterprises/items/e1"));
        request.header(header, value).send_json(plant(1)).unwrap().status().as_u16()
    };
    assert_eq!((foreign("origin", "http://evil.example"), foreign("sec-fetch-site", "cross-site")), (403, 403));
    let rebound = service.agent().get(service.at("/api/collections")).header("host", "evil.example").call().unwrap();
    assert_eq!(rebound.status(), 421);
    let read =
        service.agent().get(service.at("/api/collections")).header("origin", "http://evil.example").call().unwrap();
    assert!(read.headers().get("access-control-allow-origin").is_none());
    service.stop();
}
