use serde_json::json;

use super::*;
use crate::geom::{LineString, Point};
use crate::model::{Change, Commit, Feature, Layer, Properties};
use crate::siting::survey::Wanted;
use crate::store::Contents;

const LONG: Duration = Duration::from_mins(1);

fn day() -> Date {
    "2026-11-24".parse().unwrap()
}

fn plant(id: &str, lon: f64) -> Feature {
    let properties: Properties = serde_json::from_value(json!({"kind": "factory", "extent_m": 0})).unwrap();
    Feature::new(id, Point::new(lon, 29.6).into(), properties).unwrap()
}

fn road() -> Feature {
    let properties: Properties = serde_json::from_value(json!({"kind": "national", "half_width_m": 10})).unwrap();
    Feature::new("road", LineString::from(vec![(115.8, 29.5), (115.8, 29.7)]).into(), properties).unwrap()
}

/// Plants on the given longitudes; the road runs along 115.8.
fn edition(plants: &[(&str, f64)]) -> Arc<Edition> {
    let plants = plants.iter().map(|(id, lon)| plant(id, *lon)).collect();
    let layers = [(Layer::Enterprises, Ok(plants)), (Layer::Roads, Ok(vec![road()]))].into_iter().collect();
    let (contents, scheme) = (Contents { revision: Revision(1), layers }, crate::risk::Scheme::shipped());
    Arc::new(Edition::first(contents, scheme, &Arc::default()))
}

fn surveys() -> Surveys {
    Surveys::new(Arc::new(RuleBook::shipped().unwrap()), 2)
}

fn subjects(surveyed: &Surveyed) -> Vec<String> {
    let page = surveyed.survey.page(&Wanted::default(), None, 100).unwrap();
    page.items.into_iter().map(|conflict| conflict.subject.id).collect()
}

#[tokio::test]
async fn a_survey_is_made_once_and_kept() {
    let (surveys, edition) = (surveys(), edition(&[("near", 115.800_05), ("far", 115.9)]));
    let first = surveys.of(&edition, day(), LONG).await;
    assert!(first.survey.is_complete() && first.making.is_none());
    assert_eq!(subjects(&first), ["near"]);
    let again = surveys.of(&edition, day(), LONG).await;
    assert!(Arc::ptr_eq(&first.survey, &again.survey));
}

#[tokio::test]
async fn the_old_survey_is_answered_with_until_the_new_one_is_there() {
    let (surveys, one) = (surveys(), edition(&[("near", 115.800_05), ("far", 115.9)]));
    let first = surveys.of(&one, day(), LONG).await;
    let change = Change::Put(Layer::Enterprises, plant("far", 115.800_06));
    let two = Arc::new(one.after(&Commit { revision: Revision(2), changes: vec![change] }));
    let impatient = surveys.of(&two, day(), Duration::ZERO).await;
    let served = impatient.survey.revision();
    assert!(impatient.survey.is_complete() && (served == Revision(1) || served == Revision(2)));
    let second = surveys.of(&two, day(), LONG).await;
    assert_eq!(second.survey.revision(), Revision(2));
    assert_eq!(subjects(&second), ["far", "near"]);
    assert_eq!(subjects(&first), ["near"], "a reader keeps what it was given");
}

#[tokio::test]
async fn another_day_asks_for_another_survey() {
    let (surveys, edition) = (surveys(), edition(&[("near", 115.800_05)]));
    let before: Date = "2010-01-01".parse().unwrap();
    assert!(subjects(&surveys.of(&edition, before, LONG).await).is_empty(), "the rule was not in force yet");
    assert_eq!(subjects(&surveys.of(&edition, day(), LONG).await), ["near"]);
}
