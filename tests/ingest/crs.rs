//! Our projections against PROJ.

use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use sisetu::geom::{Coord, Crs};

fn reference(epsg: u32) -> SpatialRef {
    let mut reference = SpatialRef::from_epsg(epsg).unwrap();
    reference.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    reference
}

fn by_proj(from: u32, to: u32, at: Coord) -> Coord {
    let (mut x, mut y) = ([at.x], [at.y]);
    CoordTransform::new(&reference(from), &reference(to)).unwrap().transform_coords(&mut x, &mut y, &mut []).unwrap();
    Coord { x: x[0], y: y[0] }
}

/// Places in a zone: at its meridian, well beside it and at its edge, from south to north.
fn places(crs: Crs, epsg: u32) -> Vec<Coord> {
    let (meridian, half) = match crs {
        Crs::GaussKruger { central_meridian, .. } => (central_meridian, if epsg < 4513 { 3.0 } else { 1.5 }),
        _ => (105.0, 20.0),
    };
    let lons = [-1.0, -0.4, 0.0, 0.7, 1.0].map(|share| meridian + share * half);
    lons.into_iter().flat_map(|x| [18.2, 29.6, 41.0, 53.4].map(|y| Coord { x, y })).collect()
}

#[test]
fn every_zone_agrees_with_proj_to_a_millimetre() {
    let mut worst = 0.0_f64;
    for epsg in 4491..=4554 {
        let crs = Crs::from_epsg(epsg).unwrap();
        for place in places(crs, epsg) {
            let (ours, theirs) = (crs.from_lonlat(place), by_proj(4490, epsg, place));
            let off = (ours.x - theirs.x).hypot(ours.y - theirs.y);
            assert!(off < 1e-3, "EPSG:{epsg} at {place:?}: {off} m");
            let back = crs.to_lonlat(theirs);
            let off_back = (back.x - place.x).hypot(back.y - place.y) * 111_320.0;
            assert!(off_back < 1e-3, "EPSG:{epsg} back at {place:?}: {off_back} m");
            worst = worst.max(off).max(off_back);
        }
    }
    assert!(worst > 0.0, "two different programs never agree to the last bit");
}

#[test]
fn web_mercator_agrees_with_proj_to_a_millimetre() {
    let crs = Crs::from_epsg(3857).unwrap();
    for place in places(crs, 3857) {
        let (ours, theirs) = (crs.from_lonlat(place), by_proj(4326, 3857, place));
        assert!((ours.x - theirs.x).hypot(ours.y - theirs.y) < 1e-3, "{place:?}");
    }
}
