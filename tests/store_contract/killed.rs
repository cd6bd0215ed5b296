//! A writer killed at any moment: what it was told is kept is kept, and nothing is half there.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use sisetu::model::{Change, Feature, Layer};

use super::{commit, feature};

/// Names the store to the child process that shall be killed.
const STORE: &str = "SISETU_TEST_KILLED_STORE";
const PUT_EACH: usize = 400;

/// Does nothing unless [`a_killed_writer_loses_nothing_it_was_promised`] has started it.
#[tokio::test(flavor = "multi_thread")]
async fn write_until_killed() {
    let Ok(name) = std::env::var(STORE) else { return };
    let store = sisetu::store::open(&name, true).await.unwrap();
    loop {
        let next = store.revision().await.unwrap().0 + 1;
        let put = |layer, n: usize| Change::Put(layer, feature(&n.to_string(), json!({"name": next.to_string()})));
        let both = (0..PUT_EACH).flat_map(|n| [put(Layer::Enterprises, n), put(Layer::Waters, n)]);
        println!("kept {}", commit(&store, both.collect()).await.revision);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_writer_loses_nothing_it_was_promised() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.gpkg");
    let mut kept = 0;
    for round in 0..6 {
        let mut child = start(&path);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut promised = || lines.by_ref().find_map(|line| line.ok()?.split_once("kept ")?.1.parse::<u64>().ok());
        for _ in 0..=round {
            kept = promised().unwrap_or(kept);
        }
        std::thread::sleep(Duration::from_millis(7 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        while let Some(revision) = promised() {
            kept = revision;
        }
        assert_whole(&path, kept).await;
    }
    assert!(kept >= 6);
}

fn start(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_contract::killed::write_until_killed", "--nocapture"])
        .env(STORE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The newest revision is the last promised one, or the one that was under way and became whole.
async fn assert_whole(path: &Path, kept: u64) {
    let store = sisetu::store::open(path.to_str().unwrap(), false).await.unwrap();
    let contents = store.load().await.unwrap();
    assert!((kept..=kept + 1).contains(&contents.revision.0), "{kept} promised, {} found", contents.revision);
    for layer in [Layer::Enterprises, Layer::Waters] {
        let features = contents.layers[&layer].as_ref().unwrap();
        assert_eq!(features.len(), PUT_EACH);
        let newest = |feature: &Feature| feature.name() == contents.revision.to_string();
        assert!(features.iter().all(newest));
        assert_eq!(store.history(layer, "7").await.unwrap().len() as u64, contents.revision.0);
    }
}
