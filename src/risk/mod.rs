//! 评 How red is it? Grades of single objects and of areas, each with the steps that reproduce it.
//!
//! A grade is the worst of three: the level that was given, the one that a score gives by the bands of its method, and the
//! default of what carries a registered grade, of what is kept, of what is amiss. An area takes the worst graded object that
//! touches it (就高). Bands, defaults and cases are data (`data/risk/bands.toml`), which a district may set otherwise.
//! Nothing known gives no grade, never blue.

mod area;
mod areas;
mod assessment;
mod comparison;
mod computed;
mod dangers;
mod dependents;
mod grade;
mod grades;
mod ground;
mod hazard_source;
mod head_pond;
mod ownership;
mod publication;
mod published;
mod references;
mod residents;
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
pub use scheme::{Band, DefaultTable, Direct, LevelWords, Method, Rest, Scheme, SchemeError, SchemeName, Variants};
pub use tables::{Check, Tables};
