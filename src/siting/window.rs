//! Windows along a pipeline: whether a project lifts the number of dwellings along some 2 km into a higher class.

use super::evaluate::Judged;
use super::scene::Scene;
use crate::rules::{Case, Rule, Truth};

/// Judges one case.
pub(super) fn judge<'a>(_: &Scene<'a>, _: &Rule, _: &'a Case, _: &Truth) -> Vec<Judged<'a>> {
    vec![]
}
