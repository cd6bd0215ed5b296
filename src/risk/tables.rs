//! Totals of the risk list by township, level and committee, and whether every sum adds up: objects counted one by one
//! against the list, the list against its divisions, and areas against the objects that touch them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::area::Counts;
use super::areas::each_bearing;
use super::grades::{GRADED, Grades};
use super::publication::{NONE, key};
use super::roll::{Line, Sought, Totals};
use crate::geom::Territory;
use crate::index::Snapshot;
use crate::model::{Feature, Known, Layer, Revision, RiskLevel};

/// Lines of a page when the list is read page by page.
const PAGE: usize = 500;

/// How many objects a township, a level and a committee have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The township; `none` for those in none.
    pub township: String,
    /// The level, `1` to `4` or `none`.
    pub level: String,
    /// The committee; `none` for those under none.
    pub committee: String,
    /// How many.
    pub count: usize,
}

/// The objects that touch one administrative unit, by level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AreaSum {
    /// The unit's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its level: district, township, village, functional.
    pub level: String,
    /// As the unit's grade counts them.
    pub counts: Counts,
}

/// Two numbers that must be equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What is held against what, in Chinese.
    pub what: String,
    /// What was counted.
    pub found: usize,
    /// What it must be.
    pub expected: usize,
    /// Whether it is.
    pub holds: bool,
}

/// Every total, and every check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tables {
    /// The revision that was counted.
    pub revision: Revision,
    /// Totals of all objects, those without a level among them.
    pub totals: Totals,
    /// Township by level by committee; cells of nothing are left out.
    pub cells: Vec<Cell>,
    /// Every administrative unit. An object may touch several, so that these do not add up to the total.
    pub areas: Vec<AreaSum>,
    /// Every sum that was checked.
    pub checks: Vec<Check>,
    /// Whether all of them hold.
    pub adds_up: bool,
}

impl Tables {
    /// Counts an edition; the grades are those of the snapshot.
    pub fn of(snapshot: &Snapshot, grades: &Grades) -> Self {
        let roll = grades.roll();
        let totals = roll.totals_of_all();
        let cells = cells(roll.lines());
        let mut checks = vec![];
        one_by_one(snapshot, grades, &totals, &mut checks);
        divisions(&totals, &cells, &mut checks);
        pages(grades, &totals, &mut checks);
        let areas = areas(snapshot, grades, &mut checks);
        let adds_up = checks.iter().all(|check| check.holds);
        Self { revision: snapshot.revision(), totals, cells, areas, checks, adds_up }
    }
}

fn cells(lines: &[Line]) -> Vec<Cell> {
    let mut counts: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    for line in lines {
        let named = |name: Option<&str>| name.unwrap_or(NONE).to_owned();
        let place = (named(line.township.as_deref()), key(line.level), named(line.committee.as_deref()));
        *counts.entry(place).or_default() += 1;
    }
    let cell = |((township, level, committee), count)| Cell { township, level, committee, count };
    counts.into_iter().map(cell).collect()
}

fn check(checks: &mut Vec<Check>, what: impl Into<String>, found: usize, expected: usize) {
    checks.push(Check { what: what.into(), found, expected, holds: found == expected });
}

/// The registers, object by object, against the totals of the list.
fn one_by_one(snapshot: &Snapshot, grades: &Grades, totals: &Totals, checks: &mut Vec<Check>) {
    let mut by_level: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = 0;
    for layer in GRADED {
        for feature in snapshot.features(layer) {
            all += 1;
            *by_level.entry(key(grades.level(layer, &feature.id))).or_default() += 1;
        }
    }
    check(checks, "清单合计 = 台账逐个计数", totals.total, all);
    for (level, count) in &totals.by_level {
        let counted = by_level.get(level).copied().unwrap_or_default();
        check(checks, format!("清单等级 {level} = 台账逐个计数"), *count, counted);
    }
}

/// Each division of the totals, and the cross-tables against their margins.
fn divisions(totals: &Totals, cells: &[Cell], checks: &mut Vec<Check>) {
    type Name = fn(&Cell) -> &String;
    let divisions: [(&str, &BTreeMap<String, usize>, Name); 3] = [
        ("等级", &totals.by_level, |cell| &cell.level),
        ("乡镇", &totals.by_township, |cell| &cell.township),
        ("专业委员会", &totals.by_committee, |cell| &cell.committee),
    ];
    check(checks, "交叉表合计 = 清单合计", cells.iter().map(|cell| cell.count).sum(), totals.total);
    for (title, counts, name) in divisions {
        check(checks, format!("按{title}之和 = 清单合计"), counts.values().sum(), totals.total);
        let names: BTreeSet<&String> = counts.keys().chain(cells.iter().map(name)).collect();
        for one in names {
            let found = cells.iter().filter(|cell| name(cell) == one).map(|cell| cell.count).sum();
            let expected = counts.get(one).copied().unwrap_or_default();
            check(checks, format!("交叉表{title}「{one}」之和 = 按{title}计数"), found, expected);
        }
    }
}

/// The list read page by page, as a reader gets it.
fn pages(grades: &Grades, totals: &Totals, checks: &mut Vec<Check>) {
    let levels = RiskLevel::ALL.into_iter().map(Some).chain([None]);
    for level in levels {
        let wanted = Sought { level: Some(level), ..Sought::default() };
        let mut listed: BTreeSet<(Layer, &str)> = BTreeSet::new();
        let mut after = None;
        while let Some((lines, next)) = grades.roll().page(&wanted, after.as_deref(), PAGE) {
            listed.extend(lines.into_iter().map(|line| (line.layer, line.feature.id.as_str())));
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        let level = key(level);
        let counted = totals.by_level.get(&level).copied().unwrap_or_default();
        check(checks, format!("等级 {level} 逐页列出 = 清单计数"), listed.len(), counted);
    }
}

/// Each unit's counts against the objects that touch it, and all of them against the objects of the registers.
fn areas(snapshot: &Snapshot, grades: &Grades, checks: &mut Vec<Check>) -> Vec<AreaSum> {
    let mut sums = Vec::new();
    let mut touched: BTreeMap<(Layer, &str), usize> = BTreeMap::new();
    let mut in_townships = 0;
    for unit in snapshot.features(Layer::AdminUnits) {
        let Some(area) = grades.area(&unit.id) else {
            check(checks, format!("行政区划「{}」有分级结果", unit.id), 0, 1);
            continue;
        };
        let mut counted = [0; 5];
        for (layer, id) in touching(grades, unit) {
            counted[grades.level(layer, id).map_or(4, |level| level as usize)] += 1;
            if area.level == "township" {
                *touched.entry((layer, id)).or_default() += 1;
            }
        }
        let levels = RiskLevel::ALL.into_iter().map(Some).chain([None]);
        for (level, counted) in levels.zip(counted) {
            let what = format!("区域「{}」等级 {} 计数 = 境内对象逐个计数", area.name, key(level));
            check(checks, what, area.counts.of(level), counted);
        }
        in_townships += if area.level == "township" { area.counts.total() } else { 0 };
        let (id, name, level) = (area.id.clone(), area.name.clone(), area.level.clone());
        sums.push(AreaSum { id, name, level, counts: area.counts });
    }
    let touches = touched.values().sum();
    check(checks, "各乡镇计数之和 = 各对象所涉乡镇数之和", in_townships, touches);
    sums
}

/// What comes to a unit, by its own shape or by an effect contour, looked for anew.
fn touching<'a>(grades: &'a Grades, unit: &Feature) -> Vec<(Layer, &'a str)> {
    let mut found = Vec::new();
    let grader = grades.grader();
    each_bearing(
        unit.envelope(),
        &Territory::of(&unit.geometry),
        &grader,
        |_| true,
        |layer, object| {
            found.push((layer, object.id.as_str()));
        },
    );
    found
}
