//! Foreign files coming in: rows judged, ids settled, formats, reference systems, repair, real and deliberately bad data.

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
