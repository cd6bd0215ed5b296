//! Warnings as they come: server-sent events.
//!
//! A reader says by `Last-Event-ID` what it has; the rest follows from the journal, so that nothing is lost between two
//! connections. Each reader has a small queue of its own. One that does not empty it in time is told so and let go.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::App;
use super::problem::Problem;
use crate::alerts::Alert;

/// The media type.
pub const EVENTS: &[&str] = &["text/event-stream"];
/// Events that wait for a reader.
const ROOM: usize = 64;
/// Events taken from the journal at once.
const AT_ONCE: usize = 100;
/// The header by which a reader says what it has.
const LAST_EVENT_ID: &str = "last-event-id";

/// The stream of warnings: event `alert` with a warning as it is after each step.
pub async fn alerts(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let full = || Problem::unavailable(format!("all {} streams are taken", app.limits.streams));
    let place = Arc::clone(&app.streams).try_acquire_owned().map_err(|_| full())?;
    let newest = *app.alerts.news().borrow();
    let from = last_event_id(&headers)?.unwrap_or(newest).min(newest);
    let (send, receive) = mpsc::channel(ROOM);
    let farewell = Arc::new(OnceLock::new());
    let heartbeat = KeepAlive::new().interval(app.limits.heartbeat).text("alive");
    tokio::spawn(pump(app, from, send, Arc::clone(&farewell), place));
    Ok(Sse::new(events(receive, farewell)).keep_alive(heartbeat).into_response())
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    let number = value.to_str().ok().map(str::trim).filter(|text| !text.is_empty()).map(str::parse);
    match number {
        None => Ok(None),
        Some(Ok(number)) => Ok(Some(number)),
        Some(Err(_)) => Err(Problem::malformed("Last-Event-ID is not the id of an event of this stream")),
    }
}

/// What was queued, then the farewell where there is one.
fn events(
    receive: mpsc::Receiver<Event>,
    farewell: Arc<OnceLock<&'static str>>,
) -> impl futures_util::Stream<Item = Result<Event, Infallible>> {
    stream::unfold((receive, farewell, false), |(mut receive, farewell, said)| async move {
        if let Some(event) = receive.recv().await {
            return Some((Ok(event), (receive, farewell, said)));
        }
        let reason = farewell.get().filter(|_| !said)?;
        let event = Event::default().event("end").data(*reason);
        Some((Ok(event), (receive, farewell, true)))
    })
}

/// Moves warnings from the journal into a reader's queue until either side ends.
async fn pump(
    app: App,
    mut from: u64,
    send: mpsc::Sender<Event>,
    farewell: Arc<OnceLock<&'static str>>,
    _place: OwnedSemaphorePermit,
) {
    let mut news = app.alerts.news();
    let mut closing = app.closing.subscribe();
    // An id without data sets what a reader has, and raises no event.
    let first = Event::default().id(from.to_string()).comment("warnings follow");
    if send.send(first).await.is_err() {
        return;
    }
    loop {
        news.mark_unchanged();
        let waiting = app.alerts.since(from, AT_ONCE);
        if waiting.is_empty() {
            tokio::select! {
                changed = news.changed() => if changed.is_err() { return },
                () = send.closed() => return,
                _ = closing.wait_for(|closing| *closing) => {
                    let _ = farewell.set("the service stops");
                    return;
                }
            }
        }
        for (number, alert) in waiting {
            let sending = tokio::time::timeout(app.limits.stream_patience, send.send(told(number, &alert)));
            match sending.await {
                Ok(Ok(())) => from = number,
                Ok(Err(_)) => return,
                Err(_) => {
                    let _ = farewell.set("you read too slowly; come back with Last-Event-ID");
                    tracing::info!(number, "a slow reader of warnings was let go");
                    return;
                }
            }
        }
    }
}

fn told(number: u64, alert: &Alert) -> Event {
    // A warning can always be written as JSON, and never on more than one line.
    let data = serde_json::to_string(alert).unwrap_or_default();
    Event::default().event("alert").id(number.to_string()).data(data)
}
