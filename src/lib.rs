//! Sisetu 四色图: may this stand here, and how red is it?

pub mod geom;
pub mod index;
pub mod model;
pub mod report;
pub mod store;
