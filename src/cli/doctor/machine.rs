//! What this machine and this build bring along.

use sisetu::rules::RuleBook;
use sisetu::{ingest, serve, store};

use super::Look;

/// Drivers without which files named in the manual cannot be read.
const DRIVERS: [&str; 3] = ["GPKG", "ESRI Shapefile", "KML"];

/// Everything that does not depend on a store.
pub async fn looks() -> Vec<Look> {
    vec![gdal(), proj(), sqlite().await, rule_book(), viewer()]
}

fn gdal() -> Look {
    let version = ingest::library::version();
    let missing: Vec<&str> = DRIVERS.into_iter().filter(|driver| !ingest::library::has_driver(driver)).collect();
    if missing.is_empty() {
        return Look::ok("GDAL", version);
    }
    let seen = format!("{version} lacks the drivers {}", missing.join(", "));
    Look::warn("GDAL", seen, "install the distribution's full libgdal; such files cannot be imported till then")
}

fn proj() -> Look {
    match ingest::library::check_proj() {
        Ok(()) => Look::ok("PROJ", "its database answers"),
        Err(reason) => Look::warn("PROJ", reason, "install proj-data (Debian, Ubuntu) or unset PROJ_DATA and PROJ_LIB"),
    }
}

async fn sqlite() -> Look {
    match store::sqlite_version().await {
        Ok(version) => Look::ok("SQLite", version),
        Err(error) => Look::fail("SQLite", error.to_string(), "install libsqlite3-0"),
    }
}

fn rule_book() -> Look {
    match RuleBook::shipped() {
        Ok(book) => Look::ok("rule book", format!("{}, {} rules", book.version(), book.rules().len())),
        Err(error) => Look::fail("rule book", error.to_string(), "reinstall the program"),
    }
}

fn viewer() -> Look {
    if serve::has_viewer() {
        return Look::ok("viewer", "embedded");
    }
    Look::warn("viewer", "this binary was built without it", "build with `make build`")
}
