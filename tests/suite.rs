//! Every integration test, in one binary.

// Clippy's leave for tests covers test functions only; here everything is one.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]
// Builders of made-up features take `json!` values as they are written, and a test imports what only it needs.
#![allow(clippy::items_after_statements, clippy::needless_pass_by_value, clippy::type_complexity)]

mod architecture;
mod browser;
mod cli;
mod geodesic;
mod http;
mod ingest;
mod properties;
mod siting;
mod store_contract;
mod support;
mod tiles;
