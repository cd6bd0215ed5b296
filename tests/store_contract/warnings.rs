//! Warnings rest on the journal alone: who watches, how many of them, and when they started makes no difference.

use std::sync::Arc;

use serde_json::json;
use sisetu::alerts::{ActError, Alert, Alerts, Deed, Limits, State, Step, Wanted};
use sisetu::atlas::Atlas;
use sisetu::model::{Change, Layer};

use super::{Place, commit, feature};

fn plant(id: &str, level: u8) -> Change {
    Change::Put(Layer::Enterprises, feature(id, json!({"name": id, "kind": "factory", "risk_level": level})))
}

/// Somebody who watches.
struct Watch {
    atlas: Arc<Atlas>,
    alerts: Arc<Alerts>,
}

impl Watch {
    async fn on(place: &Place) -> Self {
        let atlas = Atlas::open(place.made().await).await.unwrap();
        let alerts = Alerts::open(Arc::clone(&atlas)).await.unwrap();
        Self { atlas, alerts }
    }

    async fn look(&self) {
        self.atlas.refresh().await.unwrap();
        self.alerts.judge_now().await.unwrap();
    }

    /// Every warning, oldest first.
    fn all(&self) -> Vec<Alert> {
        let mut all = self.alerts.page(&Wanted::default(), None, 1000).items;
        all.reverse();
        all
    }

    fn raised(&self) -> Vec<(String, u8)> {
        self.all().into_iter().map(|alert| (alert.raised.subject.feature, alert.raised.reached)).collect()
    }
}

fn deed(by: &str) -> Deed {
    Deed { by: by.to_owned(), note: "完".to_owned(), key: None }
}

pub async fn one_rise_is_one_warning_however_many_watch(place: Place) {
    let store = place.made().await;
    commit(&store, vec![plant("a", 2), plant("b", 4), plant("c", 4)]).await;
    let (one, other) = (Watch::on(&place).await, Watch::on(&place).await);
    one.look().await;
    other.look().await;
    assert_eq!(one.raised(), []);
    commit(&store, vec![plant("b", 2)]).await;
    commit(&store, vec![plant("c", 1), plant("b", 1)]).await;
    tokio::join!(one.look(), other.look());
    commit(&store, vec![plant("a", 1)]).await;
    tokio::join!(other.look(), one.look());
    // Each reads what the other wrote.
    tokio::join!(one.look(), other.look());
    let mut raised = one.raised();
    raised.sort();
    assert_eq!(raised, [("a", 1), ("b", 1), ("c", 1)].map(|(id, level)| (id.to_owned(), level)));
    assert_eq!(one.all(), other.all());
}

pub async fn a_watch_that_lags_behind_ends_nothing(place: Place) {
    let store = place.made().await;
    commit(&store, vec![plant("a", 4)]).await;
    let (one, late) = (Watch::on(&place).await, Watch::on(&place).await);
    one.look().await;
    commit(&store, vec![plant("a", 1)]).await;
    one.look().await;
    // It has not seen the edition in which the other saw the rise.
    late.alerts.judge_now().await.unwrap();
    assert_eq!(late.all()[0].history.len(), 1);
    late.look().await;
    assert_eq!((late.all(), late.all()[0].history.len()), (one.all(), 1));
}

pub async fn what_got_worse_while_nobody_watched_is_raised_at_the_next_start(place: Place) {
    let store = place.made().await;
    commit(&store, vec![plant("a", 2), plant("b", 4), plant("c", 1)]).await;
    Watch::on(&place).await.look().await;
    commit(&store, vec![plant("a", 1), plant("b", 2), plant("c", 4)]).await;
    let next = Watch::on(&place).await;
    next.look().await;
    assert_eq!(next.raised(), [("a", 1), ("b", 2)].map(|(id, level)| (id.to_owned(), level)));
    let third = Watch::on(&place).await;
    third.look().await;
    assert_eq!(third.all(), next.all(), "a start finds what another left");
    commit(&store, vec![plant("c", 2)]).await;
    third.look().await;
    assert_eq!(third.raised().last(), Some(&("c".to_owned(), 2)), "what fell meanwhile rises again");
}

pub async fn a_step_is_taken_by_one_of_those_who_would(place: Place) {
    let store = place.made().await;
    commit(&store, vec![plant("a", 4)]).await;
    let (one, other) = (Watch::on(&place).await, Watch::on(&place).await);
    one.look().await;
    commit(&store, vec![plant("a", 1)]).await;
    one.look().await;
    let id = one.all()[0].id.clone();
    let outcomes = tokio::join!(
        one.alerts.act(&id, Step::Acknowledge, deed("甲")),
        other.alerts.act(&id, Step::Acknowledge, deed("乙")),
    );
    let taken: Vec<bool> = [&outcomes.0, &outcomes.1].map(Result::is_ok).into();
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{outcomes:?}");
    let refused = outcomes.0.err().or(outcomes.1.err());
    assert!(matches!(refused, Some(ActError::Order { state: State::Acknowledged, .. })), "{refused:?}");
    other.alerts.act(&id, Step::Handle, deed("乙")).await.unwrap();
    assert_eq!(one.alerts.act(&id, Step::Close, deed("甲")).await.unwrap().state(), State::Closed);
    assert_eq!(Watch::on(&place).await.all(), one.all());
}

pub async fn readings_are_kept_once_and_their_series_survive_a_start(place: Place) {
    let store = place.made().await;
    commit(&store, vec![plant("a", 4)]).await;
    let row = |value: f64, minute: u32, limit: Option<f64>| {
        json!({"layer": "enterprises", "feature": "a", "quantity": "压力", "unit": "MPa", "value": value, "limit": limit,
            "at": format!("2026-11-24T08:{minute:02}:00Z")})
    };
    let first = Watch::on(&place).await;
    first.look().await;
    let told =
        first.alerts.take(&[row(1.0, 1, Some(2.0)), row(3.0, 2, None)], "scada", &Limits::default()).await.unwrap();
    assert_eq!((told.accepted, told.over_limit, first.all().len()), (2, 1, 1));
    let next = Watch::on(&place).await;
    next.look().await;
    let told = next.alerts.take(&[row(3.0, 2, None), row(3.5, 3, None)], "scada", &Limits::default()).await.unwrap();
    assert_eq!((told.accepted, told.duplicates, told.over_limit), (1, 1, 1), "the limit is remembered");
    assert_eq!(next.all().len(), 1, "it is over all the time");
    let kept = next.alerts.readings(Some((Layer::Enterprises, "a", "压力")), u64::MAX, 10).await.unwrap();
    assert_eq!(kept.iter().map(|(_, reading)| reading.value).collect::<Vec<_>>(), [3.5, 3.0, 1.0]);
}
