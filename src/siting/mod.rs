//! siting
