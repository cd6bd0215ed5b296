//! What a unit holds, and which entries of the lists that is.

use serde_json::Value;

use super::super::ImpossibleInput;
use super::substances::{Class, Substance, TABLES};
use super::{Line, ends};
use crate::model::Text;

/// One substance that is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    /// Its CAS number.
    pub cas: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its classes under GB 18218 (`J1` … `W11`), where stated.
    pub classes: Vec<String>,
    /// The design maximum in tonnes; none where it is not stated.
    pub tonnes: Option<f64>,
}

/// Reads `[{"cas" or "name", "tonnes", "class"}]`; `class` is one word or a list of them. A missing amount is not known, a
/// misspelt one is an error.
pub fn inventory(list: &Value) -> Result<Vec<Stored>, ImpossibleInput> {
    let unreadable = || ImpossibleInput::Unreadable { field: "substances", of: "inventory".to_owned() };
    list.as_array().ok_or_else(unreadable)?.iter().enumerate().map(|(place, one)| read(place, one)).collect()
}

fn read(place: usize, one: &Value) -> Result<Stored, ImpossibleInput> {
    let unreadable = |field| ImpossibleInput::Unreadable { field, of: format!("substance {}", place + 1) };
    let fields = one.as_object().ok_or_else(|| unreadable("substance"))?;
    let stated = |field: &str| fields.get(field).filter(|value| !value.is_null());
    let word = |value: &Value, field| value.as_str().map(str::to_owned).ok_or_else(|| unreadable(field));
    let text = |field| stated(field).map(|value| word(value, field)).transpose();
    let classes = match stated("class") {
        None => vec![],
        Some(Value::Array(all)) => all.iter().map(|value| word(value, "class")).collect::<Result<_, _>>()?,
        Some(lone) => vec![word(lone, "class")?],
    };
    let tonnes = stated("tonnes").map(|value| value.as_f64().ok_or_else(|| unreadable("tonnes"))).transpose()?;
    Ok(Stored { cas: text("cas")?, name: text("name")?, classes, tonnes })
}

/// A substance with its place in the lists, if it has one.
#[derive(Debug)]
pub(super) struct Placed {
    pub label: String,
    pub entries: Vec<&'static Substance>,
    pub classes: Vec<&'static Class>,
    /// None where it is in neither list, or without an amount.
    pub place: Option<Place>,
}

/// The figures of a substance. Pairs are the least and the greatest there can be.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub tonnes: f64,
    pub q_t: (f64, f64),
    pub beta: (f64, f64),
    /// Several entries fit.
    pub ambiguous: bool,
    /// β rests on the classes that this project knows the substance under.
    pub by_own_classes: bool,
}

/// Places every substance; an amount that cannot be is an error.
pub(super) fn placed(stored: &[Stored]) -> Result<Vec<Placed>, ImpossibleInput> {
    stored.iter().enumerate().map(|(place, one)| one.placed(place)).collect()
}

impl Stored {
    fn placed(&self, place: usize) -> Result<Placed, ImpossibleInput> {
        let spoken = [&self.name, &self.cas].into_iter().flatten().find(|text| !text.trim().is_empty());
        let label = spoken.cloned().unwrap_or_else(|| match self.classes.as_slice() {
            [] => format!("#{}", place + 1),
            classes => classes.join(", "),
        });
        if let Some(value) = self.tonnes.filter(|tonnes| !tonnes.is_finite() || *tonnes < 0.0) {
            return Err(ImpossibleInput::Negative { field: "tonnes", of: label, value });
        }
        let entries = TABLES.entries(self.cas.as_deref(), self.name.as_deref());
        let classes = self.possible_classes(&entries);
        let place = self.tonnes.and_then(|tonnes| self.figures(tonnes, &entries, &classes));
        Ok(Placed { label, entries, classes, place })
    }

    /// The classes it may belong to: those stated, as far as the list allows them for a named substance.
    fn possible_classes(&self, entries: &[&'static Substance]) -> Vec<&'static Class> {
        let stated: Vec<&Class> = self.classes.iter().filter_map(|id| TABLES.class(id)).collect();
        let mut listed: Vec<&Class> = Vec::new();
        for class in entries.iter().flat_map(|entry| &entry.classes).filter_map(|id| TABLES.class(id)) {
            if listed.iter().all(|known| known.id != class.id) {
                listed.push(class);
            }
        }
        let agreed: Vec<&Class> =
            stated.iter().copied().filter(|one| listed.iter().any(|other| other.id == one.id)).collect();
        if agreed.is_empty() { stated.into_iter().chain(listed).collect() } else { agreed }
    }

    fn figures(&self, tonnes: f64, entries: &[&Substance], classes: &[&Class]) -> Option<Place> {
        let ambiguous = entries.len() > 1;
        if entries.is_empty() {
            // A class that is misspelt may be the strictest of them.
            let all_known = self.classes.iter().all(|id| TABLES.class(id).is_some());
            let strictest = ends(classes.iter().map(|class| class.q_t)).0;
            let beta = ends(classes.iter().map(|class| class.beta));
            let place = Place { tonnes, q_t: (strictest, strictest), beta, ambiguous, by_own_classes: false };
            return (all_known && !classes.is_empty()).then_some(place);
        }
        let own = entries.iter().filter_map(|entry| entry.beta);
        let by_class = entries.iter().any(|entry| entry.beta.is_none());
        let of_classes = classes.iter().filter(|_| by_class).map(|class| class.beta);
        Some(Place {
            tonnes,
            q_t: ends(entries.iter().map(|entry| entry.q_t)),
            beta: ends(own.chain(of_classes)),
            ambiguous,
            by_own_classes: by_class && !classes.iter().any(|class| self.classes.iter().any(|id| is(class, id))),
        })
    }
}

fn is(class: &Class, id: &str) -> bool {
    TABLES.class(id).is_some_and(|known| known.id == class.id)
}

impl Placed {
    /// Its line of the calculation.
    pub fn line(&self) -> Line {
        let value = self.place.as_ref().map(|place| place.tonnes / place.q_t.0);
        Line { what: "substance", value, says: self.told() }
    }

    fn told(&self) -> Text {
        let label = &self.label;
        let Some(Place { tonnes, q_t, beta, ambiguous, .. }) = &self.place else {
            return if self.entries.is_empty() && self.classes.is_empty() {
                Text::new(
                    format!("{label}：未列名且类别不明，不能计入，也不能忽略"),
                    format!("{label}: neither named nor of a known class; it cannot be counted and is not ignored"),
                )
            } else {
                Text::new(format!("{label}：存量或类别不明"), format!("{label}: its amount or class is not known"))
            };
        };
        let from = if self.entries.is_empty() {
            let titles = |pick: fn(&Text) -> &str| {
                self.classes.iter().map(|class| format!("{} {}", class.id, pick(&class.title))).collect::<Vec<_>>()
            };
            Text::new(titles(|title| &title.zh).join("、"), titles(|title| &title.en).join(", "))
        } else {
            let names = self.entries.iter().map(|entry| format!("{}. {}", entry.number, entry.full_name()));
            let names = names.collect::<Vec<_>>().join("、");
            Text::new(names.clone(), names)
        };
        let beta = if beta.0 == beta.1 { format!("{}", beta.0) } else { format!("{}–{}", beta.0, beta.1) };
        let strict = if *ambiguous {
            ("；有多个条目，取最严临界量", "; several entries, the strictest amount")
        } else {
            ("", "")
        };
        Text::new(
            format!("{label}（{}）：q = {tonnes} t，Q = {} t，β = {beta}{}", from.zh, q_t.0, strict.0),
            format!("{label} ({}): q = {tonnes} t, Q = {} t, β = {beta}{}", from.en, q_t.0, strict.1),
        )
    }
}
