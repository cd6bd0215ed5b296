//! What the rooms below refuse, as problems: the one place where their errors are turned into answers.

use super::problem::{FieldFault, Problem};
use crate::alerts::ActError;
use crate::atlas::{AtlasError, ChangeError};
use crate::ingest::IngestError;
use crate::ingest::edit::EditFault;
use crate::store::StoreError;
use crate::tile::TileError;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store refused");
        match error {
            StoreError::Moved { .. } => {
                Self::unavailable("others are changing the store faster than this change can be made")
            }
            _ => Self::unavailable("the store does not answer as it should"),
        }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        let detail = error.to_string();
        match error {
            ActError::Unknown(_) => Self::not_found(detail),
            ActError::Order { state, .. } => Self::wrong_order(detail).naming("state", state.word()),
            ActError::Store(error) => Self::from(error),
        }
    }
}

impl From<AtlasError> for Problem {
    fn from(error: AtlasError) -> Self {
        match error {
            AtlasError::Store(error) => Self::from(error),
            error @ AtlasError::WentBack { .. } => Self::unavailable(error.to_string()),
            AtlasError::Unavailable { layer, why } => Self::layer_unavailable(layer.name(), &why),
            error @ AtlasError::Making(_) => Self::internal(&error),
        }
    }
}

impl From<ChangeError<Self>> for Problem {
    fn from(error: ChangeError<Self>) -> Self {
        match error {
            ChangeError::Refused(problem) => problem,
            ChangeError::Failed(error) => Self::from(error),
            ChangeError::Contended(times) => {
                Self::unavailable(format!("other writers came first {times} times in a row"))
            }
        }
    }
}

impl From<TileError> for Problem {
    fn from(error: TileError) -> Self {
        match error {
            TileError::Unavailable { layer, reason } => Self::layer_unavailable(layer.name(), &reason),
            TileError::Encode(error) => Self::internal(&error),
        }
    }
}

impl From<IngestError> for Problem {
    fn from(error: IngestError) -> Self {
        let fault = FieldFault::new("file", error.to_string(), error.hint());
        Self::unprocessable(error.to_string()).at([fault])
    }
}

impl From<EditFault> for Problem {
    fn from(fault: EditFault) -> Self {
        let detail = fault.to_string();
        match fault {
            EditFault::Unknown { .. } => Self::not_found(detail),
            EditFault::Taken { .. } => Self::conflict(detail),
            EditFault::Invalid(faults) => {
                let named = faults.into_iter().map(|fault| FieldFault::new(fault.field, fault.reason, fault.hint));
                Self::unprocessable(detail).at(named)
            }
        }
    }
}
