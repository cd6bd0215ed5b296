//! Real connections: slow callers, large bodies, the end.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Trial;
use crate::serve::{Config, Limits, listen};

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn serve(router: Router, limits: Limits) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, told) = oneshot::channel();
    let ended = tokio::spawn(async move { listen::serve(listener, router, &limits, async { drop(told.await) }).await });
    Served { address, stop, ended }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

async fn answer(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn a_forty_megabyte_body_is_sent_whole_and_answered_with_a_problem() {
    let trial = Trial::new().await;
    let served = serve(trial.router, Config::default().limits).await;
    for announced in [true, false] {
        let mut stream = served.connect().await;
        let framing = if announced { "Content-Length: 40000000" } else { "Transfer-Encoding: chunked" };
        let head = format!(
            "POST /api/siting/check HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n{framing}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let part = vec![b' '; 1_000_000];
        for _ in 0..40 {
            if !announced {
                stream.write_all(b"F4240\r\n").await.unwrap();
            }
            stream.write_all(&part).await.unwrap();
            if !announced {
                stream.write_all(b"\r\n").await.unwrap();
            }
        }
        if !announced {
            stream.write_all(b"0\r\n\r\n").await.unwrap();
        }
        let text = answer(stream).await;
        assert!(text.starts_with("HTTP/1.1 413") && text.contains("urn:sisetu:problem:too-large"), "{text}");
    }
}

#[tokio::test]
async fn a_caller_that_never_finishes_its_head_is_hung_up_on() {
    let limits = Limits { head_time: Duration::from_millis(200), ..Limits::default() };
    let served = serve(Trial::new().await.router, limits).await;
    let mut stream = served.connect().await;
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: local").await.unwrap();
    let started = Instant::now();
    assert!(!answer(stream).await.contains("200 OK"));
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn the_end_waits_for_what_runs_but_not_for_ever() {
    let router = Router::new()
        .route("/short", get(async || tokio::time::sleep(Duration::from_millis(300)).await))
        .route("/endless", get(async || std::future::pending::<()>().await));
    let limits = Limits { farewell: Duration::from_millis(900), ..Limits::default() };
    let served = serve(router, limits).await;
    let mut short = served.connect().await;
    short.write_all(b"GET /short HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut endless = served.connect().await;
    endless.write_all(b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let idle = served.connect().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    served.stop.send(()).unwrap();
    assert!(answer(short).await.starts_with("HTTP/1.1 200"));
    served.ended.await.unwrap();
    let took = started.elapsed();
    assert!((Duration::from_millis(800)..Duration::from_secs(5)).contains(&took), "{took:?}");
    assert!(TcpStream::connect(served.address).await.is_err());
    drop(idle);
}

#[tokio::test]
async fn no_more_connections_than_allowed_are_served_at_a_time() {
    let limits = Limits { connections: 1, ..Limits::default() };
    let served = serve(Trial::new().await.router, limits).await;
    let first = served.connect().await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut second = served.connect().await;
    second.write_all(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let waiting = tokio::time::timeout(Duration::from_millis(200), second.readable()).await;
    assert!(waiting.is_err(), "the second is answered while the first holds the only place");
    drop(first);
    assert!(answer(second).await.starts_with("HTTP/1.1 200"));
}
