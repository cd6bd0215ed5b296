//! The real viewer in a real browser: four colours, a verdict for a drawn site, its rules, remedies and surroundings; no
//! stranger asked, no complaint.
//!
//! With `SISETU_SCREENSHOTS` set to a folder, what each story ends with is kept there to be looked at.

mod chrome;
mod desks;
mod registers;
mod warnings;

use serde_json::{Value, json};

use crate::support::skip::skip_or_fail;
use crate::support::{Desk, Service};
use chrome::Page;

/// South of the river, in its kilometre, and the same site two kilometres further south; both in the sample district.
const BY_THE_RIVER: [f64; 2] = [115.800, 29.770];
const INLAND: [f64; 2] = [115.800, 29.750];
/// Half the width of the drawn square, in degrees.
const HALF: [f64; 2] = [0.0012, 0.0011];

/// Counts pixels of the four colours in a picture of the page, right of the panels with their swatches. The ranges hold the
/// palette as it is laid over a light ground, and neither the greys of the base map nor the pale blue of water.
const COUNT_COLOURS: &str = "
    const image = new Image();
    image.src = 'data:image/png;base64,' + picture;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    const left = document.getElementById('panel-left').getBoundingClientRect().right;
    const top = document.getElementById('map').getBoundingClientRect().top;
    const pixels = pen.getImageData(left, top, image.width - left, image.height - top).data;
    const count = { red: 0, orange: 0, yellow: 0, blue: 0 };
    for (let at = 0; at < pixels.length; at += 4) {
        const [r, g, b] = [pixels[at], pixels[at + 1], pixels[at + 2]];
        if (r > 130 && g < 120 && b < 125) count.red++;
        else if (r > 210 && g > 130 && g < 200 && b < 140) count.orange++;
        else if (r > 225 && g > 215 && b < 190) count.yellow++;
        else if (b > 190 && r < 140 && g < 190) count.blue++;
    }
    return count;";

/// A browser in front of the sample district.
struct Viewer {
    page: Page,
    service: Service,
    _desk: Desk,
}

/// A browser, or `None` where the test cannot run here and has been counted as skipped.
fn open(test: &str) -> Option<Page> {
    let chrome = chrome::find();
    if chrome.is_none() {
        skip_or_fail(&format!("browser::{test}"), "no Chromium or Chrome on PATH, and CHROME names none");
    }
    chrome.as_ref().map(Page::open)
}

impl Viewer {
    fn open(test: &str) -> Option<Self> {
        let page = open(test)?;
        let desk = Desk::new();
        let service = Service::demo(&desk, &desk.path("demo.gpkg"));
        Some(Self { page, service, _desk: desk })
    }

    /// Shows the map, its style and its tiles all there.
    fn show(&mut self, link: &str) {
        self.page.go("about:blank");
        self.page.go(&self.service.at(&format!("/{link}")));
        self.page.wait_for("window.sisetu?.map?.loaded() && window.sisetu.map.areTilesLoaded()");
    }

    /// Chooses a kind, draws a square around a place with the mouse and asks for the verdict.
    fn check(&mut self, kind: &str, [lon, lat]: [f64; 2]) {
        self.show(&format!("#map=14/{lat}/{lon}"));
        self.page.click("[data-testid=open-siting]");
        self.page.wait_for(&format!("document.querySelector('[data-testid=kind] option[value={kind}]')"));
        self.page.eval(&format!(
            "(() => {{ const select = document.querySelector('[data-testid=kind]');
                select.value = '{kind}'; select.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"
        ));
        self.page.click("[data-testid=draw-polygon]");
        for [east, north] in [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]] {
            self.click_map([lon + east * HALF[0], lat + north * HALF[1]]);
        }
        self.page.click("[data-testid=finish]");
        self.page.click("[data-testid=check]");
        self.page.wait_for("document.querySelector('[data-testid=verdict]')");
    }

    /// Clicks a place on the open part of the map.
    fn click_map(&mut self, [lon, lat]: [f64; 2]) {
        let place = self.page.eval(&format!(
            "(() => {{ const canvas = sisetu.map.getCanvas();
                const [at, box] = [sisetu.map.project([{lon}, {lat}]), canvas.getBoundingClientRect()];
                const [x, y] = [at.x + box.x, at.y + box.y];
                return {{ x, y, hit: document.elementFromPoint(x, y) === canvas }}; }})()"
        ));
        assert_eq!(place["hit"], true, "a panel covers {lon}, {lat}");
        self.page.click_at(place["x"].as_f64().unwrap(), place["y"].as_f64().unwrap());
    }

    /// The shown finding of a rule: its outcome, its words and its measured distance.
    fn finding(&mut self, rule: &str) -> Value {
        self.page.eval(&format!(
            "(() => {{ const row = document.querySelector('[data-testid=finding][data-rule=\"{rule}\"]');
                return row && {{ outcome: row.dataset.outcome, text: row.textContent,
                    measured: row.querySelector('.measured .value').textContent }}; }})()"
        ))
    }

    /// Everything was asked of the service itself, nothing complained, and the service's log is clean.
    fn close(self, test: &str) {
        let Self { mut page, service, .. } = self;
        keep(test, &page.screenshot());
        let foreign = |request: &&String| {
            let own = request.starts_with(&format!("{}/", service.url));
            !own && !["data:", "blob:", "about:"].iter().any(|scheme| request.starts_with(scheme))
        };
        let foreign: Vec<&String> = page.requests.iter().filter(foreign).collect();
        assert!(foreign.is_empty(), "{foreign:#?}");
        assert!(page.requests.iter().any(|request| request.contains("/tiles/risk/")), "tiles are among the requests");
        assert!(page.complaints.is_empty(), "{:#?}", page.complaints);
        drop(page);
        service.stop();
    }
}

#[test]
fn requests_and_complaints_of_page_and_worker_are_noticed() {
    let Some(mut page) = open("requests_and_complaints_of_page_and_worker_are_noticed") else { return };
    let worker = "fetch('http://127.0.0.1:9/from-worker').catch(() => postMessage('done'))";
    page.go("data:text/html,<title>empty</title>");
    page.eval(&format!(
        "new Promise(resolve => {{
            console.error('a complaint');
            const worker = new Worker(URL.createObjectURL(new Blob([`{worker}`])));
            worker.onmessage = () => fetch('http://127.0.0.1:9/from-page').catch(resolve);
        }})"
    ));
    for path in ["http://127.0.0.1:9/from-worker", "http://127.0.0.1:9/from-page"] {
        assert!(page.requests.iter().any(|request| request == path), "{path} in {:?}", page.requests);
    }
    assert!(page.complaints.iter().any(|complaint| complaint.contains("a complaint")), "{:?}", page.complaints);
}

#[test]
fn the_map_opens_on_the_district_in_four_colours() {
    let test = "the_map_opens_on_the_district_in_four_colours";
    let Some(mut viewer) = Viewer::open(test) else { return };
    viewer.show("");
    let levels = viewer.page.eval(
        "[...new Set(sisetu.map.queryRenderedFeatures({ layers: ['risk-areas', 'enterprises', 'enterprise-points'] })
            .map(drawn => drawn.properties.risk_level).filter(level => level))].sort()",
    );
    assert_eq!(levels, json!([1, 2, 3, 4]));
    let picture = viewer.page.screenshot();
    let count = viewer.page.eval(&format!("(async (picture) => {{ {COUNT_COLOURS} }})('{picture}')"));
    for (colour, least) in [("red", 1_000), ("orange", 1_000), ("yellow", 1_000), ("blue", 100)] {
        assert!(count[colour].as_u64().unwrap() > least, "{colour} in {count}");
    }
    let rows = viewer.page.eval("document.querySelectorAll('[data-testid=township-row]').length");
    assert_eq!(rows, 17, "every township is ranked");
    viewer.close(test);
}

#[test]
fn a_chemical_project_drawn_in_the_yangtze_kilometre_is_vetoed_and_inland_the_rule_is_met() {
    let test = "a_chemical_project_drawn_in_the_yangtze_kilometre_is_vetoed_and_inland_the_rule_is_met";
    let Some(mut viewer) = Viewer::open(test) else { return };
    viewer.check("chem_project", BY_THE_RIVER);
    let verdict = viewer.page.text("[data-testid=verdict]");
    assert!(verdict.contains("否决") && verdict.contains("长江保护法") && verdict.contains("第二十六条"), "{verdict}");
    let finding = viewer.finding("YRP-26-2");
    assert_eq!(finding["outcome"], "violated", "{finding}");
    viewer.page.wait_for("sisetu.map.queryRenderedFeatures({ layers: ['dimension-lines'] }).length > 0");
    keep("vetoed", &viewer.page.screenshot());

    viewer.check("chem_project", INLAND);
    let finding = viewer.finding("YRP-26-2");
    assert_eq!(finding["outcome"], "met", "{finding}");
    assert!(finding["text"].as_str().unwrap().contains("第二十六条"), "{finding}");
    let measured: f64 = finding["measured"].as_str().unwrap().trim_end_matches(" m").parse().unwrap();
    assert!((1_900.0..2_300.0).contains(&measured), "{finding}");
    viewer.page.click("[data-testid=met-group] summary");
    viewer.close(test);
}

/// Keeps a picture where someone asked for it.
fn keep(name: &str, picture: &str) {
    if let Some(folder) = std::env::var_os("SISETU_SCREENSHOTS") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), from_base64(picture)).unwrap();
    }
}

fn from_base64(text: &str) -> Vec<u8> {
    let value = |sign: u8| match sign {
        b'A'..=b'Z' => sign - b'A',
        b'a'..=b'z' => sign - b'a' + 26,
        b'0'..=b'9' => sign - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let signs: Vec<u8> = text.bytes().filter(|sign| *sign != b'=').map(value).collect();
    let whole =
        |four: &[u8]| four.iter().enumerate().fold(0u32, |bits, (at, six)| bits | u32::from(*six) << (18 - 6 * at));
    signs.chunks(4).flat_map(|four| whole(four).to_be_bytes()[1..four.len()].to_vec()).collect()
}

#[test]
fn pictures_are_decoded_as_they_were() {
    assert_eq!(from_base64("iVBORw0="), [0x89, b'P', b'N', b'G', 0x0d]);
    assert_eq!(from_base64("AAEC/f7/"), [0, 1, 2, 253, 254, 255]);
}
