//! The same commands on a PostgreSQL store.

use serde_json::json;

use crate::support::scene::{collection, feature, rectangle};
use crate::support::skip::skip;
use crate::support::{Desk, Service};

#[test]
fn commands_and_a_running_service_work_on_one_postgis_store() {
    let Ok(store) = std::env::var("SISETU_TEST_POSTGRES") else {
        return skip("cli::postgis", "SISETU_TEST_POSTGRES is not set");
    };
    let desk = Desk::new();
    let import = |name: &str| {
        let river = json!({"name": name, "kind": "yangtze_main", "bankline_source": "water_edge"});
        let river = feature("river", rectangle(-20e3, 0.0, 40e3, 1_500.0), river);
        let file = desk.write("waters.geojson", collection(&[river]).to_string());
        desk.import(&file, "waters", &["--store", &store, "--mode", "replace", "--format", "json"]).ends(0).json()
    };
    assert_eq!(import("长江")["accepted"], 1);
    let site = desk.write("site.geojson", rectangle(0.0, -600.0, 100.0, 100.0).to_string());
    let site = site.to_str().unwrap();
    let report = desk.run(&["check", "--kind", "chem_project", "--site", site, "--store", &store]).ends(1);
    assert!(report.out.contains("一票否决"), "{report:?}");

    let service = Service::start(desk.command().args(["serve", "--store", &store]));
    let name = || service.get("/api/collections/waters/items/river").json()["properties"]["name"].clone();
    assert_eq!(name(), "长江");
    import("扬子江");
    let arrived = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        name() == "扬子江"
    });
    assert!(arrived, "what another program commits is served without a restart");
    service.stop();
}
