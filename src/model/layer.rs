//! The layers of a district.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One register of the district, under its public name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Boundaries of the district and the units inside it.
    AdminUnits,
    /// Safety and hygiene belts, risk contours.
    BufferZones,
    /// Chemical parks.
    ChemicalParks,
    /// Where, and as of when, a layer is complete.
    Coverage,
    /// Plants and other enterprises: the plant boundary.
    Enterprises,
    /// Stores, transport routes and loading places of dangerous goods.
    HazardousGoods,
    /// Hidden dangers 隐患: what was found amiss, until it is put right.
    HiddenDangers,
    /// Tanks, units, stores: the facility itself.
    Installations,
    /// Lifelines 生命线: water, drainage, gas, power, oil, telecommunication, flood control.
    Lifelines,
    /// Stations, valve rooms and the like of a pipeline.
    PipelineFacilities,
    /// Centrelines of pipelines.
    Pipelines,
    /// Centrelines of overhead power lines.
    PowerLines,
    /// Water sources, reserves and other areas protected by law.
    ProtectedAreas,
    /// Schools, hospitals and other places to be protected.
    ProtectionTargets,
    /// Centrelines of railways.
    Railways,
    /// Where people live.
    ResidentialZones,
    /// Centrelines of roads.
    Roads,
    /// Bridges, tunnels, dams and other single structures.
    Structures,
    /// Rivers, lakes, reservoirs: areas or bank lines.
    Waters,
}

/// A layer name nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("layer {0:?} is unknown; `sisetu layers` lists them")]
pub struct UnknownLayer(pub String);

impl Layer {
    /// Every layer, in the order of their names.
    pub const ALL: [Self; 19] = [
        Self::AdminUnits,
        Self::BufferZones,
        Self::ChemicalParks,
        Self::Coverage,
        Self::Enterprises,
        Self::HazardousGoods,
        Self::HiddenDangers,
        Self::Installations,
        Self::Lifelines,
        Self::PipelineFacilities,
        Self::Pipelines,
        Self::PowerLines,
        Self::ProtectedAreas,
        Self::ProtectionTargets,
        Self::Railways,
        Self::ResidentialZones,
        Self::Roads,
        Self::Structures,
        Self::Waters,
    ];

    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AdminUnits => "admin_units",
            Self::BufferZones => "buffer_zones",
            Self::ChemicalParks => "chemical_parks",
            Self::Coverage => "coverage",
            Self::Enterprises => "enterprises",
            Self::HazardousGoods => "hazardous_goods",
            Self::HiddenDangers => "hidden_dangers",
            Self::Installations => "installations",
            Self::Lifelines => "lifelines",
            Self::PipelineFacilities => "pipeline_facilities",
            Self::Pipelines => "pipelines",
            Self::PowerLines => "power_lines",
            Self::ProtectedAreas => "protected_areas",
            Self::ProtectionTargets => "protection_targets",
            Self::Railways => "railways",
            Self::ResidentialZones => "residential_zones",
            Self::Roads => "roads",
            Self::Structures => "structures",
            Self::Waters => "waters",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Layer {
    type Err = UnknownLayer;

    fn from_str(name: &str) -> Result<Self, UnknownLayer> {
        Self::ALL.into_iter().find(|layer| layer.name() == name).ok_or_else(|| UnknownLayer(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_agree_with_serde() {
        for layer in Layer::ALL {
            assert_eq!(layer.name().parse(), Ok(layer));
            assert_eq!(serde_json::to_value(layer).unwrap(), layer.name());
        }
        assert!("Enterprises".parse::<Layer>().is_err());
    }
}
