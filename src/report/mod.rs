//! 文 Paper: documents a person reads, signs or prints. Nothing is computed here: what a document says was found elsewhere.

pub mod remedies_text;
pub mod risk_lists;
pub mod sheet;
pub mod siting_html;
pub mod siting_text;
pub mod survey;
pub mod words;

pub use remedies_text::remedies_text;
pub use risk_lists::{Basis, list_table, notes_table, responsibility_table, tables_text, totals_table};
pub use sheet::{Table, csv, xlsx};
pub use siting_html::siting_html;
pub use siting_text::siting_text;
pub use survey::{survey_csv_head, survey_csv_rows, survey_text};

#[cfg(test)]
mod specimen;
