//! The siting report as plain text, for terminals and mails.

use std::fmt::Write;

use super::words;
use crate::model::{Finding, Kinds, Outcome, SitingReport};

/// The report as lines of text, worst findings first, with every figure the verdict rests on.
pub fn siting_text(report: &SitingReport) -> String {
    let mut text = head(report);
    for outcome in words::OUTCOMES {
        section(&mut text, report, outcome);
    }
    questions(&mut text, report);
    coverage(&mut text, report);
    notes(&mut text, report);
    text
}

fn head(report: &SitingReport) -> String {
    let kind = Kinds::shipped().find(&report.kind).map_or(report.kind.as_str(), |kind| kind.name.zh.as_str());
    format!(
        "选址安全核查：{verdict}（{word}）\n项目 {kind}（{action}）· 依据日期 {as_of} · 数据版本 {revision} · 规则库 {book} · 核查时间 {at}\n",
        verdict = report.verdict.words().zh,
        word = words::verdict(report.verdict),
        action = words::action(report.action),
        as_of = report.as_of,
        revision = report.revision,
        book = report.rule_book,
        at = report.evaluated_at,
    )
}

// Writing to a String cannot fail, so the results of `write!` are let go below.

fn section(text: &mut String, report: &SitingReport, outcome: Outcome) {
    let findings = words::of_outcome(report, outcome);
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{} · {} 项", words::outcome(outcome), findings.len());
    for found in findings {
        finding(text, found);
    }
}

fn finding(text: &mut String, finding: &Finding) {
    let _ = writeln!(text, "  {} {}", finding.rule, finding.title.zh);
    let _ = writeln!(
        text,
        "    要求 {} · 实测 {} · 余量 {} · 对象 {}",
        words::metres(finding.required_m),
        words::metres(finding.measured_m),
        words::metres(finding.margin_m),
        words::target(finding),
    );
    let _ = writeln!(text, "    《{}》{}〔{}〕", finding.clause.law, finding.clause.article, words::mark(finding));
    let _ = writeln!(text, "    {}", finding.explanation.zh);
    let assumed = words::assumed(finding);
    if !assumed.is_empty() {
        let _ = writeln!(text, "    假定值：{assumed}");
    }
    if finding.more > 0 {
        let _ = writeln!(text, "    另有 {} 个对象未列出", finding.more);
    }
}

fn questions(text: &mut String, report: &SitingReport) {
    if report.questions.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n待补充的事实 · {} 项", report.questions.len());
    for question in &report.questions {
        let _ = writeln!(
            text,
            "  {}（{}）：{}〔{}〕",
            words::fact(&question.fact),
            question.fact,
            question.why,
            question.rules.join("、")
        );
    }
}

fn coverage(text: &mut String, report: &SitingReport) {
    let missing: Vec<_> = report.coverage.iter().filter(|row| !row.complete).collect();
    if missing.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n资料覆盖不足");
    for row in missing {
        let _ = writeln!(
            text,
            "  {}（{}）：需覆盖至 {}",
            words::layer(row.layer).zh,
            row.layer,
            words::metres(Some(row.reach_m))
        );
    }
}

fn notes(text: &mut String, report: &SitingReport) {
    if report.notes.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n说明");
    for note in &report.notes {
        let _ = writeln!(text, "  {note}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

    #[test]
    fn the_text_is_the_one_kept() {
        specimen::compare("siting.txt", &siting_text(&specimen::report()), include_str!("golden/siting.txt"));
    }

    #[test]
    fn empty_sections_are_left_out() {
        let report =
            SitingReport { findings: vec![], questions: vec![], coverage: vec![], notes: vec![], ..specimen::report() };
        assert_eq!(siting_text(&report).lines().count(), 2);
    }
}
