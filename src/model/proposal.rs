//! What someone wants to place, and where.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Kind, Properties};
use crate::geom::Geometry;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 新建.
    New,
    /// 扩建.
    Expand,
    /// 改建.
    Renovate,
    /// 现有.
    Existing,
}

impl Action {
    /// The action of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::New, Self::Expand, Self::Renovate, Self::Existing].into_iter().find(|action| action.word() == word)
    }

    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Expand => "expand",
            Self::Renovate => "renovate",
            Self::Existing => "existing",
        }
    }
}

/// A documented exemption from one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// The rule's id.
    pub rule: String,
    /// The document's number; without it the exemption does not count.
    #[serde(default)]
    pub document: Option<String>,
    /// Who issued it.
    #[serde(default)]
    pub issuer: Option<String>,
    /// When.
    #[serde(default)]
    pub date: Option<String>,
}

impl Exemption {
    /// The document's number, if one is given.
    pub fn document(&self) -> Option<&str> {
        self.document.as_deref().map(str::trim).filter(|document| !document.is_empty())
    }
}

/// A contour of the individual risk that the project itself brings, from a quantitative assessment. Inside it the risk is
/// at least its value.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskContour {
    /// Deaths a year of somebody who stays there always, unprotected.
    pub risk_per_year: f64,
    /// CGCS2000 longitude/latitude degrees; a polygon or several.
    pub area: Geometry,
    /// The assessment that it is taken from.
    pub document: String,
}

/// A project on a site.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Its kind.
    pub kind: &'static Kind,
    /// What is to be done.
    pub action: Action,
    /// Whether the action was stated, or taken to be new.
    pub action_stated: bool,
    /// Where, CGCS2000 longitude/latitude degrees; valid.
    pub site: Geometry,
    /// Lines inside the site from which some rules measure (`tank_wall`, `bund_line` …), by the names of the geometry
    /// facts that state them; CGCS2000 longitude/latitude degrees.
    pub lines: BTreeMap<String, Geometry>,
    /// The project's own risk contours, the fact `risk_contours`.
    pub contours: Vec<RiskContour>,
    /// What else is stated, by the facts' names.
    pub facts: Properties,
    /// Exemptions claimed.
    pub exemptions: Vec<Exemption>,
    /// The day whose law is asked for.
    pub as_of: Date,
}
