//! The geometry column of a GeoPackage (OGC 12-128r18, clause 2.1.3): a header with the box, then well-known binary.

use super::super::wkb::{self, WkbError};
use crate::geom::{Envelope, Geometry};

/// EPSG:4490, CGCS2000 longitude/latitude.
pub(super) const SRS: i32 = 4490;

/// Little-endian, with a planar envelope, not empty.
const FLAGS: u8 = 0b0000_0011;
const HEAD: usize = 8;
const ENVELOPE: usize = 32;

/// Bytes before the body of a blob that [`write`] made.
pub(super) const HEADER: usize = HEAD + ENVELOPE;

/// Why a blob is no geometry of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BlobError {
    /// Its header is not that of a GeoPackage geometry.
    #[error("the geometry has no GeoPackage header")]
    Header,
    /// It stands in another reference system.
    #[error("the geometry is in reference system {0}, not {SRS}")]
    Srs(i32),
    /// Its body cannot be read.
    #[error(transparent)]
    Body(#[from] WkbError),
}

/// The blob of a geometry.
pub(super) fn write(geometry: &Geometry, envelope: &Envelope) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD + ENVELOPE + 21);
    out.extend([b'G', b'P', 0, FLAGS]);
    out.extend(SRS.to_le_bytes());
    for bound in [envelope.west, envelope.east, envelope.south, envelope.north] {
        out.extend(bound.to_le_bytes());
    }
    wkb::write(geometry, &mut out);
    out
}

/// The geometry of a blob, whoever wrote it.
pub(super) fn read(blob: &[u8]) -> Result<Geometry, BlobError> {
    let (head, rest) = blob.split_first_chunk::<HEAD>().ok_or(BlobError::Header)?;
    let [b'G', b'P', 0, flags, srs @ ..] = *head else { return Err(BlobError::Header) };
    let srs = if flags & 1 == 1 { i32::from_le_bytes(srs) } else { i32::from_be_bytes(srs) };
    let envelope_bytes = match (flags >> 1) & 0b111 {
        0 => 0,
        1 => ENVELOPE,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(BlobError::Header),
    };
    if srs != SRS {
        return Err(BlobError::Srs(srs));
    }
    Ok(wkb::read(rest.get(envelope_bytes..).ok_or(BlobError::Header)?)?)
}

/// The box in the header of a blob that [`write`] made.
pub(super) fn envelope(blob: &[u8]) -> Option<Envelope> {
    let bounds = blob.strip_prefix(&[b'G', b'P', 0, FLAGS])?.get(4..4 + ENVELOPE)?;
    let [west, east, south, north] = *bounds.as_chunks::<8>().0 else { return None };
    let [west, east, south, north] = [west, east, south, north].map(f64::from_le_bytes);
    Some(Envelope { west, south, east, north })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::LineString;

    fn line() -> Geometry {
        LineString::from(vec![(115.8, 29.6), (115.9, 29.1)]).into()
    }

    fn blob() -> Vec<u8> {
        write(&line(), &Envelope::of(&line()).unwrap())
    }

    #[test]
    fn the_header_holds_system_and_box() {
        let blob = blob();
        assert_eq!(&blob[..8], &[0x47, 0x50, 0, 3, 0x8a, 0x11, 0, 0]);
        let bounds: Vec<f64> = blob[8..40].as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
        assert_eq!(bounds, [115.8, 115.9, 29.1, 29.6]);
        assert_eq!(read(&blob), Ok(line()));
    }

    #[test]
    fn blobs_without_a_box_are_read_and_other_systems_refused() {
        let mut bare = blob();
        bare.drain(8..40);
        bare[3] = 1;
        assert_eq!(read(&bare), Ok(line()));
        bare[4..8].copy_from_slice(&4326i32.to_le_bytes());
        assert_eq!(read(&bare), Err(BlobError::Srs(4326)));
        bare[0] = b'g';
        assert_eq!(read(&bare), Err(BlobError::Header));
        assert_eq!(read(&[]), Err(BlobError::Header));
        assert_eq!(read(&blob()[..20]), Err(BlobError::Header));
        assert_eq!(read(&blob()[..50]), Err(BlobError::Body(WkbError::Short)));
    }
}
