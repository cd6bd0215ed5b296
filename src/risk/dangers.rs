//! Hidden dangers 隐患: what was found at an object, and whether it is closed.

use super::computed::filled;
use super::grade::Step;
use super::references;
use crate::index::Snapshot;
use crate::model::{Feature, Layer};

/// What documents a closure; without all of it a danger is open.
const CLOSURE: [&str; 3] = ["closed_on", "closed_by", "closure_document"];

/// How many open ones are named.
const NAMED: usize = 5;

/// The hidden dangers that name one object.
#[derive(Clone, Debug, Default)]
pub(super) struct Dangers<'a> {
    open_major: Vec<&'a Feature>,
    open_other: usize,
    closed: usize,
}

impl<'a> Dangers<'a> {
    /// Those found at an object.
    pub fn of(snapshot: &'a Snapshot, layer: Layer, object: &Feature) -> Self {
        let mut all = Self::default();
        for danger in references::naming(snapshot, Layer::HiddenDangers, layer, object) {
            if lacking(danger).is_empty() {
                all.closed += 1;
            } else if is_major(danger) {
                all.open_major.push(danger);
            } else {
                all.open_other += 1;
            }
        }
        all
    }

    /// The first open major one.
    pub fn worst(&self) -> Option<&'a Feature> {
        self.open_major.first().copied()
    }

    /// How many are open, where there are any at all.
    pub fn step(&self) -> Option<Step> {
        let open = self.open_major.len() + self.open_other;
        if open + self.closed == 0 {
            return None;
        }
        let named: Vec<String> =
            self.open_major.iter().take(NAMED).map(|danger| format!("{}（{}）", danger.name(), danger.id)).collect();
        let named = if named.is_empty() { String::new() } else { format!("：{}", named.join("、")) };
        let (major, other, closed) = (self.open_major.len(), self.open_other, self.closed);
        let note =
            format!("未销号重大隐患 {major} 项{named}；未销号一般隐患 {other} 项，不单独定级；已销号 {closed} 项");
        Some(Step::new("hidden_dangers", open, note))
    }
}

/// Whether a danger is a major one that is open.
pub(super) fn is_open_major(danger: &Feature) -> bool {
    is_major(danger) && !lacking(danger).is_empty()
}

/// Whether a danger is closed, and what its closure lacks.
pub(super) fn closure_step(danger: &Feature) -> Step {
    let lacking = lacking(danger);
    let note = if lacking.is_empty() {
        "已销号，要件齐全".to_owned()
    } else if lacking.len() == CLOSURE.len() {
        "未销号".to_owned()
    } else {
        format!("销号要件不齐，缺 {}，按未销号处理", lacking.join("、"))
    };
    let grade = if is_major(danger) { "重大隐患" } else { "一般隐患，不单独定级" };
    Step::new("closed", lacking.is_empty(), format!("{note}；{grade}"))
}

fn is_major(danger: &Feature) -> bool {
    danger.properties.text("grade") == Some("major")
}

fn lacking(danger: &Feature) -> Vec<&'static str> {
    CLOSURE.into_iter().filter(|field| filled(danger, field).is_none()).collect()
}
