//! The rows of a CSV file or a workbook, one by one and within bounds.

use std::borrow::Cow;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use time::Date;

use super::{ImportError, MAX_BYTES, workbook};

/// Most rows of a file.
const MAX_ROWS: usize = 100_000;

/// Most columns of a row.
const MAX_COLUMNS: usize = 64;

/// Rows among which the one with the headings is looked for: the longest preamble seen, of Alipay, has 25.
pub(super) const HEADING_WITHIN: usize = 64;

/// Most line breaks in one cell. A quote that is never closed swallows the rows after it.
const MAX_BREAKS: usize = 8;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    Day(Date),
}

/// Takes rows one by one; `None` where a cell is empty.
pub(super) trait Reader {
    /// A row and its number in the file, counted from 1.
    fn row(&mut self, number: u32, cells: &[Option<Cell>]) -> Result<(), ImportError>;

    /// Whether a row with the headings was among them.
    fn has_heading(&self) -> bool;
}

/// Reads a file with the first reader that finds its headings: of a workbook's sheets, of a CSV file's delimiters.
pub(super) fn read<R: Reader>(bytes: &[u8], fresh: impl Fn() -> R) -> Result<R, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportError::Limit("10 MiB"));
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => workbook::read(bytes, fresh),
        [0xd0, 0xcf, 0x11, 0xe0, ..] if is_encrypted(bytes) => Err(ImportError::Encrypted),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(ImportError::WorkbookOld),
        _ => read_text(&decode(bytes)?, fresh),
    }
}

/// Counts rows and columns against the limits.
#[derive(Default)]
pub(super) struct Bounds {
    rows: usize,
}

impl Bounds {
    pub(super) fn row(&mut self, columns: usize) -> Result<(), ImportError> {
        self.rows += 1;
        if self.rows > MAX_ROWS {
            return Err(ImportError::Limit("100,000 rows"));
        }
        self.columns(columns)
    }

    pub(super) fn columns(&self, columns: usize) -> Result<(), ImportError> {
        if columns > MAX_COLUMNS { Err(ImportError::Limit("64 columns")) } else { Ok(()) }
    }
}

/// A workbook behind a password is an OLE file with a stream of this name, in UTF-16.
fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".bytes().flat_map(|letter| [letter, 0]).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

/// Text in UTF-8, in UTF-16 with a mark, or else in GB18030, which banks' desktop clients still write.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ImportError> {
    let decoded = match bytes {
        [0xff, 0xfe, ..] => UTF_16LE.decode_without_bom_handling_and_without_replacement(bytes),
        [0xfe, 0xff, ..] => UTF_16BE.decode_without_bom_handling_and_without_replacement(bytes),
        _ => match str::from_utf8(bytes) {
            Ok(text) => Some(Cow::Borrowed(text)),
            Err(_) => GB18030.decode_without_bom_handling_and_without_replacement(bytes),
        },
    };
    let text = decoded.filter(|text| !text.contains('\0')).ok_or(ImportError::FormatUnknown)?;
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with("%PDF") || start.starts_with('<') || start.starts_with('{') {
        return Err(ImportError::FormatUnknown);
    }
    Ok(text)
}

fn read_text<R: Reader>(text: &str, fresh: impl Fn() -> R) -> Result<R, ImportError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut refused = None;
    let delimiter = b",\t;".iter().copied().find(|delimiter| {
        let mut reader = fresh();
        let read = each_row(text, *delimiter, Some(HEADING_WITHIN), &mut reader);
        // Under the wrong delimiter rows may be anything, so that this matters only where none is right.
        refused = refused.take().or(read.err());
        reader.has_heading()
    });
    let Some(delimiter) = delimiter else {
        let empty = text.trim().is_empty();
        return Err(match refused {
            Some(error) => error,
            None if empty => ImportError::Empty,
            None => ImportError::HeadingMissing,
        });
    };
    let mut reader = fresh();
    each_row(text, delimiter, None, &mut reader)?;
    Ok(reader)
}

/// Until the headings are found among the first so many rows, or all rows.
fn each_row(
    text: &str,
    delimiter: u8,
    until_heading: Option<usize>,
    reader: &mut impl Reader,
) -> Result<(), ImportError> {
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let (mut record, mut cells, mut bounds) =
        (csv::StringRecord::new(), Vec::new(), Bounds::default());
    let (mut number, mut seen) = (0, 0);
    while rows.read_record(&mut record).map_err(|_| ImportError::Damaged { row: number })? {
        if until_heading.is_some_and(|most| seen == most || reader.has_heading()) {
            break;
        }
        seen += 1;
        let line = record.position().map_or(0, csv::Position::line);
        number = u32::try_from(line).unwrap_or(u32::MAX);
        bounds.row(record.len())?;
        cells.clear();
        for cell in &record {
            if cell.matches('\n').count() > MAX_BREAKS {
                return Err(ImportError::Damaged { row: number });
            }
            let cell = cell.trim_matches(|c: char| c.is_whitespace() || c == '`');
            cells.push((!cell.is_empty()).then(|| Cell::Text(cell.to_owned())));
        }
        reader.row(number, &cells)?;
    }
    Ok(())
}
