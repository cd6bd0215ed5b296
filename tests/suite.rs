//! Every integration test, in one binary.

// Clippy's leave for tests covers test functions only; here everything is one.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod architecture;
mod browser;
mod cli;
mod geodesic;
mod ingest;
mod properties;
mod siting;
mod store_contract;
mod support;
mod tiles;
