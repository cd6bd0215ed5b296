//! Every integration test, in one binary.

mod store_contract;
