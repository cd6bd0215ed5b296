//! The survey as a sheet for spreadsheets and as text.

use std::fmt::Write;

use super::words;
use crate::model::{Conflict, ConflictTotals, NotSurveyed, Outcome};
use crate::siting::survey::{Lacking, Summary};

const COLUMNS: [&str; 20] = [
    "id",
    "severity",
    "standing",
    "outcome",
    "rule",
    "title",
    "subject_layer",
    "subject_id",
    "subject_name",
    "object_layer",
    "object_id",
    "object_name",
    "township",
    "required_m",
    "measured_m",
    "margin_m",
    "verification",
    "law",
    "article",
    "explanation",
];

/// The first line of a sheet. The mark before it tells spreadsheets that the text is UTF-8.
pub fn survey_csv_head() -> String {
    format!("\u{feff}{}\r\n", COLUMNS.join(","))
}

/// A line for each conflict.
pub fn survey_csv_rows(conflicts: &[Conflict]) -> String {
    conflicts.iter().map(row).collect()
}

fn row(conflict: &Conflict) -> String {
    let metres = |metres: Option<crate::geom::Metres>| metres.map_or(String::new(), |metres| metres.0.to_string());
    let object = conflict.object.as_ref();
    let cells = [
        conflict.id.clone(),
        conflict.severity.word().to_owned(),
        conflict.standing.word().to_owned(),
        words::outcome(conflict.outcome).to_owned(),
        conflict.rule.clone(),
        conflict.title.zh.clone(),
        conflict.subject.layer.to_string(),
        conflict.subject.id.clone(),
        conflict.subject.name.clone(),
        object.map_or(String::new(), |object| object.layer.to_string()),
        object.map_or(String::new(), |object| object.id.clone()),
        object.map_or(String::new(), |object| object.name.clone()),
        conflict.township.clone().unwrap_or_default(),
        metres(conflict.required_m),
        metres(conflict.measured_m),
        metres(conflict.margin_m),
        mark(conflict),
        conflict.clause.law.clone(),
        conflict.clause.article.clone(),
        conflict.explanation.zh.clone(),
    ];
    cells.map(|text| cell(&text)).join(",") + "\r\n"
}

fn mark(conflict: &Conflict) -> String {
    let word = serde_json::to_value(conflict.verification);
    word.ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula or for several cells.
fn cell(text: &str) -> String {
    let formula =
        text.starts_with(['=', '+', '@', '\t', '\r']) || (text.starts_with('-') && text.parse::<f64>().is_err());
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The survey for people: what it rests on, its totals, and its worst conflicts.
pub fn survey_text(summary: &Summary<'_>, totals: &ConflictTotals, worst: &[Conflict]) -> String {
    let mut text =
        format!("全域评估  版本 {} · 规则库 {} · 适用日期 {}\n", summary.revision, summary.rule_book, summary.as_of);
    let _ = writeln!(text, "已核查 {} / {} 个对象\n", summary.done, summary.of);
    let _ = writeln!(text, "冲突 {} 处", totals.total);
    let divisions = [
        ("按结论", &totals.by_verdict),
        ("按性质", &totals.by_standing),
        ("按条款", &totals.by_rule),
        ("按乡镇", &totals.by_township),
    ];
    for (title, counts) in divisions {
        let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{} {count}", named(word))).collect();
        let _ = writeln!(text, "  {title}：{}", if counts.is_empty() { "—".to_owned() } else { counts.join("；") });
    }
    let _ = writeln!(text, "无法判定 {} 处（不计入冲突；以 --outcome undetermined 列出）", summary.undetermined.total);
    let _ = write!(text, "{}{}", lacking(summary.lacking), not_surveyed(summary.not_surveyed));
    if !worst.is_empty() {
        let _ = writeln!(text, "\n最严重的 {} 处：", worst.len());
    }
    text.extend(worst.iter().map(entry));
    text
}

fn named(word: &str) -> &str {
    match word {
        "veto" => "一票否决",
        "fail" => "不符合",
        "review" => "需论证或审批",
        "undetermined" => "无法判定",
        "rectify" => "需整改",
        "legacy" => "存量（不得新建、扩建）",
        "none" => "不在任何乡镇",
        other => other,
    }
}

fn lacking(lacking: &[Lacking]) -> String {
    let told: Vec<String> =
        lacking.iter().map(|one| format!("{}（{}）：{}", words::layer(one.layer).zh, one.layer, one.why)).collect();
    if told.is_empty() {
        String::new()
    } else {
        format!("资料不全，其中的冲突无从发现：{}\n", told.join("；"))
    }
}

fn not_surveyed(others: &[NotSurveyed]) -> String {
    let told: Vec<String> = others
        .iter()
        .map(|one| format!("{} {} {}", one.layer, one.kind.as_deref().unwrap_or("—"), one.count))
        .collect();
    if told.is_empty() { String::new() } else { format!("未作为主体核查：{}\n", told.join("；")) }
}

fn entry(conflict: &Conflict) -> String {
    let object = conflict.object.as_ref().map_or("—", |object| object.name.as_str());
    let standing = if conflict.outcome == Outcome::Undetermined { String::new() } else { conflict.standing.words().zh };
    format!(
        "{}  {}  {}  {} ↔ {object}  {}\n    {}\n",
        conflict.severity.words().zh,
        standing,
        conflict.rule,
        conflict.subject.name,
        conflict.township.as_deref().unwrap_or("—"),
        conflict.explanation.zh,
    )
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_stay_what_they_are_in_a_spreadsheet() {
        assert_eq!(cell("甲, \"乙\""), "\"甲, \"\"乙\"\"\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("-12.5"), "-12.5");
        assert_eq!(cell("-x"), "'-x");
    }
}
