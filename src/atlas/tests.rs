use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex as Lock, MutexGuard};

use async_trait::async_trait;
use serde_json::json;

use super::*;
use crate::geom::{Envelope, Point, Rect};
use crate::model::{Change, Known, Properties, Revision, RiskLevel};
use crate::store::{Entry, Journal, Note, Part, Version};

/// What the store in memory holds, and how it is to misbehave.
#[derive(Default)]
struct Shelf {
    revision: Revision,
    layers: BTreeMap<Layer, BTreeMap<String, Feature>>,
    changed: BTreeMap<Layer, Revision>,
    unreadable: BTreeSet<Layer>,
    /// Every call fails.
    down: bool,
    /// Reading a layer fails.
    torn: bool,
    /// Committing fails, reading does not.
    full: bool,
    /// So many commits are preceded by somebody else's.
    overtaken: usize,
    /// So many readings of a layer are followed by somebody else's commit.
    stirred: usize,
    whole_readings: usize,
}

impl Shelf {
    fn write(&mut self, changes: Vec<Change>) -> Commit {
        if changes.is_empty() {
            return Commit { revision: self.revision, changes };
        }
        self.revision.0 += 1;
        let revision = self.revision;
        let stored = |change| match change {
            Change::Put(layer, mut feature) => {
                feature.revision = revision;
                Change::Put(layer, feature)
            }
            gone @ Change::Delete(..) => gone,
        };
        let changes: Vec<Change> = changes.into_iter().map(stored).collect();
        for change in &changes {
            self.changed.insert(change.layer(), revision);
            let layer = self.layers.entry(change.layer()).or_default();
            match change {
                Change::Put(_, feature) => drop(layer.insert(feature.id.clone(), feature.clone())),
                Change::Delete(_, id) => drop(layer.remove(id)),
            }
        }
        Commit { revision, changes }
    }

    fn somebody_else_writes(&mut self) {
        let next = self.revision.0 + 1;
        self.write(vec![Change::Put(Layer::Roads, feature(&format!("other{next}"), 110.0, json!({})))]);
    }

    fn read(&self, layer: Layer) -> Result<Vec<Feature>, String> {
        if self.unreadable.contains(&layer) {
            return Err("坏表".to_owned());
        }
        Ok(self.layers.get(&layer).into_iter().flat_map(BTreeMap::values).cloned().collect())
    }
}

#[derive(Default)]
struct Memory(Lock<Shelf>);

impl Memory {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap()
    }

    fn up(&self) -> Result<MutexGuard<'_, Shelf>, StoreError> {
        let shelf = self.shelf();
        if shelf.down { Err(StoreError::Foreign("the disk is gone".into())) } else { Ok(shelf) }
    }
}

#[async_trait]
impl Store for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    async fn revision(&self) -> Result<Revision, StoreError> {
        Ok(self.up()?.revision)
    }

    async fn load(&self) -> Result<Contents, StoreError> {
        let mut shelf = self.up()?;
        shelf.whole_readings += 1;
        let layers = Layer::ALL.into_iter().map(|layer| (layer, shelf.read(layer))).collect();
        Ok(Contents { revision: shelf.revision, layers })
    }

    async fn load_layer(&self, layer: Layer) -> Result<(Revision, Vec<Feature>), StoreError> {
        let mut shelf = self.up()?;
        if shelf.torn {
            return Err(StoreError::Foreign("the line broke".into()));
        }
        let features = shelf.read(layer).map_err(StoreError::Unreadable)?;
        let revision = shelf.revision;
        if shelf.stirred > 0 {
            shelf.stirred -= 1;
            shelf.somebody_else_writes();
        }
        Ok((revision, features))
    }

    async fn changed_since(&self, revision: Revision) -> Result<Vec<Layer>, StoreError> {
        let shelf = self.up()?;
        Ok(shelf.changed.iter().filter(|(_, changed)| **changed > revision).map(|(layer, _)| *layer).collect())
    }

    async fn commit(&self, changes: ChangeSet) -> Result<Commit, StoreError> {
        tokio::task::yield_now().await;
        let mut shelf = self.up()?;
        if shelf.full {
            return Err(StoreError::Foreign("the disk is full".into()));
        }
        if shelf.overtaken > 0 {
            shelf.overtaken -= 1;
            shelf.somebody_else_writes();
        }
        if changes.base != shelf.revision {
            return Err(StoreError::Moved { base: changes.base, now: shelf.revision });
        }
        Ok(shelf.write(changes.changes))
    }

    async fn history(&self, _: Layer, _: &str) -> Result<Vec<Version>, StoreError> {
        Ok(vec![])
    }

    async fn append(&self, _: Journal, _: Vec<Note>) -> Result<Vec<Entry>, StoreError> {
        Err(StoreError::Unreadable("this store keeps no journals".to_owned()))
    }

    async fn entries(&self, _: Journal, _: &Part, _: u32) -> Result<Vec<Entry>, StoreError> {
        Ok(vec![])
    }

    async fn length(&self, _: Journal) -> Result<u64, StoreError> {
        Ok(0)
    }
}

fn feature(id: &str, lon: f64, properties: serde_json::Value) -> Feature {
    let properties: Properties = serde_json::from_value(properties).unwrap();
    Feature::new(id, Point::new(lon, 29.6).into(), properties).unwrap()
}

fn plant(id: &str, lon: f64, level: u64) -> Change {
    Change::Put(Layer::Enterprises, feature(id, lon, json!({"name": id, "risk_level": level})))
}

fn set(changes: Vec<Change>) -> ChangeSet {
    ChangeSet { changes, ..ChangeSet::default() }
}

/// A decision that never refuses.
fn always(changes: Vec<Change>) -> impl FnMut(&Edition) -> Result<(ChangeSet, ()), String> + Send {
    move |_| Ok((set(changes.clone()), ()))
}

/// One township with a yellow plant, a road, and a plant far away.
async fn opened() -> (Arc<Memory>, Arc<Atlas>) {
    let memory = Arc::new(Memory::default());
    let ground = Rect::new(Point::new(115.0, 29.0).0, Point::new(116.0, 30.0).0).to_polygon();
    let unit: Properties = serde_json::from_value(json!({"name": "镇", "code": "1", "level": "township"})).unwrap();
    let unit = Feature::new("u", ground.into(), unit).unwrap();
    let road = Change::Put(Layer::Roads, feature("r", 115.2, json!({})));
    memory.shelf().write(vec![
        Change::Put(Layer::AdminUnits, unit),
        plant("p", 115.5, 3),
        plant("far", 118.0, 4),
        road,
    ]);
    let atlas = Atlas::open(memory.clone()).await.unwrap();
    (memory, atlas)
}

fn township(atlas: &Atlas) -> Option<u8> {
    atlas.current().grades.areas("township")[0].risk_level.map(RiskLevel::number)
}

fn at(lon: f64) -> Envelope {
    Envelope { west: lon, south: 29.6, east: lon, north: 29.6 }
}

#[tokio::test]
async fn a_change_is_seen_at_once_and_leaves_the_rest_shared() {
    let (_, atlas) = opened().await;
    let before = atlas.current();
    let (commit, ()) = atlas.change(always(vec![plant("q", 115.6, 1)])).await.unwrap();
    let after = atlas.current();
    assert_eq!((commit.revision, after.revision(), township(&atlas)), (Revision(2), Revision(2), Some(1)));
    assert_eq!((before.snapshot.layer(Layer::Enterprises).unwrap().len(), before.revision()), (2, Revision(1)));
    let roads = |edition: &Edition| Arc::clone(edition.snapshot.layer(Layer::Roads).unwrap());
    assert!(Arc::ptr_eq(&roads(&before), &roads(&after)));
}

#[tokio::test]
async fn what_piles_up_is_folded_in_beside_the_changes() {
    let (memory, atlas) = opened().await;
    let many: Vec<Change> = (0..100).map(|n| plant(&format!("n{n:03}"), 115.0 + f64::from(n) / 100.0, 4)).collect();
    atlas.change(always(many)).await.unwrap();
    let first = atlas.current();
    for n in 0..4 {
        atlas.change(always(vec![plant(&format!("n{n:03}"), 115.3, 3)])).await.unwrap();
    }
    assert!(!first.snapshot.is_grown() && atlas.current().snapshot.is_grown());
    // The fold takes its edition when it begins, and its turn when it is done; this change comes in between.
    let fold = Arc::clone(&atlas).fold();
    let change = atlas.change(always(vec![plant("n050", 115.4, 1), Change::Delete(Layer::Enterprises, "n051".into())]));
    let ((), changed) = tokio::join!(fold, change);
    let now = atlas.current();
    assert_eq!(
        (now.revision(), changed.unwrap().0.revision, now.snapshot.is_grown()),
        (Revision(7), Revision(7), false)
    );
    let again = Atlas::open(memory).await.unwrap().current();
    let listed =
        |edition: &Edition| -> Vec<Feature> { edition.snapshot.features(Layer::Enterprises).cloned().collect() };
    assert_eq!(listed(&now), listed(&again));
    assert_eq!(now.grades.areas("township"), again.grades.areas("township"));
    let (commit, ()) = atlas.change(always(vec![plant("n050", 115.4, 4)])).await.unwrap();
    assert_eq!((commit.revision, township(&atlas)), (Revision(8), Some(3)));
}

#[tokio::test]
async fn a_refusal_or_an_empty_change_changes_nothing() {
    let (memory, atlas) = opened().await;
    let refused = atlas.change(|_| Err::<(ChangeSet, ()), _>("no".to_owned())).await;
    assert!(matches!(refused, Err(ChangeError::Refused(why)) if why == "no"));
    let (commit, ()) = atlas.change(always(vec![])).await.unwrap();
    assert_eq!(
        (commit.revision, atlas.current().revision(), memory.shelf().revision),
        (Revision(1), Revision(1), Revision(1))
    );
}

#[tokio::test]
async fn a_refusal_on_an_old_edition_is_thought_over() {
    let (memory, atlas) = opened().await;
    memory.shelf().write(vec![plant("q", 115.6, 2)]);
    let decide = |edition: &Edition| match edition.snapshot.feature(Layer::Enterprises, "q") {
        Some(known) => Ok((set(vec![plant("q", 115.6, 1)]), known.revision)),
        None => Err("no such plant".to_owned()),
    };
    let (commit, seen) = atlas.change(decide).await.unwrap();
    assert_eq!((seen, commit.revision, township(&atlas)), (Revision(2), Revision(3), Some(1)));
}

#[tokio::test]
async fn a_change_that_was_overtaken_is_decided_again() {
    let (memory, atlas) = opened().await;
    memory.shelf().overtaken = 3;
    let mut asked = 0;
    let decide = |edition: &Edition| {
        asked += 1;
        let roads = edition.snapshot.layer(Layer::Roads).unwrap().len();
        Ok::<_, String>((set(vec![plant("q", 115.6, 1)]), roads))
    };
    let (commit, roads) = atlas.change(decide).await.unwrap();
    assert_eq!((commit.revision, roads, asked), (Revision(5), 4, 4));
    assert_eq!(atlas.current().snapshot.layer(Layer::Roads).unwrap().len(), 4);
}

#[tokio::test]
async fn a_change_that_is_overtaken_for_ever_gives_up() {
    let (memory, atlas) = opened().await;
    memory.shelf().overtaken = usize::MAX;
    let outcome = atlas.change(always(vec![plant("q", 115.6, 1)])).await;
    assert!(matches!(outcome, Err(ChangeError::Contended(ATTEMPTS))));
    assert!(!memory.shelf().layers[&Layer::Enterprises].contains_key("q"));
}

#[tokio::test]
async fn a_failing_commit_leaves_the_edition_alone() {
    let (memory, atlas) = opened().await;
    memory.shelf().full = true;
    let outcome = atlas.change(always(vec![plant("q", 115.6, 1)])).await;
    assert!(matches!(outcome, Err(ChangeError::Failed(AtlasError::Store(_)))));
    assert_eq!((atlas.current().revision(), township(&atlas)), (Revision(1), Some(3)));
}

#[tokio::test]
async fn a_refresh_renews_only_what_others_changed() {
    let (memory, atlas) = opened().await;
    let before = atlas.current();
    assert!(!atlas.refresh().await.unwrap());
    memory.shelf().write(vec![plant("p", 115.5, 1)]);
    memory.shelf().write(vec![Change::Delete(Layer::Roads, "r".into())]);
    assert!(atlas.refresh().await.unwrap());
    let after = atlas.current();
    assert_eq!((after.revision(), township(&atlas)), (Revision(3), Some(1)));
    assert!(after.snapshot.layer(Layer::Roads).unwrap().is_empty());
    let enterprises = after.snapshot.layer(Layer::Enterprises).unwrap();
    assert_eq!(enterprises.freshness().of(&at(115.5)), Revision(3));
    assert_eq!(enterprises.freshness().of(&at(118.0)), Revision(1), "the plant far away is the same as ever");
    assert_eq!(after.grades.freshness(Layer::Enterprises).of(&at(118.0)), Revision(1));
    assert_eq!(after.grades.freshness(Layer::AdminUnits).of(&at(115.1)), Revision(3));
    let units = |edition: &Edition| Arc::clone(edition.snapshot.layer(Layer::AdminUnits).unwrap());
    assert!(Arc::ptr_eq(&units(&before), &units(&after)));
}

#[tokio::test]
async fn a_store_that_fails_keeps_the_old_edition_and_heals() {
    let (memory, atlas) = opened().await;
    memory.shelf().write(vec![plant("p", 115.5, 1)]);
    for fail in [|shelf: &mut Shelf| shelf.down = true, |shelf: &mut Shelf| (shelf.down, shelf.torn) = (false, true)] {
        fail(&mut memory.shelf());
        assert!(atlas.refresh().await.is_err());
        assert_eq!((atlas.current().revision(), township(&atlas)), (Revision(1), Some(3)));
        let trouble = atlas.trouble().unwrap();
        assert!(trouble.contains("gone") || trouble.contains("broke"), "{trouble}");
    }
    memory.shelf().torn = false;
    assert!(atlas.refresh().await.unwrap());
    assert_eq!((atlas.trouble(), township(&atlas)), (None, Some(1)));
}

#[tokio::test]
async fn an_unreadable_layer_is_lost_alone_and_mended() {
    let (memory, _) = opened().await;
    memory.shelf().unreadable.insert(Layer::Enterprises);
    let atlas = Atlas::open(memory.clone()).await.unwrap();
    let lost = |atlas: &Atlas| atlas.current().snapshot.unavailable().map(|(layer, _)| layer).collect::<Vec<_>>();
    assert_eq!((lost(&atlas), township(&atlas)), (vec![Layer::Enterprises], None));
    assert_eq!(atlas.current().snapshot.layer(Layer::Roads).unwrap().len(), 1);
    let outcome = atlas.change(always(vec![plant("q", 115.6, 1)])).await;
    assert!(matches!(outcome, Err(ChangeError::Failed(AtlasError::Unavailable { layer: Layer::Enterprises, .. }))));
    assert!(!atlas.look(true).await.unwrap(), "still unreadable");
    memory.shelf().unreadable.clear();
    assert!(atlas.look(true).await.unwrap());
    assert_eq!((lost(&atlas), township(&atlas)), (vec![], Some(3)));
    memory.shelf().unreadable.insert(Layer::Roads);
    memory.shelf().somebody_else_writes();
    assert!(atlas.refresh().await.unwrap());
    assert_eq!((lost(&atlas), township(&atlas)), (vec![Layer::Roads], Some(3)));
}

#[tokio::test]
async fn layers_read_while_others_commit_are_of_one_revision() {
    for (stirred, whole_readings) in [(2, 1), (1000, 2)] {
        let (memory, atlas) = opened().await;
        memory.shelf().write(vec![plant("p", 115.5, 1)]);
        memory.shelf().stirred = stirred;
        assert!(atlas.refresh().await.unwrap());
        let edition = atlas.current();
        let roads = edition.snapshot.layer(Layer::Roads).unwrap();
        // The first revision made one road, the second none, each later one another.
        assert_eq!(roads.len() as u64, edition.revision().0 - 1);
        assert_eq!((memory.shelf().whole_readings, township(&atlas)), (whole_readings, Some(1)));
    }
}

#[tokio::test]
async fn a_store_that_went_back_is_told() {
    let (memory, atlas) = opened().await;
    memory.shelf().revision = Revision(0);
    assert!(matches!(atlas.refresh().await, Err(AtlasError::WentBack { served: Revision(1), found: Revision(0) })));
    assert!(atlas.trouble().unwrap().contains("restart"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_shows_what_others_commit() {
    let (memory, atlas) = opened().await;
    let follower = tokio::spawn(atlas.clone().follow());
    memory.shelf().write(vec![plant("p", 115.5, 1)]);
    let started = std::time::Instant::now();
    while township(&atlas) != Some(1) {
        assert!(started.elapsed() < Duration::from_secs(20), "never shown");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    follower.abort();
}

/// Each change writes one number into two layers; the grade follows from it.
fn stamped(writer: usize, turn: usize, edition: &Edition) -> Vec<Change> {
    let number = edition.revision().0;
    let own = format!("w{writer}-{turn}");
    let properties = json!({"name": "标", "risk_level": 1 + number % 4, "number": number});
    vec![
        Change::Put(Layer::Enterprises, feature("mark", 115.5, properties.clone())),
        Change::Put(Layer::Structures, feature("mark", 115.5, properties)),
        Change::Put(Layer::Waters, feature(&own, 110.0, json!({}))),
    ]
}

/// What a reader may rely on in every edition.
fn assert_whole(edition: &Edition) {
    let number = |layer| edition.snapshot.feature(layer, "mark").and_then(|mark| mark.properties.number("number"));
    let (one, other) = (number(Layer::Enterprises), number(Layer::Structures));
    assert_eq!(one, other);
    let expected = one.and_then(|number| RiskLevel::from_number(1 + number as u64 % 4));
    assert_eq!(edition.grades.level(Layer::Enterprises, "mark"), expected);
    if one.is_some() {
        assert_eq!(one, Some((edition.revision().0 - 1) as f64), "each mark was decided on the edition before");
        assert_eq!(edition.snapshot.layer(Layer::Waters).unwrap().len() as u64, edition.revision().0 - 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_each_land_once_and_readers_see_whole_editions() {
    const WRITERS: usize = 8;
    const TURNS: usize = 12;
    let (memory, one) = opened().await;
    // A second service on the same store.
    let two = Atlas::open(memory.clone()).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let seen = Arc::new(AtomicUsize::new(0));
    let readers: Vec<_> = [&one, &two]
        .map(|atlas| {
            let (atlas, done, seen) = (atlas.clone(), done.clone(), seen.clone());
            std::thread::spawn(move || {
                let mut last = Revision(0);
                while !done.load(Ordering::Relaxed) {
                    let edition = atlas.current();
                    assert!(edition.revision() >= last, "editions never go back");
                    assert_whole(&edition);
                    seen.fetch_add(usize::from(edition.revision() > last), Ordering::Relaxed);
                    last = edition.revision();
                }
            })
        })
        .into();
    let follower = tokio::spawn(two.clone().follow());
    let writers = (0..WRITERS).map(|writer| {
        let (atlas, seen) = (if writer % 2 == 0 { one.clone() } else { two.clone() }, seen.clone());
        tokio::spawn(async move {
            for turn in 0..TURNS {
                // The other service may win many times in a row; giving up is honest, so try again.
                while atlas.change(|edition| Ok::<_, String>((set(stamped(writer, turn, edition)), ()))).await.is_err()
                {
                }
                // Its reader is bound to see this edition or a newer one, so nobody is ahead of the readers for good.
                while seen.load(Ordering::Relaxed) <= turn {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    follower.abort();
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.join().unwrap();
    }
    let shelf = memory.shelf();
    assert_eq!((shelf.revision.0 as usize, shelf.layers[&Layer::Waters].len()), (1 + WRITERS * TURNS, WRITERS * TURNS));
    assert!(seen.load(Ordering::Relaxed) >= TURNS, "readers saw many editions");
}
