//! The grounds on which something has a level without a score: what is registered, what it holds, what is amiss.

use serde_json::Value;

use super::assessment::Assessment;
use super::computed::plain;
use super::hazard_source::Source;
use super::scheme::{DefaultTable, Direct, Rest, Scheme};
use crate::model::{Feature, Layer, RiskLevel};

/// One ground and the level that follows from it.
#[derive(Clone, Debug)]
pub(super) enum Ground<'a> {
    /// Open major hidden dangers found here, of which one is named.
    Danger(&'a Rest, &'a Feature),
    /// It is itself a major hidden danger that is open.
    OpenDanger(&'a Rest),
    /// A flag, of its own or of an installation.
    Direct(&'a Direct, Option<&'a Feature>),
    /// A tailings pond above people.
    HeadPond(&'a Rest),
    /// A major hazard source by what it holds.
    Source(&'a DefaultTable, Box<Source<'a>>, RiskLevel),
    /// A grade that it carries.
    Registered(&'a DefaultTable, &'a Value, RiskLevel),
    /// An installation of an enterprise.
    Installation(Box<Assessment<'a>>, RiskLevel),
    /// What lies around a pipeline, in one phrase.
    Surroundings(String, RiskLevel),
}

impl Ground<'_> {
    pub fn level(&self) -> RiskLevel {
        match self {
            Self::Danger(rest, _) | Self::OpenDanger(rest) | Self::HeadPond(rest) => rest.level,
            Self::Direct(case, _) => case.rest.level,
            Self::Source(_, _, level)
            | Self::Registered(_, _, level)
            | Self::Installation(_, level)
            | Self::Surroundings(_, level) => *level,
        }
    }

    /// Whether it makes red what no score makes red.
    pub fn is_direct_red(&self) -> bool {
        match self {
            Self::Installation(installation, _) => installation.is_direct_red(),
            other => other.level() == RiskLevel::Major,
        }
    }

    /// What is said to have decided where this does.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Danger(..) | Self::OpenDanger(_) => "hidden_danger",
            Self::Direct(..) => "direct",
            Self::HeadPond(_) => "head_pond",
            Self::Source(..) => "gb18218",
            Self::Surroundings(..) => "hca",
            Self::Registered(..) | Self::Installation(..) => "default",
        }
    }

    /// The field that it was read from.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Direct(case, None) => Some(&case.field),
            Self::Registered(table, ..) => Some(&table.field),
            _ => None,
        }
    }

    pub fn phrase(&self) -> String {
        match self {
            Self::Danger(rest, danger) => format!("{}「{}」", rest.title.zh, danger.name()),
            Self::OpenDanger(rest) | Self::HeadPond(rest) => rest.title.zh.clone(),
            Self::Direct(case, None) => case.rest.title.zh.clone(),
            Self::Direct(case, Some(installation)) => {
                format!("所属设施「{}」{}", installation.name(), case.rest.title.zh)
            }
            Self::Source(table, source, _) => format!("{} {}", table.title.zh, source.phrase()),
            Self::Registered(table, grade, _) => format!("{} {}", table.title.zh, plain(grade)),
            Self::Surroundings(how, _) => how.clone(),
            Self::Installation(installation, _) => {
                format!("所属设施「{}」（{}）", installation.feature().name(), installation.why())
            }
        }
    }

    /// The level in words, and where it is written.
    pub fn note(&self, scheme: &Scheme) -> String {
        let words = scheme.words(self.level());
        let from = |source: &str, how| format!("{}：{words}；依据：{source}（{}）", self.phrase(), how);
        match self {
            Self::Danger(rest, _) | Self::OpenDanger(rest) | Self::HeadPond(rest) => from(&rest.source, rest.mark),
            Self::Direct(case, _) => from(&case.rest.source, case.rest.mark),
            Self::Source(table, ..) | Self::Registered(table, ..) => from(&table.source, table.mark),
            Self::Installation(..) | Self::Surroundings(..) => format!("{}：{words}", self.phrase()),
        }
    }
}

/// The ground of a grade that a feature carries.
pub(super) fn registered<'a>(scheme: &'a Scheme, layer: Layer, feature: &'a Feature) -> Option<Ground<'a>> {
    let table = scheme.default_of(layer)?;
    let grade = feature.properties.get(&table.field)?;
    Some(Ground::Registered(table, grade, table.level(grade)?))
}

/// The ground of what an installation holds.
pub(super) fn of_source<'a>(scheme: &'a Scheme, source: &Source<'a>) -> Option<Ground<'a>> {
    let table = scheme.default_of(Layer::Installations)?;
    let level = table.level(&Value::from(source.grade()?))?;
    // A bound that may be worse says nothing mild: what is missing is never blue.
    (!source.is_bound() || level < RiskLevel::Low).then(|| Ground::Source(table, Box::new(source.clone()), level))
}
