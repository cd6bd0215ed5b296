//! Every integration test, in one binary.

// Clippy's leave for tests covers test functions only; here everything is one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod architecture;
mod browser;
mod cli;
mod geodesic;
mod properties;
mod siting;
mod support;
