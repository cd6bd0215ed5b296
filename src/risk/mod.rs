//! 评 How red is it? Grades of single objects and of areas, each with the steps that reproduce it.
//!
//! A grade is the worst of three: the level that was given, the one that a score gives by the bands of its method, and the
//! default of what carries a registered grade. A pipeline's surroundings count beside its registered grade: its
//! high-consequence areas are worked out stretch by stretch ([`Segment`]). An area takes the worst graded object that touches it (就高). Bands and
//! defaults are data (`data/risk/bands.toml`). Nothing known gives no grade, never blue.

mod area;
mod areas;
mod assessment;
mod grade;
mod grades;
mod hca;
mod ownership;
mod scheme;
mod shards;
mod subject;

pub use area::{AreaGrade, Contribution, Counts, Responsible};
pub use grade::{Grade, Override, Step};
pub use grades::{GRADED, Grades};
pub use hca::{Segment, Target};
pub use scheme::{Band, DefaultTable, LevelWords, Method, Scheme};
pub use subject::Subject;
