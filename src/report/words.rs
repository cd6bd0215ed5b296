//! How outcomes, effects and figures are put into words on paper.

use crate::geom::Metres;
use crate::model::{
    Action, Effect, Finding, Kinds, Layer, Outcome, RiskLevel, Schema, SitingReport, Text, Verdict, Verification,
};
use crate::risk::Scheme;

/// The word for a name that nobody has entered.
pub const MISSING: &str = "待明确";

/// The outcomes in the order a reader needs them: what stands in the way first.
pub const OUTCOMES: [Outcome; 6] = [
    Outcome::Violated,
    Outcome::Undetermined,
    Outcome::NeedsApproval,
    Outcome::NeedsDemonstration,
    Outcome::Marginal,
    Outcome::Met,
];

/// An outcome in words.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Violated => "违反",
        Outcome::Undetermined => "无法判定",
        Outcome::NeedsApproval => "需审批",
        Outcome::NeedsDemonstration => "需论证",
        Outcome::Marginal => "临界（需实测）",
        Outcome::Met => "符合",
    }
}

/// What a rule does when it is violated, in words.
pub fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Prohibit => "禁止",
        Effect::Comply => "强制距离",
        Effect::Approve => "须经同意",
        Effect::Demonstrate => "须经论证",
    }
}

/// What is to be done, in words.
pub fn action(action: Action) -> &'static str {
    match action {
        Action::New => "新建",
        Action::Expand => "扩建",
        Action::Renovate => "改建",
        Action::Existing => "现有",
    }
}

/// A verdict as the word on the wire.
pub fn verdict(verdict: Verdict) -> &'static str {
    verdict.word()
}

/// What people call a layer.
pub fn layer(layer: Layer) -> &'static Text {
    &Schema::layer(layer).title
}

/// A length with every digit the decision was taken on, or a dash.
pub fn metres(length: Option<Metres>) -> String {
    length.map_or_else(|| "—".to_owned(), |length| format!("{} m", length.rounded().0))
}

/// What was measured to: the target's name, or how far was looked in vain.
pub fn target(finding: &Finding) -> String {
    match (&finding.target, finding.searched_m) {
        (Some(target), _) => format!("{}（{}）", target.name, layer(target.layer).zh),
        (None, Some(searched)) => format!("{} 内未发现", metres(Some(searched))),
        (None, None) => "—".to_owned(),
    }
}

/// The values that were tried because they are not known, in one line; empty where there are none.
pub fn assumed(finding: &Finding) -> String {
    let values = finding.assumed.iter().map(|value| format!("{} = {}（{}）", value.field, value.value, value.of));
    values.collect::<Vec<_>>().join("；")
}

/// The findings of one outcome, in the report's order.
pub fn of_outcome(report: &SitingReport, wanted: Outcome) -> Vec<&Finding> {
    report.findings.iter().filter(|finding| finding.outcome == wanted).collect()
}

/// How well the finding's numbers were verified, with the advice that a third-party copy calls for.
pub fn mark(finding: &Finding) -> &'static str {
    match finding.verification {
        Verification::V1 => "V1 原文核对",
        Verification::V2 => "V2 待专家核对原文",
        Verification::V3 => "V3 间接核对",
        Verification::KnownHigh => "K-H 待核对",
        Verification::KnownMedium => "K-M 待核对",
        Verification::KnownLow => "K-L 待核对",
    }
}

/// What people call a fact.
pub fn fact(fact: &str) -> &str {
    Kinds::shipped().fact(fact).map_or(fact, |known| known.label.zh.as_str())
}

/// A level in words; no data is not a low risk.
pub fn level(level: Option<RiskLevel>) -> String {
    level.map_or_else(|| "无数据".to_owned(), |level| Scheme::shipped().words(level))
}

/// What decided a grade, in words.
pub fn method(method: &str) -> String {
    let known = Scheme::shipped().method(method).map(|known| known.title.zh.clone());
    known.unwrap_or_else(|| match method {
        "given" => "填报".to_owned(),
        "override" => "人工调整".to_owned(),
        "default" => "默认等级".to_owned(),
        "held" => "保持红色（未销号）".to_owned(),
        "none" => "无".to_owned(),
        other => other.to_owned(),
    })
}

/// How areas take their colour, in words.
pub fn aggregator(name: &str) -> String {
    match name {
        "max" => "就高（max）".to_owned(),
        "count" => "数量阈值（count）".to_owned(),
        "index" => "加权指数（index）".to_owned(),
        other => other.to_owned(),
    }
}
