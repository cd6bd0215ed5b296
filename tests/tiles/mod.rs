//! Vector tiles, read back by a decoder of the tests' own and by GDAL.

// What helps a test fails it loudly, like the test itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod borders;
mod decode;
mod description;
mod edges;
mod edits;
mod gdal_reads;
mod golden;
mod real_data;
mod sample_district;
mod scene;
