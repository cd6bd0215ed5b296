//! Sisetu 四色图: may this stand here, and how red is it?

pub mod geom;
pub mod index;
pub mod ingest;
pub mod model;
pub mod rules;
pub mod siting;
pub mod store;
