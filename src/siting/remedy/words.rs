//! Remedies, and why there are none, in Chinese and in English.

use super::trial::Passed;
use crate::geom::Metres;
use crate::model::{Text, Verdict};
use crate::siting::explain::fact_label;

/// Names of the directions, from north by the east.
const DIRECTIONS: [(&str, &str); 8] = [
    ("北", "north"),
    ("东北", "north-east"),
    ("东", "east"),
    ("东南", "south-east"),
    ("南", "south"),
    ("西南", "south-west"),
    ("西", "west"),
    ("西北", "north-west"),
];

pub(super) fn shifted(bearing: f64, metres: f64, shortest: bool, passed: &Passed) -> Text {
    let (zh, en) = DIRECTIONS[(bearing / 45.0).round() as usize % DIRECTIONS.len()];
    let degrees = (bearing * 10.0).round() / 10.0;
    let what = Text::new(
        format!("向{zh}（{degrees}°）平移 {metres:.1} m 后"),
        format!("Moved {metres:.1} m {en} (bearing {degrees}°) the site "),
    );
    let doubt = if shortest {
        Text::default()
    } else {
        Text::new("搜索未能穷尽，可能另有更短的平移。", " The search was not exhaustive: a shorter move may pass.")
    };
    joined(what, &after(passed), &doubt)
}

pub(super) fn cut(area: f64, share: f64, slivers: usize, passed: &Passed) -> Text {
    let percent = share * 100.0;
    let what = Text::new(
        format!("让出 {area:.0} m²（占选址 {percent:.1}%）后"),
        format!("With {area:.0} m² given up ({percent:.1}% of it) the site "),
    );
    let told = if slivers == 0 {
        Text::default()
    } else {
        Text::new(
            format!("其中含 {slivers} 处不足 1 m² 的碎块。"),
            format!(" {slivers} pieces below 1 m² are given up with it."),
        )
    };
    joined(what, &after(passed), &told)
}

pub(super) fn reduced(label: &Text, from: f64, to: f64, unit: &str, passed: &Passed) -> Text {
    let what = Text::new(
        format!("{}由 {from} {unit}减至 {to} {unit}后", label.zh),
        format!("With the {} reduced from {from} to {to} {unit} the project ", label.en),
    );
    joined(what, &after(passed), &Text::default())
}

/// What a remedy leads to: a review is not a pass, and says so.
fn after(passed: &Passed) -> Text {
    let open = passed.open.len();
    match passed.verdict {
        Verdict::Pass => Text::new("符合。", "complies."),
        Verdict::Review => Text::new(
            format!("不再违反，但仍需论证或审批（{open} 项）。"),
            format!("violates nothing, but still needs demonstration or approval ({open} findings)."),
        ),
        _ => Text::new(
            format!("不再违反，但仍无法判定（{open} 项未决）。"),
            format!("violates nothing, but still cannot be determined ({open} findings are open)."),
        ),
    }
}

pub(super) fn not_needed(verdict: Verdict) -> Text {
    let words = verdict.words();
    Text::new(
        format!("结论为“{}”，没有需要消除的违反项。", words.zh),
        format!("The verdict is: {}. Nothing is violated that a change could mend.", words.en),
    )
}

pub(super) fn nowhere(farthest: Metres, complete: bool) -> Text {
    if !complete {
        return spent();
    }
    Text::new(
        format!("在 {} m 以内未找到平移后不违反的位置。", farthest.0),
        format!("No place within {} m was found where the site would violate nothing.", farthest.0),
    )
}

pub(super) fn spent() -> Text {
    Text::new(
        "核查次数已用尽，或途经数据不明之处，未能得出结果；不能据此认为没有。",
        "The checks ran out, or the data on the way were missing, before an answer was found; there may be one.",
    )
}

pub(super) fn nothing_about_the_place(rules: &[&str]) -> Text {
    let listed = rules.join(", ");
    Text::new(format!("{listed} 与位置无关，平移不能消除。"), format!("{listed} holds wherever the site is moved."))
}

pub(super) fn nothing_about_the_site(rule: &str) -> Text {
    Text::new(
        format!("{rule} 不因让出部分用地而消除。"),
        format!("{rule} holds whatever part of the site is given up."),
    )
}

pub(super) fn along_a_line(rule: &str) -> Text {
    Text::new(
        format!("{rule} 沿河流或管道计量，未推算须让出的部分。"),
        format!("{rule} is measured along a river or a pipe; which part to give up is not worked out."),
    )
}

pub(super) fn no_area() -> Text {
    Text::new("选址不是面，无从让出部分用地。", "The site is not an area, so that no part of it can be given up.")
}

pub(super) fn line_stays(rule: &str, fact: &str) -> Text {
    let label = fact_label(fact);
    Text::new(
        format!("{rule} 自“{}”起算，让出用地不改变其距离。", label.zh),
        format!("{rule} counts from {}, which giving up ground does not move.", label.en),
    )
}

pub(super) fn line_given_up(fact: &str) -> Text {
    let label = fact_label(fact);
    Text::new(
        format!("“{}”位于须让出的部分。", label.zh),
        format!("What lies in the part that would have to be given up: {}.", label.en),
    )
}

pub(super) fn nothing_left() -> Text {
    Text::new("让出后没有剩余用地。", "Nothing would be left of the site.")
}

pub(super) fn cut_does_not_help() -> Text {
    Text::new("让出部分用地不能消除违反项。", "Giving up a part of the site does not mend what is violated.")
}

pub(super) fn no_quantity() -> Text {
    Text::new("未填写可以减少的数量。", "No quantity is stated that could be reduced.")
}

pub(super) fn no_reduction(labels: &[&Text]) -> Text {
    let zh: Vec<&str> = labels.iter().map(|label| label.zh.as_str()).collect();
    let en: Vec<&str> = labels.iter().map(|label| label.en.as_str()).collect();
    Text::new(
        format!("单独减少{}均不能消除违反项。", zh.join("、")),
        format!("Nothing is mended by less of any of these alone: {}.", en.join(", ")),
    )
}

fn joined(what: Text, then: &Text, told: &Text) -> Text {
    Text { zh: what.zh + &then.zh + &told.zh, en: what.en + &then.en + &told.en }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(verdict: Verdict) -> Passed {
        Passed { verdict, open: vec![] }
    }

    #[test]
    fn a_move_is_told_as_people_would_say_it() {
        let says = shifted(315.0, 43.2, true, &passed(Verdict::Pass));
        assert_eq!(says.zh, "向西北（315°）平移 43.2 m 后符合。");
        assert_eq!(says.en, "Moved 43.2 m north-west (bearing 315°) the site complies.");
        assert!(shifted(359.9, 1.0, true, &passed(Verdict::Pass)).zh.starts_with("向北（359.9°）"));
    }

    #[test]
    fn a_review_is_not_told_as_a_pass() {
        let says = reduced(&Text::new("总容积", "total volume"), 300.0, 200.0, "m³", &passed(Verdict::Review));
        assert!(!says.zh.contains("符合") && says.zh.contains("仍需论证或审批"), "{}", says.zh);
        assert!(!says.en.contains("complies"), "{}", says.en);
        assert!(cut(10.0, 0.1, 2, &passed(Verdict::Undetermined)).zh.contains("仍无法判定"));
    }
}
