//! Which method gives the external safety distance (GB/T 37243-2019).

use serde::Serialize;

use super::super::{ImpossibleInput, Step};
use super::inventory::{self, Placed};
use super::substances::TABLES;
use super::{Span, Stored};
use crate::model::{Text, Verification};

/// The method. Whatever it gives, a standard distance that applies counts too, and the greater of the two decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// 事故后果法: explosives are handled.
    Consequence,
    /// 定量风险评价法: toxic or flammable gases are handled that reach their critical amount.
    Qra,
    /// The distances of the standards.
    StandardDistance,
    /// Not known: a substance cannot be placed, or what is to be summed is open.
    Unknown,
}

impl Method {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Consequence => "consequence",
            Self::Qra => "qra",
            Self::StandardDistance => "standard_distance",
            Self::Unknown => "unknown",
        }
    }
}

/// The method and why it is that one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// The method.
    pub method: Method,
    /// The reason.
    pub step: Step,
    /// The weakest mark used.
    pub mark: Verification,
}

/// Chooses the method for what the units of an enterprise hold at their design maximum.
pub fn method(stored: &[Stored]) -> Result<Choice, ImpossibleInput> {
    let placed = inventory::placed(stored)?;
    let (method, step) = choose(&placed);
    Ok(Choice { method, step, mark: TABLES.marks.method.max(TABLES.marks.classes) })
}

fn choose(placed: &[Placed]) -> (Method, Text) {
    if let Some(one) = placed.iter().find(|one| one.is(Placed::EXPLOSIVE) == Some(true)) {
        let label = &one.label;
        let step = Text::new(
            format!("涉及爆炸物（{label}）：事故后果法"),
            format!("explosives are handled ({label}): consequence method"),
        );
        return (Method::Consequence, step);
    }
    let open = placed.iter().find(|one| one.place.is_none() || one.is(Placed::EXPLOSIVE).is_none());
    if let Some(one) = open {
        let label = &one.label;
        let step = Text::new(
            format!("{label} 的类别或存量不明，方法不能确定"),
            format!("the class or amount of {label} is not known, nor therefore the method"),
        );
        return (Method::Unknown, step);
    }
    by_gases(placed)
}

/// Where nothing is explosive: it hangs on the gases. The reading that sums the gases alone and the one that sums
/// everything must agree.
fn by_gases(placed: &[Placed]) -> (Method, Text) {
    if placed.is_empty() {
        return (
            Method::Unknown,
            Text::new("未说明危险物质，方法不能确定", "no substance is stated, the method is not known"),
        );
    }
    let ratio = |wanted: fn(Option<bool>) -> bool| {
        let kept = placed.iter().filter(|one| wanted(one.is(Placed::GAS))).filter_map(|one| one.place.as_ref());
        Span::of(false, kept.map(|part| (part.tonnes / part.q_t.1, part.tonnes / part.q_t.0)))
    };
    let (gases, all) = (ratio(|gas| gas == Some(true)), ratio(|_| true));
    let handled = placed.iter().any(|one| one.is(Placed::GAS) != Some(false));
    let most = all.most.unwrap_or(f64::INFINITY);
    if gases.least >= 1.0 {
        let sum = gases.least;
        let step = Text::new(
            format!("有毒、易燃气体 Σ(q/Q) = {sum} ≥ 1：定量风险评价法"),
            format!("toxic or flammable gases with Σ(q/Q) = {sum}, at least 1: quantitative risk assessment"),
        );
        (Method::Qra, step)
    } else if !handled {
        let step = Text::new(
            "不涉及爆炸物和有毒、易燃气体：执行标准规定的距离",
            "neither explosives nor toxic or flammable gases: the distances of the standards",
        );
        (Method::StandardDistance, step)
    } else if most < 1.0 {
        let step = Text::new(
            format!("Σ(q/Q) = {most} < 1：执行标准规定的距离"),
            format!("Σ(q/Q) = {most}, below 1: the distances of the standards"),
        );
        (Method::StandardDistance, step)
    } else {
        let step = Text::new(
            format!("气体 Σ(q/Q) = {} < 1，全部物质可达 {most}：按哪一项求和待核，方法不能确定", gases.least),
            format!(
                "Σ(q/Q) is {} for the gases and up to {most} for everything: which is meant is not established",
                gases.least
            ),
        );
        (Method::Unknown, step)
    }
}

impl Placed {
    const EXPLOSIVE: &'static [&'static str] = &["W1.1", "W1.2", "W1.3"];
    const GAS: &'static [&'static str] = &["J1", "J3", "W2"];

    /// Whether it belongs to one of these classes; none where some of those it may belong to are and some are not.
    fn is(&self, wanted: &[&str]) -> Option<bool> {
        // The gases that have a β of their own are toxic gases by the heading of their list.
        let toxic_gas = self.entries.iter().filter(|entry| entry.beta.is_some()).count();
        let mut found: Vec<bool> = vec![wanted == Self::GAS; toxic_gas];
        if toxic_gas < self.entries.len() || self.entries.is_empty() {
            found.extend(self.classes.iter().map(|class| wanted.contains(&class.id.as_str())));
        }
        match (found.contains(&true), found.contains(&false)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }
}
