//! What this machine and this build bring along.

use sisetu::rules::RuleBook;
use sisetu::{ingest, serve, store};

use super::Look;

/// Formats that the manual names, each with the drivers that can read it.
const FORMATS: [(&str, &[&str]); 3] =
    [("GeoPackage", &["GPKG"]), ("Shapefile", &["ESRI Shapefile"]), ("KML", &["LIBKML", "KML"])];

/// Everything that does not depend on a store.
pub async fn looks() -> Vec<Look> {
    vec![gdal(), proj(), sqlite().await, rule_book(), viewer()]
}

fn gdal() -> Look {
    let version = ingest::library::version();
    let readable = |drivers: &[&str]| drivers.iter().any(|driver| ingest::library::has_driver(driver));
    let missing: Vec<&str> =
        FORMATS.iter().filter(|(_, drivers)| !readable(drivers)).map(|(format, _)| *format).collect();
    if missing.is_empty() {
        return Look::ok("GDAL", version);
    }
    let seen = format!("{version} cannot read {}", missing.join(", "));
    Look::warn("GDAL", seen, "install the distribution's full libgdal; such files cannot be imported till then")
}

fn proj() -> Look {
    match ingest::library::check_proj() {
        Ok(()) => Look::ok("PROJ", "its database answers"),
        Err(reason) => Look::warn("PROJ", reason, "install proj-data (Debian, Ubuntu) or unset PROJ_DATA and PROJ_LIB"),
    }
}

async fn sqlite() -> Look {
    match store::library::sqlite_version().await {
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
