//! 入 The way in.

pub mod geometry;
