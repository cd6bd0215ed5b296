//! Every integration test, in one binary.

mod ingest;
mod siting;
