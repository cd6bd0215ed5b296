//! 责任清单 Who answers for a graded object: the enterprise, the township, the department, and who leads by its colour
//! (`data/risk/responsibility.toml`). Names come from the registers; one that is missing stays missing.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::roll::Line;
use crate::index::Snapshot;
use crate::model::{Feature, Known, Layer, RiskLevel, Text, Verification};

/// On whose side a duty lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// The enterprise or operator.
    Enterprise,
    /// The township, street, farm or park.
    Township,
    /// The department that supervises the trade.
    Department,
    /// The leader of the district.
    District,
}

/// A duty that law gives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyWords {
    /// Which.
    pub duty: Duty,
    /// What it is called.
    pub title: Text,
    /// Where it is written.
    pub source: String,
    /// How well that was verified.
    pub mark: Verification,
}

/// Who leads the control of a risk of one level.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lead {
    level: u64,
    /// On whose side.
    pub duty: Duty,
    /// What that person is called.
    pub title: Text,
    /// Where it is written.
    pub source: String,
    /// How well that was verified.
    pub mark: Verification,
}

/// The committees of the safety commission.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Committees {
    /// Whose they are.
    pub source: String,
    /// As the registers write them.
    pub names: Vec<String>,
}

/// Everything that says who answers for what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duties {
    /// Those of law.
    pub duty: Vec<DutyWords>,
    lead: Vec<Lead>,
    /// The committees.
    pub committees: Committees,
}

static SHIPPED: LazyLock<Duties> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/risk/responsibility.toml"))
        .unwrap_or_else(|error| unreachable!("data/risk/responsibility.toml: {error}"))
});

impl Duties {
    /// The table that comes with the program.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Who leads the control of a level.
    pub fn lead(&self, level: RiskLevel) -> Option<&Lead> {
        self.lead.iter().find(|lead| RiskLevel::from_number(lead.level) == Some(level))
    }
}

/// A body and its person; what the registers do not name is null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answerable {
    /// The body.
    pub unit: Option<String>,
    /// The person.
    pub person: Option<String>,
}

/// Who leads the control of an object's risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leading {
    /// On whose side.
    pub duty: Duty,
    /// What that person is called.
    pub title: Text,
    /// The body.
    pub unit: Option<String>,
    /// The person.
    pub person: Option<String>,
    /// Where the tie of colour to level is written, and how well that was verified.
    pub source: String,
    /// The mark of the source.
    pub mark: Verification,
}

/// One row of the responsibility list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Responsibility {
    /// The object's layer.
    pub layer: Layer,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The township it counts under.
    pub township: Option<String>,
    /// Its level.
    pub risk_level: Option<RiskLevel>,
    /// The word of the colour; `none` is no data.
    pub risk_color: &'static str,
    /// 主体责任.
    pub enterprise: Answerable,
    /// 属地责任.
    pub territorial: Answerable,
    /// 监管责任; registers hold no person of a department.
    pub department: Answerable,
    /// The committee of the safety commission.
    pub committee: Option<String>,
    /// Who leads by the colour; null without a level.
    pub lead: Option<Leading>,
}

impl Line {
    /// Who answers for the object of the line.
    pub fn responsibility(&self, snapshot: &Snapshot) -> Responsibility {
        let owners = Owners::of(snapshot, self.layer, &self.feature);
        let enterprise = Answerable { unit: owned(owners.unit()), person: owned(owners.person()) };
        let unit = self.unit.as_deref();
        let territorial = Answerable {
            unit: owned(unit.and_then(|unit| text(unit, "responsible_unit")).or(self.township.as_deref())),
            person: owned(unit.and_then(|unit| text(unit, "responsible_person"))),
        };
        let department = Answerable { unit: owned(owners.regulator()), person: None };
        let lead = self.level.and_then(|level| Duties::shipped().lead(level));
        let leading = lead.map(|lead| {
            let Answerable { unit, person } = match lead.duty {
                Duty::Enterprise => enterprise.clone(),
                Duty::Township => territorial.clone(),
                Duty::Department => department.clone(),
                Duty::District => district(snapshot, &self.feature),
            };
            Leading {
                duty: lead.duty,
                title: lead.title.clone(),
                unit,
                person,
                source: lead.source.clone(),
                mark: lead.mark,
            }
        });
        Responsibility {
            layer: self.layer,
            id: self.feature.id.clone(),
            name: self.feature.name().to_owned(),
            township: self.township.as_deref().map(str::to_owned),
            risk_level: self.level,
            risk_color: self.level.map_or("none", RiskLevel::color),
            enterprise,
            territorial,
            department,
            committee: self.committee.as_deref().map(str::to_owned),
            lead: leading,
        }
    }
}

/// The unit of the whole district: the only one there is, else the one around the object.
fn district(snapshot: &Snapshot, feature: &Feature) -> Answerable {
    let is_district = |unit: &&Feature| unit.properties.text("level") == Some("district");
    let all: Vec<&Feature> = snapshot.features(Layer::AdminUnits).filter(is_district).collect();
    let around = || all.iter().copied().find(|unit| unit.envelope().contains(feature.envelope()));
    let unit = if let [only] = all[..] { Some(only) } else { around() };
    unit.map_or_else(Answerable::default, |unit| Answerable {
        unit: owned(text(unit, "responsible_unit").or(Some(unit.name()))),
        person: owned(text(unit, "responsible_person")),
    })
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

/// A field that says something.
pub(super) fn text<'a>(feature: &'a Feature, field: &str) -> Option<&'a str> {
    feature.properties.text(field).map(str::trim).filter(|text| !text.is_empty())
}

/// An object and the enterprise it belongs to, asked for the names that the object itself does not bear.
pub(super) struct Owners<'a> {
    layer: Layer,
    object: &'a Feature,
    enterprise: Option<&'a Feature>,
}

impl<'a> Owners<'a> {
    /// An object of an edition.
    pub fn of(snapshot: &'a Snapshot, layer: Layer, object: &'a Feature) -> Self {
        let enterprise = text(object, "enterprise_id").and_then(|word| snapshot.referred(Layer::Enterprises, word));
        Self { layer, object, enterprise }
    }

    fn named(&self, field: &str) -> Option<&'a str> {
        text(self.object, field).or_else(|| text(self.enterprise?, field))
    }

    /// The department that supervises it.
    pub fn regulator(&self) -> Option<&'a str> {
        self.named("regulator")
    }

    /// The committee it counts under.
    pub fn committee(&self) -> Option<&'a str> {
        self.named("committee")
    }

    /// Who answers for it on the enterprise's side; of a hazard source first the principal person who warrants it.
    pub fn person(&self) -> Option<&'a str> {
        text(self.object, "principal_person").or_else(|| self.named("responsible_person"))
    }

    /// The body on the enterprise's side: the one named, the operator, or the enterprise itself.
    pub fn unit(&self) -> Option<&'a str> {
        let itself = self.enterprise.or((self.layer == Layer::Enterprises).then_some(self.object));
        self.named("responsible_unit").or_else(|| text(self.object, "operator")).or_else(|| text(itself?, "name"))
    }
}
