//! How far apart two things lie along a river: a works and a bridge.
//!
//! A river drawn as an area has no centreline. What is measured is the shortest way by water between the two, exact to a
//! centimetre over 10 km. Beside the way along a centreline it is shorter at a bend through an angle θ by at most
//! w·tan(θ/2), the river being w wide, for it cuts the corner; and it differs at an end by at most w/2, for a thing on
//! the bank is off the centreline by that. Things beside the water are brought to the nearest point of the shore every
//! 10 m of their own outline, which may lengthen the way by 5 m at an end where both curve.
//!
//! A river drawn as a bank line is measured along that line, the outer bank of a bend being longer than the centreline by
//! θ·w/2.

use geo::{Coord, Geometry, Intersects, LineString, Point, Polygon};

use super::water::{Segment, Water};
use super::{Chainage, Stretch, edges, length};
use crate::geom::distance::nearest;
use crate::geom::{Envelope, LocalPlane, Metres, Region, geodesic_m};

/// How densely the outline of something beside the river is brought to its shore.
const SAMPLE_M: f64 = 10.0;

/// Whether the direction in which a river is drawn is the direction in which it flows (field `flow` = `as_drawn`). A
/// drawing as such is not trusted, and an area has no direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It is.
    AsDrawn,
    /// Nobody says so.
    Unknown,
}

/// On which side of the first thing the second lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Upstream.
    Upstream,
    /// Downstream.
    Downstream,
}

/// What the distance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// The shortest way by water.
    Water,
    /// The way along a bank line.
    Bank,
    /// No way is as short as the reach of the search; the distance is that reach.
    Beyond,
    /// Both are at the river, but its drawing does not hang together; the distance is the straight one, which is never
    /// longer than the way.
    Broken,
}

/// How far apart two things lie along a river.
#[derive(Clone, Debug, PartialEq)]
pub struct AlongRiver {
    /// The distance, or the least it can be.
    pub distance: Metres,
    /// Which it is.
    pub along: Along,
    /// The way, longitude/latitude; none where none was found.
    pub way: Option<LineString>,
    /// Where the second lies, seen from the first; none where the direction of flow is not known, and where they meet.
    pub side: Option<Side>,
}

impl AlongRiver {
    /// Whether it is known which of the two lies upstream. Where it is not, the larger of both limits is to be tried.
    pub fn direction_known(&self) -> bool {
        self.side.is_some()
    }
}

/// The distance along a river, in longitude/latitude degrees: areas (parts that share a border are one water) or lines
/// (parts that share an end are one line). `None` where either thing is farther than `offset` from the water, or from the
/// line: for a bank line that must be allowed as much as the river is wide, if things in its middle are to count. Nothing
/// is looked for beyond `reach`, which bounds the work.
pub fn distance_along(
    river: &Geometry,
    from: &Geometry,
    to: &Geometry,
    offset: Metres,
    reach: Metres,
    flow: Flow,
) -> Option<AlongRiver> {
    match river {
        Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => {
            along_lines(river, [from, to], offset, reach, flow)
        }
        _ => by_water(river, [from, to], offset, reach),
    }
}

fn by_water(river: &Geometry, ends: [&Geometry; 2], offset: Metres, reach: Metres) -> Option<AlongRiver> {
    let centre = Envelope::of(ends[0])?.centre();
    let plane = LocalPlane::centred_at(centre);
    let waters: Vec<Water> =
        sheets_of(river).iter().map(|area| Water::new(area, |ring| plane.project_line(ring))).collect();
    let sheets: Vec<[Vec<Segment>; 2]> =
        waters.iter().map(|water| ends.map(|end| afloat(water, end, &plane, offset))).collect();
    let at_river = |end: usize| sheets.iter().any(|sheet| !sheet[end].is_empty());
    if !at_river(0) || !at_river(1) {
        return None;
    }
    let shared = |sheet: &[Vec<Segment>; 2]| !sheet[0].is_empty() && !sheet[1].is_empty();
    if !sheets.iter().any(shared) {
        return broken(ends, reach);
    }
    if ends[0].intersects(ends[1]) {
        return Some(met());
    }
    let ways = waters.iter().zip(&sheets).filter_map(|(water, [from, to])| water.shortest(from, to, reach.0));
    let Some(way) = ways.min_by(|one, other| one.metres.total_cmp(&other.metres)) else { return Some(beyond(reach)) };
    let places: Vec<Coord> = way.chain.iter().map(|point| plane.unproject(*point)).collect();
    let metres = places.windows(2).map(|leg| geodesic_m(leg[0].into(), leg[1].into())).sum();
    let way = Some(LineString::new(places));
    Some(AlongRiver { distance: Metres(metres), along: Along::Water, way, side: None })
}

/// The sheets of water: parts that share a border made one.
fn sheets_of(river: &Geometry) -> Vec<Polygon> {
    match river {
        Geometry::Polygon(area) => vec![area.clone()],
        Geometry::MultiPolygon(areas) if areas.0.len() == 1 => areas.0.clone(),
        Geometry::MultiPolygon(areas) => {
            let parts: Vec<Geometry> = areas.iter().cloned().map(Geometry::from).collect();
            Region::union_of(&parts).areas().0.clone()
        }
        _ => vec![],
    }
}

/// Where a thing is on a sheet of water: what of it lies on the water, the shore inside it, and the shore beside it.
fn afloat(water: &Water, thing: &Geometry, plane: &LocalPlane, offset: Metres) -> Vec<Segment> {
    let mut found = Vec::new();
    for (start, end) in edges(thing) {
        let edge = (plane.project(start), plane.project(end));
        found.extend(water.parts(edge));
        let steps = (length(edge.1 - edge.0) / SAMPLE_M).ceil().max(1.0) as u32;
        let samples = (0..=steps).map(|step| edge.0 + (edge.1 - edge.0) * (f64::from(step) / f64::from(steps)));
        let ashore = samples.filter(|sample| !water.holds(*sample));
        let landed = ashore.filter_map(|sample| water.landing(sample, offset.0));
        found.extend(landed.map(|landing| (landing, landing)));
    }
    if matches!(thing, Geometry::Polygon(_) | Geometry::MultiPolygon(_)) {
        let around = Envelope::of(thing);
        let covered = |corner: &Coord| {
            let place = plane.unproject(*corner);
            let here = Envelope { west: place.x, south: place.y, east: place.x, north: place.y };
            around.is_some_and(|around| around.intersects(&here)) && thing.intersects(&Point::from(place))
        };
        found.extend(water.shore().filter(covered).map(|corner| (corner, corner)));
    }
    found.dedup();
    found
}

fn along_lines(
    river: &Geometry,
    ends: [&Geometry; 2],
    offset: Metres,
    reach: Metres,
    flow: Flow,
) -> Option<AlongRiver> {
    let lines: Vec<Bank> = joined(river).into_iter().filter_map(Bank::new).collect();
    let found: Vec<[Vec<Stretch>; 2]> =
        lines.iter().map(|bank| ends.map(|end| beside(&bank.line, end, offset))).collect();
    let at_river = |end: usize| found.iter().any(|bank| !bank[end].is_empty());
    if !at_river(0) || !at_river(1) {
        return None;
    }
    let gaps = lines.iter().zip(&found).flat_map(|(bank, [from, to])| {
        from.iter().flat_map(move |one| to.iter().flat_map(move |other| bank.gaps(*one, *other)))
    });
    let Some(gap) = gaps.min_by(|one, other| one.metres.total_cmp(&other.metres)) else {
        return broken(ends, reach);
    };
    if gap.metres > reach.0 {
        return Some(beyond(reach));
    }
    let side = gap.side.filter(|_| flow == Flow::AsDrawn);
    Some(AlongRiver { distance: Metres(gap.metres), along: Along::Bank, way: gap.way, side })
}

/// A bank line made of parts.
struct Bank {
    line: Chainage,
    /// It ends where it begins.
    closed: bool,
    /// Its parts were drawn in one direction.
    one_way: bool,
}

/// The way along a bank from one thing to another.
struct Gap {
    metres: f64,
    way: Option<LineString>,
    /// Where the other lies if the line is drawn downstream.
    side: Option<Side>,
}

impl Bank {
    fn new(joined: Joined) -> Option<Self> {
        let closed = joined.line.0.first() == joined.line.0.last();
        Some(Self { line: Chainage::new(&joined.line.into())?, closed, one_way: joined.one_way })
    }

    /// The ways from one stretch to another: one, or two around a closed line.
    fn gaps(&self, one: Stretch, other: Stretch) -> Vec<Gap> {
        let (before, after) = if other.from_m > one.to_m { (one, other) } else { (other, one) };
        let between = Stretch { from_m: before.to_m, to_m: after.from_m };
        if between.to_m <= between.from_m {
            return vec![Gap { metres: 0.0, way: None, side: None }];
        }
        let downstream = if other.from_m > one.to_m { Side::Downstream } else { Side::Upstream };
        let side = (self.one_way && !self.closed).then_some(downstream);
        let way = self.line.stretch(between).0.into_iter().next();
        let direct = Gap { metres: between.length().0, way, side };
        let around = before.from_m + self.line.length().0 - after.to_m;
        let around = self.closed.then_some(Gap { metres: around, way: None, side: None });
        std::iter::once(direct).chain(around).collect()
    }
}

/// Where a thing crosses a line, and where it comes within the offset of it.
fn beside(line: &Chainage, thing: &Geometry, offset: Metres) -> Vec<Stretch> {
    let mut found = line.within(thing, Metres::ZERO);
    for (start, end) in edges(thing) {
        let long = geodesic_m(start.into(), end.into());
        let steps = (long / SAMPLE_M).ceil().max(1.0) as u32;
        let samples = (0..=steps).map(|step| start + (end - start) * (f64::from(step) / f64::from(steps)));
        let near = samples.filter_map(|sample| line.position(&Point::from(sample).into()));
        found.extend(near.filter(|at| at.offset <= offset).map(|at| Stretch { from_m: at.at_m, to_m: at.at_m }));
    }
    Stretch::joined(found)
}

/// A line made of parts.
struct Joined {
    line: LineString,
    /// None had to be turned round.
    one_way: bool,
}

/// The parts of a line, those that share an end with one another made one.
fn joined(river: &Geometry) -> Vec<Joined> {
    let parts = match river {
        Geometry::Line(line) => vec![LineString::from(vec![line.start, line.end])],
        Geometry::LineString(line) => vec![line.clone()],
        Geometry::MultiLineString(lines) => lines.0.clone(),
        _ => vec![],
    };
    let mut lines: Vec<Joined> = Vec::new();
    for line in parts.into_iter().filter(|part| part.0.len() > 1) {
        let mut part = Joined { line, one_way: true };
        while let Some(place) = lines.iter().position(|known| meet(&known.line, &part.line)) {
            part = join(lines.swap_remove(place), part);
        }
        lines.push(part);
    }
    lines
}

fn tips(line: &LineString) -> [Option<&Coord>; 2] {
    [line.0.first(), line.0.last()]
}

fn meet(one: &LineString, other: &LineString) -> bool {
    let open = |line: &LineString| line.0.first() != line.0.last();
    open(one) && open(other) && tips(one).iter().any(|tip| tips(other).contains(tip))
}

/// One line of two that share an end, in the direction of the first.
fn join(mut one: Joined, mut other: Joined) -> Joined {
    let turned = tips(&one.line)[1] == tips(&other.line)[1] || tips(&one.line)[0] == tips(&other.line)[0];
    if turned {
        other.line.0.reverse();
    }
    if one.line.0.last() != other.line.0.first() {
        std::mem::swap(&mut one.line, &mut other.line);
    }
    one.line.0.extend(other.line.0.into_iter().skip(1));
    Joined { line: one.line, one_way: one.one_way && other.one_way && !turned }
}

fn met() -> AlongRiver {
    AlongRiver { distance: Metres::ZERO, along: Along::Water, way: None, side: None }
}

fn beyond(reach: Metres) -> AlongRiver {
    AlongRiver { distance: reach, along: Along::Beyond, way: None, side: None }
}

fn broken([from, to]: [&Geometry; 2], reach: Metres) -> Option<AlongRiver> {
    let straight = nearest(from, to)?;
    let way = Some(LineString::from(vec![straight.from, straight.to]));
    let far = straight.distance > reach;
    Some(if far {
        beyond(reach)
    } else {
        AlongRiver { distance: straight.distance, along: Along::Broken, way, side: None }
    })
}

#[cfg(test)]
mod tests {
    use geo::{MultiLineString, MultiPolygon, Relate};
    use proptest::prelude::*;

    use super::super::tests::{area, at, line};
    use super::*;

    const OFFSET: Metres = Metres(30.0);
    const REACH: Metres = Metres(10_000.0);
    /// A river 40 m wide that runs north for 1.4 km, east for 200 m and south again.
    const BEND: [(f64, f64); 8] = [
        (-20.0, 0.0),
        (-20.0, 1420.0),
        (220.0, 1420.0),
        (220.0, 0.0),
        (180.0, 0.0),
        (180.0, 1380.0),
        (20.0, 1380.0),
        (20.0, 0.0),
    ];

    fn between(river: &Geometry, from: &Geometry, to: &Geometry) -> Option<AlongRiver> {
        distance_along(river, from, to, OFFSET, REACH, Flow::Unknown)
    }

    fn point(east: f64, north: f64) -> Geometry {
        Point::from(at(east, north)).into()
    }

    fn close(found: Option<&AlongRiver>, metres: f64, along: Along) {
        let found = found.unwrap();
        assert!((found.distance.0 - metres).abs() < 0.02, "{found:?} against {metres}");
        assert_eq!(found.along, along);
    }

    fn several(parts: &[&[(f64, f64)]]) -> Geometry {
        let parts = parts.iter().map(|part| LineString::try_from(line(part)).unwrap());
        MultiLineString::new(parts.collect()).into()
    }

    #[test]
    fn around_a_bend_the_way_is_three_kilometres_and_not_two_hundred_metres() {
        let bridge = line(&[(-60.0, 10.0), (60.0, 10.0)]);
        let pontoon = line(&[(180.0, 10.0), (220.0, 10.0)]);
        assert!((nearest(&bridge, &pontoon).unwrap().distance.0 - 120.0).abs() < 0.01);
        let found = between(&area(&BEND), &bridge, &pontoon);
        close(found.as_ref(), 1370.0 + 160.0 + 1370.0, Along::Water);
        let found = found.unwrap();
        assert!(!found.direction_known());
        assert!(found.way.unwrap().0.len() >= 4, "it turns at both corners");
        // The centreline is 2980 m long: two right angles in 40 m of water save 40 m each.
        assert!(found.distance.0 >= 2980.0 - 2.0 * 40.0 - 0.02 && found.distance.0 <= 2980.0);
    }

    #[test]
    fn things_on_opposite_banks_are_as_far_apart_as_the_river_is_wide() {
        let river = area(&[(0.0, 0.0), (5000.0, 0.0), (5000.0, 400.0), (0.0, 400.0)]);
        close(between(&river, &point(2000.0, -10.0), &point(2000.0, 410.0)).as_ref(), 400.0, Along::Water);
        let works = area(&[(2600.0, -20.0), (3000.0, -25.0), (3000.0, -80.0), (2600.0, -80.0)]);
        close(between(&river, &line(&[(2000.0, -50.0), (2000.0, 450.0)]), &works).as_ref(), 600.0, Along::Water);
    }

    #[test]
    fn what_is_not_at_the_river_does_not_count() {
        let river = area(&BEND);
        assert!(between(&river, &point(-49.9, 700.0), &point(0.0, 100.0)).is_some());
        assert!(between(&river, &point(-50.1, 700.0), &point(0.0, 100.0)).is_none());
        assert!(between(&river, &point(0.0, 100.0), &point(100.0, 700.0)).is_none(), "in the middle of the neck");
    }

    #[test]
    fn an_island_is_gone_round_and_a_thing_on_it_is_reached() {
        let Geometry::Polygon(outer) = area(&[(0.0, 0.0), (3000.0, 0.0), (3000.0, 1000.0), (0.0, 1000.0)]) else {
            panic!()
        };
        let Geometry::Polygon(island) = area(&[(1000.0, 200.0), (2000.0, 200.0), (2000.0, 800.0), (1000.0, 800.0)])
        else {
            panic!()
        };
        let river = Polygon::new(outer.exterior().clone(), vec![island.exterior().clone()]).into();
        let round = 2.0 * f64::hypot(500.0, 300.0) + 1000.0;
        close(between(&river, &point(500.0, 500.0), &point(2500.0, 500.0)).as_ref(), round, Along::Water);
        let landed = f64::hypot(500.0, 300.0) + 985.0;
        close(between(&river, &point(500.0, 500.0), &point(1985.0, 790.0)).as_ref(), landed, Along::Water);
    }

    #[test]
    fn parts_that_share_a_border_are_one_water_and_parts_that_do_not_are_told() {
        let parts = |gap: f64| -> Geometry {
            let of = |shape: Geometry| Polygon::try_from(shape).unwrap();
            let west = of(area(&[(0.0, 0.0), (1000.0, 0.0), (1000.0, 100.0), (0.0, 100.0)]));
            let start = 1000.0 + gap;
            let east = of(area(&[(start, 0.0), (2000.0, 0.0), (2000.0, 100.0), (start, 100.0)]));
            MultiPolygon::new(vec![west, east]).into()
        };
        let ends = [point(100.0, 50.0), point(1900.0, 50.0)];
        close(between(&parts(0.0), &ends[0], &ends[1]).as_ref(), 1800.0, Along::Water);
        close(between(&parts(5.0), &ends[0], &ends[1]).as_ref(), 1800.0, Along::Broken);
    }

    #[test]
    fn beyond_the_reach_only_that_is_told() {
        let bridge = line(&[(-60.0, 10.0), (60.0, 10.0)]);
        let far = point(200.0, 10.0);
        let told = |reach| distance_along(&area(&BEND), &bridge, &far, OFFSET, Metres(reach), Flow::Unknown).unwrap();
        assert_eq!((told(2500.0).distance, told(2500.0).along), (Metres(2500.0), Along::Beyond));
        assert_eq!(told(3000.0).along, Along::Water);
    }

    #[test]
    fn things_that_meet_at_the_river_are_not_apart() {
        let bridge = line(&[(-60.0, 10.0), (60.0, 10.0)]);
        assert_eq!(between(&area(&BEND), &bridge, &bridge).unwrap().distance, Metres::ZERO);
        let all = area(&[(-500.0, -500.0), (900.0, -500.0), (900.0, 1900.0), (-500.0, 1900.0)]);
        assert_eq!(between(&area(&BEND), &bridge, &all).unwrap().distance, Metres::ZERO);
    }

    #[test]
    fn a_bank_line_is_measured_along_and_tells_the_side_only_where_its_direction_is_trusted() {
        let bank = line(&[(0.0, 0.0), (0.0, 1400.0), (200.0, 1400.0), (200.0, 0.0)]);
        let (bridge, site) = (line(&[(-40.0, 100.0), (40.0, 100.0)]), point(210.0, 100.0));
        close(between(&bank, &bridge, &site).as_ref(), 2800.0, Along::Bank);
        assert_eq!(between(&bank, &bridge, &site).unwrap().side, None);
        let drawn = |from, to| distance_along(&bank, from, to, OFFSET, REACH, Flow::AsDrawn).unwrap().side;
        assert_eq!(drawn(&bridge, &site), Some(Side::Downstream));
        assert_eq!(drawn(&site, &bridge), Some(Side::Upstream));
        assert_eq!(drawn(&bridge, &bridge), None);
        assert!(between(&bank, &bridge, &point(250.0, 100.0)).is_none());
    }

    #[test]
    fn parts_of_a_bank_line_hang_together_by_their_ends() {
        let (one, other) = (&[(0.0, 0.0), (900.0, 0.0)][..], &[(1800.0, 0.0), (900.0, 0.0)][..]);
        let ends = [point(100.0, 5.0), point(1700.0, 5.0)];
        for parts in [[one, other], [other, one]] {
            let found = distance_along(&several(&parts), &ends[0], &ends[1], OFFSET, REACH, Flow::AsDrawn);
            close(found.as_ref(), 1600.0, Along::Bank);
            assert_eq!(found.unwrap().side, None, "drawn towards one another");
        }
        let apart = several(&[one, &[(1000.0, 0.0), (1800.0, 0.0)]]);
        close(between(&apart, &ends[0], &ends[1]).as_ref(), 1600.0, Along::Broken);
        let ring = line(&[(0.0, 0.0), (900.0, 0.0), (900.0, 900.0), (0.0, 900.0), (0.0, 0.0)]);
        close(between(&ring, &point(100.0, 5.0), &point(5.0, 300.0)).as_ref(), 400.0, Along::Bank);
    }

    /// The shortest way with nothing left out: every vertex, every pair, land looked for by another library.
    fn plainly(river: &Polygon, from: Coord, to: Coord) -> f64 {
        let mut places = vec![from, to];
        places.extend(river.exterior().0.iter().chain(river.interiors().iter().flat_map(|ring| &ring.0)));
        let free = |one: Coord, other: Coord| river.relate(&geo::Line::new(one, other)).is_covers();
        let mut ways = vec![f64::INFINITY; places.len()];
        ways[0] = 0.0;
        let mut open: Vec<usize> = (0..places.len()).collect();
        while let Some(next) = (0..open.len()).min_by(|one, other| ways[open[*one]].total_cmp(&ways[open[*other]])) {
            let here = open.swap_remove(next);
            for there in &open {
                if places[here] == places[*there] || free(places[here], places[*there]) {
                    ways[*there] = ways[*there].min(ways[here] + length(places[*there] - places[here]));
                }
            }
        }
        ways[1]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_way_by_water_is_shorter(
            radii in prop::collection::vec(120.0..900.0f64, 5..14), isle in prop::collection::vec(20.0..90.0f64, 3..6),
            from in 0..5usize, to in 0..5usize, inward in 0.05..0.95f64
        ) {
            let star = |radii: &[f64]| {
                let corner = |(place, radius): (usize, &f64)| {
                    let angle = std::f64::consts::TAU * place as f64 / radii.len() as f64;
                    Coord { x: radius * angle.cos(), y: radius * angle.sin() }
                };
                LineString::new(radii.iter().enumerate().map(corner).collect())
            };
            let river = Polygon::new(star(&radii), vec![star(&isle)]);
            let shore = &river.exterior().0;
            // Between the shore and the isle a ray from the middle crosses water only.
            let ends = [shore[from], shore[to] * (1.0 - inward) + shore[to] * (90.0 / length(shore[to])) * inward];
            let water = Water::new(&river, |ring| ring.0.clone());
            let segment = |place: Coord| [(place, place)];
            let found = water.shortest(&segment(ends[0]), &segment(ends[1]), 1e6).unwrap();
            let expected = plainly(&river, ends[0], ends[1]);
            prop_assert!((found.metres - expected).abs() < 0.01, "{} against {}", found.metres, expected);
            let legs: f64 = found.chain.windows(2).map(|leg| length(leg[1] - leg[0])).sum();
            prop_assert!((legs - found.metres).abs() < 1e-6);
        }
    }
}
