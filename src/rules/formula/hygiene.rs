//! The hygiene protection distance of a production unit that leaks gas or dust (GB/T 39499-2020).
//!
//! It counts from the boundary of the production unit, not of the plant, to the boundary of the sensitive area.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{ImpossibleInput, Step, positive};
use crate::geom::Metres;
use crate::model::{Text, Verification};

/// How a unit gives off a substance. I: chimneys beside it give off the same one above a third of the allowed rate. II:
/// below a third, or no chimney and a limit for acute effects. III: no chimney and a limit for chronic effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SourceClass {
    /// I.
    I,
    /// II.
    II,
    /// III.
    III,
}

/// The four coefficients of the formula.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Coefficients {
    /// A.
    pub a: f64,
    /// B.
    pub b: f64,
    /// C.
    pub c: f64,
    /// D.
    pub d: f64,
}

/// The distance for one substance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hygiene {
    /// The greatest L at which the formula is not above Qc/Cm; 0.1 mm.
    pub raw_m: Metres,
    /// The same, rounded up as the standard says: the distance itself.
    pub rounded_m: Metres,
    /// The class that was given, or the one that gives the greater L.
    pub class_used: SourceClass,
    /// Whether the class was given.
    pub class_known: bool,
    /// The coefficients used.
    pub coefficients: Coefficients,
    /// Whether `raw_m` is an end of a range of L where the formula leaps over Qc/Cm instead of meeting it.
    pub at_leap: bool,
    /// The calculation, line by line.
    pub steps: Vec<Step>,
    /// The weakest mark used.
    pub mark: Verification,
}

/// The distance for several substances from one unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Together {
    /// The distance.
    pub rounded_m: Metres,
    /// Whether it was raised, since two substances share the greatest step.
    pub raised: bool,
    /// The calculation in a line.
    pub step: Step,
    /// The weakest mark used.
    pub mark: Verification,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    source: String,
    marks: Marks,
    range: Vec<Range>,
    a: Vec<Row>,
    b: Vec<Row>,
    c: Vec<Row>,
    d: Vec<Row>,
    rounding: Vec<Rounding>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Marks {
    formula: Verification,
    coefficients: Verification,
    rounding: Verification,
    several: Verification,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    #[serde(default = "endless")]
    up_to_m: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    wind: Wind,
    /// By range of L, then by class.
    values: [[f64; 3]; 3],
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wind {
    from: Option<f64>,
    above: Option<f64>,
    to: Option<f64>,
    below: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rounding {
    #[serde(default = "endless")]
    below_m: f64,
    step_m: f64,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../data/formulas/hygiene_distance.toml"))
        .unwrap_or_else(|error| unreachable!("data/formulas/hygiene_distance.toml is checked by a test: {error}"))
});

fn endless() -> f64 {
    f64::INFINITY
}

/// The distance for one substance: fugitive emission in kg/h, its limit in mg/m³, the area of the production unit in m²,
/// the mean wind of five years in m/s. An unknown class is tried at all three, and the greatest distance counts.
pub fn hygiene_distance(
    qc_kg_h: f64,
    cm_mg_m3: f64,
    unit_area_m2: f64,
    wind_m_s: f64,
    source_class: Option<SourceClass>,
) -> Result<Hygiene, ImpossibleInput> {
    let ratio = positive("qc_kg_h", qc_kg_h)? / positive("cm_mg_m3", cm_mg_m3)?;
    let ratio = positive("qc_kg_h / cm_mg_m3", ratio)?;
    let area = positive("unit_area_m2", unit_area_m2)?;
    let wind = positive("wind_m_s", wind_m_s)?;
    let classes = source_class.map_or(vec![SourceClass::I, SourceClass::II, SourceClass::III], |class| vec![class]);
    let solved = classes.into_iter().map(|class| Solution::of(ratio, area, wind, class));
    let farthest = solved.reduce(|best, next| if next.metres > best.metres { next } else { best });
    let farthest = farthest.unwrap_or_else(|| Solution::of(ratio, area, wind, SourceClass::I));
    Ok(farthest.told([qc_kg_h, cm_mg_m3, area, wind], source_class.is_some()))
}

/// The distance that several substances from one unit ask for together; `None` for none. Two in the greatest step raise it
/// by one: two in a lower step, raised, are not beyond it.
pub fn together(substances: &[Hygiene]) -> Option<Together> {
    let greatest = substances.iter().map(|one| one.rounded_m).reduce(Metres::max)?;
    let raised = substances.iter().filter(|one| one.rounded_m == greatest).count() > 1;
    let rounded_m = if raised { step_above(greatest) } else { greatest };
    let weakest = substances.iter().map(|one| one.mark).max()?;
    let step = if raised {
        Text::new(
            format!("两种以上物质同为 {} m 级，提高一级：{} m", greatest.0, rounded_m.0),
            format!("two or more substances share the step of {} m, which raises it to {} m", greatest.0, rounded_m.0),
        )
    } else {
        Text::new(format!("取较大者：{} m", greatest.0), format!("the greatest counts: {} m", greatest.0))
    };
    let mark = if raised { weakest.max(TABLES.marks.several) } else { weakest };
    Some(Together { rounded_m, raised, step, mark })
}

/// A raw distance rounded up to its step.
pub fn rounded(raw: Metres) -> Metres {
    let raw = raw.rounded().0;
    let step = step_at(raw);
    Metres((raw / step).ceil().max(1.0) * step)
}

/// The step that the least more falls into: raw distances are known to a tenth of a millimetre.
fn step_above(rounded_m: Metres) -> Metres {
    rounded(rounded_m + Metres(1e-4))
}

fn step_at(metres: f64) -> f64 {
    let row = TABLES.rounding.iter().find(|row| metres < row.below_m);
    row.or(TABLES.rounding.last()).map_or(metres, |row| row.step_m)
}

/// The formula's right side, for one wind, class, unit and range of L.
#[derive(Clone, Copy, Debug)]
struct Formula {
    coefficients: Coefficients,
    quarter_r2: f64,
}

#[derive(Clone, Copy, Debug)]
struct Solution {
    metres: f64,
    at_leap: bool,
    class: SourceClass,
    formula: Formula,
}

impl Formula {
    fn of(range: usize, area: f64, wind: f64, class: SourceClass) -> Self {
        let pick = |rows: &[Row]| {
            let row = rows.iter().find(|row| row.wind.holds(wind));
            row.map_or(f64::NAN, |row| row.values[range][class as usize])
        };
        let coefficients =
            Coefficients { a: pick(&TABLES.a), b: pick(&TABLES.b), c: pick(&TABLES.c), d: pick(&TABLES.d) };
        Self { coefficients, quarter_r2: 0.25 * area / std::f64::consts::PI }
    }

    /// Qc/Cm at a distance; it rises with it.
    fn at(&self, metres: f64) -> f64 {
        let Coefficients { a, b, c, d } = self.coefficients;
        (b * metres.powf(c) + self.quarter_r2).sqrt() * metres.powf(d) / a
    }

    /// Where it is the ratio, between two distances on either side of it.
    fn solve(&self, ratio: f64, mut low: f64, mut high: f64) -> f64 {
        loop {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                return middle;
            }
            if self.at(middle) > ratio { high = middle } else { low = middle }
        }
    }
}

impl Solution {
    /// The greatest distance at which the formula is not above the ratio, sought from the farthest range inwards.
    fn of(ratio: f64, area: f64, wind: f64, class: SourceClass) -> Self {
        for range in (0..TABLES.range.len()).rev() {
            let formula = Formula::of(range, area, wind, class);
            let start = if range == 0 { 0.0 } else { TABLES.range[range - 1].up_to_m };
            if range > 0 && formula.at(start) > ratio {
                continue;
            }
            let mut end = TABLES.range[range].up_to_m;
            if end.is_infinite() {
                end = start.max(1.0);
                while formula.at(end) <= ratio {
                    end *= 2.0;
                }
            }
            let at_leap = formula.at(end) < ratio;
            let metres = if at_leap { end } else { formula.solve(ratio, start, end) };
            return Self { metres, at_leap, class, formula };
        }
        unreachable!("the first range starts at zero, where the formula is zero")
    }

    fn told(self, [qc, cm, area, wind]: [f64; 4], class_known: bool) -> Hygiene {
        let Coefficients { a, b, c, d } = self.formula.coefficients;
        let (raw_m, class) = (Metres(self.metres).rounded(), self.class);
        let rounded_m = rounded(raw_m);
        let source = &TABLES.source;
        let how = if class_known {
            ("按所给类别", "as given")
        } else {
            ("类别未知，取最大者", "unknown: the greatest counts")
        };
        let mut steps = vec![
            Text::new(
                format!(
                    "{source}：Qc/Cm = (1/A)·(B·L^C + 0.25·r²)^0.5·L^D，Qc = {qc} kg/h，Cm = {cm} mg/m³，S = {area} m²"
                ),
                format!(
                    "{source}: Qc/Cm = (1/A)·(B·L^C + 0.25·r²)^0.5·L^D with Qc = {qc} kg/h, Cm = {cm} mg/m³, S = {area} m²"
                ),
            ),
            Text::new(
                format!("近五年平均风速 {wind} m/s，{class:?} 类（{}）：A = {a}，B = {b}，C = {c}，D = {d}", how.0),
                format!("mean wind {wind} m/s, source class {class:?} ({}): A = {a}, B = {b}, C = {c}, D = {d}", how.1),
            ),
        ];
        if self.at_leap {
            steps.push(Text::new(
                format!("公式在 {} m 处跳过 Qc/Cm，取该分界值", raw_m.0),
                format!("the formula leaps over Qc/Cm at {} m, the end of a range of L, which is taken", raw_m.0),
            ));
        }
        steps.push(Text::new(
            format!("L = {:.4} m，取整为 {} m", raw_m.0, rounded_m.0),
            format!("L = {:.4} m, rounded up to {} m", raw_m.0, rounded_m.0),
        ));
        let marks = &TABLES.marks;
        let mark = marks.formula.max(marks.coefficients).max(marks.rounding);
        let coefficients = self.formula.coefficients;
        Hygiene { raw_m, rounded_m, class_used: class, class_known, coefficients, at_leap: self.at_leap, steps, mark }
    }
}

impl Wind {
    fn holds(&self, wind: f64) -> bool {
        self.from.is_none_or(|from| wind >= from)
            && self.above.is_none_or(|above| wind > above)
            && self.to.is_none_or(|to| wind <= to)
            && self.below.is_none_or(|below| wind < below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SourceClass::{I, II, III};
    use proptest::prelude::*;

    const ALL: [SourceClass; 3] = [I, II, III];

    fn raw(ratio: f64, area: f64, wind: f64, class: SourceClass) -> f64 {
        Solution::of(ratio, area, wind, class).metres
    }

    fn used(wind: f64, range: usize, class: SourceClass) -> [f64; 4] {
        let Coefficients { a, b, c, d } = Formula::of(range, 1.0, wind, class).coefficients;
        [a, b, c, d]
    }

    /// A result of a raw distance, for what only looks at steps.
    fn of_step(metres: f64) -> Hygiene {
        let mut one = hygiene_distance(1.0, 1.0, 1000.0, 3.0, Some(II)).unwrap();
        one.rounded_m = rounded(Metres(metres));
        one
    }

    #[test]
    fn the_file_has_one_row_for_every_wind() {
        for wind in [0.1, 1.999, 2.0, 2.001, 3.0, 4.0, 4.001, 20.0] {
            for rows in [&TABLES.a, &TABLES.b, &TABLES.c, &TABLES.d] {
                assert_eq!(rows.iter().filter(|row| row.wind.holds(wind)).count(), 1, "{wind}");
            }
        }
        assert_eq!(TABLES.range.iter().map(|range| range.up_to_m).collect::<Vec<_>>(), [1000.0, 2000.0, f64::INFINITY]);
    }

    #[test]
    fn the_winds_end_differently_for_a_and_for_the_others() {
        assert_eq!(used(1.9, 0, I), [400.0, 0.010, 1.85, 0.78]);
        assert_eq!(
            used(2.0, 0, I),
            [700.0, 0.010, 1.85, 0.78],
            "2 m/s is in the middle row of A and the lower of B, C, D"
        );
        assert_eq!(used(2.1, 0, II), [470.0, 0.021, 1.85, 0.84]);
        assert_eq!(used(4.0, 1, III), [350.0, 0.036, 1.77, 0.84]);
        assert_eq!(used(4.1, 2, III), [140.0, 0.036, 1.77, 0.76]);
    }

    #[test]
    fn the_formula_runs_on_across_its_ranges() {
        for wind in [1.0, 3.0, 5.0] {
            for class in ALL {
                for (range, end) in [(0, 1000.0), (1, 2000.0)] {
                    let side = |range| Formula::of(range, 1000.0, wind, class).at(end);
                    let leap = side(range + 1) / side(range) - 1.0;
                    assert!(leap.abs() < 0.035, "{wind} m/s, {class:?}, {end} m: {leap}");
                }
            }
        }
    }

    #[test]
    fn hand_computed_values_come_out() {
        // B·100^C = 0.021·5011.872 = 105.2493; r² = 1000/π; 100^D = 47.8630; √(105.2493 + 79.5775)·47.8630/470 = 1.384473.
        let one = hygiene_distance(1.384_473, 1.0, 1000.0, 3.0, Some(II)).unwrap();
        assert!((one.raw_m.0 - 100.0).abs() < 1e-3, "{one:?}");
        // B·500^C = 0.01·98 422.5 = 984.225; 0.25·r² = 0.25·500/π = 39.7887; 500^D = 127.4080; √1024.014·127.4080/400.
        let two = hygiene_distance(2.0 * 10.192_707, 2.0, 500.0, 1.5, Some(I)).unwrap();
        assert!((two.raw_m.0 - 500.0).abs() < 0.05, "{two:?}");
        assert_eq!(two.mark, Verification::KnownHigh);
    }

    #[test]
    fn an_unknown_class_is_the_one_that_reaches_farthest() {
        let distance = |class| hygiene_distance(0.8, 0.2, 2000.0, 2.5, class).unwrap();
        let unknown = distance(None);
        let farthest = ALL.map(|class| distance(Some(class)).raw_m).into_iter().reduce(Metres::max);
        assert_eq!(Some(unknown.raw_m), farthest);
        assert_eq!((unknown.class_used, unknown.class_known), (I, false));
    }

    #[test]
    fn steps_end_where_the_standard_says() {
        for (raw, step) in [
            (0.0, 50.0),
            (49.9, 50.0),
            (50.0, 100.0),
            (50.1, 100.0),
            (99.0, 100.0),
            (100.0, 100.0),
            (100.1, 200.0),
            (999.0, 1000.0),
            (1000.0, 1000.0),
            (1000.1, 1200.0),
            (2001.0, 2200.0),
        ] {
            assert_eq!(rounded(Metres(raw)), Metres(step), "{raw}");
        }
    }

    #[test]
    fn substances_in_one_step_raise_it() {
        let of = |raw: &[f64]| {
            let all: Vec<Hygiene> = raw.iter().map(|raw| of_step(*raw)).collect();
            together(&all).map(|found| (found.rounded_m.0, found.raised))
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[30.0]), Some((50.0, false)));
        assert_eq!(of(&[30.0, 40.0]), Some((100.0, true)));
        assert_eq!(of(&[60.0, 99.0]), Some((200.0, true)));
        assert_eq!(of(&[901.0, 990.0]), Some((1200.0, true)));
        assert_eq!(of(&[1100.0, 1150.0]), Some((1400.0, true)));
        assert_eq!(of(&[30.0, 40.0, 150.0]), Some((200.0, false)), "the raised pair is still below the third");
    }

    #[test]
    fn what_cannot_be_is_named() {
        let good = [1.0, 1.0, 1000.0, 3.0];
        for (place, field) in ["qc_kg_h", "cm_mg_m3", "unit_area_m2", "wind_m_s"].into_iter().enumerate() {
            for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
                let mut figures = good;
                figures[place] = wrong;
                let found = hygiene_distance(figures[0], figures[1], figures[2], figures[3], None);
                assert!(matches!(found, Err(ImpossibleInput::NotPositive { field: named, .. }) if named == field));
            }
        }
    }

    proptest! {
        #[test]
        fn the_distance_put_back_gives_the_ratio(
            ratio in -4.0..3.0f64, area in 1.0..5.0f64, wind in 0.1..9.0f64, class in 0..3usize
        ) {
            let (ratio, area) = (10f64.powf(ratio), 10f64.powf(area));
            let found = Solution::of(ratio, area, wind, ALL[class]);
            let back = found.formula.at(found.metres);
            let met = if found.at_leap { back < ratio } else { (back / ratio - 1.0).abs() < 1e-9 };
            prop_assert!(met, "{found:?}");
        }

        #[test]
        fn more_emission_never_brings_it_nearer(
            ratio in -4.0..3.0f64, more in 0.0..1.0f64, area in 1.0..5.0f64, wind in 0.1..9.0f64, class in 0..3usize
        ) {
            let (ratio, area) = (10f64.powf(ratio), 10f64.powf(area));
            prop_assert!(raw(ratio * (1.0 + more), area, wind, ALL[class]) >= raw(ratio, area, wind, ALL[class]));
        }
    }
}
