//! What merchants and the bank's other systems send besides photos: statements, orders, parcels and a form. Bytes in,
//! [`Fact`](crate::Fact)s out, each with its [`Source`](crate::Source).
//!
//! A fact's id follows from what it says, so that the same file imported twice brings the same ids, and a record that
//! has changed since brings another fact beside the first: see [`Profile`](crate::Profile) for what comes of that.

mod form;
mod money;
mod orders;
mod parcels;
mod statement;
mod table;
mod workbook;

use ring::digest::{Context, SHA256, digest};
use thiserror::Error;
use time::Date;

pub use form::form;
pub use orders::orders;
pub use parcels::parcels;
pub use statement::{Owner, Page, page, statement};

/// Longest file, bytes.
const MAX_BYTES: usize = 10 * 1024 * 1024;

/// Most records in one file of another system: as many facts as a case may hold.
const MAX_RECORDS: usize = 4_000;

/// Longest text that goes into a fact, bytes: as long as a case takes.
const MAX_TEXT: usize = 512;

/// Years of which records are taken; anything else is a misread date.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;

/// Why a file cannot be imported. No message quotes what the file says.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportError {
    /// More of something than an import may hold.
    #[error("the file exceeds a limit: {0}; export a shorter period or fewer records at a time")]
    Limit(&'static str),
    /// Neither CSV nor XLSX.
    #[error(
        "neither CSV nor XLSX: export the statement as one of these and send the file as it is"
    )]
    FormatUnknown,
    /// A workbook of before 2007, which cannot be read within bounds.
    #[error("a workbook in the old XLS format: open it, save it as XLSX or CSV, and send that")]
    WorkbookOld,
    /// A workbook behind a password.
    #[error("the workbook has a password: remove it and send the file again")]
    Encrypted,
    /// The file is broken off or was edited by hand.
    #[error("the file is damaged{}: download it again and send it as it is", after(*.row))]
    Damaged {
        /// The last row that could be read, counted from 1; 0 where there was none.
        row: u32,
    },
    /// No row names the columns.
    #[error("no row names a date and an amount: send the file as exported, with its headings")]
    HeadingMissing,
    /// A value is not what its column or field holds.
    #[error("row or record {row}: its {what} cannot be read; send the file as exported")]
    Unreadable {
        /// The row of the file, or the record of its list, counted from 1.
        row: u32,
        /// Which value.
        what: &'static str,
    },
    /// A balance is not the one before it with the row's money added or taken away.
    #[error(
        "row {row}: the balance does not follow from the row before; send the whole, unedited file"
    )]
    BalanceBroken {
        /// The row of the file, counted from 1.
        row: u32,
    },
    /// Rows of more than one account.
    #[error("row {row} is of another account than those before: export one account at a time")]
    SeveralAccounts {
        /// The row of the file, counted from 1.
        row: u32,
    },
    /// Nothing in it.
    #[error("the file has no records: choose a period with some and export again")]
    Empty,
    /// Not the JSON that is expected.
    #[error(
        "line {line} column {column}: not the JSON that this import takes; see its description"
    )]
    JsonMalformed {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// A parcel's outline encloses no field.
    #[error("record {record}: {what}; draw the parcel's outline again")]
    PolygonInvalid {
        /// The record of its list, counted from 1.
        record: u32,
        /// What is wrong with it.
        what: &'static str,
    },
    /// An id that the knowledge base does not have.
    #[error("record {record}: no such {what}; choose one of the list")]
    IdUnknown {
        /// The record of its list, counted from 1.
        record: u32,
        /// What it is an id of.
        what: &'static str,
    },
}

impl ImportError {
    /// Every code, in alphabetical order.
    pub const CODES: &[&str] = &[
        "import_balance_broken",
        "import_damaged",
        "import_empty",
        "import_encrypted",
        "import_format_unknown",
        "import_heading_missing",
        "import_id_unknown",
        "import_json_malformed",
        "import_limit_exceeded",
        "import_polygon_invalid",
        "import_several_accounts",
        "import_value_unreadable",
        "import_workbook_old",
    ];

    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Limit(_) => "import_limit_exceeded",
            Self::FormatUnknown => "import_format_unknown",
            Self::WorkbookOld => "import_workbook_old",
            Self::Encrypted => "import_encrypted",
            Self::Damaged { .. } => "import_damaged",
            Self::HeadingMissing => "import_heading_missing",
            Self::Unreadable { .. } => "import_value_unreadable",
            Self::BalanceBroken { .. } => "import_balance_broken",
            Self::SeveralAccounts { .. } => "import_several_accounts",
            Self::Empty => "import_empty",
            Self::JsonMalformed { .. } => "import_json_malformed",
            Self::PolygonInvalid { .. } => "import_polygon_invalid",
            Self::IdUnknown { .. } => "import_id_unknown",
        }
    }

    /// Where the JSON is broken; the words of the error could quote a value.
    fn of_json(error: &serde_json::Error) -> Self {
        Self::JsonMalformed { line: error.line(), column: error.column() }
    }
}

fn after(row: u32) -> String {
    if row == 0 { String::new() } else { format!(" after row {row}") }
}

/// SHA-256 of a file, hexadecimal.
fn file_hash(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// An id that follows from what a record says: 128 bits are enough that no two records share one.
fn content_id<'t>(prefix: &str, texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut context = Context::new(&SHA256);
    for text in texts {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    }
    let hash = hex::encode(context.finish());
    format!("{prefix}-{}", hash.get(..32).unwrap_or(&hash))
}

/// A fact of another system's record, its id from what it says.
fn fact(name: &str, parts: &[(&str, &str)], source: crate::Source, confidence: f32) -> crate::Fact {
    let texts = parts.iter().flat_map(|(name, value)| [*name, *value]);
    let id = content_id(name, texts);
    let parts = parts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    crate::Fact {
        id,
        name: name.to_owned(),
        kind: None,
        parts: parts.collect(),
        source,
        confidence,
        standing: crate::Standing::Accepted,
    }
}

/// A text as it goes into a fact, without the space around it: something, and no longer than a case takes.
fn text<'t>(found: &'t str, row: u32, what: &'static str) -> Result<&'t str, ImportError> {
    match found.trim() {
        "" => Err(ImportError::Unreadable { row, what }),
        long if long.len() > MAX_TEXT => Err(ImportError::Limit("512 bytes in a text")),
        found => Ok(found),
    }
}

/// A `YYYY-MM-DD` date of a year that records are taken of.
fn day(found: &str, row: u32, what: &'static str) -> Result<Date, ImportError> {
    let day = crate::yuan::date(found.trim()).filter(|day| YEARS.contains(&day.year()));
    day.ok_or(ImportError::Unreadable { row, what })
}

/// A record's place in its list, counted from 1.
fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_code_of_the_list_and_says_what_to_do() {
        let row = 7;
        let errors = [
            ImportError::Limit("10 MiB"),
            ImportError::FormatUnknown,
            ImportError::WorkbookOld,
            ImportError::Encrypted,
            ImportError::Damaged { row },
            ImportError::HeadingMissing,
            ImportError::Unreadable { row, what: "date" },
            ImportError::BalanceBroken { row },
            ImportError::SeveralAccounts { row },
            ImportError::Empty,
            ImportError::JsonMalformed { line: 1, column: 2 },
            ImportError::PolygonInvalid { record: 1, what: "it crosses itself" },
            ImportError::IdUnknown { record: 1, what: "industry" },
        ];
        let mut codes: Vec<_> = errors.iter().map(ImportError::code).collect();
        codes.sort_unstable();
        assert_eq!(codes, ImportError::CODES);
        for error in errors {
            assert!(error.to_string().contains([';', ':']), "{error}");
        }
    }

    #[test]
    fn ids_tell_where_one_text_ends_and_the_next_begins() {
        assert_eq!(content_id("a", ["bc", "d"]), content_id("a", ["bc", "d"]));
        assert_ne!(content_id("a", ["bc", "d"]), content_id("a", ["b", "cd"]));
    }
}
