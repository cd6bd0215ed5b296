//! Why there is no newer edition, and why a change was not made.

use crate::model::{Layer, Revision};
use crate::store::StoreError;

/// Why an edition could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AtlasError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store holds an older revision than the one being served, as after restoring a backup beneath a running program.
    #[error("the store went back from revision {served} to {found}; restart the program to serve what it holds now")]
    WentBack {
        /// The revision being served.
        served: Revision,
        /// The newest revision in the store.
        found: Revision,
    },
    /// A change concerns a layer that could not be read.
    #[error("layer {layer} cannot be read and so cannot be changed: {why}")]
    Unavailable {
        /// The layer.
        layer: Layer,
        /// Why it could not be read.
        why: String,
    },
    /// Indexing or grading broke off.
    #[error("making the next edition broke off: {0}")]
    Making(#[from] tokio::task::JoinError),
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError<E> {
    /// Whoever decided on the newest edition decided against it.
    #[error("{0}")]
    Refused(E),
    /// The store or the edition failed; nothing was written.
    #[error(transparent)]
    Failed(#[from] AtlasError),
    /// Others kept writing first.
    #[error("other writers came first {0} times in a row; try again")]
    Contended(usize),
}

impl<E> From<StoreError> for ChangeError<E> {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}
