//! Every integration test, in one binary.
// Whatever is here is a test, helper functions among them.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod ingest;
mod siting;
mod store_contract;
