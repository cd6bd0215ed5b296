//! Warnings sent elsewhere: signed, in order, again until they are taken, and on after a restart.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::warnings::regrade;
use super::{Desk, Service, town};

const SECRET: &str = "a secret of the duty desk";
const PATIENCE: Duration = Duration::from_secs(30);

/// What came in.
struct Call {
    signature: String,
    timestamp: String,
    number: u64,
    body: String,
}

impl Call {
    fn alert(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn assert_signed(&self) {
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("{}.{}", self.timestamp, self.body).as_bytes());
        assert_eq!(self.signature, format!("sha256={:x}", mac.finalize().into_bytes()));
    }
}

/// The other side, which answers with these statuses and then with 204.
fn receiver(statuses: Vec<u16>) -> (String, Receiver<Call>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook?token=hidden", listener.local_addr().unwrap());
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let mut statuses = statuses.into_iter();
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                head.push(line.trim().to_owned());
            }
            let header = |name: &str| {
                let start = format!("{name}: ");
                let found = head.iter().find(|line| line.to_ascii_lowercase().starts_with(&start));
                found.map(|line| line[start.len()..].to_owned()).unwrap_or_default()
            };
            let mut body = vec![0; header("content-length").parse().unwrap()];
            stream.read_exact(&mut body).unwrap();
            let status = statuses.next().unwrap_or(204);
            let answer = format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
            let call = Call {
                signature: header("sisetu-signature"),
                timestamp: header("sisetu-timestamp"),
                number: header("sisetu-number").parse().unwrap(),
                body: String::from_utf8(body).unwrap(),
            };
            if send.send(call).is_err() {
                return;
            }
        }
    });
    (url, receive)
}

fn serve(desk: &Desk, url: &str) -> Service {
    let mut command = desk.command();
    Service::start(command.args(["serve", "--webhook", url]).env("SISETU_WEBHOOK_SECRET", SECRET))
}

#[test]
fn a_warning_is_sent_signed_and_again_until_it_is_taken_also_after_a_restart() {
    let (desk, service) = town();
    service.stop();
    let (url, calls) = receiver(vec![500]);
    let service = serve(&desk, &url);
    regrade(&service, "e1", 1);
    let next = || calls.recv_timeout(PATIENCE).unwrap();
    let (refused, taken) = (next(), next());
    taken.assert_signed();
    assert_eq!((refused.number, &refused.body), (taken.number, &taken.body), "the same again");
    assert_eq!((&taken.alert()["feature"], &taken.alert()["state"]), (&json!("e1"), &json!("open")));
    let id = taken.alert()["id"].as_str().unwrap().to_owned();
    service.post(&format!("/api/alerts/{id}/acknowledge"), &json!({"by": "值班员"}));
    let step = next();
    step.assert_signed();
    assert!(step.number > taken.number && step.alert()["state"] == "acknowledged");
    assert!(!service.log().contains("hidden") && !service.log().contains(SECRET), "{}", service.log());
    service.stop();

    // What happens while the webhook is off is sent when it is on again. What was taken a moment before the end may come
    // once more, under its own number.
    let service = Service::of(&desk);
    service.post(&format!("/api/alerts/{id}/handle"), &json!({"by": "值班员"}));
    service.stop();
    let service = serve(&desk, &url);
    let mut later = next();
    if later.number == step.number {
        later = next();
    }
    assert!(later.number > step.number && later.alert()["state"] == "handled", "{}", later.body);
    service.stop();
}

#[test]
fn a_webhook_without_a_secret_or_address_is_refused_before_anything_starts() {
    let desk = Desk::new();
    let ran = desk.run(&["serve", "--webhook", "https://duty.example.cn/x"]).ends(2);
    assert!(ran.err.contains("secret") && ran.err.contains("SISETU_WEBHOOK_SECRET"), "{ran:?}");
    let file = desk.write("secret", SECRET);
    let file = file.to_str().unwrap();
    let ran = desk.run(&["serve", "--webhook", "duty", "--webhook-secret", file]).ends(2);
    assert!(ran.err.contains("not an address"), "{ran:?}");
}
