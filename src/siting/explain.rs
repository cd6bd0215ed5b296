//! Findings in one sentence, in Chinese and in English.

use std::collections::BTreeSet;

use super::contours;
use super::coverage::Cover;
use super::evaluate::Judged;
use crate::geom::Metres;
use crate::model::{Kinds, Outcome, Schema, Text, Verification};
use crate::rules::{Case, Rule, Test, Threshold, Unknown};

/// A finding about one target.
pub(super) fn target(rule: &Rule, judged: &Judged<'_>) -> Text {
    let measured = match judged.case.test {
        Test::Inside => inside(judged),
        Test::Unspoken => unspoken(judged),
        Test::Window => window(judged),
        Test::Contour => contours::words::target(judged),
        Test::Within | Test::NotLessThan | Test::Along | Test::Unread | Test::Anywhere => distance(judged),
    };
    let mut sentence = joined(measured, &meaning(rule, judged));
    for field in &judged.candidate.taken_as_read {
        let title = field_title(judged, field);
        sentence = joined(
            sentence,
            &Text::new(
                format!("（未填“{}”，按本条适用对象处理）", title.zh),
                format!(" ({} is not entered and was taken to be what the rule means)", title.en),
            ),
        );
    }
    if judged.judgement.outcome == Outcome::Undetermined {
        sentence = joined(sentence, &reasons(judged));
    }
    ended(sentence, judged.judgement.verification)
}

/// The finding that something is not known far enough around the site.
pub(super) fn uncovered(covers: &[Cover]) -> Text {
    let short = covers.iter().filter(|cover| !cover.complete());
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for cover in short {
        let title = &Schema::layer(cover.layer).title;
        if let Some(reason) = &cover.unavailable {
            zh.push(format!("图层 {} （{}）不可用：{reason}", cover.layer, title.zh));
            en.push(format!("layer {} is unavailable: {reason}", cover.layer));
            continue;
        }
        let kinds = cover.missing.iter().filter(|kind| *kind != "*").cloned().collect::<Vec<_>>().join(", ");
        let (kinds_zh, kinds_en) =
            if kinds.is_empty() { Default::default() } else { (format!("（{kinds}）"), format!(" ({kinds})")) };
        let reach = cover.reach.0;
        zh.push(format!("图层 {}（{}）{kinds_zh}的数据覆盖未包含选址及其周边 {reach} m", cover.layer, title.zh));
        en.push(format!(
            "the coverage of layer {}{kinds_en} does not hold the site and {reach} m around it",
            cover.layer
        ));
    }
    Text::new(format!("{}，无法判定。", zh.join("；")), format!("Undetermined: {}.", en.join("; ")))
}

/// The finding that a rule is met for want of anything near.
pub(super) fn nothing_near(rule: &Rule, searched: Metres) -> Text {
    let kilometres = searched.0 / 1000.0;
    ended(
        Text::new(
            format!("周边 {kilometres} km 内没有本条所指的对象，符合要求"),
            format!("Met: nothing that the rule means lies within {kilometres} km"),
        ),
        rule.verification,
    )
}

/// The finding that the site is not inside anything that the rule asks for.
pub(super) fn nowhere_near(rule: &Rule, outcome: Outcome, unknowns: &BTreeSet<Unknown>, searched: Metres) -> Text {
    let kilometres = searched.0 / 1000.0;
    let stated = Text::new(
        format!("周边 {kilometres} km 内没有本条要求位于其内的区域"),
        format!("No area that the rule asks the site to lie in is within {kilometres} km"),
    );
    let sentence = if outcome == Outcome::Undetermined {
        joined(stated, &doubt(&unknowns.iter().map(of_proposal).collect::<Vec<_>>()))
    } else {
        joined(stated, &Text::new("，不符合要求", ", so the rule is violated"))
    };
    ended(sentence, rule.verification)
}

/// The finding that a standard binds whose numbers the book does not hold.
pub(super) fn unread(rule: &Rule, case: &Case) -> Text {
    let sentence = Text::new(
        "规则库尚未收录本条的数值，须由专业机构按标准原文论证",
        "The book does not hold the numbers of this standard: compliance must be demonstrated against its text",
    );
    let Some(Text { zh, en }) = note(rule, case) else { return joined(sentence, &Text::new("。", ".")) };
    let (zh, en) = (zh.trim_end_matches('。'), en.trim_end_matches('.'));
    joined(sentence, &Text::new(format!("（{zh}）。"), format!(" ({en}).")))
}

/// The finding of a rule that looks at nothing around the site.
pub(super) fn anywhere(rule: &Rule, case: &Case, outcome: Outcome, unknowns: &BTreeSet<Unknown>) -> Text {
    let said = note(rule, case).unwrap_or(&rule.title).clone();
    let sentence = if outcome == Outcome::Undetermined {
        joined(said, &doubt(&unknowns.iter().map(of_proposal).collect::<Vec<_>>()))
    } else {
        let end = match outcome {
            Outcome::NeedsApproval => Text::new("，须经批准", ", so consent is needed"),
            Outcome::NeedsDemonstration => Text::new("，须论证", ", so safety must be demonstrated"),
            _ => Text::new("，不符合要求", ", so the rule is violated"),
        };
        joined(said, &end)
    };
    ended(sentence, case.verification.unwrap_or(rule.verification))
}

fn note<'r>(rule: &'r Rule, case: &'r Case) -> Option<&'r Text> {
    case.note.as_ref().or(rule.note.as_ref())
}

/// A pipeline beside the site, and what the project does to its classes.
fn window(judged: &Judged<'_>) -> Text {
    let name = judged.candidate.feature.name();
    let metres = judged.candidate.distance.0;
    match judged.judgement.outcome {
        Outcome::Met => Text::new(
            format!("与“{name}”相距 {metres:.2} m，不改变其沿线地区等级"),
            format!("{name:?} is {metres:.2} m away, and no location class along it changes"),
        ),
        Outcome::Undetermined => Text::new(
            format!("“{name}”相距 {metres:.2} m，其沿线地区等级是否升高"),
            format!("whether a location class along {name:?}, {metres:.2} m away, rises"),
        ),
        _ => Text::new(
            format!("建成后“{name}”某 2 km 管段两侧 200 m 内的户数达到更高地区等级"),
            format!("with it the dwellings within 200 m of some 2 km of {name:?} reach a higher location class"),
        ),
    }
}

fn distance(judged: &Judged<'_>) -> Text {
    let name = judged.candidate.feature.name();
    let measured = judged.candidate.distance;
    let required = judged.judgement.required.unwrap_or_default();
    if measured == Metres::ZERO {
        return Text::new(format!("与“{name}”相接或重叠"), format!("It touches or overlaps {name:?}"));
    }
    let digits = if (measured.0 - required.0).abs() < 0.01 { 4 } else { 2 };
    let figure = |metres: Metres| format!("{:.digits$}", metres.0);
    let (zh, en) = match judged.case.test {
        Test::NotLessThan => ("不小于", "at least"),
        _ => ("大于", "more than"),
    };
    if required <= Metres::ZERO {
        return Text::new(
            format!("与“{name}”相距 {} m", figure(measured)),
            format!("{name:?} is {} m away", figure(measured)),
        );
    }
    let parts = parts(judged.case);
    Text::new(
        format!("与“{name}”的实测距离为 {} m，要求{zh} {} m{}", figure(measured), required.0, parts.zh),
        format!("{name:?} is {} m away; {en} {} m{} is required", figure(measured), required.0, parts.en),
    )
}

/// The distances of the law that add up to the one asked for.
fn parts(case: &Case) -> Text {
    let Threshold::Sum { sum } = &case.threshold_m else { return Text::default() };
    let sum = sum.iter().map(|part| format!("{} m", part.0)).collect::<Vec<_>>().join(" + ");
    Text::new(format!("（{sum}）"), format!(" ({sum})"))
}

fn inside(judged: &Judged<'_>) -> Text {
    let name = judged.candidate.feature.name();
    let metres = judged.candidate.distance.0;
    match judged.judgement.outcome {
        Outcome::Met => Text::new(format!("选址全部位于“{name}”内"), format!("The whole site lies inside {name:?}")),
        _ if metres == 0.0 => Text::new(
            format!("选址未能确认全部位于“{name}”内"),
            format!("The site does not, or not surely, lie wholly inside {name:?}"),
        ),
        _ => Text::new(
            format!("选址不在要求的区域内，最近的“{name}”相距 {metres:.2} m"),
            format!("The site is not inside; the nearest, {name:?}, is {metres:.2} m away"),
        ),
    }
}

fn unspoken(judged: &Judged<'_>) -> Text {
    let name = judged.candidate.feature.name();
    let metres = judged.candidate.distance.0;
    Text::new(
        format!("相距 {metres:.2} m 的“{name}”未划定安全或卫生防护距离，也无可套用的距离表"),
        format!("{name:?}, {metres:.2} m away, has no safety or hygiene distance and no table that speaks for it"),
    )
}

/// What the outcome comes to.
fn meaning(rule: &Rule, judged: &Judged<'_>) -> Text {
    let short = (judged.judgement.required.unwrap_or_default() - judged.candidate.distance).0;
    let note = note(rule, judged.case).cloned().unwrap_or_default();
    let noted = |zh: &str, en: &str| {
        if note.zh.is_empty() {
            Text::new(zh, en)
        } else {
            Text::new(format!("{zh}（{}）", note.zh), format!("{en} ({})", note.en))
        }
    };
    match judged.judgement.outcome {
        Outcome::Violated if short > 0.0 => {
            Text::new(format!("，不足 {short:.2} m"), format!(", {short:.2} m too little"))
        }
        Outcome::Violated => Text::new("，不符合要求", ", so the rule is violated"),
        Outcome::NeedsApproval => noted("，须经批准", ", so consent is needed"),
        Outcome::NeedsDemonstration if judged.judgement.awaits_radius => {
            noted("，控制半径尚未确定，须论证", "; no control radius is set, so safety must be demonstrated")
        }
        Outcome::NeedsDemonstration => noted("，须论证", ", so safety must be demonstrated"),
        Outcome::Marginal => {
            let tolerance = judged.candidate.tolerance.0;
            Text::new(
                format!("，余量小于定位误差 {tolerance:.2} m，临界（需实测）"),
                format!(", met by less than the accuracy of {tolerance:.2} m: survey it"),
            )
        }
        Outcome::Undetermined => Text::default(),
        Outcome::Met => Text::new("，符合要求", ": met"),
    }
}

/// Why nothing can be said.
fn reasons(judged: &Judged<'_>) -> Text {
    let mut reasons: Vec<Text> = judged
        .judgement
        .unknowns
        .iter()
        .map(|unknown| match unknown {
            Unknown::Fact(_) => of_proposal(unknown),
            Unknown::Field(field) => {
                let title = field_title(judged, field);
                Text::new(
                    format!("对象的“{}”未填或不能归类", title.zh),
                    format!("the target's {} is missing or fits no class", title.en),
                )
            }
            Unknown::StartLine => Text::new(
                "起算线（储罐外壁、防火堤等）位置未知，只能从厂区边界试算",
                "the line to measure from (tank walls, bund) is not known and was tried from the plant's outline",
            ),
            Unknown::Class => Text::new(
                "对象属于哪一类防护目标，标准的分级界限尚未核实",
                "which class of object it is cannot be told: the standard's bounds are not in the book",
            ),
            Unknown::Flow => Text::new(
                "沿河道的距离或上下游关系未知，按直线距离试算",
                "how far it is along the river, or which lies upstream, is not known; the straight distance was tried",
            ),
        })
        .collect();
    let decides = judged.judgement.by_assumption;
    for assumed in judged.candidate.assumed.iter().filter(|_| decides) {
        let whose = if assumed.of == "site" { ("选址", "the site") } else { ("对象", "the target") };
        reasons.push(Text::new(
            format!("{}的 {} 未确定，按上限 {} m 试算时不满足", whose.0, assumed.field, assumed.value),
            format!(
                "{}'s {} is not certain and fails at the upper value of {} m",
                whose.1, assumed.field, assumed.value
            ),
        ));
    }

    doubt(&reasons)
}

fn doubt(reasons: &[Text]) -> Text {
    let zh: Vec<&str> = reasons.iter().map(|reason| reason.zh.as_str()).collect();
    let en: Vec<&str> = reasons.iter().map(|reason| reason.en.as_str()).collect();
    if reasons.is_empty() {
        return Text::new("，无法判定", ": undetermined");
    }
    Text::new(format!("；{}，无法判定", zh.join("；")), format!("; undetermined, since {}", en.join("; ")))
}

/// An unknown fact of the proposal, in words.
fn of_proposal(unknown: &Unknown) -> Text {
    let Unknown::Fact(fact) = unknown else {
        return Text::new("数据缺失", "data is missing");
    };
    let label = fact_label(fact);
    Text::new(format!("“{}”未说明", label.zh), format!("it is not stated: {}", label.en))
}

/// What people call a fact.
pub(super) fn fact_label(fact: &str) -> Text {
    let exemptions =
        || Text::new("豁免文件（文号、出具单位、日期）", "the exemption's document (number, issuer, date)");
    let label = Kinds::shipped().fact(fact).map(|known| known.label.clone());
    label.unwrap_or_else(exemptions)
}

fn field_title(judged: &Judged<'_>, field: &str) -> Text {
    let known = Schema::layer(judged.case.layer).field(field);
    known.map_or_else(|| Text::new(field, field), |field| field.title.clone())
}

fn joined(one: Text, other: &Text) -> Text {
    Text { zh: one.zh + &other.zh, en: one.en + &other.en }
}

/// Ends the sentence and tells a weak mark.
fn ended(sentence: Text, verification: Verification) -> Text {
    let mark = match verification {
        Verification::V1 => Text::new("。", "."),
        Verification::V2 => Text::new("。待专家核对原文。", ". To be checked by an expert against the original text."),
        _ => Text::new("。依据尚未核实。", ". The basis is not verified."),
    };
    joined(sentence, &mark)
}
