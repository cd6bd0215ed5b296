//! Whether an installation is a major hazard source, and of which grade, by what it holds (GB 18218-2018).

use std::rc::Rc;

use serde_json::{Map, Value};

use super::grade::Step;
use super::residents::Around;
use crate::model::Feature;
use crate::rules::formula::hazard_source::{HazardSource, Stored, assess, inventory};

/// How many substances are told one by one.
const LISTED: usize = 100;

/// What an installation holds, assessed.
#[derive(Clone, Debug)]
pub(super) struct Source<'a> {
    found: HazardSource,
    around: Rc<Around<'a>>,
    /// What could not be read in the list.
    unreadable: Vec<String>,
    listed: usize,
}

impl<'a> Source<'a> {
    /// The assessment of an installation that says what it holds; `around` is who lives around its plant.
    pub fn of(installation: &Feature, around: impl FnOnce() -> Rc<Around<'a>>) -> Option<Self> {
        let (stored, unreadable) = read(installation.properties.get("substances")?);
        let around = around();
        // Amounts that cannot be were taken out while reading, so that nothing is left to refuse.
        let found = assess(&stored, around.residents).ok()?;
        Some(Self { found, around, unreadable, listed: stored.len() })
    }

    /// The grade 1 to 4; `None` where it is no major hazard source, or where that is not known.
    pub fn grade(&self) -> Option<u8> {
        self.found.strictest.grade
    }

    /// Whether something that it holds could not be counted, so that the grade may be worse.
    pub fn is_bound(&self) -> bool {
        !self.found.unknown.is_empty() || self.listed == 0
    }

    pub fn phrase(&self) -> String {
        let strictest = &self.found.strictest;
        let at_least = if self.is_bound() { "至少 " } else { "" };
        match self.grade() {
            Some(grade) => format!("{at_least}{grade}（GB 18218：S = {}，R = {}）", strictest.s, strictest.r),
            None => "未构成或不能判定".to_owned(),
        }
    }

    /// What was read besides the installation's own fields.
    pub fn inputs(&self, inputs: &mut Map<String, Value>) {
        self.around.inputs(inputs);
    }

    /// Substances, residents, α, S, R, and the grade of which the worse of computed and `registered` counts.
    pub fn steps(&self, registered: Option<u64>, steps: &mut Vec<Step>) {
        let strictest = &self.found.strictest;
        let lines = self.found.steps.iter().take(self.listed);
        let told = lines.take(LISTED);
        steps.extend(
            told.map(|line| Step::new("substance", line.value.map_or(Value::Null, Value::from), &line.says.zh)),
        );
        if self.listed > LISTED {
            steps.push(Step::new("more", self.listed - LISTED, "其余物质未逐一列出，均已计入"));
        }
        steps.extend(self.unreadable.iter().map(|what| Step::new("substance", Value::Null, what)));
        if !self.found.ambiguous.is_empty() {
            let note = format!("{} 对应多个条目，取最严临界量", self.found.ambiguous.join("、"));
            steps.push(Step::new("ambiguous", self.found.ambiguous.len(), note));
        }
        self.around.steps(self.found.alpha.strictest, steps);
        let bound = if self.is_bound() { "；有物质未能计入，为下限" } else { "" };
        steps.push(Step::new("S", strictest.s, format!("S = Σ(q/Q){bound}")));
        let how = self.found.mark;
        steps.push(Step::new("R", strictest.r, format!("R = α·Σ(β·q/Q)；GB 18218-2018（{how}）{bound}")));
        let counting = [self.grade().map(u64::from), registered].into_iter().flatten().min();
        steps.push(Step::new("hazard_grade", counting.map_or(Value::Null, Value::from), self.grade_note(registered)));
    }

    fn grade_note(&self, registered: Option<u64>) -> String {
        let computed = match (self.grade(), self.is_bound()) {
            (Some(grade), false) => format!("计算 {grade} 级"),
            (Some(grade), true) => format!("计算至少 {grade} 级（有物质未能计入，可能更重）"),
            (None, false) => "S < 1，不构成重大危险源".to_owned(),
            (None, true) => "已知物质 S < 1，尚有物质未能计入，不能判定（不作低风险处理）".to_owned(),
        };
        match registered {
            Some(registered) => format!("{computed}；登记 {registered} 级；取较重者"),
            None => computed,
        }
    }
}

/// The list, each entry by itself, so that one misspelt entry does not lose the others; it is kept as one of unknown amount.
fn read(list: &Value) -> (Vec<Stored>, Vec<String>) {
    let Some(entries) = list.as_array() else {
        return (vec![], vec!["substances 不是列表，读不出存放何物".to_owned()]);
    };
    let mut unreadable = Vec::new();
    let stored = entries.iter().enumerate().map(|(place, entry)| {
        let one = inventory(&Value::from(vec![entry.clone()])).ok().and_then(|mut one| one.pop());
        let possible = |one: &Stored| one.tonnes.is_none_or(|tonnes| tonnes.is_finite() && tonnes >= 0.0);
        one.filter(possible).unwrap_or_else(|| {
            unreadable.push(format!("substances 第 {} 项的写法或数量不可用，按存量不明处理：{entry}", place + 1));
            let text = |field: &str| entry.get(field).and_then(Value::as_str).map(str::to_owned);
            Stored { cas: text("cas"), name: text("name"), ..Stored::default() }
        })
    });
    (stored.collect(), unreadable)
}

/// The line of a grade that is only registered.
pub(super) fn registered_step(grade: u64) -> Step {
    Step::new("hazard_grade", grade, format!("登记 {grade} 级；未列 substances，未作计算"))
}
