//! Geometries as well-known binary (OGC 06-103r4, clause 8): the body of a GeoPackage blob and what PostGIS exchanges.
//!
//! Written little-endian; read in either byte order. Coordinates pass bit by bit. Only planar geometries exist here: heights
//! and measures are refused, not dropped.

use crate::geom::{
    Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, algorithm::CoordsIter,
};

/// Collections inside collections are followed this deep.
const DEEPEST: u8 = 8;

const POINT: u32 = 1;
const LINE_STRING: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_POINT: u32 = 4;
const MULTI_LINE_STRING: u32 = 5;
const MULTI_POLYGON: u32 = 6;
const COLLECTION: u32 = 7;

/// Why bytes are no geometry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum WkbError {
    /// They end too early.
    #[error("the geometry is cut short")]
    Short,
    /// They go on after the geometry.
    #[error("{0} bytes follow the geometry")]
    Long(usize),
    /// The mark of the byte order is neither 0 nor 1.
    #[error("{0} is no byte order")]
    Order(u8),
    /// A type that is not planar, or not allowed where it stands.
    #[error("geometry type {0} is not expected here")]
    Kind(u32),
    /// Too many collections inside each other.
    #[error("collections are nested too deeply")]
    Deep,
}

/// Gives a shape the form in which it is stored: single lines, boxes and triangles become lines and polygons.
pub(super) fn settle(geometry: &mut Geometry) {
    match geometry {
        Geometry::Line(line) => *geometry = LineString::from(*line).into(),
        Geometry::Rect(rect) => *geometry = rect.to_polygon().into(),
        Geometry::Triangle(triangle) => *geometry = triangle.to_polygon().into(),
        _ => {}
    }
}

/// Appends a geometry.
pub(super) fn write(geometry: &Geometry, out: &mut Vec<u8>) {
    out.reserve(32 + 16 * geometry.coords_count());
    write_geometry(geometry, out);
}

/// The bytes of a geometry.
pub(super) fn written(geometry: &Geometry) -> Vec<u8> {
    let mut out = Vec::new();
    write(geometry, &mut out);
    out
}

fn write_geometry(geometry: &Geometry, out: &mut Vec<u8>) {
    match geometry {
        Geometry::Point(point) => write_point(point, out),
        Geometry::LineString(line) => write_line(line, out),
        Geometry::Polygon(polygon) => write_polygon(polygon, out),
        Geometry::MultiPoint(points) => write_each(MULTI_POINT, &points.0, write_point, out),
        Geometry::MultiLineString(lines) => write_each(MULTI_LINE_STRING, &lines.0, write_line, out),
        Geometry::MultiPolygon(polygons) => write_each(MULTI_POLYGON, &polygons.0, write_polygon, out),
        Geometry::GeometryCollection(parts) => write_each(COLLECTION, &parts.0, write_geometry, out),
        Geometry::Line(line) => write_line(&LineString::from(*line), out),
        Geometry::Rect(rect) => write_polygon(&rect.to_polygon(), out),
        Geometry::Triangle(triangle) => write_polygon(&triangle.to_polygon(), out),
    }
}

fn write_each<T>(kind: u32, parts: &[T], write: fn(&T, &mut Vec<u8>), out: &mut Vec<u8>) {
    write_head(kind, out);
    write_count(parts.len(), out);
    for part in parts {
        write(part, out);
    }
}

fn write_head(kind: u32, out: &mut Vec<u8>) {
    out.push(1);
    out.extend(kind.to_le_bytes());
}

fn write_count(count: usize, out: &mut Vec<u8>) {
    out.extend((count as u32).to_le_bytes());
}

fn write_coord(coord: Coord, out: &mut Vec<u8>) {
    out.extend(coord.x.to_le_bytes());
    out.extend(coord.y.to_le_bytes());
}

fn write_coords(coords: &LineString, out: &mut Vec<u8>) {
    write_count(coords.0.len(), out);
    for coord in &coords.0 {
        write_coord(*coord, out);
    }
}

fn write_point(point: &Point, out: &mut Vec<u8>) {
    write_head(POINT, out);
    write_coord(point.0, out);
}

fn write_line(line: &LineString, out: &mut Vec<u8>) {
    write_head(LINE_STRING, out);
    write_coords(line, out);
}

fn write_polygon(polygon: &Polygon, out: &mut Vec<u8>) {
    write_head(POLYGON, out);
    if polygon.exterior().0.is_empty() {
        return write_count(0, out);
    }
    write_count(1 + polygon.interiors().len(), out);
    write_coords(polygon.exterior(), out);
    for ring in polygon.interiors() {
        write_coords(ring, out);
    }
}

/// Reads a geometry that takes up all of the bytes.
pub(super) fn read(bytes: &[u8]) -> Result<Geometry, WkbError> {
    let mut reader = Reader { rest: bytes, little: true };
    let geometry = reader.geometry(0)?;
    match reader.rest.len() {
        0 => Ok(geometry),
        more => Err(WkbError::Long(more)),
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    little: bool,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], WkbError> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(WkbError::Short)?;
        self.rest = rest;
        Ok(*head)
    }

    fn number(&mut self) -> Result<u32, WkbError> {
        let bytes = self.take()?;
        Ok(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn float(&mut self) -> Result<f64, WkbError> {
        let bytes = self.take()?;
        Ok(if self.little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// How many parts follow; a count that the bytes left could not hold is refused before room is made for it.
    fn count(&mut self, least_bytes_each: usize) -> Result<usize, WkbError> {
        let count = self.number()? as usize;
        let holds = count.checked_mul(least_bytes_each).is_some_and(|needed| needed <= self.rest.len());
        if holds { Ok(count) } else { Err(WkbError::Short) }
    }

    fn head(&mut self) -> Result<u32, WkbError> {
        let [order] = self.take()?;
        self.little = match order {
            0 => false,
            1 => true,
            other => return Err(WkbError::Order(other)),
        };
        self.number()
    }

    fn geometry(&mut self, depth: u8) -> Result<Geometry, WkbError> {
        Ok(match self.head()? {
            POINT => Point(self.coord()?).into(),
            LINE_STRING => self.coords()?.into(),
            POLYGON => self.rings()?.into(),
            MULTI_POINT => MultiPoint(self.parts(POINT, |reader| Ok(Point(reader.coord()?)))?).into(),
            MULTI_LINE_STRING => MultiLineString(self.parts(LINE_STRING, Self::coords)?).into(),
            MULTI_POLYGON => MultiPolygon(self.parts(POLYGON, Self::rings)?).into(),
            COLLECTION if depth == DEEPEST => return Err(WkbError::Deep),
            COLLECTION => {
                let parts = (0..self.count(5)?).map(|_| self.geometry(depth + 1)).collect::<Result<Vec<_>, _>>()?;
                Geometry::GeometryCollection(parts.into())
            }
            other => return Err(WkbError::Kind(other)),
        })
    }

    fn parts<T>(&mut self, kind: u32, read: fn(&mut Self) -> Result<T, WkbError>) -> Result<Vec<T>, WkbError> {
        let count = self.count(5)?;
        let part = |_| match self.head()? {
            found if found == kind => read(self),
            other => Err(WkbError::Kind(other)),
        };
        (0..count).map(part).collect()
    }

    fn coord(&mut self) -> Result<Coord, WkbError> {
        Ok(Coord { x: self.float()?, y: self.float()? })
    }

    fn coords(&mut self) -> Result<LineString, WkbError> {
        (0..self.count(16)?).map(|_| self.coord()).collect::<Result<Vec<_>, _>>().map(LineString)
    }

    fn rings(&mut self) -> Result<Polygon, WkbError> {
        let mut rings = (0..self.count(4)?).map(|_| self.coords()).collect::<Result<Vec<_>, _>>()?.into_iter();
        let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Ok(Polygon::new(outer, rings.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(geometry: impl Into<Geometry>) -> Vec<u8> {
        written(&geometry.into())
    }

    fn line(coords: &[(f64, f64)]) -> LineString {
        LineString::from(coords.to_vec())
    }

    fn shapes() -> Vec<Geometry> {
        let point = Point::new(115.800_000_000_000_01, 29.6);
        let way = line(&[(115.8, 29.6), (115.9, 29.7), (116.0, 29.1)]);
        let ring = line(&[(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)]);
        let holed = Polygon::new(ring.clone(), vec![line(&[(2.0, 1.0), (3.0, 1.0), (3.0, 2.0), (2.0, 1.0)])]);
        let nested = Geometry::GeometryCollection(vec![Geometry::from(way.clone())].into());
        vec![
            point.into(),
            way.clone().into(),
            holed.clone().into(),
            MultiPoint(vec![point, Point::new(0.3, 0.7)]).into(),
            MultiLineString(vec![way, ring.clone()]).into(),
            MultiPolygon(vec![holed, Polygon::new(ring, Vec::new())]).into(),
            Geometry::GeometryCollection(vec![point.into(), nested].into()),
        ]
    }

    #[test]
    fn every_shape_comes_back_bit_by_bit() {
        for shape in shapes() {
            assert_eq!(read(&bytes(shape.clone())), Ok(shape));
        }
    }

    #[test]
    fn a_point_is_written_as_the_standard_prints_it() {
        let expected = [&[1u8, 1, 0, 0, 0][..], &1.5f64.to_le_bytes(), &(-2.25f64).to_le_bytes()].concat();
        assert_eq!(bytes(Point::new(1.5, -2.25)), expected);
    }

    #[test]
    fn the_other_byte_order_is_read_even_when_parts_differ_in_theirs() {
        let mut mixed = vec![0, 0, 0, 0, 4, 0, 0, 0, 2];
        mixed.extend([&[0u8, 0, 0, 0, 1][..], &1f64.to_be_bytes(), &2f64.to_be_bytes()].concat());
        mixed.extend(bytes(Point::new(3.0, 4.0)));
        assert_eq!(read(&mixed), Ok(MultiPoint(vec![Point::new(1.0, 2.0), Point::new(3.0, 4.0)]).into()));
    }

    #[test]
    fn damaged_bytes_are_refused_wherever_they_are_cut() {
        for shape in shapes() {
            let whole = bytes(shape.clone());
            for end in 0..whole.len() {
                assert_eq!(read(&whole[..end]), Err(WkbError::Short), "{shape:?} {end}");
            }
            let longer = [&whole[..], &[0]].concat();
            assert_eq!(read(&longer), Err(WkbError::Long(1)));
        }
    }

    #[test]
    fn heights_foreign_parts_and_absurd_counts_are_refused() {
        let mut point = bytes(Point::new(1.0, 2.0));
        point[1..5].copy_from_slice(&1001u32.to_le_bytes());
        assert_eq!(read(&point), Err(WkbError::Kind(1001)));
        point[0] = 7;
        assert_eq!(read(&point), Err(WkbError::Order(7)));
        let mut points = bytes(MultiPoint(vec![Point::new(0.0, 0.0)]));
        points[10] = 2;
        assert_eq!(read(&points), Err(WkbError::Kind(2)));
        let absurd = [1, 2, 0, 0, 0, 255, 255, 255, 255];
        assert_eq!(read(&absurd), Err(WkbError::Short));
        let deep = [1, 7, 0, 0, 0, 1, 0, 0, 0].repeat(9);
        assert_eq!(read(&deep), Err(WkbError::Deep));
    }
}
