//! Reading a siting request: everything that is wrong with it is told at once.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::hazard_source;
use crate::geom::algorithm::Relate;
use crate::geom::{Crs, Datum, Geometry, Metres, Site, bounds};
use crate::ingest::geometry::from_geojson;
use crate::model::kind::fits;
use crate::model::proposal::Exemption;
use crate::model::{Action, Kind, Kinds, Properties, Proposal, RiskContour, Text};

/// Properties that are read beside the facts.
const OTHER_PROPERTIES: [&str; 6] = ["kind", "action", "exemptions", "name", "id", "applicant"];
/// Members of a request beside the site.
const MEMBERS: [&str; 5] = ["site", "crs", "datum", "as_of", "record"];

/// The fact that hands in the project's own risk contours.
const CONTOURS: &str = "risk_contours";
/// As many of them at most.
const MOST_CONTOURS: usize = 50;

/// The fact that draws where tailings would flow.
const FLOW_PATH: &str = "flow_path";
/// How far from the site a flow path may begin and still count as beginning there.
const TOUCHING: Metres = Metres(50.0);

/// What was asked outside the body, on the command line or in the address; it stands in for what the body leaves out,
/// except that a kind given here wins.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Project kind.
    pub kind: Option<String>,
    /// Reference system of the site.
    pub crs: Option<Crs>,
    /// Datum of the site.
    pub datum: Option<Datum>,
    /// The day whose law is asked for.
    pub as_of: Option<Date>,
    /// Today, where no day is asked for.
    pub today: Date,
}

/// A readable request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is proposed.
    pub proposal: Proposal,
    /// The site, prepared for measuring.
    pub site: Site,
    /// What the reader of the report must know of how the request was read.
    pub notes: Vec<Text>,
}

/// One thing wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFault {
    /// The field.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
    /// How to mend it.
    pub hint: String,
}

/// Everything wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(|fault| format!("{}: {}", fault.field, fault.reason)).collect::<Vec<_>>().join("; "))]
pub struct RequestFaults(pub Vec<RequestFault>);

/// Reads a GeoJSON Feature, a geometry, a collection of one feature, or `{"site": Feature, "crs": …}`.
pub fn parse(body: &Value, asked: &Asked) -> Result<Request, RequestFaults> {
    let mut faults = Faults::default();
    let (members, feature) = faults.parts(body);
    let empty = Map::new();
    let properties = feature.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let crs = faults.member(members, "crs", str::parse::<Crs>).or(asked.crs).unwrap_or(Crs::CGCS2000);
    let datum = faults.member(members, "datum", str::parse::<Datum>).or(asked.datum).unwrap_or_default();
    let as_of = faults.member(members, "as_of", str::parse::<Date>).or(asked.as_of).unwrap_or(asked.today);
    faults.no_filing(members);
    let kind = faults.kind(properties, asked);
    let action = faults.action(properties);
    let exemptions = faults.exemptions(properties);
    let mut facts = faults.facts(properties);
    let settled = kind.and_then(|kind| faults.settled(&mut facts, kind));
    let place = Place { crs, datum };
    let site = faults.geometry("geometry", feature.get("geometry").unwrap_or(&Value::Null), place);
    let lines = faults.lines(properties, place);
    let prepared = site.clone().and_then(Site::new);
    if site.is_some() && prepared.is_none() {
        faults.add("geometry", "the site has no position", "send a point, line or polygon with coordinates");
    }
    let extent = facts.number("extent_m").or(kind.map(|kind| kind.extent_m)).unwrap_or_default();
    faults.lines_in_site(prepared.as_ref(), &lines, Metres(extent));
    let contours = faults.contours(properties, place);
    faults.contours_at_site(prepared.as_ref(), &contours, Metres(extent));
    match (faults.0.as_slice(), kind, site, prepared) {
        ([], Some(kind), Some(geometry), Some(site)) => Ok(Request {
            proposal: Proposal {
                kind,
                action: action.unwrap_or(Action::New),
                action_stated: action.is_some(),
                site: geometry,
                lines,
                contours,
                facts,
                exemptions,
                as_of,
            },
            site,
            notes: unread(properties).into_iter().chain(settled).collect(),
        }),
        _ => Err(RequestFaults(faults.0)),
    }
}

/// What the site's coordinates are in.
#[derive(Clone, Copy)]
struct Place {
    crs: Crs,
    datum: Datum,
}

#[derive(Default)]
struct Faults(Vec<RequestFault>);

impl Faults {
    fn add(&mut self, field: &str, reason: impl Into<String>, hint: impl Into<String>) {
        self.0.push(RequestFault { field: field.to_owned(), reason: reason.into(), hint: hint.into() });
    }

    /// The members beside the site, and the feature.
    fn parts<'v>(&mut self, body: &'v Value) -> (&'v Map<String, Value>, Feature<'v>) {
        static NOTHING: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        let Some(object) = body.as_object() else {
            self.add("site", "the request is not a JSON object", "send a GeoJSON Feature, or {\"site\": Feature}");
            return (&NOTHING, Feature::Nothing);
        };
        let Some(site) = object.get("site") else {
            return (&NOTHING, self.feature(body));
        };
        for name in object.keys().filter(|name| !MEMBERS.contains(&name.as_str())) {
            self.add(name, "the request has no such member", format!("use {}", MEMBERS.join(", ")));
        }
        (object, self.feature(site))
    }

    fn feature<'v>(&mut self, value: &'v Value) -> Feature<'v> {
        match value.get("type").and_then(Value::as_str) {
            Some("Feature") => Feature::Whole(value),
            Some("FeatureCollection") => match value.get("features").and_then(Value::as_array).map(Vec::as_slice) {
                Some([one]) => self.feature(one),
                _ => {
                    self.add("site", "a collection must hold exactly one feature", "check one site at a time");
                    Feature::Nothing
                }
            },
            Some(
                "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon"
                | "GeometryCollection",
            ) => Feature::Bare(value),
            _ => {
                self.add(
                    "site",
                    "the site is not a GeoJSON Feature",
                    "send {\"type\": \"Feature\", \"geometry\": …, \"properties\": {\"kind\": …}}",
                );
                Feature::Nothing
            }
        }
    }

    fn member<T, E: std::fmt::Display>(
        &mut self,
        members: &Map<String, Value>,
        name: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        let value = members.get(name).filter(|value| !value.is_null())?;
        let Some(text) = value.as_str() else {
            self.add(name, format!("{value} is not text"), "write it as text");
            return None;
        };
        match read(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let hint = if name == "as_of" { "write a day as 2026-11-24" } else { "" };
                self.add(name, error.to_string(), hint);
                None
            }
        }
    }

    /// A decision that is not filed must not look filed.
    fn no_filing(&mut self, members: &Map<String, Value>) {
        match members.get("record") {
            None | Some(Value::Null | Value::Bool(false)) => {}
            Some(_) => self.add("record", "this version files no decisions", "leave record out, or send false"),
        }
    }

    fn kind(&mut self, properties: &Map<String, Value>, asked: &Asked) -> Option<&'static Kind> {
        let own = properties.get("kind").filter(|kind| !kind.is_null());
        let word = asked.kind.as_deref().or_else(|| own.and_then(Value::as_str));
        let Some(word) = word else {
            let reason =
                own.map_or_else(|| "the project kind is missing".to_owned(), |kind| format!("{kind} is not text"));
            self.add("kind", reason, "GET /api/siting/kinds lists the kinds");
            return None;
        };
        let kind = Kinds::shipped().find(word);
        if kind.is_none() {
            self.add("kind", format!("project kind {word:?} is unknown"), format!("use one of {}", kind_words()));
        }
        kind
    }

    fn action(&mut self, properties: &Map<String, Value>) -> Option<Action> {
        let value = properties.get("action").filter(|action| !action.is_null())?;
        let action = value.as_str().and_then(Action::from_word);
        if action.is_none() {
            self.add("action", format!("{value} is no action"), "use new, expand, renovate or existing");
        }
        action
    }

    fn exemptions(&mut self, properties: &Map<String, Value>) -> Vec<Exemption> {
        let Some(value) = properties.get("exemptions").filter(|value| !value.is_null()) else { return vec![] };
        match serde_json::from_value(value.clone()) {
            Ok(exemptions) => exemptions,
            Err(error) => {
                self.add("exemptions", error.to_string(), "send [{\"rule\", \"document\", \"issuer\", \"date\"}]");
                vec![]
            }
        }
    }

    fn facts(&mut self, properties: &Map<String, Value>) -> Properties {
        let mut facts = Properties::new();
        for fact in Kinds::shipped().facts().filter(|fact| !matches!(&*fact.fact_type, "geometry" | "contours")) {
            let Some(value) = properties.get(&fact.fact).filter(|value| !value.is_null()) else { continue };
            if fits(fact, value) {
                facts.set(&fact.fact, value.clone());
            } else {
                let unit = fact.unit.as_ref().map_or(String::new(), |unit| format!(" in {unit}, 0 or more"));
                self.add(
                    &fact.fact,
                    format!("{value} is not a {}", fact.fact_type),
                    format!("send a {}{unit}", fact.fact_type),
                );
            }
        }
        self.handling(&mut facts);
        facts
    }

    /// Who produces hazardous chemicals handles them.
    fn handling(&mut self, facts: &mut Properties) {
        match (facts.flag("produces_hazchem"), facts.flag("handles_hazchem")) {
            (Some(true), None) => facts.set("handles_hazchem", true),
            (Some(true), Some(false)) => {
                let reason = "a project that produces hazardous chemicals handles them";
                self.add("handles_hazchem", reason, "correct handles_hazchem or produces_hazchem");
            }
            _ => {}
        }
    }

    /// What follows from the substances that are kept.
    fn settled(&mut self, facts: &mut Properties, kind: &Kind) -> Option<Text> {
        if let Some(fault) = hazard_source::fault(facts) {
            self.0.push(fault);
            return None;
        }
        hazard_source::settle(facts, kind).ok().flatten()
    }

    fn geometry(&mut self, field: &str, value: &Value, place: Place) -> Option<Geometry> {
        let drawn = match from_geojson(value) {
            Ok(Geometry::GeometryCollection(_)) => {
                self.add(field, "a collection of geometries is no site", "send one point, line or polygon");
                return None;
            }
            Ok(drawn) if has_a_bare_line(&drawn) => {
                self.add(
                    field,
                    "a line has fewer than two positions",
                    "give each line two positions or more, or send a point",
                );
                return None;
            }
            Ok(drawn) => drawn,
            Err(fault) => {
                self.add(field, fault.what, fault.hint);
                return None;
            }
        };
        let lonlat = place.datum.geometry_to_cgcs2000(&place.crs.geometry_to_lonlat(&drawn));
        match bounds::check(&lonlat) {
            Ok(()) => Some(lonlat),
            Err(fault) => {
                self.add(field, fault.what, fault.hint);
                None
            }
        }
    }

    /// The geometry facts that are stated.
    fn lines(&mut self, properties: &Map<String, Value>, place: Place) -> BTreeMap<String, Geometry> {
        let stated = Kinds::shipped().facts().filter(|fact| fact.fact_type == "geometry").filter_map(|fact| {
            let value = properties.get(&fact.fact).filter(|value| !value.is_null())?;
            Some((fact.fact.clone(), value))
        });
        stated.filter_map(|(name, value)| Some((name.clone(), self.geometry(&name, value, place)?))).collect()
    }

    /// The project's own risk contours.
    fn contours(&mut self, properties: &Map<String, Value>, place: Place) -> Vec<RiskContour> {
        let Some(value) = properties.get(CONTOURS).filter(|value| !value.is_null()) else { return vec![] };
        let list = value.as_array().filter(|list| list.len() <= MOST_CONTOURS);
        let Some(list) = list else {
            let reason = format!("it is not a list of at most {MOST_CONTOURS} contours");
            self.add(CONTOURS, reason, "send [{\"risk_per_year\", \"geometry\", \"document\"}]");
            return vec![];
        };
        list.iter().enumerate().filter_map(|(number, one)| self.contour(number, one, place)).collect()
    }

    fn contour(&mut self, number: usize, one: &Value, place: Place) -> Option<RiskContour> {
        let of = |member: &str| format!("{CONTOURS}[{number}].{member}");
        let Some(members) = one.as_object() else {
            self.add(
                &format!("{CONTOURS}[{number}]"),
                "it is not an object",
                "send {\"risk_per_year\", \"geometry\", \"document\"}",
            );
            return None;
        };
        for name in members.keys().filter(|name| !["risk_per_year", "geometry", "document"].contains(&name.as_str())) {
            self.add(&of(name), "a contour has no such member", "use risk_per_year, geometry and document");
        }
        let risk = members.get("risk_per_year").and_then(Value::as_f64).filter(|risk| *risk > 0.0 && *risk < 1.0);
        if risk.is_none() {
            self.add(&of("risk_per_year"), "it is no yearly risk between 0 and 1", "send a number such as 3e-7");
        }
        let document = members.get("document").and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        if document.is_none() {
            self.add(&of("document"), "the assessment is not named", "name the report that the contour is taken from");
        }
        let area = self.geometry(&of("geometry"), members.get("geometry").unwrap_or(&Value::Null), place)?;
        if !matches!(area, Geometry::Polygon(_) | Geometry::MultiPolygon(_)) {
            self.add(&of("geometry"), "a contour encloses an area", "draw it as a polygon or several");
            return None;
        }
        Some(RiskContour { risk_per_year: risk?, area, document: document?.to_owned() })
    }

    /// Risk goes out from the site: a contour that does not reach it is drawn in the wrong place.
    fn contours_at_site(&mut self, site: Option<&Site>, contours: &[RiskContour], extent: Metres) {
        let Some(site) = site else { return };
        let reaches = |area| site.nearest(area).is_some_and(|way| way.distance <= extent);
        for contour in contours.iter().filter(|contour| !reaches(&contour.area)) {
            self.add(
                CONTOURS,
                format!("the contour of {:e} a year does not reach the site", contour.risk_per_year),
                "draw it in the reference system of the site",
            );
        }
    }

    /// Lines to measure from are outlines inside the site, or within its extent where it is a point; only a flow path
    /// begins at the site and leads away from it.
    fn lines_in_site(&mut self, site: Option<&Site>, lines: &BTreeMap<String, Geometry>, extent: Metres) {
        let Some(site) = site else { return };
        for (name, line) in lines {
            let near = || site.nearest(line).is_some_and(|way| way.distance <= extent);
            if name == FLOW_PATH {
                let begins = site.nearest(line).is_some_and(|way| way.distance <= extent.max(TOUCHING));
                if !begins {
                    self.add(name, "the flow path does not begin at the site", "draw it from the dam's toe downstream");
                }
                continue;
            }
            if !matches!(line, Geometry::Polygon(_) | Geometry::MultiPolygon(_)) {
                self.add(name, "the line to measure from is an outline", "draw each facility as a polygon");
                continue;
            }
            let inside = match site.geometry() {
                area @ (Geometry::Polygon(_) | Geometry::MultiPolygon(_)) => area.relate(line).is_covers(),
                _ => near(),
            };
            if !inside {
                self.add(name, "it does not lie inside the site", "draw it inside the site's boundary");
            }
        }
    }
}

/// The feature of a request, or a bare geometry.
#[derive(Clone, Copy)]
enum Feature<'v> {
    Whole(&'v Value),
    Bare(&'v Value),
    Nothing,
}

impl<'v> Feature<'v> {
    fn get(self, name: &str) -> Option<&'v Value> {
        match self {
            Self::Whole(feature) => feature.get(name),
            Self::Bare(geometry) => (name == "geometry").then_some(geometry),
            Self::Nothing => None,
        }
    }
}

fn has_a_bare_line(geometry: &Geometry) -> bool {
    match geometry {
        Geometry::LineString(line) => line.0.len() < 2,
        Geometry::MultiLineString(lines) => lines.iter().any(|line| line.0.len() < 2),
        _ => false,
    }
}

/// Properties nobody reads, told so that a misspelt fact is noticed.
fn unread(properties: &Map<String, Value>) -> Option<Text> {
    let known = |name: &str| OTHER_PROPERTIES.contains(&name) || Kinds::shipped().fact(name).is_some();
    let names: Vec<&str> = properties.keys().map(String::as_str).filter(|name| !known(name)).collect();
    let listed = names.join(", ");
    (!names.is_empty()).then(|| {
        Text::new(
            format!("以下属性不是核查要素，未使用：{listed}。"),
            format!("These properties are not facts of a check and were not used: {listed}."),
        )
    })
}

fn kind_words() -> String {
    Kinds::shipped().all().map(|kind| kind.kind.as_str()).collect::<Vec<_>>().join(", ")
}
