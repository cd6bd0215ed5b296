//! Vector tiles, read back by a decoder of the tests' own and by GDAL.

mod borders;
mod decode;
mod description;
mod edges;
mod edits;
mod exclusion;
mod gdal_reads;
mod golden;
mod grid;
mod hca_segments;
mod plate_editions;
mod plates;
mod real_data;
mod sample_district;
mod scene;
