//! Siting: each clause at its limit, just inside and just outside, with facts missing and outside the coverage.

mod scene;
mod yangtze;
