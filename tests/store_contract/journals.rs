//! Journals: entries are added in one order, once each, and a changed byte is found.

use std::sync::Arc;

use sisetu::store::{Entry, Journal, Note, Part, Store};

use super::Place;

fn note(key: &str, topic: &str, body: &str) -> Note {
    Note { key: key.into(), topic: topic.into(), author: "anna".into(), body: body.into() }
}

async fn all(store: &Arc<dyn Store>, journal: Journal) -> Vec<Entry> {
    store.entries(journal, &Part::After(0), 1000).await.unwrap()
}

fn keys(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.note.key.as_str()).collect()
}

/// The number of the first entry whose hash does not follow from what stands before it.
fn broken(entries: &[Entry]) -> Option<u64> {
    let mut before = "";
    for entry in entries {
        if entry.hash != entry.hashed(before) {
            return Some(entry.number);
        }
        before = &entry.hash;
    }
    None
}

pub async fn entries_are_numbered_chained_and_read_by_part(place: Place) {
    let store = place.made().await;
    assert_eq!(store.length(Journal::Alerts).await.unwrap(), 0);
    let notes = vec![note("a1", "a", "{\"x\":1}"), note("b1", "b", "长江"), note("a2", "a", "")];
    let entered = store.append(Journal::Alerts, notes).await.unwrap();
    assert_eq!(entered.iter().map(|entry| entry.number).collect::<Vec<_>>(), [1, 2, 3]);
    let later = store.append(Journal::Alerts, vec![note("b2", "b", "'; --")]).await.unwrap();
    let read = all(&store, Journal::Alerts).await;
    assert_eq!(read, [entered, later].concat());
    assert_eq!(broken(&read), None);
    assert_eq!((store.length(Journal::Alerts).await.unwrap(), store.length(Journal::Editions).await.unwrap()), (4, 0));
    let part = async |part: Part, limit| store.entries(Journal::Alerts, &part, limit).await.unwrap();
    assert_eq!(keys(&part(Part::After(2), 9).await), ["a2", "b2"]);
    assert_eq!(keys(&part(Part::After(1), 1).await), ["b1"]);
    assert_eq!(keys(&part(Part::Topic("a".into()), 9).await), ["a1", "a2"]);
    assert_eq!(keys(&part(Part::Newest, 9).await), ["b2", "a2"]);
    assert_eq!(keys(&part(Part::Back(u64::MAX), 2).await), ["b2", "a2"]);
    assert_eq!(keys(&part(Part::Back(3), 9).await), ["b1", "a1"]);
    assert_eq!(keys(&part(Part::BackOn("a".into(), u64::MAX), 9).await), ["a2", "a1"]);
    assert_eq!(keys(&part(Part::BackOn("a".into(), 3), 9).await), ["a1"]);
    assert_eq!(keys(&part(Part::Key("b1".into()), 9).await), ["b1"]);
    assert!(part(Part::Key("c".into()), 9).await.is_empty());
}

pub async fn what_is_told_twice_is_entered_once(place: Place) {
    let store = place.made().await;
    store.append(Journal::Readings, vec![note("k", "t", "1")]).await.unwrap();
    let again = vec![note("k", "t", "2"), note("l", "t", "3"), note("l", "t", "4")];
    let entered = store.append(Journal::Readings, again).await.unwrap();
    assert_eq!(keys(&entered), ["l"]);
    assert!(store.append(Journal::Readings, vec![]).await.unwrap().is_empty());
    let read = all(&store, Journal::Readings).await;
    assert_eq!(read.iter().map(|entry| entry.note.body.as_str()).collect::<Vec<_>>(), ["1", "3"]);
    assert_eq!(broken(&read), None);
    // Another journal knows nothing of it.
    assert_eq!(store.append(Journal::Alerts, vec![note("k", "t", "5")]).await.unwrap().len(), 1);
}

pub async fn writers_of_a_journal_take_turns(place: Place) {
    let (one, other) = (place.made().await, place.made().await);
    let writing = [one.clone(), other].map(|store| {
        tokio::spawn(async move {
            for n in 0..20 {
                store.append(Journal::Alerts, vec![note(&format!("shared-{n}"), "t", "{}")]).await.unwrap();
                let own = format!("{:p}-{n}", Arc::as_ptr(&store).cast::<u8>());
                store.append(Journal::Alerts, vec![note(&own, "t", "{}")]).await.unwrap();
            }
        })
    });
    for writer in writing {
        writer.await.unwrap();
    }
    let read = all(&one, Journal::Alerts).await;
    assert_eq!(read.iter().map(|entry| entry.number).collect::<Vec<_>>(), (1..=60).collect::<Vec<_>>());
    assert_eq!(broken(&read), None);
}

pub async fn a_changed_byte_in_a_journal_is_found(place: Place) {
    let store = place.made().await;
    let notes = (0..5).map(|n| note(&format!("k{n}"), "t", "{\"level\":2}"));
    store.append(Journal::Editions, notes.collect()).await.unwrap();
    place.tamper_with_entry(3).await;
    assert_eq!(broken(&all(&store, Journal::Editions).await), Some(3));
}

pub async fn a_store_from_before_the_journals_gets_them(place: Place) {
    let store = place.made().await;
    drop(store);
    place.forget_journals().await;
    let store = place.opened().await;
    store.append(Journal::Alerts, vec![note("k", "t", "{}")]).await.unwrap();
    assert_eq!(all(&store, Journal::Alerts).await.len(), 1);
}
