//! The outcome of a siting check.

use serde::{Deserialize, Serialize};

use super::{Layer, Revision, Text};
use crate::geom::{Metres, Point};

/// What a rule does when it is violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// A statute forbids it.
    Prohibit,
    /// A mandatory distance is not met.
    Comply,
    /// Allowed only with consent.
    Approve,
    /// Needs a calculation or an expert demonstration.
    Demonstrate,
}

/// What a violated rule means for what stands already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 需整改: it has to be put right.
    Rectify,
    /// 存量: it may stay, but neither grow nor be built anew.
    Legacy,
}

impl Standing {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rectify => "rectify",
            Self::Legacy => "legacy",
        }
    }

    /// The standing in words.
    pub fn words(self) -> Text {
        match self {
            Self::Rectify => Text::new("需整改", "to be put right"),
            Self::Legacy => Text::new("存量（不得新建、扩建）", "stands, but may not be built anew or grow"),
        }
    }
}

/// How well a number of a rule was verified, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verification {
    /// Read in a full text of the law.
    V1,
    /// Read in a third-party copy.
    V2,
    /// Cross-checked indirectly.
    V3,
    /// Own knowledge, high confidence.
    #[serde(rename = "K-H")]
    KnownHigh,
    /// Own knowledge, medium confidence.
    #[serde(rename = "K-M")]
    KnownMedium,
    /// Own knowledge, low confidence.
    #[serde(rename = "K-L")]
    KnownLow,
}

impl std::fmt::Display for Verification {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::V1 => "V1",
            Self::V2 => "V2",
            Self::V3 => "V3",
            Self::KnownHigh => "K-H",
            Self::KnownMedium => "K-M",
            Self::KnownLow => "K-L",
        })
    }
}

impl Verification {
    /// Whether a violation that rests on this mark may veto or fail; below it calls for review.
    pub fn decides(self) -> bool {
        self <= Self::V2
    }
}

/// The result of one rule for one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Too near, or not where it must be.
    Violated,
    /// A fact or a layer is missing.
    Undetermined,
    /// Near enough that someone must consent.
    NeedsApproval,
    /// Near enough that safety must be demonstrated.
    NeedsDemonstration,
    /// 临界: met by less than the accuracy of the positions.
    Marginal,
    /// Met.
    Met,
}

/// The answer to a siting check, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 一票否决.
    Veto,
    /// 不符合.
    Fail,
    /// 无法判定（数据缺失）.
    Undetermined,
    /// 需论证或审批.
    Review,
    /// 符合.
    Pass,
}

impl Verdict {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Veto => "veto",
            Self::Fail => "fail",
            Self::Undetermined => "undetermined",
            Self::Review => "review",
            Self::Pass => "pass",
        }
    }

    /// The verdict in words.
    pub fn words(self) -> Text {
        match self {
            Self::Veto => Text::new("一票否决", "vetoed"),
            Self::Fail => Text::new("不符合", "does not comply"),
            Self::Undetermined => Text::new("无法判定（数据缺失）", "cannot be determined (data missing)"),
            Self::Review => Text::new("需论证或审批", "needs demonstration or approval"),
            Self::Pass => Text::new("符合", "complies"),
        }
    }
}

/// Where a rule is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// The law or standard, with its number.
    pub law: String,
    /// The article or clause.
    pub article: String,
}

/// What a distance was measured to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Target {
    /// Its layer.
    pub layer: Layer,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A value that was assumed because none is given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assumed {
    /// The field.
    pub field: String,
    /// The value tried, in the field's unit.
    pub value: f64,
    /// Whose: `site`, or `layer/id` of the target.
    pub of: String,
}

/// The measured line, site end first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "LineString")]
pub struct MeasuredLine {
    /// Longitude/latitude degrees of both ends.
    pub coordinates: [[f64; 2]; 2],
}

impl MeasuredLine {
    /// The line between two places; a billionth of a degree is a tenth of a millimetre.
    pub fn between(from: Point, to: Point) -> Self {
        let rounded = |degrees: f64| (degrees * 1e9).round() / 1e9;
        Self { coordinates: [from, to].map(|end| [rounded(end.x()), rounded(end.y())]) }
    }
}

/// The result of one rule for one target, with everything needed to audit it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// What the rule asks for, in a few words.
    pub title: Text,
    /// The result.
    pub outcome: Outcome,
    /// What a violation means.
    pub effect: Effect,
    /// The weakest mark used.
    pub verification: Verification,
    /// The distance asked for.
    pub required_m: Option<Metres>,
    /// The distance found.
    pub measured_m: Option<Metres>,
    /// Measured less required.
    pub margin_m: Option<Metres>,
    /// The combined accuracy of both positions.
    pub tolerance_m: Metres,
    /// What was tried because it is not known.
    pub assumed: Vec<Assumed>,
    /// How far was looked where nothing was found.
    pub searched_m: Option<Metres>,
    /// How many further targets of this rule are not listed.
    pub more: usize,
    /// What was measured to.
    pub target: Option<Target>,
    /// The measured line.
    pub nearest: Option<MeasuredLine>,
    /// From which line to which the rule measures.
    pub measure: Text,
    /// Where the rule is written.
    pub clause: Clause,
    /// The finding in one sentence.
    pub explanation: Text,
}

/// A fact whose answer could change the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The fact.
    pub fact: String,
    /// Why it is asked.
    pub why: String,
    /// The rules that need it.
    pub rules: Vec<String>,
}

/// How far a layer is known around the site.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoverageRow {
    /// The layer.
    pub layer: Layer,
    /// Whether every kind the rules name is covered as far as they reach.
    pub complete: bool,
    /// The furthest any applicable rule reaches in it.
    pub reach_m: Metres,
    /// The oldest date of the coverage used.
    pub as_of: Option<String>,
    /// Whether that is longer ago than the district lets pass unremarked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
}

/// What the stated substances come to under GB 18218, at the strictest that is possible; none where there is no telling.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HazardSource {
    /// Σ q/Q.
    #[serde(rename = "S")]
    pub s: Option<f64>,
    /// By the residents within 500 m of the boundary.
    pub alpha: f64,
    /// α·Σ(β·q/Q).
    #[serde(rename = "R")]
    pub r: Option<f64>,
    /// 1, the worst, to 4; none where it is no major hazard source.
    pub hazard_grade: Option<u8>,
    /// Whether it is a major hazard source; none where that is not known.
    pub major: Option<bool>,
    /// The method for the external safety distance (GB/T 37243): `consequence`, `qra`, `standard_distance` or `unknown`.
    pub method: String,
    /// The weakest mark used.
    pub verification: Verification,
    /// The calculation, line by line.
    pub steps: Vec<HazardStep>,
}

/// One line of that calculation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HazardStep {
    /// What: `substance` (its q/Q), `S`, `residents`, `alpha`, `R`, `hazard_grade` or `method`.
    pub what: String,
    /// What came of it.
    pub value: Option<f64>,
    /// How, in words.
    pub note: Text,
}

/// The answer to one siting check.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SitingReport {
    /// The worst finding's meaning.
    pub verdict: Verdict,
    /// The project kind.
    pub kind: String,
    /// What is to be done.
    pub action: super::Action,
    /// The edition of the data.
    pub revision: Revision,
    /// The version of the rule book.
    pub rule_book: String,
    /// The day whose law was applied.
    pub as_of: String,
    /// When the check was made.
    pub evaluated_at: String,
    /// Worst first.
    pub findings: Vec<Finding>,
    /// Facts whose answer could change the verdict.
    pub questions: Vec<Question>,
    /// How far the layers are known.
    pub coverage: Vec<CoverageRow>,
    /// What else a reader must know.
    pub notes: Vec<String>,
    /// The major hazard source, where substances are stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hazard_source: Option<HazardSource>,
    /// The filed decision; none are filed yet.
    pub record: Option<serde_json::Value>,
}
