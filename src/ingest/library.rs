//! What the reader of foreign formats brings along on this machine.

use gdal::DriverManager;
use gdal::spatial_ref::SpatialRef;

use super::opening::{last_complaint, tame};

/// GDAL's version, as it names it: `3.6.2`.
pub fn version() -> String {
    gdal::version::version_info("RELEASE_NAME")
}

/// Whether GDAL can read a format, by the name of its driver.
pub fn has_driver(name: &str) -> bool {
    DriverManager::get_driver_by_name(name).is_ok()
}

/// Whether PROJ finds its database; the reason where it does not.
pub fn check_proj() -> Result<(), String> {
    tame();
    SpatialRef::from_epsg(4548).map(drop).map_err(|error| last_complaint().unwrap_or_else(|| error.to_string()))
}
