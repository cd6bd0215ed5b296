//! Mending shapes: what can be put right without guessing is put right and told; the rest is refused.
//!
//! A ring that crosses itself is resolved only where its drawn area hardly depends on how one reads it. A small slip of
//! the pen passes; a bow tie does not, since nobody can know which rectangle was meant.

use std::fmt;

use geo::algorithm::bool_ops::{FillRule, unary_union};
use geo::{
    Area, BooleanOps, Coord, Geometry, LineString, MultiLineString, MultiPolygon, Orient, Polygon, Relate, Winding,
    orient::Direction,
};

use super::crossing::{Contacts, is_nested};

/// How far the area as filled may differ from the area as drawn (a share) before a crossing ring is refused.
const AMBIGUOUS_SHARE: f64 = 0.05;
/// Areas below this, in square degrees, are nothing: about a square millimetre.
const NO_AREA: f64 = 1e-16;

/// One thing that was put right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Repair {
    /// Rings whose last vertex was not their first.
    ClosedRings(usize),
    /// Vertices that repeated the one before.
    RepeatedVertices(usize),
    /// Rings that ran the wrong way round.
    Winding(usize),
    /// Holes without area.
    EmptyHoles(usize),
    /// Parts of a line without length.
    EmptyLines(usize),
    /// A ring crossed or touched itself; the place, longitude/latitude.
    SelfCrossing(Coord),
    /// Rings of one polygon, or polygons of one feature, overlapped.
    Overlap(Coord),
    /// Holes that lay outside their polygon and became polygons.
    HolesOutside(usize),
    /// Polygons of one feature that lay inside one another.
    NestedParts,
}

impl fmt::Display for Repair {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedRings(count) => write!(out, "{count} unclosed ring(s) closed"),
            Self::RepeatedVertices(count) => write!(out, "{count} repeated vertex(es) dropped"),
            Self::Winding(count) => write!(out, "{count} ring(s) turned to run the way RFC 7946 asks"),
            Self::EmptyHoles(count) => write!(out, "{count} hole(s) without area dropped"),
            Self::EmptyLines(count) => write!(out, "{count} part(s) without length dropped"),
            Self::SelfCrossing(at) => write!(out, "ring crossing itself at {} {} resolved", at.x, at.y),
            Self::Overlap(at) => write!(out, "overlapping rings or parts at {} {} merged", at.x, at.y),
            Self::HolesOutside(count) => write!(out, "{count} hole(s) outside the polygon made polygon(s)"),
            Self::NestedParts => write!(out, "parts inside one another merged"),
        }
    }
}

/// Why a shape cannot be mended.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Irreparable {
    /// There is no vertex.
    #[error("the geometry is empty")]
    Empty,
    /// A ring has fewer than three different vertices, or encloses nothing.
    #[error("a ring encloses no area")]
    NoArea,
    /// All vertices of a line are one.
    #[error("the line has no length")]
    NoLength,
    /// What was meant by a crossing ring cannot be told.
    #[error("the polygon crosses itself at {} {}, and its area depends on how one reads it", .0.x, .0.y)]
    Ambiguous(Coord),
    /// Too many edges lie over one another to be checked in reasonable time.
    #[error("the geometry is too tangled to be checked")]
    Tangled,
}

/// A shape that is valid, and what was done to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired {
    /// The valid shape.
    pub geometry: Geometry,
    /// What was done, in order; empty where nothing had to be.
    pub repairs: Vec<Repair>,
}

/// Mends a shape in longitude/latitude degrees with finite coordinates. Points are taken as they are.
pub fn repair(geometry: Geometry) -> Result<Repaired, Irreparable> {
    let mut repairs = Vec::new();
    let geometry = match geometry {
        Geometry::LineString(line) => Geometry::LineString(mended_line(line, &mut repairs)?),
        Geometry::MultiLineString(lines) => Geometry::MultiLineString(mended_lines(lines, &mut repairs)?),
        Geometry::Polygon(polygon) => {
            let mut areas = mended_areas(MultiPolygon::new(vec![polygon]), &mut repairs)?.0;
            match (areas.len(), areas.pop()) {
                (1, Some(lone)) => Geometry::Polygon(lone),
                (_, last) => Geometry::MultiPolygon(areas.into_iter().chain(last).collect()),
            }
        }
        Geometry::MultiPolygon(areas) => Geometry::MultiPolygon(mended_areas(areas, &mut repairs)?),
        other => other,
    };
    Ok(Repaired { geometry, repairs })
}

/// Where a ring crosses or touches itself, or crosses another of the same shape: what a drawn site must not do. A hole may
/// touch its outline at a point.
pub fn crossing(geometry: &Geometry) -> Result<Option<Coord>, Irreparable> {
    let contacts = match geometry {
        Geometry::Polygon(polygon) => Contacts::of(std::slice::from_ref(polygon)),
        Geometry::MultiPolygon(areas) => Contacts::of(&areas.0),
        _ => return Ok(None),
    };
    let contacts = contacts.ok_or(Irreparable::Tangled)?;
    let place = contacts.within_a_ring.or(contacts.between_rings);
    Ok(place.filter(|_| !contacts.may_be_allowed()))
}

fn mended_line(line: LineString, repairs: &mut Vec<Repair>) -> Result<LineString, Irreparable> {
    if line.0.is_empty() {
        return Err(Irreparable::Empty);
    }
    let (line, dropped) = without_repeats(line);
    note(repairs, dropped, Repair::RepeatedVertices);
    if line.0.len() < 2 { Err(Irreparable::NoLength) } else { Ok(line) }
}

fn mended_lines(lines: MultiLineString, repairs: &mut Vec<Repair>) -> Result<MultiLineString, Irreparable> {
    if lines.0.is_empty() {
        return Err(Irreparable::Empty);
    }
    let before = lines.0.len();
    let mut dropped = 0;
    let mut kept = Vec::with_capacity(before);
    for line in lines {
        let (line, repeats) = without_repeats(line);
        if line.0.len() >= 2 {
            dropped += repeats;
            kept.push(line);
        }
    }
    if kept.is_empty() {
        return Err(Irreparable::NoLength);
    }
    note(repairs, dropped, Repair::RepeatedVertices);
    note(repairs, before - kept.len(), Repair::EmptyLines);
    Ok(MultiLineString::new(kept))
}

fn mended_areas(areas: MultiPolygon, repairs: &mut Vec<Repair>) -> Result<MultiPolygon, Irreparable> {
    if areas.0.is_empty() {
        return Err(Irreparable::Empty);
    }
    let areas = with_clean_rings(areas, repairs)?;
    let contacts = Contacts::of(&areas).ok_or(Irreparable::Tangled)?;
    let sound = !contacts.any() && !is_nested(&areas);
    let mut areas = if sound { areas } else { resolved(areas, &contacts, repairs)? };
    let turned = areas.iter_mut().map(turn).sum();
    note(repairs, turned, Repair::Winding);
    Ok(MultiPolygon::new(areas))
}

/// Drops repeated vertices and holes that are none; refuses outlines that are none.
fn with_clean_rings(areas: MultiPolygon, repairs: &mut Vec<Repair>) -> Result<Vec<Polygon>, Irreparable> {
    let (mut repeats, mut empty) = (0, 0);
    let mut clean = Vec::with_capacity(areas.0.len());
    for polygon in areas {
        let (shell, holes) = polygon.into_inner();
        let (shell, dropped) = without_repeats(shell);
        repeats += dropped;
        if shell.0.len() < 4 {
            return Err(if shell.0.is_empty() { Irreparable::Empty } else { Irreparable::NoArea });
        }
        let before = holes.len();
        let holes: Vec<LineString> = holes
            .into_iter()
            .map(without_repeats)
            .filter(|(hole, _)| hole.0.len() >= 4)
            .map(|(hole, dropped)| {
                repeats += dropped;
                hole
            })
            .collect();
        empty += before - holes.len();
        clean.push(Polygon::new(shell, holes));
    }
    note(repairs, repeats, Repair::RepeatedVertices);
    note(repairs, empty, Repair::EmptyHoles);
    Ok(clean)
}

fn note(repairs: &mut Vec<Repair>, count: usize, repair: fn(usize) -> Repair) {
    if count > 0 {
        repairs.push(repair(count));
    }
}

fn without_repeats(mut line: LineString) -> (LineString, usize) {
    let before = line.0.len();
    line.0.dedup();
    let dropped = before - line.0.len();
    (line, dropped)
}

/// Turns outlines counter-clockwise and holes clockwise; how many rings were turned.
fn turn(polygon: &mut Polygon) -> usize {
    let mut turned = 0;
    polygon.exterior_mut(|shell| {
        if shell.is_cw() {
            shell.make_ccw_winding();
            turned += 1;
        }
    });
    polygon.interiors_mut(|holes| {
        for hole in holes {
            if hole.is_ccw() {
                hole.make_cw_winding();
                turned += 1;
            }
        }
    });
    turned
}

/// The area that rings in contact enclose. Where it turns out that they only touch as they may, they are left alone.
fn resolved(areas: Vec<Polygon>, contacts: &Contacts, repairs: &mut Vec<Repair>) -> Result<Vec<Polygon>, Irreparable> {
    let (merged, outside) = merged(&areas, contacts)?;
    if contacts.may_be_allowed() && same_areas(&areas, &merged) {
        return Ok(areas);
    }
    let told = match (contacts.within_a_ring, contacts.between_rings) {
        (Some(at), _) => Some(Repair::SelfCrossing(at)),
        (None, Some(at)) => Some(Repair::Overlap(at)),
        (None, None) if outside == 0 => Some(Repair::NestedParts),
        (None, None) => None,
    };
    repairs.extend(told);
    note(repairs, outside, Repair::HolesOutside);
    settled(&areas, merged, contacts)
}

/// What the polygons enclose together, and how many holes lay outside theirs. All rings are laid over one another at
/// once, outlines counting up and holes counting down, since every further step would round once more.
fn merged(areas: &[Polygon], contacts: &Contacts) -> Result<(Vec<Polygon>, usize), Irreparable> {
    let (mut pieces, mut holes) = (Vec::new(), Vec::new());
    let mut outside = 0;
    for polygon in areas {
        let shell = filled(polygon.exterior(), contacts)?;
        if shell.unsigned_area() < NO_AREA {
            return Err(Irreparable::NoArea);
        }
        for hole in polygon.interiors() {
            let hole = filled(hole, contacts)?;
            let apart = shell.relate(&hole).is_disjoint();
            outside += usize::from(apart);
            if apart {
                pieces.extend(hole.orient(Direction::Default));
            } else {
                holes.extend(hole.orient(Direction::Reversed));
            }
        }
        pieces.extend(shell.orient(Direction::Default));
    }
    pieces.extend(holes);
    Ok((unary_union(&pieces).0, outside))
}

/// What a ring encloses however often it winds round; refused where that is not about what it encloses as drawn.
fn filled(ring: &LineString, contacts: &Contacts) -> Result<MultiPolygon, Irreparable> {
    let drawn = Polygon::new(ring.clone(), vec![]);
    let Some(at) = contacts.within_a_ring else {
        return Ok(MultiPolygon::new(vec![drawn]));
    };
    let area = drawn.union_with_fill_rule(&MultiPolygon::new(vec![]), FillRule::NonZero);
    let size = area.unsigned_area();
    if (size - drawn.unsigned_area()).abs() > AMBIGUOUS_SHARE * size {
        return Err(Irreparable::Ambiguous(at));
    }
    Ok(area)
}

fn same_areas(before: &[Polygon], after: &[Polygon]) -> bool {
    let holes = |areas: &[Polygon]| areas.iter().map(|area| area.interiors().len()).sum::<usize>();
    let size = |areas: &[Polygon]| areas.iter().map(Area::unsigned_area).sum::<f64>();
    let (was, is) = (size(before), size(after));
    before.len() == after.len() && holes(before) == holes(after) && (was - is).abs() <= 1e-7 * was
}

/// The resolved area with untouched vertices exactly where they were (resolving works on a fine grid), or on the grid
/// where that would make rings meet again.
fn settled(before: &[Polygon], after: Vec<Polygon>, contacts: &Contacts) -> Result<Vec<Polygon>, Irreparable> {
    if after.is_empty() {
        return Err(Irreparable::NoArea);
    }
    let exact = snapped(before, &after);
    for candidate in [exact, after] {
        let candidate = with_clean_rings(MultiPolygon::new(candidate), &mut Vec::new())?;
        if is_settled(&candidate)? {
            return Ok(candidate);
        }
    }
    let lost = contacts.within_a_ring.or(contacts.between_rings).unwrap_or_default();
    Err(Irreparable::Ambiguous(lost))
}

/// Whether resolving once more would change nothing but the last digits.
fn is_settled(areas: &[Polygon]) -> Result<bool, Irreparable> {
    let contacts = Contacts::of(areas).ok_or(Irreparable::Tangled)?;
    if !contacts.may_be_allowed() {
        return Ok(false);
    }
    Ok(!contacts.any() || same_areas(areas, &merged(areas, &contacts)?.0))
}

fn snapped(before: &[Polygon], after: &[Polygon]) -> Vec<Polygon> {
    use geo::{CoordsIter, MapCoords};
    let mut known: Vec<Coord> = before.iter().flat_map(CoordsIter::coords_iter).collect();
    known.sort_by(|one, other| one.x.total_cmp(&other.x));
    let near = grid_step(before) * 2.0;
    let snap = |at: Coord| {
        let from = known.partition_point(|place| place.x < at.x - near);
        let candidates = known[from..].iter().take_while(|place| place.x <= at.x + near);
        let mut close = candidates.filter(|place| (place.y - at.y).abs() <= near);
        close.next().copied().unwrap_or(at)
    };
    after.iter().map(|polygon| polygon.map_coords(snap)).collect()
}

/// The step of the integer grid on which areas are merged: 2^30 steps span the larger half extent, and a bit to spare.
fn grid_step(areas: &[Polygon]) -> f64 {
    use geo::BoundingRect;
    let boxes = areas.iter().filter_map(BoundingRect::bounding_rect);
    boxes.map(|rect| rect.width().max(rect.height())).fold(0.0, f64::max) / f64::from(1 << 28)
}
