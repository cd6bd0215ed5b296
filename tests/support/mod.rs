//! What the integration tests stand on: a desk with the real program, a running service, small scenes.

pub mod desk;
pub mod scene;
pub mod service;
pub mod skip;

pub use desk::{Desk, Ran};
pub use scene::Scene;
pub use service::Service;
