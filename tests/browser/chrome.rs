//! A small driver of Chromium over its debugging protocol: it opens a page, clicks like a hand, and keeps a list of every
//! request and every complaint on the console, those of workers included.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, ErrorKind};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

/// How long a page may take to get somewhere. Software rendering on a busy machine is slow.
const PATIENCE: Duration = Duration::from_mins(1);
const GLANCE: Duration = Duration::from_millis(100);
const SIZE: (u32, u32) = (1280, 800);

const FLAGS: [&str; 14] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--remote-debugging-port=0",
];

/// A browser with one page.
pub struct Page {
    child: Child,
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    last_id: u64,
    events: VecDeque<Value>,
    /// Every address that was asked for.
    pub requests: Vec<String>,
    /// Everything the console complained about.
    pub complaints: Vec<String>,
    _profile: tempfile::TempDir,
}

/// The browser to drive: `CHROME`, else the first known name on the path.
pub fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROME").filter(|named| !named.is_empty()) {
        return Some(named.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

impl Page {
    /// Starts the browser with an empty page.
    pub fn open(chrome: &PathBuf) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new(chrome)
            .args(FLAGS)
            .arg(format!("--window-size={},{}", SIZE.0, SIZE.1))
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let socket = page_socket(&mut child);
        let (requests, complaints, events) = (vec![], vec![], VecDeque::new());
        let mut page = Self { child, socket, last_id: 0, events, requests, complaints, _profile: profile };
        for method in ["Page.enable", "Network.enable", "Runtime.enable", "Log.enable"] {
            page.call(method, json!({}));
        }
        page.call("Target.setAutoAttach", json!({"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true}));
        page.resize(SIZE.0, SIZE.1);
        // Nothing glides away under the pointer.
        let still = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
        page.call("Emulation.setEmulatedMedia", still);
        page
    }

    /// Gives the page another size, in pixels.
    pub fn resize(&mut self, width: u32, height: u32) {
        let screen = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", screen);
    }

    /// Types into whatever has the focus.
    pub fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Goes to an address.
    pub fn go(&mut self, url: &str) {
        let answer = self.call("Page.navigate", json!({"url": url}));
        assert!(answer["errorText"].is_null(), "{url}: {answer}");
    }

    /// The value of a JavaScript expression, promises awaited.
    pub fn eval(&mut self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call("Runtime.evaluate", asked);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until a JavaScript expression is true.
    #[track_caller]
    pub fn wait_for(&mut self, condition: &str) {
        let until = Instant::now() + PATIENCE;
        while self.eval(&format!("Boolean({condition})")) != json!(true) {
            assert!(Instant::now() < until, "waited in vain for {condition}; console: {:#?}", self.complaints);
            self.listen(GLANCE);
        }
    }

    /// Clicks at a place of the page, with the main button.
    pub fn click_at(&mut self, x: f64, y: f64) {
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let mouse = json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1});
            self.call("Input.dispatchMouseEvent", mouse);
        }
        self.listen(GLANCE);
    }

    /// Clicks the middle of the element that a selector names, which must be what the click lands on.
    #[track_caller]
    pub fn click(&mut self, selector: &str) {
        self.wait_for(&format!(
            "document.querySelector({selector:?}) && !document.querySelector({selector:?}).disabled"
        ));
        let place = self.eval(&format!(
            "(() => {{ const element = document.querySelector({selector:?});
                element.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                const box = element.getBoundingClientRect();
                const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                return {{ x, y, hit: element.contains(document.elementFromPoint(x, y)) }}; }})()"
        ));
        assert_eq!(place["hit"], true, "something covers {selector}");
        self.click_at(place["x"].as_f64().unwrap(), place["y"].as_f64().unwrap());
    }

    /// The text of the first element that a selector names.
    pub fn text(&mut self, selector: &str) -> String {
        let text = self.eval(&format!("document.querySelector({selector:?})?.innerText ?? ''"));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// What the page looks like now, as base64 of a PNG.
    pub fn screenshot(&mut self) -> String {
        let answer = self.call("Page.captureScreenshot", json!({"format": "png"}));
        answer["data"].as_str().unwrap().to_owned()
    }

    /// Takes in what happens for a while.
    pub fn listen(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while Instant::now() < until {
            if let Some(message) = self.receive() {
                self.events.push_back(message);
            }
            self.attend();
        }
    }

    fn call(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.send(method, parameters, None);
        let until = Instant::now() + PATIENCE;
        loop {
            assert!(Instant::now() < until, "the browser does not answer {method}");
            match self.receive() {
                Some(message) if message["id"] == id && message["sessionId"].is_null() => {
                    self.attend();
                    assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                    return message["result"].clone();
                }
                Some(message) => self.events.push_back(message),
                None => {}
            }
            self.attend();
        }
    }

    fn send(&mut self, method: &str, parameters: Value, session: Option<&str>) -> u64 {
        self.last_id += 1;
        let mut message = json!({"id": self.last_id, "method": method, "params": parameters});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        self.socket.send(Message::text(message.to_string())).unwrap();
        self.last_id
    }

    /// The next message, if one comes soon.
    fn receive(&mut self) -> Option<Value> {
        match self.socket.read() {
            Ok(Message::Text(text)) => Some(serde_json::from_str(&text).unwrap()),
            Ok(_) => None,
            Err(tungstenite::Error::Io(error))
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
            {
                None
            }
            Err(error) => panic!("the browser hung up: {error}"),
        }
    }

    /// Keeps the lists, and listens to workers as well.
    fn attend(&mut self) {
        while let Some(event) = self.events.pop_front() {
            let told = &event["params"];
            match event["method"].as_str().unwrap_or_default() {
                "Network.requestWillBeSent" => self.requests.push(told["request"]["url"].as_str().unwrap().to_owned()),
                "Network.webSocketCreated" => self.requests.push(told["url"].as_str().unwrap().to_owned()),
                "Runtime.exceptionThrown" => self.complaints.push(told["exceptionDetails"].to_string()),
                "Runtime.consoleAPICalled" if matches!(told["type"].as_str(), Some("error" | "warning" | "assert")) => {
                    self.complaints.push(told["args"].to_string());
                }
                "Log.entryAdded" if told["entry"]["level"] == "error" => {
                    self.complaints.push(told["entry"].to_string());
                }
                "Target.attachedToTarget" => self.attend_worker(told["sessionId"].as_str().unwrap()),
                _ => {}
            }
        }
    }

    fn attend_worker(&mut self, session: &str) {
        for method in ["Network.enable", "Runtime.enable", "Runtime.runIfWaitingForDebugger"] {
            self.send(method, json!({}), Some(session));
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The socket of the page that the browser opened with.
fn page_socket(child: &mut Child) -> WebSocket<MaybeTlsStream<TcpStream>> {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let browser = lines.find_map(|line| Some(line.split_once("DevTools listening on ws://")?.1.to_owned()));
    let browser = browser.expect("the browser tells its debugging port");
    // What else it says has to be read, or it waits for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    let address = browser.split_once('/').unwrap().0.to_owned();
    let until = Instant::now() + PATIENCE;
    loop {
        assert!(Instant::now() < until, "the browser opens no page");
        let text =
            ureq::get(format!("http://{address}/json/list")).call().unwrap().body_mut().read_to_string().unwrap();
        let targets: Value = serde_json::from_str(&text).unwrap();
        let page = targets.as_array().unwrap().iter().find(|target| target["type"] == "page");
        if let Some(url) = page.and_then(|page| page["webSocketDebuggerUrl"].as_str()) {
            let (socket, _) = tungstenite::connect(url).unwrap();
            if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
                stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
            }
            return socket;
        }
        std::thread::sleep(GLANCE);
    }
}
