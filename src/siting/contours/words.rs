//! What is said of risk contours, in Chinese and in English.

use super::Held;
use crate::geom::Metres;
use crate::model::{Outcome, Text};
use crate::rules::formula::hazard_source::{Choice, Method};
use crate::siting::evaluate::Judged;

/// A target and the contour that it is held against.
pub(in crate::siting) fn target(judged: &Judged<'_>) -> Text {
    let name = judged.candidate.feature.name();
    let Some(held) = &judged.candidate.contour else { return Text::new(name, name) };
    let (who, level, document) = (who(name, held), held.contour.risk_per_year, &held.contour.document);
    if held.unanswered {
        return Text::new(
            format!("所附等值线（{document}）不能说明{}所受风险低于其基准", who.zh),
            format!("The contours handed in ({document}) do not show that {} bears less than its limit", who.en),
        );
    }
    let metres = judged.candidate.distance;
    if metres == Metres::ZERO {
        return Text::new(
            format!("{}在本项目 {level:e}/年 个人风险等值线（{document}）内或与其相接", who.zh),
            format!("{} lies in or touches the project's contour of {level:e} a year ({document})", who.en),
        );
    }
    let digits = if metres < Metres(0.01) { 4 } else { 2 };
    let metres = format!("{:.digits$}", metres.0);
    Text::new(
        format!("{}在本项目 {level:e}/年 个人风险等值线（{document}）外 {metres} m", who.zh),
        format!("{} lies {metres} m outside the project's contour of {level:e} a year ({document})", who.en),
    )
}

/// The target with its class and the limit of that.
fn who(name: &str, held: &Held<'_>) -> Text {
    let classes: Vec<Text> = held.classes.iter().map(|class| class_words(class)).collect();
    let zh = classes.iter().map(|class| class.zh.as_str()).collect::<Vec<_>>().join("或");
    let en = classes.iter().map(|class| class.en.as_str()).collect::<Vec<_>>().join(" or ");
    match held.limit {
        Some(limit) => Text::new(
            format!("“{name}”（{zh}，基准 {limit:e}/年）"),
            format!("{name:?} ({en}, limit {limit:e} a year)"),
        ),
        None => Text::new(format!("“{name}”（{zh}）"), format!("{name:?} ({en})")),
    }
}

/// A class of protected places, as GB 36894 calls it.
fn class_words(class: &str) -> Text {
    match class {
        "high" => Text::new("高敏感防护目标", "high-sensitivity"),
        "important" => Text::new("重要防护目标", "important"),
        "general_1" => Text::new("一般防护目标一类", "general class 1"),
        "general_2" => Text::new("一般防护目标二类", "general class 2"),
        "general_3" => Text::new("一般防护目标三类", "general class 3"),
        other => Text::new(other, other),
    }
}

/// What has to be shown, by the method that applies.
pub(super) fn wanted(choice: Option<&Choice>, outcome: Outcome) -> Text {
    let method = choice.map_or(Method::Unknown, |choice| choice.method);
    let because = choice.map(|choice| choice.step.clone()).unwrap_or_default();
    let asked = match method {
        Method::Consequence => Text::new(
            "须以事故后果法论证外部安全防护距离",
            "the external safety distance must be demonstrated by the consequence method",
        ),
        Method::Unknown => Text::new(
            "须先说明危险物质，或附个人风险等值线",
            "the substances must be stated, or the individual-risk contours handed in",
        ),
        Method::Qra | Method::StandardDistance => Text::new(
            "须附定量风险评价的个人风险等值线",
            "the individual-risk contours of the assessment must be handed in",
        ),
    };
    let end = if outcome == Outcome::Undetermined { ("，无法判定", ": undetermined") } else { ("", "") };
    Text::new(
        format!("{}，{}{}。依据尚未核实。", because.zh, asked.zh, end.0),
        format!("{}; {}{}. The basis is not verified.", because.en, asked.en, end.1),
    )
}

/// That no contour is needed.
pub(super) fn not_needed(choice: Option<&Choice>) -> Text {
    let because = choice.map(|choice| choice.step.clone()).unwrap_or_default();
    Text::new(
        format!("{}，外部安全防护距离不须定量风险评价（GB/T 37243）。依据尚未核实。", because.zh),
        format!("{}; no quantitative assessment is asked for (GB/T 37243). The basis is not verified.", because.en),
    )
}
