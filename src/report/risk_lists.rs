//! The risk list and the responsibility list as tables for spreadsheets and as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::sheet::{Cell, Table};
use super::words;
use crate::model::{Layer, Revision, RiskLevel};
use crate::risk::{Answerable, Duties, Item, Responsibility, Tables, Totals};

/// What a list rests on.
#[derive(Clone, Debug)]
pub struct Basis {
    /// The revision that was listed.
    pub revision: Revision,
    /// The newest published edition, in words; none where nothing was published.
    pub edition: Option<String>,
    /// How areas take their colour.
    pub aggregator: String,
    /// The day.
    pub date: jiff::civil::Date,
    /// What was asked for, in words; empty for everything.
    pub asked: Vec<String>,
    /// Objects without a level.
    pub ungraded: usize,
}

/// The risk list as a table.
pub fn list_table(items: &[Item]) -> Table {
    let head = [
        "序号",
        "图层",
        "编号",
        "名称",
        "乡镇",
        "风险等级",
        "评级方法",
        "评分",
        "依据",
        "监管部门",
        "专业委员会",
        "责任人",
        "该等级起始日期",
    ];
    let row = |(number, item): (usize, &Item)| {
        vec![
            Cell::Number(number as f64),
            layer(item.layer),
            Cell::Text(item.id.clone()),
            Cell::Text(item.name.clone()),
            Cell::known(item.township.as_deref()),
            Cell::Level(item.risk_level),
            Cell::Text(words::method(&item.method)),
            item.score.map_or_else(|| Cell::Text(String::new()), Cell::Number),
            Cell::Text(item.why.clone()),
            Cell::known(item.regulator.as_deref()),
            Cell::known(item.committee.as_deref()),
            Cell::known(item.responsible_person.as_deref()),
            Cell::Text(item.since.map_or_else(String::new, |date| date.to_string())),
        ]
    };
    Table { title: "风险清单", head: head.map(str::to_owned).to_vec(), rows: (1..).zip(items).map(row).collect() }
}

/// The responsibility list as a table.
pub fn responsibility_table(items: &[Responsibility]) -> Table {
    let head = [
        "序号",
        "图层",
        "编号",
        "名称",
        "乡镇",
        "风险等级",
        "主体责任单位",
        "主体责任人",
        "属地责任单位",
        "属地责任人",
        "监管部门",
        "部门责任人",
        "专业委员会",
        "牵头层级（通行做法）",
        "牵头单位",
        "牵头责任人",
    ];
    let row = |(number, item): (usize, &Responsibility)| {
        let lead = item.lead.as_ref();
        let known = |one: &Answerable| [Cell::known(one.unit.as_deref()), Cell::known(one.person.as_deref())];
        let mut row = vec![
            Cell::Number(number as f64),
            layer(item.layer),
            Cell::Text(item.id.clone()),
            Cell::Text(item.name.clone()),
            Cell::known(item.township.as_deref()),
            Cell::Level(item.risk_level),
        ];
        row.extend([&item.enterprise, &item.territorial, &item.department].into_iter().flat_map(known));
        row.extend([
            Cell::known(item.committee.as_deref()),
            Cell::known(lead.map(|lead| lead.title.zh.as_str())),
            Cell::known(lead.and_then(|lead| lead.unit.as_deref())),
            Cell::known(lead.and_then(|lead| lead.person.as_deref())),
        ]);
        row
    };
    Table { title: "责任清单", head: head.map(str::to_owned).to_vec(), rows: (1..).zip(items).map(row).collect() }
}

fn layer(layer: Layer) -> Cell {
    Cell::Text(words::layer(layer).zh.clone())
}

/// The totals of a list as a table.
pub fn totals_table(totals: &Totals) -> Table {
    let mut rows = vec![vec![Cell::Text("合计".into()), Cell::Text(String::new()), Cell::Number(totals.total as f64)]];
    for (title, counts) in divisions(totals) {
        let row = |(key, count): (&String, &usize)| {
            vec![Cell::Text(title.into()), Cell::Text(named(title, key)), Cell::Number(*count as f64)]
        };
        rows.extend(counts.iter().map(row));
    }
    Table { title: "合计", head: ["分类", "项目", "数量"].map(str::to_owned).to_vec(), rows }
}

fn divisions(totals: &Totals) -> [(&'static str, &BTreeMap<String, usize>); 4] {
    [
        ("按等级", &totals.by_level),
        ("按乡镇", &totals.by_township),
        ("按专业委员会", &totals.by_committee),
        ("待明确", &totals.missing),
    ]
}

fn named(title: &str, key: &str) -> String {
    match (title, key) {
        ("按等级", key) => words::level(key.parse().ok().and_then(RiskLevel::from_number)),
        (_, "none") => "无（未登记）".to_owned(),
        ("待明确", "responsible_person") => "责任人".to_owned(),
        ("待明确", "regulator") => "监管部门".to_owned(),
        ("待明确", "committee") => "专业委员会".to_owned(),
        ("待明确", "township") => "乡镇".to_owned(),
        (_, other) => other.to_owned(),
    }
}

/// What a reader of a list must know, as a table.
pub fn notes_table(basis: &Basis, listed: usize, totals: &Totals) -> Table {
    let mut notes = vec![
        ("数据版本", basis.revision.to_string()),
        ("最近发布版", basis.edition.clone().unwrap_or_else(|| "尚未发布".to_owned())),
        ("区域取色方法", words::aggregator(&basis.aggregator)),
        ("生成日期", basis.date.to_string()),
        ("筛选条件", if basis.asked.is_empty() { "全部已评级对象".to_owned() } else { basis.asked.join("；") }),
        ("本表行数 / 总数", format!("{listed} / {}", totals.total)),
        ("排列顺序", "先重后轻，同级按图层、编号".to_owned()),
        ("未评级对象", format!("{} 个，无数据不等于低风险；仅在指定等级 none 时列出", basis.ungraded)),
        ("待明确", "台账未登记的名称，不作推定；数量见“合计”".to_owned()),
        ("乡镇", "取对象自身登记的乡镇，未登记的取其所在乡镇，均无则为“无”".to_owned()),
        ("专业委员会", committees(totals)),
        ("文本单元格", "所有文字均以文本存储，不含公式；CSV 中以 = + - @ 开头的文字前加撇号".to_owned()),
    ];
    for duty in &Duties::shipped().duty {
        notes.push(("法定责任", format!("{}：{}（{}）", duty.title.zh, duty.source, mark(duty.mark))));
    }
    for level in RiskLevel::ALL {
        if let Some(lead) = Duties::shipped().lead(level) {
            let words = format!(
                "{} → {}：{}（{}），非法律规定",
                words::level(Some(level)),
                lead.title.zh,
                lead.source,
                mark(lead.mark)
            );
            notes.push(("牵头层级", words));
        }
    }
    let rows = notes.into_iter().map(|(what, text)| vec![Cell::Text(what.to_owned()), Cell::Text(text)]).collect();
    Table { title: "说明", head: ["事项", "内容"].map(str::to_owned).to_vec(), rows }
}

/// The committees that there are, and those that the registers name besides.
fn committees(totals: &Totals) -> String {
    let known = &Duties::shipped().committees;
    let strange = totals.by_committee.iter().filter(|(name, _)| *name != "none" && !known.names.contains(name));
    let strange: Vec<String> = strange.map(|(name, count)| format!("{name} {count} 个")).collect();
    let besides =
        if strange.is_empty() { String::new() } else { format!("；不在名录内的：{}", strange.join("、")) };
    format!("{}：{}{besides}", known.source, known.names.join("、"))
}

fn mark(mark: crate::model::Verification) -> String {
    let word = serde_json::to_value(mark);
    word.ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Every cross-table and every check for people; the checks that fail come last, where they are seen.
pub fn tables_text(tables: &Tables) -> String {
    let totals = &tables.totals;
    let mut text = format!("风险对象合计 {}（数据版本 {}）\n", totals.total, tables.revision);
    for (title, counts) in divisions(totals) {
        let counts: Vec<String> = counts.iter().map(|(key, count)| format!("{} {count}", named(title, key))).collect();
        let _ = writeln!(text, "  {title}：{}", if counts.is_empty() { "—".to_owned() } else { counts.join("；") });
    }
    text += "\n乡镇 × 等级 × 专业委员会\n";
    for cell in &tables.cells {
        let (township, level) = (named("按乡镇", &cell.township), named("按等级", &cell.level));
        let committee = named("按专业委员会", &cell.committee);
        let _ = writeln!(text, "  {township} · {level} · {committee}：{}", cell.count);
    }
    text += "\n区域内的对象（一个对象可涉多个区域，不与合计相加）\n";
    for area in &tables.areas {
        let levels = RiskLevel::ALL.into_iter().map(Some).chain([None]);
        let counts: Vec<String> =
            levels.map(|level| format!("{} {}", words::level(level), area.counts.of(level))).collect();
        let _ = writeln!(text, "  {}：{}", area.name, counts.join("；"));
    }
    let failed: Vec<_> = tables.checks.iter().filter(|check| !check.holds).collect();
    let _ = writeln!(text, "\n核对 {} 项，不符 {} 项", tables.checks.len(), failed.len());
    for check in failed {
        let _ = writeln!(text, "  不符：{}：得 {}，应为 {}", check.what, check.found, check.expected);
    }
    text
}
