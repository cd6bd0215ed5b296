//! Foreign files coming in: rows judged, ids settled, formats, reference systems, repair, real and deliberately bad data.

// Scenes read better with json!(…) written in place.
#![allow(clippy::needless_pass_by_value)]

mod conformance;
mod crs;
mod desk;
mod edit;
mod foreign;
mod modes;
mod real;
mod repair;
mod rows;
mod texts;
