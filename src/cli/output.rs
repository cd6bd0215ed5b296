//! Results go to standard output or to a file; a reader that hangs up early is no fault.

use std::fs;
use std::io::{ErrorKind, Write, stdout};
use std::path::Path;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::exit::Failure;

/// How data are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document, for programs.
    Json,
}

/// `--format`, for every command that prints data.
#[derive(Clone, Copy, Debug, Args)]
pub struct FormatOption {
    /// For people, or for programs (one JSON document)
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

impl FormatOption {
    /// Prints a value as JSON, or as the text that `text` makes of it.
    pub fn print<T: Serialize>(self, value: &T, text: impl FnOnce(&T) -> String) -> Result<(), Failure> {
        match self.format {
            Format::Json => print(&json(value)?),
            Format::Text => print(&text(value)),
        }
    }
}

/// The JSON document of a value, its last line ended.
pub fn json<T: Serialize>(value: &T) -> Result<String, Failure> {
    let document = serde_json::to_string_pretty(value).map_err(Failure::machine)?;
    Ok(document + "\n")
}

/// Prints on standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// Prints what need not be text.
pub fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::machine(error)),
        _ => Ok(()),
    }
}

/// Prints to the file where one is named, else on standard output. A file appears whole or not at all.
pub fn deliver(text: &str, file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else {
        return print(text);
    };
    write_whole(file, |out| out.write_all(text.as_bytes()))
}

/// Writes a file beside its place and moves it there once it is whole.
pub fn write_whole(
    file: &Path,
    write: impl FnOnce(&mut std::io::BufWriter<fs::File>) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = file.with_file_name(name);
    let written = fs::File::create(&part).and_then(|handle| {
        let mut out = std::io::BufWriter::new(handle);
        write(&mut out)?;
        out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&part, file)
    });
    written.map_err(|error| {
        // The half file may not exist at all; what matters is told below.
        let _ = fs::remove_file(&part);
        Failure::machine(format!("{} cannot be written: {error}", file.display()))
    })
}

/// Rows in columns, each as wide as its widest cell; Chinese signs are two wide.
pub fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
    let widths: Vec<usize> = (0..count).map(|column| widest(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(wide - width(cell) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn width(text: &str) -> usize {
    text.chars().map(|sign| if sign >= '\u{1100}' && !('\u{2010}'..='\u{2027}').contains(&sign) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_in_both_scripts() {
        let rows = [vec!["长江".to_owned(), "a".to_owned()], vec!["river".to_owned(), "b".to_owned()]];
        assert_eq!(columns(&rows), "长江   a\nriver  b\n");
    }
}
