//! A change becomes a warning on an open stream, and the stream ends with the service.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{plant, town};
use crate::support::Service;

const PATIENCE: Duration = Duration::from_secs(20);

/// A reader of the stream of warnings.
struct Listener(BufReader<TcpStream>);

impl Listener {
    fn on(service: &Service, last: Option<u64>) -> Self {
        let mut stream = TcpStream::connect(service.url.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let last = last.map(|number| format!("Last-Event-ID: {number}\r\n")).unwrap_or_default();
        let head = format!("GET /api/alerts/stream HTTP/1.1\r\nHost: localhost\r\n{last}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut listener = Self(BufReader::new(stream));
        listener.line(": ");
        listener
    }

    /// The next line that begins so.
    fn line(&mut self, start: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut line = String::new();
            assert!(Instant::now() < until && self.0.read_line(&mut line).unwrap() > 0, "no line {start:?} came");
            if let Some(rest) = line.strip_prefix(start) {
                return rest.trim_end().to_owned();
            }
        }
    }

    fn alert(&mut self) -> Value {
        self.line("event: alert");
        serde_json::from_str(&self.line("data: ")).unwrap()
    }
}

/// Waits until the list holds so many warnings.
pub fn wait_for_alerts(service: &Service, count: usize) -> Vec<Value> {
    let until = Instant::now() + PATIENCE;
    loop {
        let items = service.get("/api/alerts").json()["items"].as_array().unwrap().clone();
        if items.len() >= count {
            return items;
        }
        assert!(Instant::now() < until, "{} warnings", items.len());
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn regrade(service: &Service, id: &str, level: u8) {
    let item = service.at(&format!("/api/collections/enterprises/items/{id}"));
    assert_eq!(service.agent().put(&item).send_json(plant(level)).unwrap().status(), 200);
}

#[test]
fn a_rise_reaches_an_open_stream_and_a_later_one_from_where_it_left_off() {
    let (desk, service) = town();
    let mut listener = Listener::on(&service, None);
    regrade(&service, "e1", 1);
    let alert = listener.alert();
    assert_eq!(
        (&alert["feature"], &alert["warning_level"], &alert["state"]),
        (&json!("e1"), &json!(1), &json!("open"))
    );
    let id = alert["id"].as_str().unwrap();
    let answer = service.post(&format!("/api/alerts/{id}/acknowledge"), &json!({"by": "值班员"}));
    assert_eq!((answer.status, &answer.json()["state"]), (200, &json!("acknowledged")), "{}", answer.text());
    assert_eq!(listener.alert()["state"], "acknowledged");
    let mut from_the_start = Listener::on(&service, Some(0));
    assert_eq!(from_the_start.alert()["state"], "open");
    assert_eq!(from_the_start.alert()["state"], "acknowledged");
    service.stop();
    // The service said so and hung up; nothing is left to wait for.
    assert_eq!(listener.line("event: "), "end");
    let mut rest = String::new();
    listener.0.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("the service stops"), "{rest}");

    let service = Service::of(&desk);
    assert_eq!(wait_for_alerts(&service, 1)[0]["state"], "acknowledged");
    let listed = desk.run(&["alerts", "--format", "json"]).ends(0).json();
    assert_eq!(listed["items"][0]["id"], id);
    let text = desk.run(&["alerts"]).ends(0);
    assert!(text.out.contains("e1") && text.out.contains("acknowledged"), "{text:?}");
    service.stop();
}

#[test]
fn a_reading_over_its_limit_reaches_an_open_stream() {
    let (_desk, service) = town();
    let mut listener = Listener::on(&service, None);
    let reading = json!([{"layer": "enterprises", "feature": "e2", "quantity": "甲烷", "value": 25.0, "unit": "%LEL",
        "at": "2026-11-24T08:00:00+08:00", "limit": 20.0}]);
    let told = service.post("/api/readings", &reading);
    assert_eq!((told.status, &told.json()["over_limit"]), (200, &json!(1)), "{}", told.text());
    let alert = listener.alert();
    assert_eq!((&alert["cause"], &alert["feature"]), (&json!("over_limit"), &json!("e2")));
    service.stop();
}
