//! The real program, serving on a free port; when it stops, its log must be clean.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::http::Response;

use super::Desk;

/// How long a start or a stop may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running service.
pub struct Service {
    child: Child,
    /// Where it listens, `http://127.0.0.1:PORT`.
    pub url: String,
    log: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
    agent: ureq::Agent,
}

/// An answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Service {
    /// `sisetu serve` on the desk's store.
    pub fn of(desk: &Desk) -> Self {
        Self::start(desk.command().arg("serve").arg("--store").arg(desk.store()))
    }

    /// `sisetu demo` with a store of its own.
    pub fn demo(desk: &Desk, store: &Path) -> Self {
        Self::start(desk.command().arg("demo").arg("--store").arg(store))
    }

    /// Any command that ends up listening; `--listen` is added.
    pub fn start(command: &mut Command) -> Self {
        command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let said = Arc::new(Mutex::new(String::new()));
        let log = Arc::new(Mutex::new(String::new()));
        let readers = vec![collect(out, said.clone()), collect(err, log.clone())];
        let Some(url) = wait_for_url(&mut child, &said) else {
            let _ = child.kill();
            panic!("it did not start to listen: {} {}", said.lock().unwrap(), log.lock().unwrap());
        };
        let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        Self { child, url, log, readers, agent: config.build().into() }
    }

    /// A client that takes every status for an answer.
    pub fn agent(&self) -> &ureq::Agent {
        &self.agent
    }

    /// The address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// What a path answers.
    pub fn get(&self, path: &str) -> Answer {
        self.agent.get(self.at(path)).call().unwrap().into()
    }

    /// What a path answers to a JSON body.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.agent.post(self.at(path)).send_json(body).unwrap().into()
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Asks it to stop, as a service manager does; it must end by itself, with code 0 and nothing bad in its log.
    pub fn stop(mut self) {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        let until = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() > until => panic!("it does not stop: {}", self.log()),
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        for reader in std::mem::take(&mut self.readers) {
            reader.join().unwrap();
        }
        let log = self.log();
        assert_eq!(status.code(), Some(0), "{log}");
        let bad = |line: &&str| line.contains(" WARN ") || line.contains(" ERROR ") || line.contains("panicked");
        let bad: Vec<&str> = log.lines().filter(bad).collect();
        assert!(bad.is_empty(), "the log is not clean: {bad:#?}");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // A test that failed before it stopped the service leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl From<Response<ureq::Body>> for Answer {
    fn from(mut response: Response<ureq::Body>) -> Self {
        let body = response.body_mut().with_config().limit(200 << 20).read_to_vec().unwrap();
        Self { status: response.status().as_u16(), head: response.headers().clone(), body }
    }
}

fn collect(stream: impl Read + Send + 'static, into: Arc<Mutex<String>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut text = into.lock().unwrap();
            text.push_str(&line);
            text.push('\n');
        }
    })
}

fn wait_for_url(child: &mut Child, said: &Mutex<String>) -> Option<String> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until && child.try_wait().unwrap().is_none() {
        let found = said.lock().unwrap().lines().find_map(|line| Some(line.split_once("listening on ")?.1.to_owned()));
        if found.is_some() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}
