//! Distances up- and downstream: along the river that two things lie on, not across the land between them.

use super::scene::{Candidate, Scene};
use crate::geom::along::{Along, Flow, Side, distance_along};
use crate::geom::{Geometry, Metres};
use crate::model::Layer;
use crate::rules::{Case, Unknown};

/// How far from the water something may stand and still count as at the river. What stands farther off is tried by the
/// straight distance, which is never longer.
const WATERSIDE: Metres = Metres(100.0);

/// A candidate with its distance along the river. The straight way is never longer than the one along the river: what is
/// beyond the case's reach as the crow flies is beyond it by water too.
pub(super) fn by_river<'a>(scene: &Scene<'a>, case: &Case, candidate: Candidate<'a>) -> Candidate<'a> {
    let reach = case.reach(scene.book);
    if candidate.distance > reach {
        return candidate;
    }
    let found = rivers(scene, &candidate)
        .into_iter()
        .filter_map(|(river, flow)| {
            // A metre more, so that what lies beyond the reach is told as beyond it.
            let beyond = reach + Metres(1.0);
            distance_along(river, &candidate.feature.geometry, scene.site.geometry(), WATERSIDE, beyond, flow)
        })
        .min_by(|one, other| one.distance.0.total_cmp(&other.distance.0));
    match found {
        Some(way) if way.along != Along::Broken => Candidate {
            distance: way.distance.max(candidate.distance).rounded(),
            direction: way.side.map(|side| match side {
                Side::Upstream => "up",
                Side::Downstream => "down",
            }),
            ..candidate
        },
        // Not at one river, or a drawing that does not hang together: only the straight distance is known.
        _ => Candidate { start: Some(Unknown::Flow), ..candidate },
    }
}

/// The waters that the target stands at, with whether they are drawn in the direction of flow.
fn rivers<'a>(scene: &Scene<'a>, candidate: &Candidate<'a>) -> Vec<(&'a Geometry, Flow)> {
    let Ok(index) = scene.snapshot.layer(Layer::Waters) else { return vec![] };
    let window = candidate.feature.envelope().expanded(WATERSIDE);
    let flow = |drawn: Option<&str>| if drawn == Some("as_drawn") { Flow::AsDrawn } else { Flow::Unknown };
    let near = index.touching(&window).into_iter();
    near.map(|water| (&water.geometry, flow(water.properties.text("flow")))).collect()
}
