//! Random pairs of shapes anywhere in China: every geometry type, 10 m to 5 km large, apart, touching, one in the other.

use std::f64::consts::TAU;

use sisetu::geom::{Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

const METRES_A_DEGREE: f64 = 111_320.0;

/// How the second shape of a scene was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Anywhere; shapes may happen to overlap.
    Anywhere,
    /// It starts at a vertex of the first.
    SharedVertex,
    /// Wholly in the first, which is a polygon.
    Inside,
    /// Wholly in the hole of the first.
    InHole,
}

/// Two shapes.
#[derive(Debug)]
pub struct Scene {
    pub one: Geometry,
    pub other: Geometry,
    pub relation: Relation,
}

/// A seeded source of scenes (`SplitMix64`).
pub struct Dice(u64);

/// An edge as a line.
pub fn line(edge: [[f64; 2]; 2]) -> Geometry {
    LineString::from(edge.to_vec()).into()
}

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.unit()
    }

    fn below(&mut self, count: usize) -> usize {
        (self.unit() * count as f64) as usize
    }

    /// 10 m to 5 km, small ones as likely as large ones.
    fn size_m(&mut self) -> f64 {
        10.0 * 500f64.powf(self.unit())
    }

    pub fn scene(&mut self) -> Scene {
        let centre = [self.between(73.0, 135.0), self.between(18.0, 53.0)];
        let size = self.size_m();
        match self.below(20) {
            0 => self.sharing_a_vertex(centre, size),
            1 => Scene {
                one: self.star(centre, size, false).into(),
                other: self.shape(centre, size * 0.2),
                relation: Relation::Inside,
            },
            2 => Scene {
                one: self.star(centre, size, true).into(),
                other: self.shape(centre, size * 0.08),
                relation: Relation::InHole,
            },
            3 => self.beside_a_long_one(centre, size),
            _ => self.anywhere(centre, size),
        }
    }

    /// Two edges of a few kilometres, a few kilometres apart.
    pub fn two_edges(&mut self) -> [[[f64; 2]; 2]; 2] {
        let centre = [self.between(73.0, 135.0), self.between(18.0, 53.0)];
        [0, 1].map(|_| [0, 1].map(|_| self.near(centre, 5_000.0)))
    }

    fn anywhere(&mut self, centre: [f64; 2], size: f64) -> Scene {
        let other_size = self.size_m();
        let reach = if self.below(3) == 0 { size + other_size } else { 12_000.0 };
        let other_centre = self.near(centre, reach);
        let one = self.shape(centre, size);
        Scene { one, other: self.shape(other_centre, other_size), relation: Relation::Anywhere }
    }

    /// The other is a polygon of a few hundred corners with a hole of as many, and may lie around the first.
    fn beside_a_long_one(&mut self, centre: [f64; 2], size: f64) -> Scene {
        let large = 1_000.0 + 4.0 * self.size_m().min(1_000.0);
        let around = self.near(centre, large * 1.5);
        let (corners, holed) = (150 + self.below(300), self.ring(around, large * 0.3, 100));
        let other = Polygon::new(self.ring(around, large, corners), vec![holed]).into();
        Scene { one: self.shape(centre, size.min(500.0)), other, relation: Relation::Anywhere }
    }

    fn sharing_a_vertex(&mut self, centre: [f64; 2], size: f64) -> Scene {
        let one = self.star(centre, size, false);
        let corner = one.exterior().0[self.below(3)];
        let away = self.near([corner.x, corner.y], size);
        let other = line([[corner.x, corner.y], away]);
        Scene { one: one.into(), other, relation: Relation::SharedVertex }
    }

    /// A place within a distance.
    fn near(&mut self, centre: [f64; 2], reach_m: f64) -> [f64; 2] {
        let (angle, metres) = (self.unit() * TAU, reach_m * self.unit().sqrt());
        moved(centre, angle, metres)
    }

    /// Any shape within `size` of a place.
    fn shape(&mut self, centre: [f64; 2], size: f64) -> Geometry {
        match self.below(7) {
            0 => Point::from(self.near(centre, size)).into(),
            1 => MultiPoint((0..3).map(|_| self.near(centre, size).into()).collect()).into(),
            2 => self.path(centre, size).into(),
            3 => MultiLineString(vec![self.path(centre, size), self.path(centre, size)]).into(),
            4 => self.star(centre, size, false).into(),
            5 => self.star(centre, size, true).into(),
            _ => self.two_stars(centre, size),
        }
    }

    fn path(&mut self, centre: [f64; 2], size: f64) -> LineString {
        let count = 2 + self.below(12);
        (0..count).map(|_| self.near(centre, size)).collect::<Vec<_>>().into()
    }

    /// A simple polygon: corners in the order of their bearings, between 0.4 and 1 of `size` from the centre.
    fn star(&mut self, centre: [f64; 2], size: f64, holed: bool) -> Polygon {
        // With fewer corners the outer ring could cut through the hole.
        let count = if holed { 12 } else { 5 } + self.below(25);
        let exterior = self.ring(centre, size, count);
        let hole = holed.then(|| self.ring(centre, size * 0.3, 12));
        Polygon::new(exterior, hole.into_iter().collect())
    }

    fn ring(&mut self, centre: [f64; 2], size: f64, corners: usize) -> LineString {
        let corner = |dice: &mut Self, place: usize| {
            let angle = TAU * (place as f64 + 0.6 * dice.unit()) / corners as f64;
            let metres = size * dice.between(0.4, 1.0);
            moved(centre, angle, metres)
        };
        (0..corners).map(|place| corner(self, place)).collect::<Vec<_>>().into()
    }

    fn two_stars(&mut self, centre: [f64; 2], size: f64) -> Geometry {
        let apart = moved(centre, self.unit() * TAU, size);
        MultiPolygon(vec![self.star(centre, size * 0.45, false), self.star(apart, size * 0.45, true)]).into()
    }
}

fn moved([lon, lat]: [f64; 2], angle: f64, metres: f64) -> [f64; 2] {
    let (east, north) = (metres * angle.sin(), metres * angle.cos());
    [lon + east / (METRES_A_DEGREE * lat.to_radians().cos()), lat + north / METRES_A_DEGREE]
}
