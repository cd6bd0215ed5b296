//! 评 How red is it? Grades of single objects and of areas, each with the steps that reproduce it.
//!
//! A grade is the worst of three: the level that was given, the one that a score gives by the bands of its method, and the
//! default of what carries a registered grade. An area takes the worst graded object that touches it (就高). Bands and
//! defaults are data (`data/risk/bands.toml`). Nothing known gives no grade, never blue.

mod area;
mod areas;
mod assessment;
mod comparison;
mod grade;
mod grades;
mod ownership;
mod publication;
mod published;
mod responsibility;
mod roll;
mod scheme;
mod shards;
mod tables;

pub use area::{AreaGrade, Contribution, Counts, Responsible};
pub use comparison::{Comparison, Difference, Turn, Turns};
pub use grade::{Grade, Override, Step};
pub use grades::{GRADED, Grades};
pub use publication::{Aggregation, Heading, Publication, PublicationError, PublishedArea};
pub use published::Published;
pub use responsibility::{Answerable, Duties, Duty, Leading, Responsibility};
pub use roll::{Item, Line, Roll, Totals, Wanted};
pub use scheme::{Band, DefaultTable, LevelWords, Method, Scheme};
pub use tables::{Check, Tables};
