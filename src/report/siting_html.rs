//! 选址安全核查单: the siting report as one self-contained A4 sheet, without scripts and without references to elsewhere.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::words;
use crate::geom::{Envelope, Geometry};
use crate::model::proposal::Exemption;
use crate::model::{Finding, Outcome, Proposal, SitingReport};

const SHEET: &str = include_str!("sheet.css");

/// The sheet of one check: verdict, findings worst first, what is met, what must still be said, and the versions that
/// were used.
pub fn siting_html(report: &SitingReport, proposal: &Proposal) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "选址安全核查单 · " (report.verdict.words().zh) }
                style { (PreEscaped(SHEET)) }
            }
            body {
                main {
                    (heading(report, proposal))
                    (verdict_band(report))
                    (findings(report))
                    (met(report))
                    (questions(report))
                    (coverage(report))
                    (notes(report))
                    (versions(report))
                }
            }
        }
    };
    page.into_string()
}

fn heading(report: &SitingReport, proposal: &Proposal) -> Markup {
    html! {
        header {
            h1 { "选址安全核查单" }
            table.facts {
                (row("项目类型", &format!("{}（{}）", proposal.kind.name.zh, words::action(report.action))))
                @if let Some(name) = proposal.facts.text("name") { (row("项目名称", name)) }
                (row("位置", &place(&proposal.site)))
                @for (fact, value) in proposal.facts.iter().filter(|(fact, _)| *fact != "name") {
                    (row(words::fact(fact), &plain(value)))
                }
                @for contour in &proposal.contours {
                    (row("个人风险等值线", &format!("{:e}/年（{}）", contour.risk_per_year, contour.document)))
                }
                @for exemption in proposal.exemptions.iter().filter(|exemption| exemption.document().is_some()) {
                    (row("豁免文件", &claim(exemption)))
                }
            }
        }
    }
}

fn row(name: &str, value: &str) -> Markup {
    html! { tr { th scope="row" { (name) } td { (value) } } }
}

fn place(site: &Geometry) -> String {
    let shape = match site {
        Geometry::Point(_) => "点位",
        Geometry::LineString(_) | Geometry::MultiLineString(_) | Geometry::Line(_) => "线路",
        _ => "地块",
    };
    Envelope::of(site).map_or_else(
        || shape.to_owned(),
        |envelope| {
            let centre = envelope.centre();
            format!("{shape}，中心 东经 {:.6}°、北纬 {:.6}°（CGCS2000）", centre.x, centre.y)
        },
    )
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Bool(true) => "是".to_owned(),
        serde_json::Value::Bool(false) => "否".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn verdict_band(report: &SitingReport) -> Markup {
    let words = report.verdict.words();
    html! {
        section.verdict data-verdict=(words::verdict(report.verdict)) {
            p.word { (words.zh) }
            p {
                @if let Some(first) = report.findings.iter().find(|finding| finding.outcome != Outcome::Met) {
                    (first.explanation.zh)
                } @else {
                    (words.en)
                }
            }
        }
    }
}

fn findings(report: &SitingReport) -> Markup {
    let open: Vec<&Finding> = report.findings.iter().filter(|finding| finding.outcome != Outcome::Met).collect();
    html! {
        section {
            h2 { "核查发现（" (open.len()) " 项）" }
            @if open.is_empty() { p { "无。" } } @else { (table(&open)) }
        }
    }
}

fn met(report: &SitingReport) -> Markup {
    let met = words::of_outcome(report, Outcome::Met);
    html! {
        @if !met.is_empty() {
            section {
                h2 { "符合的条款（" (met.len()) " 项）" }
                (table(&met))
            }
        }
    }
}

fn table(findings: &[&Finding]) -> Markup {
    html! {
        table.findings {
            thead { tr {
                th scope="col" { "结果" } th scope="col" { "条款" } th scope="col" { "要求" } th scope="col" { "实测" }
                th scope="col" { "余量" } th scope="col" { "对象" }
            } }
            @for finding in findings { tbody { (figures(finding)) (explanation(finding)) } }
        }
    }
}

fn figures(finding: &Finding) -> Markup {
    html! {
        tr {
            td.outcome {
                strong { (words::outcome(finding.outcome)) }
                @if finding.outcome != Outcome::Met { br; (words::effect(finding.effect)) }
            }
            td {
                (finding.rule) " " (finding.title.zh) br;
                small { "《" (finding.clause.law) "》" (finding.clause.article) "〔" (words::mark(finding)) "〕" }
            }
            td.figure { (words::metres(finding.required_m)) }
            td.figure { (words::metres(finding.measured_m)) }
            td.figure { (words::metres(finding.margin_m)) }
            td { (words::target(finding)) }
        }
    }
}

fn explanation(finding: &Finding) -> Markup {
    let assumed = words::assumed(finding);
    html! {
        tr.explanation {
            td colspan="6" {
                (finding.explanation.zh)
                @if !finding.measure.zh.is_empty() { " 量算：" (finding.measure.zh) "。" }
                @if !assumed.is_empty() { " 假定值：" (assumed) "。" }
                @if finding.more > 0 { " 另有 " (finding.more) " 个对象未列出。" }
            }
        }
    }
}

fn questions(report: &SitingReport) -> Markup {
    html! {
        @if !report.questions.is_empty() {
            section {
                h2 { "待补充的事实" }
                ul {
                    @for question in &report.questions {
                        li { strong { (words::fact(&question.fact)) } "：" (question.why) "（" (question.rules.join("、")) "）" }
                    }
                }
            }
        }
    }
}

fn coverage(report: &SitingReport) -> Markup {
    html! {
        @if !report.coverage.is_empty() {
            section {
                h2 { "资料覆盖" }
                ul {
                    @for row in &report.coverage {
                        li {
                            (words::layer(row.layer).zh) "：至 " (words::metres(Some(row.reach_m))) " "
                            @if row.complete { "完整" } @else { strong { "不完整" } }
                            @if let Some(day) = &row.as_of { "，截至 " (day) }
                        }
                    }
                }
            }
        }
    }
}

fn notes(report: &SitingReport) -> Markup {
    html! {
        @if !report.notes.is_empty() {
            section {
                h2 { "说明" }
                ul { @for note in &report.notes { li { (note) } } }
            }
        }
    }
}

fn versions(report: &SitingReport) -> Markup {
    html! {
        footer {
            p {
                "依据日期 " (report.as_of) " · 数据版本 " (report.revision) " · 规则库 " (report.rule_book)
                " · 核查时间 " (report.evaluated_at)
            }
            p { "距离为 CGCS2000 椭球面上的最短地面距离。本单为辅助核查，不替代法定审批。" }
            p.signature { "核查人：" span {} "　复核人：" span {} "　日期：" span {} }
        }
    }
}

/// An exemption claimed, in one line: rule, document, issuer, date.
fn claim(exemption: &Exemption) -> String {
    let given = [&exemption.document, &exemption.issuer, &exemption.date].into_iter().flatten();
    format!("{}：{}", exemption.rule, given.map(String::as_str).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

    fn sheet() -> String {
        siting_html(&specimen::report(), &specimen::proposal())
    }

    #[test]
    fn the_sheet_is_the_one_kept() {
        specimen::compare("siting.html", &sheet(), include_str!("golden/siting.html"));
    }

    #[test]
    fn the_sheet_stands_alone_and_runs_nothing() {
        let sheet = sheet();
        for reference in ["<script", "src=", "href=", "http:", "https:", "url(", "@import", "onload"] {
            assert!(!sheet.contains(reference), "{reference}");
        }
    }

    #[test]
    fn what_others_wrote_is_shown_and_not_run() {
        let mut report = specimen::report();
        report.notes = vec!["<img src=x onerror=alert(1)>".to_owned()];
        let sheet = siting_html(&report, &specimen::proposal());
        assert!(sheet.contains("&lt;img src=x onerror=alert(1)&gt;") && !sheet.contains("<img"));
    }
}
