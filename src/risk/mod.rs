//! 评 How red is it? Grades of single objects and of areas, each with the steps that reproduce it.
//!
//! A grade is the worst of three: the level that was given, the one that a score gives by the bands of its method, and the
//! default of what carries a registered grade, of what is kept, of what is amiss. An area takes the worst graded object that
//! touches it or whose effect contour does (就高), or what a district's own thresholds or index say. Bands, defaults and
//! cases are data (`data/risk/bands.toml`), which a district may set otherwise. Nothing known gives no grade, never blue.

mod aggregate;
mod area;
mod areas;
mod assessment;
mod basis;
mod cells;
mod comparison;
mod computed;
mod dangers;
mod dependents;
mod effect_index;
mod effects;
mod grade;
mod grades;
mod grid;
mod ground;
mod hazard_source;
mod hca;
mod head_pond;
mod listing;
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
pub use basis::{Basis, CountBasis, IndexBasis, ReachedBreak, ReachedCount, Term};
pub use comparison::{Comparison, Difference, Turn, Turns};
pub use grade::{Grade, Override, Step};
pub use grades::{GRADED, Grades, READ};
pub use grid::GridCell;
pub use hca::{Segment, Target};
pub use listing::{AreaPage, GridNote, HCA_SEGMENTS, LEVELS, RISK_GRID, Subject, Wanted};
pub use publication::{Aggregation, Heading, Publication, PublicationError, PublishedArea};
pub use published::Published;
pub use responsibility::{Answerable, Duties, Duty, Leading, Responsibility};
pub use roll::{Item, Line, Roll, Sought, Totals};
pub use scheme::{
    Aggregator, AreaTables, Band, ByColour, CountTable, DefaultTable, Direct, IndexTable, LevelWords, Method, Rest,
    Scheme, SchemeError, SchemeName, Unset, Variants,
};
pub use tables::{Check, Tables};
