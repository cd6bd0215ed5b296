//! Whether what a project keeps is a major hazard source (GB 18218), and the people within 500 m whom its grade hangs on.

use super::request::RequestFault;
use super::scene::Scene;
use crate::geom::Metres;
use crate::model::finding::HazardStep;
use crate::model::{Feature, HazardSource, Kind, Layer, Properties, Text};
use crate::rules::formula::ImpossibleInput;
use crate::rules::formula::hazard_source::{
    Choice, Home, RESIDENTS_WITHIN_M, Residents, Stored, assess, inventory, method,
};

/// The fact that says whether a project is a major hazard source.
const MAJOR: &str = "major_hazard_source";
const RESIDENTS_WITHIN: Metres = Metres(RESIDENTS_WITHIN_M);

/// Sets what follows from the substances of a project: whether they make it a major hazard source, and that it handles
/// hazardous chemicals. What they leave open stays open whatever is said of it, unless that is the stricter. Told is what
/// was stated otherwise and not used.
pub(super) fn settle(facts: &mut Properties, kind: &Kind) -> Result<Option<Text>, ImpossibleInput> {
    let stored = stored(facts)?;
    if kind.fact(MAJOR, &Properties::new()).is_some() {
        return Ok(None);
    }
    let stated = facts.flag(MAJOR);
    let Some(stored) = stored else {
        if stated.is_none() && kind.fact("handles_hazchem", facts) == Some(false) {
            facts.set(MAJOR, false);
        }
        return Ok(None);
    };
    let source = assess(&stored, None)?;
    if source.s.least > 0.0 && kind.fact("handles_hazchem", facts).is_none() {
        facts.set("handles_hazchem", true);
    }
    match (source.major, stated) {
        (Some(true), _) => facts.set(MAJOR, true),
        (_, Some(true)) => {}
        (Some(false), _) => facts.set(MAJOR, false),
        (None, _) => drop(facts.remove(MAJOR)),
    }
    let unused = stated == Some(false) && source.major != Some(false);
    Ok(unused.then(|| {
        Text::new(
            "所填“不构成重大危险源”与危险物质清单不符，未采用。",
            "It was stated to be no major hazard source; the substances do not bear that out, and it was not used.",
        )
    }))
}

/// The fault of substances that cannot be read, or of a denial that they contradict.
pub(super) fn fault(facts: &Properties) -> Option<RequestFault> {
    let fault = |field: &str, reason: String, hint: &str| RequestFault {
        field: field.to_owned(),
        reason,
        hint: hint.to_owned(),
    };
    let source = match stored(facts).and_then(|stored| stored.map(|stored| assess(&stored, None)).transpose()) {
        Ok(source) => source?,
        Err(error) => {
            let hint = "send [{\"cas\" or \"name\", \"tonnes\", \"class\"}], the design maximum in tonnes, 0 or more";
            return Some(fault("substances", error.to_string(), hint));
        }
    };
    let denied = facts.flag("handles_hazchem") == Some(false) && source.s.least > 0.0;
    denied.then(|| {
        let reason = "the substances stated are hazardous chemicals, so the project handles them";
        fault("handles_hazchem", reason.to_owned(), "correct handles_hazchem or substances")
    })
}

/// What is stated to be kept; none where nothing is said.
fn stored(facts: &Properties) -> Result<Option<Vec<Stored>>, ImpossibleInput> {
    facts.get("substances").map(inventory).transpose()
}

impl Scene<'_> {
    /// The method that gives the external safety distance (GB/T 37243).
    pub(super) fn method(&self) -> Option<Choice> {
        let stored = stored(&self.proposal.facts).ok()?.unwrap_or_default();
        method(&stored).ok()
    }

    /// What the stated substances come to; none where none are stated.
    pub(super) fn hazard_source(&self) -> Option<HazardSource> {
        let stored = stored(&self.proposal.facts).ok()??;
        let source = assess(&stored, self.residents()).ok()?;
        let choice = method(&stored).ok()?;
        let lines = source.steps.into_iter();
        let steps = lines.map(|line| HazardStep { what: line.what.to_owned(), value: line.value, note: line.says });
        let chosen = HazardStep { what: "method".to_owned(), value: None, note: told(&choice) };
        Some(HazardSource {
            s: source.s.most,
            alpha: source.alpha.strictest,
            r: source.r.most,
            hazard_grade: source.grade.map(|grades| grades.worst),
            major: source.major,
            method: choice.method.word().to_owned(),
            verification: source.mark.max(choice.mark),
            steps: steps.chain([chosen]).collect(),
        })
    }

    /// The calculation in one note; where nothing is stated of a project that may keep much, that nothing was calculated.
    pub(super) fn hazard_notes(&self, source: Option<&HazardSource>) -> Vec<Text> {
        if let Some(source) = source {
            let join = |pick: fn(&Text) -> &str, sign: &str| {
                source.steps.iter().map(|step| pick(&step.note)).collect::<Vec<_>>().join(sign)
            };
            let (zh, en) = (join(|note| &note.zh, "；"), join(|note| &note.en, "; "));
            return vec![Text::new(
                format!("重大危险源计算：{zh}。依据尚未核实（{}）。", source.verification),
                format!("Major hazard source: {en}. The basis is not verified ({}).", source.verification),
            )];
        }
        let kind = self.proposal.kind;
        let open = kind.facts_that_count().any(|fact| kind.fact(fact, &self.proposal.facts).is_none());
        let told = Text::new(
            "未说明危险物质及其最大存量，未核算是否构成危险化学品重大危险源（GB 18218）。",
            "No substances are stated, so that it was not calculated whether it is a major hazard source (GB 18218).",
        );
        if open { vec![told] } else { vec![] }
    }

    /// The people within 500 m of the plant's boundary. A zone that reaches into the ring counts with all of them; one
    /// that does so only if the site or the zone is as large as a point may be counts at the most.
    fn residents(&self) -> Residents {
        let covered = self.cover_around(Layer::ResidentialZones, RESIDENTS_WITHIN).complete();
        let Ok(index) = self.snapshot.layer(Layer::ResidentialZones) else {
            return Residents::counted([], [], false);
        };
        let beyond = self.own.tried_m() + index.widest().max(self.book.defaults().most(Layer::ResidentialZones));
        let reach = RESIDENTS_WITHIN + beyond + Metres(1.0);
        let (mut sure, mut perhaps) = (vec![], vec![]);
        for (_, zone) in index.near(self.site.envelope(), reach, |_| true) {
            let Some(way) = self.site.nearest_within(zone.shape(), reach) else { continue };
            let allowance = self.book.defaults().allowance(Layer::ResidentialZones, zone);
            let drawn = way.distance.less(allowance.given).rounded();
            if drawn <= RESIDENTS_WITHIN {
                sure.push(home(zone));
            } else if drawn.less(self.own.tried_m() + allowance.tried_m()) <= RESIDENTS_WITHIN {
                perhaps.push(home(zone));
            }
        }
        Residents::counted(sure, perhaps, covered)
    }
}

fn home(zone: &Feature) -> Home {
    Home { persons: zone.properties.number("persons"), households: zone.properties.number("households") }
}

fn told(choice: &Choice) -> Text {
    let step = &choice.step;
    Text::new(format!("外部安全防护距离（GB/T 37243）：{}", step.zh), format!("external safety distance: {}", step.en))
}
