//! GeoJSON texts in all their forms, and broken ones.

use serde_json::json;
use sisetu::geom::{Crs, Datum};
use sisetu::ingest::{ImportOptions, IngestError};
use sisetu::model::Layer;

use super::desk::{Desk, plant, puts, rejects, warnings};

fn import(text: impl AsRef<[u8]>) -> Result<sisetu::ingest::Imported, IngestError> {
    Desk::new().text(Layer::Enterprises, text)
}

#[test]
fn collections_sequences_and_single_features_are_read() {
    let (one, other) = (plant("a", 115.8, 29.6).to_string(), plant("b", 115.8, 29.6).to_string());
    for (text, count) in [
        (format!("{{\"features\":[{one},{other}],\"type\":\"FeatureCollection\"}}"), 2),
        (format!("{one}\n{other}\n"), 2),
        (format!("\u{1e}{one}\n\u{1e}{other}\n"), 2),
        (format!("{one}{other}"), 2),
        (format!("\r\n  {one}"), 1),
    ] {
        let imported = import(&text).unwrap();
        assert_eq!((imported.report.accepted, imported.report.crs.as_str()), (count, "EPSG:4326"), "{text}");
        assert_eq!(imported.report.datum, "wgs84");
    }
}

#[test]
fn a_byte_order_mark_is_tolerated_with_a_warning() {
    let text = format!("\u{feff}{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", plant("a", 115.8, 29.6));
    let imported = import(text).unwrap();
    assert_eq!((imported.report.accepted, warnings(&imported)), (1, vec![(None, "byte_order_mark")]));
}

#[test]
fn the_legacy_crs_member_is_honoured_wherever_it_stands() {
    let row = plant("a", 39_383_927.638, 3_277_570.7);
    let crs = json!({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}});
    for text in [
        format!("{{\"type\":\"FeatureCollection\",\"crs\":{crs},\"features\":[{row}]}}"),
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{row}],\"crs\":{crs}}}"),
    ] {
        let imported = import(text).unwrap();
        assert_eq!((imported.report.accepted, imported.report.crs.as_str()), (1, "EPSG:4527"));
        let place = puts(&imported)[0].envelope().centre();
        assert!((place.x - 115.8017).abs() < 1e-8, "{place:?}");
    }
    let old = json!({"type": "name", "properties": {"name": "EPSG:2363"}});
    let text = format!("{{\"type\":\"FeatureCollection\",\"crs\":{old},\"features\":[{row}]}}");
    assert!(import(&text).unwrap_err().hint().contains("survey office"));
    // What is said on the command line wins over the file.
    let desk = Desk::new();
    let options =
        ImportOptions { crs: Some(Crs::from_epsg(4527).unwrap()), ..ImportOptions::into_layer(Layer::Enterprises) };
    assert_eq!(desk.import(&desk.write("a.geojson", text), &options).unwrap().report.accepted, 1);
}

#[test]
fn shifted_datums_are_converted_back() {
    for datum in [Datum::Gcj02, Datum::Bd09] {
        let at = datum.from_cgcs2000(sisetu::geom::Coord { x: 115.8, y: 29.6 });
        let options = ImportOptions { datum: Some(datum), ..ImportOptions::into_layer(Layer::Enterprises) };
        let imported = Desk::new().features_as(&options, &[plant("a", at.x, at.y)]);
        let place = puts(&imported)[0].envelope().centre();
        assert!((place.x - 115.8).abs() < 1e-9 && (place.y - 29.6).abs() < 1e-9, "{place:?}");
        assert_eq!(imported.report.datum, datum.name());
    }
}

#[test]
fn broken_texts_are_errors_with_their_place() {
    let good = plant("a", 115.8, 29.6).to_string();
    let cut = format!("{{\"type\":\"FeatureCollection\",\n\"features\":[\n{good},\n{{\"type\":\"Feat");
    match import(&cut).unwrap_err() {
        IngestError::Broken { offset, line, .. } => assert_eq!((offset, line), (cut.len() as u64, 4)),
        other => panic!("{other:?}"),
    }
    for text in ["{", "{\"type\":\"FeatureCollection\"", "{\"features\":[}", &format!("{good} trailing")] {
        let error = import(text).unwrap_err();
        assert!(matches!(error, IngestError::Broken { .. }), "{text}: {error}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn what_is_not_geojson_is_told_so() {
    assert!(matches!(import("").unwrap_err(), IngestError::Empty { .. }));
    assert!(matches!(import(" \n ").unwrap_err(), IngestError::Empty { .. }));
    for text in
        ["{\"type\":\"featurecollection\",\"features\":[]}", "{\"features\":[]}", "{\"type\":null,\"features\":[]}"]
    {
        assert!(matches!(import(text).unwrap_err(), IngestError::NotGeoJson { .. }), "{text}");
    }
    for text in ["[1,2]", "{\"type\":\"FeatureCollection\"}", "{\"type\":\"Topology\",\"objects\":{}}", "{}"] {
        assert!(matches!(import(text).unwrap_err(), IngestError::NotGeoJson { .. }), "{text}");
    }
    assert!(matches!(import(b"\xFF\xFE{\0}\0").unwrap_err(), IngestError::NotGeoJson { .. }));
    let garbage: Vec<u8> = (0..5000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect();
    assert!(matches!(import(garbage).unwrap_err(), IngestError::Format { .. }));
    let desk = Desk::new();
    let options = ImportOptions::into_layer(Layer::Roads);
    assert!(matches!(desk.import(&desk.path("."), &options).unwrap_err(), IngestError::Folder { .. }));
    assert!(matches!(desk.import(&desk.path("missing.geojson"), &options).unwrap_err(), IngestError::Read { .. }));
}

#[test]
fn a_bad_feature_does_not_spoil_the_others() {
    let good = plant("a", 115.8, 29.6);
    let text = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[null,{good},{{\"type\":\"Feature\",,}},{{\"type\":\"Feature\",\"id\":\"n\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[NaN,29.6]}},\"properties\":{{}}}},{{\"geometry\":{{\"type\":\"Point\",\"coordinates\":{}1{}}}}}]}}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    let imported = import(text).unwrap();
    assert_eq!(imported.report.accepted, 1);
    assert_eq!(rejects(&imported), [(1, "not_a_feature"), (3, "json"), (4, "json"), (5, "json")]);
}

#[test]
fn text_that_is_not_utf_8_is_rejected_by_row() {
    let row = plant("a", 115.8, 29.6).to_string();
    let mut text = format!("{{\"type\":\"FeatureCollection\",\"features\":[{row},").into_bytes();
    text.extend_from_slice(
        b"{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"name\":\"\xB2\xF1\xC9\xA3\"}}]}",
    );
    let imported = import(text).unwrap();
    assert_eq!(rejects(&imported), [(2, "encoding")]);
}

#[test]
fn nesting_bombs_end_in_an_error() {
    for text in [
        format!("{{\"type\":\"FeatureCollection\",\"features\":{}", "[".repeat(2_000_000)),
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{}", "{\"a\":".repeat(500_000)),
    ] {
        assert!(import(text).is_err());
    }
    let collection = |depth: usize| {
        let open = "{\"type\":\"GeometryCollection\",\"geometries\":[".repeat(depth);
        format!("{{\"type\":\"Feature\",\"properties\":{{}},\"geometry\":{open}{}}}", "]}".repeat(depth))
    };
    assert_eq!(rejects(&import(collection(40)).unwrap()), [(1, "geometry")]);
    assert_eq!(rejects(&import(collection(4000)).unwrap()), [(1, "json")]);
}

#[test]
fn many_rows_keep_their_order_and_numbers() {
    let rows: Vec<_> = (0..30_000).map(|number| plant(number, 115.0 + f64::from(number) * 1e-5, 29.6)).collect();
    let mut seen = Vec::new();
    let desk = Desk::new();
    let text = rows.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let path = desk.write("many.geojsonl", text);
    let options = ImportOptions::into_layer(Layer::Enterprises);
    let imported =
        sisetu::ingest::import_file(&path, &options, &desk.known, desk.known.revision(), &mut |read| seen.push(read))
            .unwrap();
    let ids: Vec<String> = puts(&imported).iter().map(|feature| feature.id.clone()).collect();
    assert_eq!(ids, (0..30_000).map(|number| number.to_string()).collect::<Vec<_>>());
    assert!(seen.is_sorted() && seen.last() == Some(&30_000), "{seen:?}");
}
