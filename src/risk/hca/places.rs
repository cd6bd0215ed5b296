//! Items that ask for a place within a distance of the pipe.

use super::book::{Asks, Meant, Place, Rules, defaults, radius};
use super::grading::{Asked, Findings};
use super::ground::{Ground, Pipe};
use super::segment::{Lack, Target};
use crate::geom::Metres;

/// How far one item looks, and whether it surely speaks of the pipe.
#[derive(Clone, Copy)]
struct Look {
    asked: Asked,
    within: Metres,
    sure: bool,
}

/// Finds an item's places along a pipe.
pub(super) fn find(ground: &Ground<'_>, pipe: &Pipe<'_>, rules: &Rules, asked: Asked, found: &mut Findings) {
    let Some(sure) = rules.speaks_of(asked.item, pipe.feature).map_or(Some(false), |speaks| speaks.then_some(true))
    else {
        return;
    };
    let within = match &asked.item.asks {
        Asks::Places(within) => Some(*within),
        _ => radius(pipe.feature).or_else(|| asked.item.pipe.as_ref()?.widest()),
    };
    let Some(within) = within else {
        // The radius has no bound, so that a place anywhere may count.
        return found.lacks(pipe.whole(), asked, Lack::Pipe(asked.place, None));
    };
    for place in &asked.item.place {
        look(ground, pipe, place, Look { asked, within, sure }, found);
    }
}

fn look(ground: &Ground<'_>, pipe: &Pipe<'_>, place: &'static Place, look: Look, found: &mut Findings) {
    let Look { asked, within, sure } = look;
    for stretch in ground.places_unknown(place, pipe, within) {
        let lack = if ground.is_lost(place.layer) { Lack::Lost(place.layer) } else { Lack::Uncovered(place.layer) };
        found.lacks(stretch, asked, lack);
    }
    for feature in ground.places(place, pipe, within) {
        let meant = place.meant(feature);
        if meant == Meant::No {
            continue;
        }
        let allowance = defaults().allowance(place.layer, feature);
        let (drawn, tried) = (within + allowance.given, allowance.tried_m());
        let target = || Target::of(place.layer, feature);
        let lack = || match meant {
            Meant::Perhaps(fact) => Some(Lack::Fact(target(), fact)),
            _ => (!sure).then(|| Lack::Pipe(asked.place, Some(target()))),
        };
        for stretch in pipe.line.within(&feature.geometry, drawn) {
            match lack() {
                Some(lack) => found.lacks(stretch, asked, lack),
                None => found.hit(stretch, asked, target(), None, false),
            }
        }
        if tried > Metres::ZERO {
            for stretch in pipe.line.within(&feature.geometry, drawn + tried) {
                found.lacks(stretch, asked, lack().unwrap_or_else(|| Lack::Extent(target())));
            }
        }
    }
}
