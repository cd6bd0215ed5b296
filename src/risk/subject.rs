//! What a grade can be explained of: features of a layer, and what is derived from them.

use std::fmt;
use std::str::FromStr;

use crate::model::Layer;
use crate::model::layer::UnknownLayer;

/// Something that may have a grade, under its public name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A feature of a layer of the registers.
    Register(Layer),
    /// A segment of a pipeline by its high-consequence area, `hca_segments`.
    HcaSegments,
}

impl Subject {
    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register(layer) => layer.name(),
            Self::HcaSegments => "hca_segments",
        }
    }

    /// The layer of the registers that it is, or is derived from.
    pub const fn layer(self) -> Layer {
        match self {
            Self::Register(layer) => layer,
            Self::HcaSegments => Layer::Pipelines,
        }
    }
}

impl From<Layer> for Subject {
    fn from(layer: Layer) -> Self {
        Self::Register(layer)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Subject {
    type Err = UnknownLayer;

    fn from_str(name: &str) -> Result<Self, UnknownLayer> {
        if name == Self::HcaSegments.name() { Ok(Self::HcaSegments) } else { name.parse().map(Self::Register) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for subject in [Subject::HcaSegments, Subject::Register(Layer::Enterprises)] {
            assert_eq!(subject.name().parse(), Ok(subject));
        }
        assert_eq!("castles".parse::<Subject>(), Err(UnknownLayer("castles".to_owned())));
    }
}
