//! How many people live around a plant.

use crate::model::Feature;

/// Where a zone says only how many households it has, each stands for so many tenths of a person, over three:
/// GB 36894-2018 sets 30 households beside 100 persons.
const PERSONS_PER_HOUSEHOLD: (f64, f64) = (10.0, 3.0);

/// The people of the residential zones within reach. A zone within reach counts with all its people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Residents {
    /// How many zones there are.
    pub zones: usize,
    /// How many of them are counted by their households.
    pub by_households: usize,
    /// The names of those that say neither how many persons nor how many households.
    pub uncounted: Vec<String>,
    persons: f64,
    households: f64,
}

impl Residents {
    /// Counts the people of these zones.
    pub fn of<'a>(zones: impl IntoIterator<Item = &'a Feature>) -> Self {
        let mut all = Self::default();
        for zone in zones {
            all.add(zone);
        }
        all
    }

    /// How many are known of; part of a person counts as a whole one.
    pub fn known(&self) -> u64 {
        let (persons, households) = PERSONS_PER_HOUSEHOLD;
        // A cast of something huge gives the greatest number there is.
        (self.persons + self.households * persons / households).ceil() as u64
    }

    /// How many there are; none where a zone was not counted.
    pub fn counted(&self) -> Option<u64> {
        self.uncounted.is_empty().then(|| self.known())
    }

    fn add(&mut self, zone: &Feature) {
        let stated = |field| zone.properties.number(field).filter(|count| count.is_finite() && *count >= 0.0);
        self.zones += 1;
        match (stated("persons"), stated("households")) {
            (Some(persons), _) => self.persons += persons,
            (None, Some(households)) => {
                self.households += households;
                self.by_households += 1;
            }
            (None, None) => self.uncounted.push(zone.name().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Point;
    use serde_json::{Value, json};

    fn residents(zones: &[Value]) -> Residents {
        let zone = |properties: &Value| {
            let properties = serde_json::from_value(properties.clone()).unwrap();
            Feature::new("z", Point::new(115.8, 29.6).into(), properties).unwrap()
        };
        Residents::of(zones.iter().map(zone).collect::<Vec<_>>().iter())
    }

    #[test]
    fn households_stand_in_for_persons_and_thirty_are_a_hundred() {
        let by_households = |households: u32| residents(&[json!({"households": households})]);
        assert_eq!([0, 1, 9, 29, 30, 31].map(|count| by_households(count).known()), [0, 4, 30, 97, 100, 104]);
        let stated = residents(&[json!({"persons": 12, "households": 30}), json!({"households": 3})]);
        assert_eq!((stated.known(), stated.by_households, stated.zones), (22, 1, 2));
        let thirds = residents(&[json!({"households": 1}), json!({"households": 1}), json!({"households": 1})]);
        assert_eq!(thirds.known(), 10, "parts are added up before they are rounded");
    }

    #[test]
    fn a_zone_that_says_neither_leaves_the_count_open() {
        let open = residents(&[json!({"persons": 20}), json!({"name": "新村"}), json!({"persons": -5})]);
        assert_eq!((open.known(), open.counted()), (20, None));
        assert_eq!(open.uncounted, ["新村", "z"]);
        assert_eq!(residents(&[]).counted(), Some(0));
    }
}
