//! What becomes of judged rows: ids, references, what differs from what is known, what is retired.

use std::collections::{BTreeMap, HashSet};

use super::district::{DISTRICT, District};
use super::geojson::NOT_A_FEATURE;
use super::judge::{Judged, Leftover};
use super::place::Place;
use super::references::References;
use super::report::{ImportReport, Mended, Rejected, Warning, summarised};
use super::row::{FieldFault, Reject};
use super::{Imported, Mode, RejectedRow};
use crate::model::{Change, ChangeSet, Feature, Known, Layer};

/// The rows of one file as they come in.
pub(super) struct Ledger<'a> {
    layer: Layer,
    known: &'a dyn Known,
    references: References<'a>,
    accepted: Vec<Accepted>,
    rejects: Vec<RejectedRow>,
    warnings: Vec<Warning>,
    repairs: Vec<Mended>,
    rows_with_height: u64,
    recognised: BTreeMap<String, &'static str>,
    read: u64,
    /// Whether any row named an id.
    any_id: bool,
}

/// Code, words and mend of an id that cannot be taken.
type IdFault = (&'static str, &'static str, &'static str);
const KNOWN: IdFault = ("id_known", "is known already", "import with --mode update to change what is known");
const DUPLICATE: IdFault = ("duplicate_id", "came before in the file", "give every row its own id");

struct Accepted {
    number: u64,
    has_id: bool,
    feature: Feature,
    mended: bool,
}

impl<'a> Ledger<'a> {
    pub fn new(layer: Layer, known: &'a dyn Known) -> Self {
        Self {
            layer,
            known,
            references: References::of(layer, known),
            accepted: Vec::new(),
            rejects: Vec::new(),
            warnings: Vec::new(),
            repairs: Vec::new(),
            rows_with_height: 0,
            recognised: BTreeMap::new(),
            read: 0,
            any_id: false,
        }
    }

    /// Rows taken down so far.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// Why the first row is no feature, where none is.
    pub fn no_feature_at_all(&self) -> Option<&str> {
        let none = self.accepted.is_empty() && self.rejects.iter().all(|reject| reject.told.code == NOT_A_FEATURE);
        self.rejects.first().filter(|_| none).map(|reject| reject.told.reason.as_str())
    }

    /// Says something of the file as a whole.
    pub fn warn(&mut self, code: &'static str, detail: impl Into<String>) {
        self.warnings.push(Warning { row: None, code, detail: detail.into() });
    }

    /// Takes a judged row down.
    pub fn take(&mut self, judged: Judged) {
        let Judged { number, id, outcome, repairs, warnings, with_height, recognised } = judged;
        self.read += 1;
        self.any_id |= id.is_some();
        self.rows_with_height += u64::from(with_height);
        self.recognised.extend(recognised);
        let fault = outcome.as_ref().ok().and_then(|feature| self.references.fault(feature));
        match (outcome, fault) {
            (Ok(feature), None) => {
                let mended = !repairs.is_empty();
                self.repairs.extend(repairs.into_iter().map(|what| Mended { row: number, what }));
                let told = warnings.into_iter().map(|(code, detail)| Warning { row: Some(number), code, detail });
                self.warnings.extend(told);
                self.accepted.push(Accepted { number, has_id: id.is_some(), feature, mended });
                if let (Some(id), Some(last)) = (id, self.accepted.last_mut()) {
                    last.feature.id = id;
                }
            }
            (Ok(feature), Some(fault)) => {
                let leftover = Leftover { geometry: Some(feature.geometry), properties: feature.properties };
                self.reject(number, id, &Reject::new("unresolved_reference", fault), leftover);
            }
            (Err((reject, leftover)), _) => self.reject(number, id, &reject, *leftover),
        }
    }

    fn reject(&mut self, row: u64, id: Option<String>, reject: &Reject, leftover: Leftover) {
        let told = Rejected { row, id, code: reject.code, reason: reject.reason(), hint: reject.hint() };
        let Leftover { geometry, properties } = leftover;
        self.rejects.push(RejectedRow { told, geometry, properties });
    }

    /// Settles ids and decides what changes. The change set has neither author nor base yet.
    pub fn settle(mut self, mode: Option<Mode>, place: &Place) -> Imported {
        let mode = mode.unwrap_or(if self.any_id { Mode::Update } else { Mode::Append });
        self.turn_back_known_ids(mode);
        let assigned = self.assign_ids();
        self.tell_of_columns_and_heights();
        self.tell_of_far_rows();
        let retired = if mode == Mode::Replace { self.retired() } else { Vec::new() };
        let report = self.report(place);
        let (known, layer) = (self.known, self.layer);
        let differs =
            |feature: &Feature| known.feature(layer, &feature.id).is_none_or(|was| !was.same_content(feature));
        let puts = self.accepted.into_iter().map(|row| row.feature).filter(differs);
        let changes = puts.map(|feature| Change::Put(layer, feature)).chain(retired).collect();
        Imported { changes: ChangeSet { changes, ..ChangeSet::default() }, report, rejected: self.rejects, assigned }
    }

    /// Rejects ids that came before in the file, and in append mode those that are known.
    fn turn_back_known_ids(&mut self, mode: Mode) {
        let mut seen: HashSet<&str> = HashSet::with_capacity(self.accepted.len());
        let mut refused: BTreeMap<u64, IdFault> = BTreeMap::new();
        for row in self.accepted.iter().filter(|row| row.has_id) {
            let id = row.feature.id.as_str();
            if mode == Mode::Append && self.known.feature(self.layer, id).is_some() {
                refused.insert(row.number, KNOWN);
            } else if !seen.insert(id) {
                refused.insert(row.number, DUPLICATE);
            }
        }
        if refused.is_empty() {
            return;
        }
        for row in std::mem::take(&mut self.accepted) {
            match refused.get(&row.number) {
                None => self.accepted.push(row),
                Some((code, what, hint)) => self.turn_back(row, code, what, hint),
            }
        }
    }

    fn turn_back(&mut self, row: Accepted, code: &'static str, what: &str, hint: &str) {
        let Feature { id, geometry, properties, .. } = row.feature;
        let fault = FieldFault::new("id", format!("id {id:?} {what}"), hint);
        self.repairs.retain(|mended| mended.row != row.number);
        self.warnings.retain(|warning| warning.row != Some(row.number));
        let leftover = Leftover { geometry: Some(geometry), properties };
        self.reject(row.number, Some(id), &Reject::new(code, fault), leftover);
    }

    fn assign_ids(&mut self) -> Vec<(u64, String)> {
        if self.accepted.iter().all(|row| row.has_id) {
            return Vec::new();
        }
        let taken = self.accepted.iter().filter(|row| row.has_id).map(|row| row.feature.id.as_str());
        let mut next = FreeIds::beside(self.layer, self.known, taken);
        let mut assigned = Vec::new();
        for row in self.accepted.iter_mut().filter(|row| !row.has_id) {
            row.feature.id = next.next();
            assigned.push((row.number, row.feature.id.clone()));
        }
        if let (Some((_, first)), Some((_, last))) = (assigned.first(), assigned.last()) {
            let detail = format!("{} rows had no id and were given {first} to {last}", assigned.len());
            self.warn("ids_assigned", detail);
        }
        assigned
    }

    fn tell_of_columns_and_heights(&mut self) {
        for (column, field) in std::mem::take(&mut self.recognised) {
            self.warn("column_recognised", format!("column {column:?} was taken for the field {field}"));
        }
        if self.rows_with_height > 0 {
            let detail = format!("heights (or measures) of {} rows were left out", self.rows_with_height);
            self.warn("heights_dropped", detail);
        }
    }

    fn tell_of_far_rows(&mut self) {
        let own = self.accepted.iter().map(|row| &row.feature).filter(|_| self.layer == Layer::AdminUnits);
        let Some(district) = District::among(self.known.features(Layer::AdminUnits).chain(own)) else { return };
        let is_district =
            |feature: &Feature| self.layer == Layer::AdminUnits && feature.properties.text("level") == Some(DISTRICT);
        for row in self.accepted.iter().filter(|row| !is_district(&row.feature)) {
            if let Some(distance) = district.far(&row.feature.geometry, row.feature.envelope()) {
                let detail = format!("some {:.0} km from the district", distance.0 / 1000.0);
                self.warnings.push(Warning { row: Some(row.number), code: "far_from_district", detail });
            }
        }
    }

    /// What the file lacks; a row that was rejected is not lacking.
    fn retired(&self) -> Vec<Change> {
        let accepted = self.accepted.iter().map(|row| row.feature.id.as_str());
        let rejected = self.rejects.iter().filter_map(|reject| reject.told.id.as_deref());
        let named: HashSet<&str> = accepted.chain(rejected).collect();
        let lacking = self.known.features(self.layer).filter(|feature| !named.contains(feature.id.as_str()));
        lacking.map(|feature| Change::Delete(self.layer, feature.id.clone())).collect()
    }

    fn report(&mut self, place: &Place) -> ImportReport {
        self.rejects.sort_by_key(|reject| reject.told.row);
        let (read, rejected) = (self.read, self.rejects.len() as u64);
        ImportReport {
            layer: self.layer,
            read,
            accepted: read - rejected,
            repaired: self.accepted.iter().filter(|row| row.mended).count() as u64,
            rejected,
            revision: None,
            crs: place.label.clone(),
            datum: place.datum.name().to_owned(),
            warnings: summarised(std::mem::take(&mut self.warnings)),
            repairs: std::mem::take(&mut self.repairs),
            rejects: self.rejects.iter().map(|reject| reject.told.clone()).collect(),
        }
    }
}

/// Ids for rows that have none: the layer's name and a number that nobody bears.
pub(super) struct FreeIds {
    prefix: String,
    last: u64,
}

impl FreeIds {
    /// Beside what is known and some other ids.
    pub fn beside<'i>(layer: Layer, known: &'i dyn Known, others: impl Iterator<Item = &'i str>) -> Self {
        let prefix = format!("{layer}-");
        let numbers = known.features(layer).map(|feature| feature.id.as_str()).chain(others);
        let numbers = numbers.filter_map(|id| id.strip_prefix(&prefix)?.parse::<u64>().ok());
        // Beyond this nobody counted on; it keeps the sum from running over.
        let last = numbers.filter(|number| *number < 1 << 52).max().unwrap_or(0);
        Self { prefix, last }
    }

    pub fn next(&mut self) -> String {
        self.last += 1;
        format!("{}{}", self.prefix, self.last)
    }
}
