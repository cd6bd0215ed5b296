//! From what was found along a pipeline to stretches that are graded alike.

use super::book::{Asks, Rules};
use super::grading::Findings;
use super::segment::{Hit, Open, Segment};
use crate::geom::along::Stretch;

/// What holds between two cuts.
struct Part {
    stretch: Stretch,
    grade: Option<u8>,
    class: Placed,
    hits: Vec<Hit>,
    open: Vec<Open>,
}

/// The location class of a part.
#[derive(Clone, Copy, PartialEq)]
enum Placed {
    /// By its place in the list.
    In(usize),
    /// None of the list.
    Lowest,
    Unknown,
}

/// The segments of a pipeline from end to end. Cuts are whole metres, on the far side of what was found, so that a segment's
/// name is its place.
pub(super) fn segments(pipe: &str, rules: &'static Rules, total_m: f64, found: Findings) -> Vec<Segment> {
    let whole = |one: Stretch| {
        let from_m = one.from_m.floor().min(total_m.ceil() - 1.0).max(0.0);
        Stretch { from_m, to_m: one.to_m.ceil().max(from_m + 1.0).min(total_m) }
    };
    let hits: Vec<(Stretch, Hit)> = found.hits.into_iter().map(|(one, hit)| (whole(one), hit)).collect();
    let open: Vec<(Stretch, Open)> = found.open.into_iter().map(|(one, open)| (whole(one), open)).collect();
    let classes: Vec<_> = found.classes.into_iter().map(|(one, rank, sure)| (whole(one), rank, sure)).collect();
    let stretches =
        hits.iter().map(|one| one.0).chain(open.iter().map(|one| one.0)).chain(classes.iter().map(|one| one.0));
    let mut cuts: Vec<f64> = stretches.flat_map(|one| [one.from_m, one.to_m]).chain([0.0, total_m]).collect();
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    let mut parts: Vec<Part> = Vec::new();
    for pair in cuts.windows(2) {
        let stretch = Stretch { from_m: pair[0], to_m: pair[1] };
        let part = part(rules, stretch, &hits, &open, &classes);
        match parts.last_mut().filter(|last| last.is_like(&part)) {
            Some(last) => last.take(part),
            None => parts.push(part),
        }
    }
    parts.into_iter().map(|part| part.named(pipe, rules)).collect()
}

fn part(
    rules: &Rules,
    stretch: Stretch,
    hits: &[(Stretch, Hit)],
    open: &[(Stretch, Open)],
    classes: &[(Stretch, usize, bool)],
) -> Part {
    let here = |one: &Stretch| one.from_m <= stretch.from_m && stretch.to_m <= one.to_m;
    let worst = |only_sure: bool| {
        let ranks = classes.iter().filter(|(one, _, sure)| here(one) && (*sure || !only_sure));
        ranks.map(|(_, rank, _)| *rank).min()
    };
    let (sure, possible) = (worst(true), worst(false));
    let class = match sure {
        _ if sure != possible => Placed::Unknown,
        Some(rank) => Placed::In(rank),
        None => Placed::Lowest,
    };
    let named = |name: &String| sure.is_some_and(|rank| rules.class[rank].name == *name);
    let holds = |hit: &Hit| {
        let item = &rules.item[hit.item];
        !item.outside.iter().any(named) && !matches!(&item.asks, Asks::Class(name) if !named(name))
    };
    let mut own: Vec<Hit> = Vec::new();
    for (_, hit) in hits.iter().filter(|(one, hit)| here(one) && holds(hit)) {
        add(&mut own, hit.clone());
    }
    let grade = own.iter().map(|hit| rules.item[hit.item].grade).max();
    let mut may: Vec<Open> = Vec::new();
    for (_, one) in open.iter().filter(|(one, open)| here(one) && Some(open.grade) > grade) {
        if !may.contains(one) {
            may.push(one.clone());
        }
    }
    Part { stretch, grade, class, hits: own, open: may }
}

/// Adds a hit, or its larger figure to one of the same item and target.
fn add(hits: &mut Vec<Hit>, hit: Hit) {
    match hits.iter_mut().find(|known| known.item == hit.item && known.target == hit.target) {
        Some(known) if hit.figure > known.figure => *known = hit,
        Some(_) => {}
        None => hits.push(hit),
    }
}

impl Part {
    fn is_like(&self, other: &Self) -> bool {
        (self.grade, self.class, self.open.is_empty()) == (other.grade, other.class, other.open.is_empty())
    }

    fn take(&mut self, next: Self) {
        self.stretch.to_m = next.stretch.to_m;
        next.hits.into_iter().for_each(|hit| add(&mut self.hits, hit));
        for open in next.open {
            if !self.open.contains(&open) {
                self.open.push(open);
            }
        }
    }

    /// The worst item first.
    fn named(mut self, pipe: &str, rules: &'static Rules) -> Segment {
        let Stretch { from_m, to_m } = self.stretch;
        self.hits.sort_by_key(|hit| (std::cmp::Reverse(rules.item[hit.item].grade), hit.item));
        self.open.sort_by_key(|open| std::cmp::Reverse(open.grade));
        let lowest = rules.lowest_class.as_deref();
        let class = match self.class {
            Placed::In(rank) => Some(rules.class[rank].name.as_str()),
            Placed::Lowest => lowest,
            Placed::Unknown => None,
        };
        Segment {
            id: format!("{pipe}@{from_m}-{}", to_m.ceil()),
            from_m,
            to_m: (to_m * 10.0).round() / 10.0,
            grade: self.grade,
            location_class: class,
            colour: None,
            rules,
            hits: self.hits,
            open: self.open,
        }
    }
}
