//! How far a rupture of a gas pipe may reach (GB 32167-2015, potential impact radius).

use super::{ImpossibleInput, positive};
use crate::geom::Metres;
use crate::model::Verification;

/// The factor of the formula: metres for millimetres and megapascals.
const FACTOR: f64 = 0.099;

/// How well the formula was verified: own knowledge, agreeing with the 0.00315·d·√p form in kilopascals.
pub const MARK: Verification = Verification::KnownHigh;

/// r = 0.099·√(d²·p), for the outer diameter in millimetres and the maximum allowable pressure in megapascals.
pub fn impact_radius(diameter_mm: f64, pressure_mpa: f64) -> Result<Metres, ImpossibleInput> {
    let diameter = positive("diameter_mm", diameter_mm)?;
    let pressure = positive("pressure_mpa", pressure_mpa)?;
    Ok(Metres(FACTOR * diameter * pressure.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_values_come_out() {
        for (diameter, pressure, radius) in
            [(1016.0, 10.0, 318.1), (813.0, 10.0, 254.5), (610.0, 6.3, 151.6), (323.9, 4.0, 64.1)]
        {
            let found = impact_radius(diameter, pressure).unwrap().0;
            assert!((found - radius).abs() < 0.05, "{diameter} mm at {pressure} MPa: {found}");
        }
    }

    #[test]
    fn it_agrees_with_the_form_in_kilopascals_to_a_percent() {
        let (diameter, pressure) = (711.0, 8.0);
        let other = 0.00315 * diameter * f64::sqrt(pressure * 1000.0);
        assert!((impact_radius(diameter, pressure).unwrap().0 / other - 1.0).abs() < 0.01);
    }

    #[test]
    fn what_cannot_be_is_named() {
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let field = |found: Result<Metres, ImpossibleInput>| match found.unwrap_err() {
                ImpossibleInput::NotPositive { field, .. } => field,
                other => panic!("{other}"),
            };
            assert_eq!(field(impact_radius(wrong, 10.0)), "diameter_mm");
            assert_eq!(field(impact_radius(1016.0, wrong)), "pressure_mpa");
        }
    }
}
