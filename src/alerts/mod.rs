//! 警 Watch: warnings about what is orange and above, what is overdue and what is over its limit.
//!
//! * A warning is raised, acknowledged, handled and closed; each step is an entry of the journal of warnings, and what the
//!   journal says is all there is. Several services on one store read and write the same journal: the key of an entry
//!   follows from what it is about and how often that was spoken of before, so that one rise is one warning whoever sees it.
//! * A warning level and a risk level are two things. Nothing here changes a grade or a colour.
//! * What stands when a store is watched for the first time is its baseline and raises nothing.

mod alert;
mod candidates;
mod clock;
mod deed;
mod event;
mod fold;
mod judge;
mod page;
mod readings;
mod warnings;
mod watch;
mod webhook;

pub use alert::{Alert, Cause, Happened, State};
pub use deed::{ActError, Deed, Step};
pub use page::{Page, Totals, Wanted};
pub use readings::{Limits, Reading, Reject, Series, Told};
pub use warnings::Warnings;
pub use watch::Alerts;
pub use webhook::{Webhook, WebhookError};
