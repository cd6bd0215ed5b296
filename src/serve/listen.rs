//! Connections: taken in, bounded, and let finish when the server stops.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use super::Limits;

/// Serves until told to stop; then running requests get a while to finish.
pub async fn serve(listener: TcpListener, router: Router, limits: &Limits, told: impl Future<Output = ()>) {
    let (stop, stopping) = watch::channel(false);
    let places = Arc::new(Semaphore::new(limits.connections));
    let builder = builder(limits);
    let mut connections = JoinSet::new();
    let mut told = pin!(told);
    loop {
        tokio::select! {
            () = &mut told => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            Some((stream, place)) = next(&listener, &places) => {
                connections.spawn(connection(builder.clone(), stream, router.clone(), stopping.clone(), place));
            }
        }
    }
    drop(listener);
    tracing::info!(connections = connections.len(), "stopping");
    stop.send_replace(true);
    let all_done = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.farewell, all_done).await.is_err() {
        tracing::info!("stopped with requests unfinished");
    }
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head_time);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(256).keep_alive_interval(limits.head_time);
    builder
}

/// The next connection, once there is room for one.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            // Out of file handles, say: waiting a little is better than spinning.
            tracing::warn!(%error, "a connection could not be taken in");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

async fn connection(
    builder: Builder<TokioExecutor>,
    stream: TcpStream,
    router: Router,
    mut stopping: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    // Answers are written whole; waiting to fill a packet only costs time.
    let _ = stream.set_nodelay(true);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = async { drop(stopping.wait_for(|stop| *stop).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // A caller that hangs up is none of our troubles.
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Waits for SIGTERM or SIGINT. They are heard from the call on, not only once somebody waits.
pub fn signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let heard = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = heard else {
            tracing::warn!("signals cannot be heard; the server can only be killed");
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}
