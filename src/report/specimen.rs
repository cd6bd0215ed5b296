//! A report that has something of everything, for the tests of the documents.

use serde_json::json;

use crate::geom::{Metres, Point, Rect};
use crate::model::finding::{Assumed, Clause, CoverageRow, MeasuredLine, Question, Target};
use crate::model::proposal::Exemption;
use crate::model::{
    Action, Effect, Finding, Kinds, Layer, Outcome, Proposal, Revision, SitingReport, Text, Verdict, Verification,
};

/// Compares with the kept document, or keeps the new one where `SISETU_BLESS` is set.
pub fn compare(name: &str, made: &str, kept: &str) {
    if std::env::var_os("SISETU_BLESS").is_some() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/golden").join(name);
        std::fs::write(path, made).unwrap();
    } else {
        assert_eq!(made, kept, "{name} differs; run with SISETU_BLESS=1 to keep the new one");
    }
}

fn finding(rule: &str, outcome: Outcome, title: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        title: Text::new(title, "…"),
        outcome,
        effect: Effect::Prohibit,
        verification: Verification::V1,
        required_m: Some(Metres(1000.0)),
        measured_m: Some(Metres(731.4213)),
        margin_m: Some(Metres(-268.5787)),
        tolerance_m: Metres::ZERO,
        assumed: vec![],
        searched_m: None,
        more: 0,
        target: Some(Target { layer: Layer::Waters, id: "yangtze".to_owned(), name: "长江（模拟）".to_owned() }),
        nearest: Some(MeasuredLine::between(Point::new(115.9, 29.7), Point::new(115.9, 29.706))),
        measure: Text::new("厂界至岸线", "plant boundary to bank line"),
        clause: Clause {
            law: "中华人民共和国长江保护法".to_owned(), article: "第二十六条第二款".to_owned()
        },
        explanation: Text::new(format!("{title}：实测小于要求。"), "…"),
    }
}

/// A vetoed chemical project with one finding of each outcome.
pub fn report() -> SitingReport {
    let nowhere = Finding {
        target: None,
        nearest: None,
        measured_m: None,
        margin_m: None,
        searched_m: Some(Metres(10_000.0)),
        verification: Verification::V2,
        ..finding("PIP-30", Outcome::Met, "管道中心线两侧")
    };
    let assumed = Assumed { field: "half_width_m".to_owned(), value: 15.0, of: "roads/g105".to_owned() };
    let wide = Finding {
        assumed: vec![assumed],
        effect: Effect::Comply,
        more: 3,
        ..finding("HWY-11", Outcome::Undetermined, "公路建筑控制区")
    };
    SitingReport {
        verdict: Verdict::Veto,
        kind: "chem_project".to_owned(),
        action: Action::New,
        revision: Revision(17),
        rule_book: "2026.11".to_owned(),
        as_of: "2026-11-23".to_owned(),
        evaluated_at: "2026-11-24T02:03:04Z".to_owned(),
        findings: vec![finding("YRP-26-2", Outcome::Violated, "干流岸线一公里范围"), wide, nowhere],
        questions: vec![Question {
            fact: "volume_m3".to_owned(),
            why: "决定适用的档次".to_owned(),
            rules: vec!["LPG-8.3".to_owned()],
        }],
        coverage: vec![CoverageRow {
            layer: Layer::ProtectionTargets,
            complete: false,
            reach_m: Metres(1000.0),
            stale: false,
            as_of: None,
        }],
        notes: vec!["长江（模拟）的数据来源为 synthetic".to_owned()],
        hazard_source: None,
        record: None,
    }
}

/// The proposal that report answers.
pub fn proposal() -> Proposal {
    let facts = [("name", json!("某<项目>")), ("handles_hazchem", json!(true)), ("volume_m3", json!(1200.5))];
    Proposal {
        kind: Kinds::shipped().find("chem_project").unwrap(),
        action: Action::New,
        action_stated: true,
        site: Rect::new((115.89, 29.69), (115.91, 29.71)).to_polygon().into(),
        lines: std::collections::BTreeMap::new(),
        contours: vec![],
        facts: facts.into_iter().collect(),
        exemptions: vec![Exemption {
            rule: "RLY-34".to_owned(),
            document: Some("九铁函〔2026〕1号".to_owned()),
            ..Exemption::default()
        }],
        as_of: jiff::civil::date(2026, 11, 23),
    }
}
