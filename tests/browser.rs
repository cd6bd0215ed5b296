//! The real viewer in a real browser: four colours, a verdict for a drawn site, no stranger asked, no complaint.

mod chrome;

use crate::support::skip::skip_or_fail;
use chrome::Page;

/// A browser, or `None` where the test cannot run here and has been counted as skipped.
fn open(test: &str) -> Option<Page> {
    let chrome = chrome::find();
    if chrome.is_none() {
        skip_or_fail(&format!("browser::{test}"), "no Chromium or Chrome on PATH, and CHROME names none");
    }
    chrome.as_ref().map(Page::open)
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
