//! Sisetu 四色图: may this stand here, and how red is it?
//!
//! One question about a district, answered quickly and with its reasons. The rooms of the library, from the ruler up to
//! the door, are described in `docs/architecture.md`; each may use rooms on lower floors only.

pub mod alerts;
pub mod atlas;
pub mod geom;
pub mod index;
pub mod ingest;
pub mod model;
pub mod report;
pub mod risk;
pub mod rules;
pub mod sample;
pub mod serve;
pub mod siting;
pub mod store;
pub mod tile;
