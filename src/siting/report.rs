//! Putting the findings of all rules together into one answer.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Request;
use super::evaluate::{Evaluated, evaluate, verdict};
use super::explain::fact_label;
use super::scene::Scene;
use crate::geom::{Geometry, Metres};
use crate::model::finding::{Clause, CoverageRow, Question};
use crate::model::{Finding, Layer, Outcome, Schema, SitingReport, Text, Verdict};
use crate::rules::Unknown;
use crate::rules::applicability::{lingering, procedures};

/// At most this many rough targets are named in a note.
const NAMED: usize = 8;

pub(super) fn assemble(
    scene: &Scene<'_>,
    request: &Request,
    evaluated: Vec<Evaluated>,
    told: &[Text],
    evaluated_at: Timestamp,
) -> SitingReport {
    let questions = questions(&evaluated);
    let coverage = coverage(&evaluated);
    let mut notes: Vec<String> = notes(scene, &evaluated).iter().chain(told).map(Text::both).collect();
    notes.extend(request.notes.iter().map(Text::both));
    let mut findings: Vec<Finding> = evaluated.into_iter().flat_map(|one| one.findings).collect();
    findings.sort_by(worst_first);
    let proposal = scene.proposal;
    SitingReport {
        verdict: findings.iter().map(meaning).min().unwrap_or(Verdict::Undetermined),
        kind: proposal.kind.kind.clone(),
        action: proposal.action,
        revision: scene.snapshot.revision(),
        rule_book: scene.book.version().to_owned(),
        as_of: proposal.as_of.to_string(),
        evaluated_at: evaluated_at.to_string(),
        findings,
        questions,
        coverage,
        notes,
        hazard_source: None,
        record: None,
    }
}

fn meaning(finding: &Finding) -> Verdict {
    verdict(finding.effect, finding.outcome, finding.verification)
}

fn worst_first(one: &Finding, other: &Finding) -> std::cmp::Ordering {
    let margin = |finding: &Finding| finding.margin_m.map_or(f64::MAX, |margin| margin.0);
    let rank = |finding: &Finding| (meaning(finding), finding.outcome as u8);
    rank(one)
        .cmp(&rank(other))
        .then_with(|| margin(one).total_cmp(&margin(other)))
        .then_with(|| one.rule.cmp(&other.rule))
        .then_with(|| one.target.cmp(&other.target))
}

/// The facts whose answer could change an open finding, each with the rules that need it.
fn questions(evaluated: &[Evaluated]) -> Vec<Question> {
    let mut rules: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in evaluated {
        for unknown in &one.unknowns {
            if let Unknown::Fact(fact) = unknown {
                rules.entry(fact).or_default().insert(&one.rule);
            }
        }
    }
    let asked = rules.into_iter().map(|(fact, rules)| {
        let label = fact_label(fact);
        let why = Text::new(
            format!("“{}”会影响所列规则的结论", label.zh),
            format!("the outcome of these rules depends on: {}", label.en),
        );
        Question { fact: fact.to_owned(), why: why.both(), rules: rules.into_iter().map(str::to_owned).collect() }
    });
    asked.collect()
}

fn coverage(evaluated: &[Evaluated]) -> Vec<CoverageRow> {
    let mut rows: BTreeMap<Layer, CoverageRow> = BTreeMap::new();
    for cover in evaluated.iter().flat_map(|one| &one.covers) {
        let blank =
            CoverageRow { layer: cover.layer, complete: true, reach_m: Metres::ZERO, as_of: None, stale: false };
        let row = rows.entry(cover.layer).or_insert(blank);
        row.complete &= cover.complete();
        row.stale |= cover.stale;
        row.reach_m = row.reach_m.max(cover.reach);
        let date = cover.as_of.map(|date| date.to_string());
        row.as_of = row.as_of.take().into_iter().chain(date).min();
    }
    rows.into_values().collect()
}

fn notes(scene: &Scene<'_>, evaluated: &[Evaluated]) -> Vec<Text> {
    let mut notes = Vec::new();
    if evaluated.is_empty() {
        notes.push(Text::new(
            "规则库中没有适用于该类项目的规则，不能据此认为符合。",
            "No rule of the book applies to this kind of project; that is no reason to take it for compliant.",
        ));
    }
    for fact in scene.proposal.kind.denied(&scene.proposal.facts) {
        let label = fact_label(fact);
        notes.push(Text::new(
            format!("“{}”由项目类别决定，所填内容未采用。", label.zh),
            format!("The project kind settles whether it {}; what was stated was not used.", label.en),
        ));
    }
    if !scene.proposal.action_stated {
        notes.push(Text::new("未说明建设性质，按新建核查。", "The action is not stated; it was taken to be new."));
    }
    if matches!(scene.proposal.site, Geometry::Point(_)) {
        let radius = scene.own.tried_m().0;
        notes.push(Text::new(
            format!("选址为点，并按半径 {radius} m 试算。"),
            format!("The site is a point; a radius of {radius} m was tried beside it."),
        ));
    }
    notes.extend(stale(evaluated));
    notes.extend(rough(evaluated));
    notes
}

/// Layers whose coverage is older than the district lets pass unremarked.
fn stale(evaluated: &[Evaluated]) -> Vec<Text> {
    let covers = evaluated.iter().flat_map(|one| &one.covers).filter(|cover| cover.stale);
    let dates: BTreeMap<Layer, String> =
        covers.filter_map(|cover| Some((cover.layer, cover.as_of?.to_string()))).collect();
    let told = dates.into_iter().map(|(layer, since)| {
        let title = &Schema::layer(layer).title;
        Text::new(
            format!("图层 {layer}（{}）的数据截至 {since}，已超过规定的更新期限，请先更新。", title.zh),
            format!("Layer {layer} is as of {since}, older than the district allows: renew it first."),
        )
    });
    told.collect()
}

impl Scene<'_> {
    /// What policies that have ended would still have asked for: told, never judged.
    pub(super) fn ended_policies(&self) -> Vec<Text> {
        let ended = lingering(self.book, self.proposal);
        let told = ended.iter().filter_map(|applicable| {
            let evaluated = evaluate(self, applicable);
            let open = |finding: &Finding| {
                finding.target.is_some() && !matches!(finding.outcome, Outcome::Met | Outcome::Undetermined)
            };
            let rule = applicable.rule;
            evaluated.findings.iter().any(open).then(|| {
                Text::new(
                    format!("提示（{}，已届满，不作判定依据）：{}，本选址在其范围内。", rule.id, rule.title.zh),
                    format!(
                        "{} has ended and is not judged by; the site lies where it asked: {}.",
                        rule.id, rule.title.en
                    ),
                )
            })
        });
        told.collect()
    }

    /// What the law asks of the project wherever it stands.
    pub(super) fn procedures(&self) -> Vec<Text> {
        let (zh, en): (Vec<String>, Vec<String>) = procedures(self.book, self.proposal)
            .map(|procedure| {
                let Clause { law, article } = &procedure.clause;
                (
                    format!("{}（{}；{law} {article}）", procedure.title.zh, procedure.authority.zh),
                    format!("{} ({}; {law} {article})", procedure.title.en, procedure.authority.en),
                )
            })
            .unzip();
        if zh.is_empty() {
            return vec![];
        }
        vec![Text::new(
            format!("选址之外另须办理：{}。", zh.join("、")),
            format!("Besides the site, the project must go through: {}.", en.join(", ")),
        )]
    }
}

/// Targets whose position is invented or sketched.
fn rough(evaluated: &[Evaluated]) -> Vec<Text> {
    let mut by_origin: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, origin) in evaluated.iter().flat_map(|one| &one.rough) {
        by_origin.entry(origin).or_default().insert(name);
    }
    let told = by_origin.into_iter().map(|(origin, names)| {
        let more = names.len().saturating_sub(NAMED);
        let listed = names.into_iter().take(NAMED).collect::<Vec<_>>().join("、");
        let word = if origin == "synthetic" { "模拟" } else { "示意" };
        let (and_zh, and_en) =
            if more > 0 { (format!("等另 {more} 处"), format!(" and {more} more")) } else { Default::default() };
        Text::new(
            format!("{word}数据（{origin}），所测距离不是现场事实：{listed}{and_zh}。"),
            format!("{origin} data, so that no distance to it is a fact about the place: {listed}{and_en}."),
        )
    });
    told.collect()
}
