//! What the tile sets say of themselves, and what fails plainly.

use serde_json::json;
use sisetu::model::{Layer, Revision};
use sisetu::tile::{self, TileCoord, TileError, TileSet};

use super::scene::{edition, edition_without, sample, small_scene};

#[test]
fn tile_json_has_what_clients_need() {
    let edition = small_scene();
    let json = tile::tile_json(&edition, TileSet::find("risk").unwrap(), "http://localhost:8080/map/");
    assert_eq!(json["tilejson"], "3.0.0");
    assert_eq!(json["tiles"], json!(["http://localhost:8080/map/tiles/risk/{z}/{x}/{y}"]));
    assert_eq!((&json["minzoom"], &json["maxzoom"], &json["scheme"]), (&json!(0), &json!(14), &json!("xyz")));
    assert_eq!(json["bounds"], json!([115.7, 29.5, 115.9, 29.7]));
    assert_eq!(json["center"][2], json!(11));
    let layers = json["vector_layers"].as_array().unwrap();
    let names: Vec<_> = layers.iter().map(|layer| layer["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["risk_areas", "risk_grid", "hca_segments", "pipelines", "enterprises"]);
    assert_eq!(layers[0]["fields"]["risk_level"], "Number");
    assert_eq!(layers[2]["fields"]["hca_grade"], "Number");
    assert_eq!(layers[4]["fields"]["control"], "Boolean");
    assert_eq!(layers[4]["fields"]["name"], "String");
}

#[test]
fn tile_json_of_no_data_shows_the_country() {
    let nothing = edition([]);
    for set in TileSet::all() {
        let json = tile::tile_json(&nothing, set, "");
        let bounds: Vec<f64> = serde_json::from_value(json["bounds"].clone()).unwrap();
        assert!(bounds[0] < bounds[2] && bounds[1] < bounds[3], "{bounds:?}");
        assert_eq!(json["name"], set.name());
    }
}

#[test]
fn fields_that_tiles_carry_are_announced() {
    let edition = sample();
    for set in TileSet::all() {
        let json = tile::tile_json(edition, set, "");
        let (x, y) = super::scene::tile_at(8, 115.8, 29.6);
        let bytes = super::scene::draw(edition, set.name(), 8, x, y);
        for layer in super::decode::decode(&bytes) {
            let layers = json["vector_layers"].as_array().unwrap();
            let fields = &layers.iter().find(|known| known["id"] == layer.name.as_str()).unwrap()["fields"];
            for (name, value) in layer.features.iter().flat_map(|feature| &feature.properties) {
                let kind = fields[name].as_str();
                let fits = match kind {
                    Some("String") => value.is_string(),
                    Some("Number") => value.is_number(),
                    Some("Boolean") => value.is_boolean(),
                    _ => layer.name != "risk_areas",
                };
                assert!(fits, "{}: {name} = {value} is announced as {kind:?}", layer.name);
            }
        }
    }
}

#[test]
fn a_lost_layer_fails_the_tiles_that_show_it_and_no_other() {
    let edition = edition_without(Layer::Waters);
    let coord = TileCoord::new(0, 0, 0).unwrap();
    for set in TileSet::all() {
        let shows = set.pictures().iter().any(|picture| picture.needs().contains(&Layer::Waters));
        assert_eq!(tile::validator(&edition, set, coord) == Revision(u64::MAX), shows, "no copy may stand in");
        match tile::render(&edition, set, coord) {
            Err(TileError::Unavailable { layer: Layer::Waters, reason }) if shows => {
                assert_eq!(reason, "the table is damaged");
            }
            Ok(bytes) if !shows => assert!(bytes.is_empty()),
            other => panic!("{}: {other:?}", set.name()),
        }
    }
    assert!(tile::tile_json(&edition, TileSet::find("waters").unwrap(), "")["bounds"].is_array());
}
