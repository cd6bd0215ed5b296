//! What people do about warnings.

use super::alert::State;
use super::event::{Done, Event};
use crate::store::StoreError;

/// What a person does about a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Takes it up.
    Acknowledge,
    /// Has done something about it.
    Handle,
    /// Is done with it.
    Close,
}

/// Who does it, and what they say.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Who.
    pub by: String,
    /// What they say.
    pub note: String,
    /// The access key it came by.
    pub key: Option<String>,
}

/// Why nothing was done about a warning.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// There is no such warning.
    #[error("there is no warning {0:?}")]
    Unknown(String),
    /// It is not this step's turn.
    #[error("the warning is {}; it can only be {} while it is {}", state.word(), step.to().word(), step.from().word())]
    Order {
        /// Where the warning is.
        state: State,
        /// What was to be done.
        step: Step,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Step {
    /// The state it can be done in.
    pub fn from(self) -> State {
        match self {
            Self::Acknowledge => State::Open,
            Self::Handle => State::Acknowledged,
            Self::Close => State::Handled,
        }
    }

    /// The state it leads to.
    pub fn to(self) -> State {
        match self {
            Self::Acknowledge => State::Acknowledged,
            Self::Handle => State::Handled,
            Self::Close => State::Closed,
        }
    }

    /// The entry's body.
    pub(super) fn event(self, done: Done) -> Event {
        match self {
            Self::Acknowledge => Event::Acknowledged(done),
            Self::Handle => Event::Handled(done),
            Self::Close => Event::Closed(done),
        }
    }
}
