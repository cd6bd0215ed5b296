//! One row of the table of routes: who may use it, what it takes, what it gives. The router, the checks before a
//! handler and the OpenAPI document are all made from the same rows, so that they cannot drift apart.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::access::May;
use super::negotiate;
use super::problem::Problem;
use super::query::{Asked, Parameter};
use super::{App, Limits};
use crate::model::{Layer, Schema};

/// A good answer of a route.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// The media types it may come in, the usual one first; none for an empty answer.
    pub media: &'static [&'static str],
    /// The name of its schema in the OpenAPI document; empty where it is not JSON.
    pub schema: &'static str,
}

/// A body that a route takes.
#[derive(Clone, Copy, Debug)]
pub struct Takes {
    /// The media types.
    pub media: &'static [&'static str],
    /// The name of its schema in the OpenAPI document.
    pub schema: &'static str,
}

/// What a row says besides how it is handled.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The method; HEAD goes with GET.
    pub method: Method,
    /// The path, parameters in braces.
    pub path: &'static str,
    /// What it is for.
    pub says: &'static str,
    /// What a caller must be allowed.
    pub may: May,
    /// The parameters of the query.
    pub asks: &'static [Parameter],
    /// Whether the fields of the path's layer are parameters too.
    pub asks_fields: bool,
    /// Whether parameters it does not know are let pass.
    pub lenient: bool,
    /// The body.
    pub takes: Option<Takes>,
    /// The good answers, the usual one first.
    pub gives: Vec<Answer>,
    /// Whether it may take as long as an import.
    pub long: bool,
}

/// One row of the table.
pub struct Row {
    /// What it says.
    pub spec: Spec,
    handler: MethodRouter<App>,
}

/// JSON, as most answers are.
pub const JSON: &[&str] = &["application/json"];

fn row<H, T>(method: Method, filter: MethodFilter, may: May, path: &'static str, handler: H) -> Row
where
    H: Handler<T, App>,
    T: 'static,
{
    let spec = Spec {
        method,
        path,
        says: "",
        may,
        asks: &[],
        asks_fields: false,
        lenient: false,
        takes: None,
        gives: vec![],
        long: false,
    };
    Row { spec, handler: on(filter, handler) }
}

/// A page or document that needs no key.
pub fn open<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Row {
    row(Method::GET, MethodFilter::GET, May::Nothing, path, handler)
}

/// Something to read.
pub fn read<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Row {
    row(Method::GET, MethodFilter::GET, May::Read, path, handler)
}

/// A question that comes as a body and changes nothing.
pub fn question<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Row {
    row(Method::POST, MethodFilter::POST, May::Read, path, handler)
}

/// Something new.
pub fn post<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Row {
    row(Method::POST, MethodFilter::POST, May::Write, path, handler)
}

/// A thing in full.
pub fn put<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Row {
    row(Method::PUT, MethodFilter::PUT, May::Write, path, handler)
}

/// A change to a thing.
pub fn patch<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Row {
    row(Method::PATCH, MethodFilter::PATCH, May::Write, path, handler)
}

/// Away with a thing.
pub fn delete<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Row {
    row(Method::DELETE, MethodFilter::DELETE, May::Write, path, handler)
}

impl Row {
    /// What it is for.
    pub fn says(mut self, words: &'static str) -> Self {
        self.spec.says = words;
        self
    }

    /// The parameters of its query.
    pub fn asks(mut self, parameters: &'static [Parameter]) -> Self {
        self.spec.asks = parameters;
        self
    }

    /// Takes the fields of the path's layer as parameters too.
    pub fn asks_fields(mut self) -> Self {
        self.spec.asks_fields = true;
        self
    }

    /// Lets parameters pass that it does not know.
    pub fn lenient(mut self) -> Self {
        self.spec.lenient = true;
        self
    }

    /// The body it takes.
    pub fn takes(mut self, media: &'static [&'static str], schema: &'static str) -> Self {
        self.spec.takes = Some(Takes { media, schema });
        self
    }

    /// A 200 with a body.
    pub fn gives(self, media: &'static [&'static str], schema: &'static str) -> Self {
        self.answers(StatusCode::OK, media, schema)
    }

    /// Some other good answer.
    pub fn answers(mut self, status: StatusCode, media: &'static [&'static str], schema: &'static str) -> Self {
        self.spec.gives.push(Answer { status, media, schema });
        self
    }

    /// May take as long as an import.
    pub fn long(mut self) -> Self {
        self.spec.long = true;
        self
    }

    /// The handler behind its checks.
    pub fn guarded(self, app: &App) -> (&'static str, MethodRouter<App>) {
        let path = self.spec.path;
        let gate = middleware::from_fn_with_state((app.clone(), Arc::new(self.spec)), gate);
        (path, self.handler.layer(gate))
    }
}

impl Spec {
    fn deadline(&self, limits: &Limits) -> Duration {
        if self.long { limits.import_deadline } else { limits.deadline }
    }

    fn knows(&self, layer: Option<Layer>, parameter: &str) -> bool {
        self.lenient
            || self.asks.iter().any(|known| known.name == parameter)
            || (self.asks_fields && layer.is_some_and(|layer| Schema::layer(layer).field(parameter).is_some()))
    }

    /// The layer that a path of this row names.
    fn layer(&self, path: &str) -> Option<Layer> {
        let mut segments = self.path.split('/').zip(path.split('/'));
        segments.find(|(own, _)| *own == "{layer}")?.1.parse().ok()
    }
}

/// The checks that every route makes before its handler: the key, what the caller accepts, the parameters, the time.
async fn gate(
    State((app, spec)): State<(App, Arc<Spec>)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let caller = app.access.admit(request.headers(), spec.may)?;
    let media: Vec<&str> = spec.gives.iter().flat_map(|answer| answer.media).copied().collect();
    if !media.is_empty() && !negotiate::accepts(request.headers(), &media) {
        return Err(Problem::not_acceptable(&media));
    }
    let layer = spec.layer(request.uri().path());
    let asked = Asked::read(request.uri().query(), |name| spec.knows(layer, name))?;
    request.extensions_mut().insert(caller);
    request.extensions_mut().insert(asked);
    let deadline = spec.deadline(&app.limits);
    tokio::time::timeout(deadline, next.run(request))
        .await
        .map_err(|_| Problem::unavailable(format!("no answer within {} s; the server is busy", deadline.as_secs())))
}
