//! The survey against what it stands for: one check for each thing that stands, every pair measured by hand, and itself
//! made anew.

mod brute_force;
mod changes;
mod checks;
mod pairs;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde_json::Value;
use sisetu::geom::algorithm::Translate;
use sisetu::index::{LayerIndex, Snapshot};
use sisetu::model::{Conflict, Feature, Known, Layer, Outcome, Revision};
use sisetu::rules::RuleBook;
use sisetu::siting::Survey;
use sisetu::siting::survey::{Entry, Progress, Wanted, Work};

use crate::support::scene::sample_district;

pub const DAY: &str = "2026-11-24";

pub static BOOK: LazyLock<Arc<RuleBook>> = LazyLock::new(|| Arc::new(RuleBook::shipped().unwrap()));
pub static SAMPLE: LazyLock<Snapshot> = LazyLock::new(sample_district);
/// The sample is laid out with care and has hardly a conflict; this one is not.
pub static DISTRICT: LazyLock<Snapshot> = LazyLock::new(|| stirred(&SAMPLE));
pub static SURVEY: LazyLock<Survey> = LazyLock::new(|| survey(&DISTRICT));

/// The same district with every plant and every place where people are moved some hundred metres, each its own way.
fn stirred(snapshot: &Snapshot) -> Snapshot {
    let people = [Layer::Enterprises, Layer::Installations, Layer::ProtectionTargets, Layer::ResidentialZones];
    let mut number = 0u32;
    let mut step = || {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from(number >> 8) / f64::from(1 << 24) - 0.5) * 0.012
    };
    let layers = people.map(|layer| {
        let moved = snapshot.features(layer).map(|feature| {
            let geometry = feature.geometry.translate(step(), step());
            Arc::new(Feature::new(&*feature.id, geometry, feature.properties.clone()).unwrap())
        });
        (layer, Ok(LayerIndex::new(Revision(1), moved.collect())))
    });
    layers.into_iter().fold(snapshot.clone(), |snapshot, (layer, index)| snapshot.with(layer, index))
}

/// The survey of an edition.
pub fn survey(snapshot: &Snapshot) -> Survey {
    Survey::of(&work(snapshot, &Progress::default()))
}

/// The survey of a later edition, made from an earlier one.
pub fn after(before: &Survey, snapshot: &Snapshot) -> (Survey, u64) {
    let progress = Progress::default();
    let survey = before.after(&work(snapshot, &progress));
    (survey, progress.so_far().1)
}

fn work<'a>(snapshot: &'a Snapshot, progress: &'a Progress) -> Work<'a> {
    Work { snapshot, book: &BOOK, as_of: DAY.parse().unwrap(), threads: 2, progress, show: None }
}

/// Every conflict that is wanted.
pub fn listed(survey: &Survey, wanted: &Wanted) -> Vec<Conflict> {
    survey.page(wanted, None, usize::MAX).unwrap().items
}

/// What cannot be judged.
pub fn undetermined() -> Wanted {
    Wanted { outcome: Some(Outcome::Undetermined), ..Wanted::default() }
}

/// The rule and both ends; the second is missing where there is none.
pub type Key = (String, (Layer, String), Option<(Layer, String)>);

pub fn key(entry: &Entry<'_>) -> Key {
    let end = |(layer, id): (Layer, &str)| (layer, id.to_owned());
    (entry.rule.to_owned(), end(entry.subject), entry.object.map(end))
}

/// Every pair, of which nothing is listed twice.
pub fn outcomes(survey: &Survey) -> BTreeMap<Key, Outcome> {
    let (wanted, doubtful) = (Wanted::default(), undetermined());
    let all: Vec<_> = survey.entries(&wanted).chain(survey.entries(&doubtful)).collect();
    let outcomes: BTreeMap<Key, Outcome> = all.iter().map(|one| (key(one), one.outcome)).collect();
    assert_eq!(outcomes.len(), all.len(), "a pair is listed twice");
    outcomes
}

/// The project kind that a feature stands for, said once more in other words than the program's table.
pub fn stands_for(layer: Layer, feature: &Feature, plant: Option<&Feature>) -> Option<String> {
    const GENERIC: [&str; 9] =
        ["chemical_plant", "factory", "mine", "warehouse", "tank_farm", "process_unit", "flare", "loading", "store"];
    let kind = feature.kind();
    let word = match (layer, kind) {
        (Layer::ResidentialZones, _) => "residential",
        (Layer::PowerLines, _) => "powerline",
        (Layer::Roads | Layer::Railways, _) => "transport_works",
        (Layer::Enterprises, Some("chemical_plant")) => "chem_project",
        (Layer::Enterprises, Some("factory" | "warehouse")) => "building_any",
        (Layer::Enterprises | Layer::Structures, Some("mine")) => "quarry_mine",
        (Layer::Enterprises, Some("tank_farm"))
        | (Layer::PipelineFacilities, Some("tank" | "loading" | "gas_store")) => "hazmat_place",
        (Layer::Installations, Some("tank")) => plant?.kind().filter(|kind| *kind == "lpg_station")?,
        (Layer::Enterprises | Layer::Installations | Layer::ProtectionTargets, Some(kind)) => {
            if GENERIC.contains(&kind) {
                return None;
            }
            kind
        }
        (Layer::Pipelines, _) => match feature.properties.text("medium")? {
            "natural_gas" => "gas_pipeline",
            "crude" | "refined" => "oil_pipeline",
            _ => return None,
        },
        _ => return None,
    };
    Some(word.to_owned())
}

/// The request to build a feature where it stands.
pub fn as_request(layer: Layer, feature: &Feature, kind: &str) -> Value {
    let mut body = sisetu::ingest::feature_json(layer, feature);
    let geometry = body["geometry"].clone();
    let properties = body["properties"].as_object_mut().unwrap();
    if !properties.contains_key("extent_m") {
        // A point of unknown size is tried as large as the rules try it as a target.
        let tried = BOOK.defaults().allowance(layer, feature).tried_m().0;
        properties.insert("extent_m".into(), tried.into());
    }
    if layer == Layer::Installations && geometry["type"] == "Polygon" {
        for line in ["tank_wall", "bund_line", "production_unit", "dispenser"] {
            properties.insert(line.into(), geometry.clone());
        }
    }
    match layer {
        Layer::Railways => drop(properties.insert("transport_kind".into(), "railway".into())),
        Layer::Roads => drop(properties.insert("transport_kind".into(), "road".into())),
        _ => {}
    }
    properties.insert("kind".into(), kind.into());
    properties.insert("action".into(), "new".into());
    if kind != "quarry_mine" {
        properties.insert("excavation".into(), false.into());
        properties.insert("blasting".into(), false.into());
    }
    body
}
