//! Tables whose rows are chosen by what is known of both sides, and the object classes that a standard defines.
//!
//! What is not known leaves every row possible that it does not rule out; the distance then lies between the least and
//! the most of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::sides::{Party, Sides};
use super::threshold::{NO_ZONE, Required};
use super::{Truth, Unknown};
use crate::geom::Metres;
use crate::model::Verification;

/// The keys under which rows ask for the class of either side.
const CLASSES: [&str; 2] = ["subject.class", "object.class"];

/// What a row wants of a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Wanted {
    /// A number in a range.
    Range(Range),
    /// One of several words.
    Among(Vec<Value>),
    /// One word, number, yes or no.
    Is(Value),
}

/// A range of numbers; what is left out is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// At least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// At most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// More than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<f64>,
    /// Less than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
}

/// What rows want, by key.
pub type When = BTreeMap<String, Wanted>;

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookupRow {
    /// What must hold for the row to count.
    #[serde(default)]
    pub when: When,
    /// The distance; a row without one says that the rule asks for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metres: Option<Metres>,
    /// How well the row was verified.
    pub verification: Verification,
}

/// A table whose rows exclude one another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// Its name in the file.
    #[serde(default)]
    pub name: String,
    /// The classification that `object.class` follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<String>,
    /// The classification that `subject.class` follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_classes: Option<String>,
    /// The rows.
    #[serde(rename = "row")]
    pub rows: Vec<LookupRow>,
    /// Whether what fits no row is asked nothing; otherwise it is not known what it is asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub otherwise_none: bool,
}

/// The classes of one standard, of objects or of subjects: the first row that fits decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// Its name in the book.
    pub name: String,
    /// The rows.
    #[serde(rename = "row")]
    pub rows: Vec<ClassRow>,
    /// The classes that anything else may be of.
    pub otherwise: Vec<String>,
}

/// One row of a classification; its keys are the own fields of the side it classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRow {
    /// What must hold.
    pub when: When,
    /// Whether the row is passed over where a value it wants is missing, because another row may settle the class.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub if_known: bool,
    /// The classes that it may then be of; several where the standard's bounds are not in the book.
    pub classes: Vec<String>,
    /// How well the row was verified.
    pub verification: Verification,
}

/// The classifications of the two sides of a lookup.
#[derive(Clone, Copy, Debug, Default)]
pub struct Classifications<'a> {
    /// Of the subject.
    pub subject: Option<&'a Classification>,
    /// Of the object.
    pub object: Option<&'a Classification>,
}

/// What a side may be classed as.
#[derive(Clone, Debug, Default)]
struct Classed<'a> {
    possible: BTreeSet<&'a str>,
    unknowns: BTreeSet<Unknown>,
    verification: Option<Verification>,
}

impl Range {
    /// Whether a number lies in it.
    pub fn holds(&self, number: f64) -> bool {
        self.from.is_none_or(|least| number >= least)
            && self.to.is_none_or(|most| number <= most)
            && self.over.is_none_or(|bound| number > bound)
            && self.below.is_none_or(|bound| number < bound)
    }

    /// Whether two ranges share a number.
    pub fn meets(&self, other: &Self) -> bool {
        let ends = [self, other].map(|range| [range.from, range.to, range.over, range.below]).concat();
        let near = |end: f64| [end, end.next_down(), end.next_up()];
        let tried = ends.into_iter().flatten().flat_map(near).chain([f64::MIN, 0.0, f64::MAX]);
        tried.into_iter().any(|number| self.holds(number) && other.holds(number))
    }
}

impl Wanted {
    /// Whether a known value is what is wanted.
    pub fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Range(range) => value.as_f64().is_some_and(|number| range.holds(number)),
            Self::Among(values) => values.contains(value),
            Self::Is(wanted) => wanted == value,
        }
    }

    /// Whether some value is wanted by both.
    pub fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Range(one), Self::Range(other)) => one.meets(other),
            (Self::Among(values), other) | (other, Self::Among(values)) => values.iter().any(|value| other.fits(value)),
            (Self::Is(value), other) | (other, Self::Is(value)) => other.fits(value),
        }
    }
}

impl Lookup {
    /// The distance between two sides.
    pub fn required(&self, sides: &Sides<'_>, classes: Classifications<'_>) -> Required {
        let classed = [classed(classes.subject, sides.subject), classed(classes.object, sides.object)];
        let mut possible: Vec<&LookupRow> = Vec::new();
        let mut unknowns = BTreeSet::new();
        for row in &self.rows {
            match row.counts(sides, &classed) {
                Truth::No => {}
                Truth::Yes => {
                    possible = vec![row];
                    unknowns.clear();
                    break;
                }
                Truth::Maybe(because) => {
                    possible.push(row);
                    unknowns.extend(because);
                }
            }
        }
        if possible.is_empty() {
            return self.outside(sides);
        }
        // A lone row that is only possible: where what is missing rules it out, the table says nothing of what is left.
        if possible.len() == 1 && !unknowns.is_empty() && !self.otherwise_none {
            return Required { unknowns, ..self.outside(sides) };
        }
        let least_of = |rows: &[&LookupRow]| rows.iter().map(|row| row.distance()).reduce(Metres::min);
        let most = possible.iter().map(|row| row.distance()).reduce(Metres::max).unwrap_or(NO_ZONE);
        let open_ended = self.otherwise_none && !unknowns.is_empty();
        let least = if open_ended { NO_ZONE } else { least_of(&possible).unwrap_or(NO_ZONE) };
        if least == most {
            unknowns.clear();
        }
        let used = classed.iter().filter_map(|classed| classed.verification).max();
        let mark = |row: &&LookupRow| used.map_or(row.verification, |mark| mark.max(row.verification));
        Required {
            least,
            most,
            unknowns,
            verification: possible.iter().map(mark).max(),
            least_verification: possible.iter().filter(|row| row.distance() == least).map(mark).max(),
            stated: most != NO_ZONE,
        }
    }

    /// What fits no row.
    fn outside(&self, sides: &Sides<'_>) -> Required {
        if self.otherwise_none {
            return Required { stated: false, ..Required::exactly(NO_ZONE) };
        }
        let keys: BTreeSet<&str> = self.rows.iter().flat_map(|row| row.when.keys()).map(String::as_str).collect();
        Required {
            least: NO_ZONE,
            most: self.most(),
            unknowns: keys.into_iter().filter(|key| !CLASSES.contains(key)).map(|key| sides.unknown(key)).collect(),
            verification: self.rows.iter().map(|row| row.verification).max(),
            least_verification: None,
            stated: true,
        }
    }

    /// The largest distance of any row.
    pub fn most(&self) -> Metres {
        self.rows.iter().map(LookupRow::distance).reduce(Metres::max).unwrap_or(NO_ZONE)
    }

    /// The numbers of a key at which rows begin, ascending.
    pub fn begins(&self, key: &str) -> Vec<f64> {
        let from = |row: &LookupRow| match row.when.get(key) {
            Some(Wanted::Range(range)) => range.from,
            _ => None,
        };
        let mut numbers: Vec<f64> = self.rows.iter().filter_map(from).collect();
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        numbers
    }

    /// The values it asks for, by key; for a class those that it follows from.
    pub fn keys(&self, classes: Classifications<'_>) -> BTreeSet<String> {
        let own = self.rows.iter().flat_map(|row| row.when.keys()).filter(|key| !CLASSES.contains(&key.as_str()));
        let mut keys: BTreeSet<String> = own.cloned().collect();
        for (side, classes) in [("subject", classes.subject), ("object", classes.object)] {
            let rows = classes.into_iter().flat_map(|classes| &classes.rows);
            keys.extend(rows.flat_map(|row| row.when.keys()).map(|name| format!("{side}.{name}")));
        }
        keys
    }
}

impl LookupRow {
    fn distance(&self) -> Metres {
        self.metres.unwrap_or(NO_ZONE)
    }

    fn counts(&self, sides: &Sides<'_>, classed: &[Classed<'_>; 2]) -> Truth {
        let wanted = self.when.iter().map(|(key, wanted)| {
            if let Some(side) = CLASSES.iter().position(|class| class == key) {
                return classed[side].is(wanted);
            }
            match sides.value(key) {
                Some(value) => wanted.fits(&value).into(),
                None => Truth::depends_on(sides.unknown(key)),
            }
        });
        wanted.fold(Truth::Yes, Truth::and)
    }

    /// Whether both could count at once.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.when.iter().all(|(key, wanted)| other.when.get(key).is_none_or(|other| wanted.meets(other)))
    }
}

fn classed<'a>(classes: Option<&'a Classification>, side: &dyn Party) -> Classed<'a> {
    classes.map(|classes| classes.of(side)).unwrap_or_default()
}

impl Classification {
    /// The classes that a side may be of.
    pub fn possible(&self, side: &dyn Party) -> BTreeSet<&str> {
        self.of(side).possible
    }

    fn of(&self, side: &dyn Party) -> Classed<'_> {
        let mut classed = Classed::default();
        let mut passed_over = BTreeSet::new();
        for row in &self.rows {
            let wanted = row.when.iter().map(|(name, wanted)| match side.value(name) {
                Some(value) => wanted.fits(&value).into(),
                None => Truth::depends_on(side.unknown(name)),
            });
            let counts = wanted.fold(Truth::Yes, Truth::and);
            match &counts {
                Truth::No => continue,
                Truth::Maybe(unknowns) if row.if_known => {
                    passed_over.extend(unknowns.iter().cloned());
                    continue;
                }
                _ => {}
            }
            classed.possible.extend(row.classes.iter().map(String::as_str));
            classed.verification = classed.verification.max(Some(row.verification));
            match counts {
                Truth::Maybe(unknowns) => classed.unknowns.extend(unknowns),
                _ => return classed.told(),
            }
        }
        classed.possible.extend(self.otherwise.iter().map(String::as_str));
        classed.unknowns.extend(passed_over);
        classed.told()
    }
}

impl Classed<'_> {
    /// Where several classes stay possible although every field is known, the standard's bounds are what is missing.
    fn told(mut self) -> Self {
        if self.possible.len() > 1 && self.unknowns.is_empty() {
            self.unknowns.insert(Unknown::Class);
        }
        self
    }

    fn is(&self, wanted: &Wanted) -> Truth {
        let fitting = self.possible.iter().filter(|class| wanted.fits(&Value::from(**class))).count();
        match fitting {
            0 => Truth::No,
            some if some == self.possible.len() => Truth::Yes,
            _ => Truth::Maybe(self.unknowns.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct Side(Value, fn(String) -> Unknown);

    impl Party for Side {
        fn value(&self, name: &str) -> Option<Value> {
            self.0.get(name).cloned()
        }
        fn unknown(&self, name: &str) -> Unknown {
            (self.1)(name.to_owned())
        }
    }

    fn required(lookup: &str, classes: Option<&str>, subject: Value, object: Value) -> Required {
        let lookup: Lookup = toml::from_str(lookup).unwrap();
        let classes: Option<Classification> = classes.map(|text| toml::from_str(text).unwrap());
        let (subject, object) = (Side(subject, Unknown::Fact), Side(object, Unknown::Field));
        lookup.required(&Sides::new(&subject, &object), Classifications { subject: None, object: classes.as_ref() })
    }

    const RAILWAY: &str = "
        [[row]]
        when = { 'object.kind' = 'high_speed', 'object.setting' = 'city_urban' }
        metres = 10
        verification = 'V1'
        [[row]]
        when = { 'object.kind' = 'high_speed', 'object.setting' = ['elsewhere'] }
        metres = 20
        verification = 'V2'
        [[row]]
        when = { 'object.kind' = 'other' }
        metres = 15
        verification = 'V1'";

    #[test]
    fn a_row_counts_where_everything_it_wants_is_known() {
        let found = required(RAILWAY, None, json!({}), json!({"kind": "high_speed", "setting": "elsewhere"}));
        assert_eq!((found.least, found.most, found.verification), (Metres(20.0), Metres(20.0), Some(Verification::V2)));
        assert!(found.unknowns.is_empty());
    }

    #[test]
    fn what_is_missing_leaves_a_range_and_is_named() {
        let found = required(RAILWAY, None, json!({}), json!({"kind": "high_speed"}));
        assert_eq!((found.least, found.most), (Metres(10.0), Metres(20.0)));
        assert_eq!(found.unknowns, BTreeSet::from([Unknown::Field("setting".into())]));
        assert_eq!(required(RAILWAY, None, json!({}), json!({"kind": "other"})).most, Metres(15.0));
    }

    #[test]
    fn a_lone_row_that_may_not_count_settles_nothing() {
        let table = "
            [[row]]
            when = { 'subject.division' = '1.3', 'subject.stored_t' = { to = 0.5 } }
            metres = 40
            verification = 'V2'
            [[row]]
            when = { 'subject.division' = '1.3', 'subject.stored_t' = { over = 3, to = 4 } }
            metres = 80
            verification = 'V2'";
        let found = required(table, None, json!({"stored_t": 0.4}), json!({}));
        assert_eq!((found.least, found.most), (NO_ZONE, Metres(80.0)));
        assert_eq!(found.unknowns, BTreeSet::from([Unknown::Fact("division".into())]));
        let known = required(table, None, json!({"stored_t": 0.4, "division": "1.3"}), json!({}));
        assert_eq!((known.least, known.most), (Metres(40.0), Metres(40.0)));
    }

    #[test]
    fn outside_the_table_nothing_is_known_unless_the_table_says_none() {
        let found = required(RAILWAY, None, json!({}), json!({"kind": "metro"}));
        assert_eq!((found.least, found.most), (NO_ZONE, Metres(20.0)));
        let closed = format!("otherwise_none = true\n{RAILWAY}");
        let found = required(&closed, None, json!({}), json!({"kind": "metro"}));
        assert_eq!((found.most, found.stated), (NO_ZONE, false));
        let doubtful = required(&closed, None, json!({}), json!({"setting": "city_urban"}));
        assert_eq!((doubtful.least, doubtful.most), (NO_ZONE, Metres(15.0)));
    }

    const CLASSES: &str = "
        name = 'test'
        otherwise = ['3']
        [[row]]
        when = { kind = 'school', persons = { over = 500 } }
        classes = ['important']
        verification = 'V2'
        [[row]]
        when = { kind = 'school' }
        classes = ['1', '2']
        verification = 'K-H'";
    const BY_CLASS: &str = "
        [[row]]
        when = { 'object.class' = 'important' }
        metres = 50
        verification = 'V2'
        [[row]]
        when = { 'object.class' = '1' }
        metres = 20
        verification = 'V2'
        [[row]]
        when = { 'object.class' = ['2', '3'] }
        metres = 10
        verification = 'V2'";

    #[test]
    fn a_class_follows_from_what_is_known_of_the_object() {
        let of = |object: Value| {
            let found = required(BY_CLASS, Some(CLASSES), json!({}), object);
            (found.least.0, found.most.0, found.unknowns)
        };
        assert_eq!(of(json!({"kind": "school", "persons": 501})), (50.0, 50.0, BTreeSet::new()));
        assert_eq!(of(json!({"kind": "school", "persons": 500})), (10.0, 20.0, BTreeSet::from([Unknown::Class])));
        assert_eq!(of(json!({"kind": "house"})), (10.0, 10.0, BTreeSet::new()));
        let persons = BTreeSet::from([Unknown::Field("persons".into())]);
        assert_eq!(of(json!({"kind": "school"})), (10.0, 50.0, persons));
    }

    #[test]
    fn ranges_meet_where_they_share_a_number() {
        let range = |text: &str| toml::from_str::<Range>(text).unwrap();
        assert!(range("to = 5").meets(&range("from = 5")));
        assert!(!range("below = 5").meets(&range("from = 5")));
        assert!(!range("to = 5").meets(&range("over = 5")));
        assert!(range("from = 1\nto = 9").meets(&range("from = 3\nbelow = 4")));
    }
}
