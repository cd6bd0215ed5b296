//! Tables for spreadsheets: one table, written as CSV or as a sheet of an XLSX workbook.
//!
//! No cell is ever a formula. In a workbook text is stored as text, whatever it begins with. A CSV file has no types, so
//! that a text which a spreadsheet would take for a formula (one that begins with = + - @, a tab or a line break) goes out
//! behind an apostrophe, which spreadsheets show or swallow but never calculate.

use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, XlsxError};

use super::words;
use crate::model::RiskLevel;

/// The widest a column is made, in characters.
const WIDEST: usize = 48;
/// Rows that are looked at for the width of a column.
const MEASURED: usize = 500;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A level: a word on its colour.
    Level(Option<RiskLevel>),
}

impl Cell {
    /// A text, or the word for what nobody has entered.
    pub fn known(text: Option<&str>) -> Self {
        Self::Text(text.unwrap_or(words::MISSING).to_owned())
    }

    fn words(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Level(level) => words::level(*level),
        }
    }
}

/// A table with a head.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What it is called.
    pub title: &'static str,
    /// The words over the columns.
    pub head: Vec<String>,
    /// As many cells in each as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A table as CSV: UTF-8 with a mark that tells spreadsheets so, a line of heads, lines ended as RFC 4180 has them.
pub fn csv(table: &Table) -> Result<Vec<u8>, csv::Error> {
    let mark = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(mark);
    writer.write_record(&table.head)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(harmless))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn harmless(cell: &Cell) -> String {
    let words = cell.words();
    let formula = matches!(cell, Cell::Text(_)) && words.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if formula { format!("'{words}") } else { words }
}

/// Tables as a workbook, a sheet each: a head that stays in view and filters, columns as wide as what they hold.
pub fn xlsx(tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    for table in tables {
        write_sheet(&mut workbook, table)?;
    }
    workbook.save_to_buffer()
}

fn write_sheet(workbook: &mut Workbook, table: &Table) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_background_color(Color::RGB(0x00E7_ECEF)).set_text_wrap();
    let levels: Vec<(Option<RiskLevel>, Format)> =
        RiskLevel::ALL.into_iter().map(Some).chain([None]).map(|level| (level, filled(level))).collect();
    let sheet = workbook.add_worksheet();
    sheet.set_name(table.title)?;
    for (column, text) in (0u16..).zip(&table.head) {
        sheet.write_string_with_format(0, column, text, &head)?;
        sheet.set_column_width(column, width(table, usize::from(column)))?;
    }
    for (row, cells) in (1u32..).zip(&table.rows) {
        for (column, cell) in (0u16..).zip(cells) {
            match cell {
                Cell::Text(text) => sheet.write_string(row, column, text)?,
                Cell::Number(number) => sheet.write_number(row, column, *number)?,
                Cell::Level(level) => {
                    let format = levels.iter().find(|(own, _)| own == level).map(|(_, format)| format);
                    match format {
                        Some(format) => sheet.write_string_with_format(row, column, cell.words(), format)?,
                        None => sheet.write_string(row, column, cell.words())?,
                    }
                }
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    if let (Ok(last_row), Some(last_column)) = (u32::try_from(table.rows.len()), table.head.len().checked_sub(1)) {
        sheet.autofilter(0, 0, last_row, last_column as u16)?;
    }
    Ok(())
}

fn filled(level: Option<RiskLevel>) -> Format {
    let centred = Format::new().set_align(FormatAlign::Center);
    let (ground, ink) = match level {
        Some(RiskLevel::Major) => (0x0097_010E, 0x00FF_FFFF),
        Some(RiskLevel::High) => (0x00EA_800D, 0x0000_0000),
        Some(RiskLevel::Moderate) => (0x00FF_F46E, 0x0000_0000),
        Some(RiskLevel::Low) => (0x0012_71D9, 0x00FF_FFFF),
        None => return centred,
    };
    centred.set_background_color(Color::RGB(ground)).set_font_color(Color::RGB(ink))
}

/// Chinese signs are two wide.
fn width(table: &Table, column: usize) -> f64 {
    let wide = |text: &str| text.chars().map(|sign| if sign >= '\u{1100}' { 2 } else { 1 }).sum::<usize>();
    let cells = table.rows.iter().take(MEASURED).filter_map(|row| row.get(column)).map(|cell| wide(&cell.words()));
    let head = table.head.get(column).map_or(0, |text| wide(text) + 3);
    (cells.max().unwrap_or_default().max(head).min(WIDEST) + 2) as f64
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    fn table() -> Table {
        let text = |text: &str| Cell::Text(text.to_owned());
        let rows = vec![
            vec![text("=HYPERLINK(\"http://x\")"), Cell::Number(-12.5), Cell::Level(Some(RiskLevel::Major))],
            vec![text("甲, \"乙\"\n丙"), Cell::known(None), Cell::Level(None)],
        ];
        Table { title: "清单", head: ["名称", "分值", "等级"].map(str::to_owned).to_vec(), rows }
    }

    #[test]
    fn a_csv_file_has_its_mark_its_head_and_no_formulas() {
        let text = String::from_utf8(csv(&table()).unwrap()).unwrap();
        let expected = "\u{feff}名称,分值,等级\r\n\"'=HYPERLINK(\"\"http://x\"\")\",-12.5,重大风险（红）\r\n\"甲, \"\"乙\"\"\n丙\",待明确,无数据\r\n";
        assert_eq!(text, expected);
        for risky in ["+1", "-x", "@x", "\tx"] {
            assert!(harmless(&Cell::Text(risky.into())).starts_with('\''), "{risky}");
        }
        assert_eq!(harmless(&Cell::Number(-1.0)), "-1");
    }

    #[test]
    fn a_workbook_is_read_back_as_it_was_written() {
        let bytes = xlsx(&[table(), Table { title: "空", ..table() }]).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["清单", "空"]);
        let sheet = book.worksheet_range("清单").unwrap();
        assert_eq!(sheet.get_size(), (3, 3));
        assert_eq!(sheet.get_value((1, 0)), Some(&Data::String("=HYPERLINK(\"http://x\")".into())));
        assert_eq!(sheet.get_value((1, 1)), Some(&Data::Float(-12.5)));
        assert_eq!(sheet.get_value((1, 2)), Some(&Data::String("重大风险（红）".into())));
        let formulas = book.worksheet_formula("清单").unwrap();
        assert!(formulas.used_cells().next().is_none(), "text stays text");
    }
}
