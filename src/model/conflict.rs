//! What the survey finds: pairs that stand nearer to each other than today's law allows.

use std::collections::BTreeMap;

use serde::Serialize;

use super::finding::{Clause, MeasuredLine, Target};
use super::{Effect, Outcome, Standing, Text, Verdict, Verification};
use crate::geom::Metres;

/// One rule that does not hold, or cannot be judged, between two things that stand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conflict {
    /// Stable: the rule and both ends.
    pub id: String,
    /// The rule's id.
    pub rule: String,
    /// What the rule asks for, in a few words.
    pub title: Text,
    /// What a violation means.
    pub effect: Effect,
    /// The result.
    pub outcome: Outcome,
    /// What it means for that which stands.
    pub standing: Standing,
    /// What the verdict on such a proposal would be.
    pub severity: Verdict,
    /// The weakest mark used.
    pub verification: Verification,
    /// The distance asked for.
    pub required_m: Option<Metres>,
    /// The distance found.
    pub measured_m: Option<Metres>,
    /// Measured less required.
    pub margin_m: Option<Metres>,
    /// What the rule restrains.
    pub subject: Target,
    /// What the rule keeps it away from; none where it should be inside something that is not there.
    pub object: Option<Target>,
    /// The township in which the subject's end of the shortest way lies.
    pub township: Option<String>,
    /// The shortest way, subject end first.
    pub nearest: Option<MeasuredLine>,
    /// Where the rule is written.
    pub clause: Clause,
    /// The finding in one sentence.
    pub explanation: Text,
}

/// How many conflicts there are; the counts of each division add up to the total.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ConflictTotals {
    /// All of them.
    pub total: u64,
    /// By the word of the verdict.
    pub by_verdict: BTreeMap<String, u64>,
    /// By rule.
    pub by_rule: BTreeMap<String, u64>,
    /// By township; `none` where it is not known.
    pub by_township: BTreeMap<String, u64>,
    /// By what it means for that which stands.
    pub by_standing: BTreeMap<String, u64>,
}

/// Things that stand and are not surveyed, of one layer and kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotSurveyed {
    /// The layer.
    pub layer: super::Layer,
    /// The word by which the layer is told apart, mostly the kind.
    pub kind: Option<String>,
    /// How many.
    pub count: u64,
}
