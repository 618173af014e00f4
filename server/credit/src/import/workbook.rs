//! The rows of an XLSX workbook.
//!
//! calamine (0.38) reads what Excel writes and is not made for hostile files, so that it gets no more than this lets
//! through. A whole range is allocated from its outermost cells, which two cells can put 17 billion apart: cells are
//! streamed instead. The table of shared strings is reserved by its declared count: that is read first. Zip entries
//! inflate a thousandfold: all are inflated once, into nothing, to see what they come to. XLS, whose reader does the
//! first of these before one can ask, is refused.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};
use time::{Date, Month};

use super::ImportError;
use super::table::{Bounds, Cell, Reader};

/// All entries together, bytes, inflated. 100,000 rows of a dozen columns take about 50 MiB.
const MAX_INFLATED: u64 = 64 * 1024 * 1024;

/// Most entries of the zip file. Excel writes a dozen, and a few for each sheet.
const MAX_ENTRIES: usize = 256;

/// Most shared strings: calamine reserves 24 bytes for each that the file says it has.
const MAX_STRINGS: u64 = 1_000_000;

/// Sheets that are looked through for headings.
const MAX_SHEETS: usize = 8;

pub(super) fn read<R: Reader>(bytes: &[u8], fresh: impl Fn() -> R) -> Result<R, ImportError> {
    within_bounds(bytes)?;
    // What is left that calamine could stumble over is arithmetic on cells' references.
    let read = catch_unwind(AssertUnwindSafe(|| read_sheets(bytes, fresh)));
    read.unwrap_or(Err(ImportError::Damaged { row: 0 }))
}

fn read_sheets<R: Reader>(bytes: &[u8], fresh: impl Fn() -> R) -> Result<R, ImportError> {
    let damaged = ImportError::Damaged { row: 0 };
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged)?;
    let shown = book.sheets_metadata().iter().filter(|sheet| {
        sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
    });
    let names: Vec<String> = shown.take(MAX_SHEETS).map(|sheet| sheet.name.clone()).collect();
    for name in names {
        let mut reader = fresh();
        each_row(&mut book, &name, &mut reader)?;
        if reader.has_heading() {
            return Ok(reader);
        }
    }
    Err(ImportError::HeadingMissing)
}

fn each_row(
    book: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
    reader: &mut impl Reader,
) -> Result<(), ImportError> {
    let damaged = |row| ImportError::Damaged { row };
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|_| damaged(0))?;
    let (mut row, mut bounds) = (Vec::new(), Bounds::default());
    let mut number = 0;
    while let Some(cell) = cells.next_cell().map_err(|_| damaged(number))? {
        // Empty cells that have only a format may lie anywhere.
        let Some(value) = value(cell.get_value()) else { continue };
        let (at, column) = cell.get_position();
        let (at, column) = (at.saturating_add(1), column as usize);
        if at < number {
            return Err(damaged(number));
        }
        if at > number {
            if number > 0 {
                reader.row(number, &row)?;
            }
            row.clear();
            number = at;
            bounds.row(0)?;
        }
        bounds.columns(column.saturating_add(1))?;
        if row.len() <= column {
            row.resize(column + 1, None);
        }
        if let Some(place) = row.get_mut(column) {
            *place = Some(value);
        }
    }
    if number > 0 { reader.row(number, &row) } else { Ok(()) }
}

fn value(data: &DataRef<'_>) -> Option<Cell> {
    let text = |text: &str| {
        let text = text.trim();
        (!text.is_empty()).then(|| Cell::Text(text.to_owned()))
    };
    match data {
        DataRef::Int(number) => Some(Cell::Number(*number as f64)),
        DataRef::Float(number) => Some(Cell::Number(*number)),
        DataRef::String(found) => text(found),
        DataRef::SharedString(found) => text(found),
        DataRef::DateTimeIso(found) | DataRef::DurationIso(found) => text(found),
        DataRef::Bool(found) => text(if *found { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(found) if found.is_datetime() => {
            let (year, month, day, ..) = found.to_ymd_hms_milli();
            let month = Month::try_from(month).ok();
            let date =
                month.and_then(|month| Date::from_calendar_date(year.into(), month, day).ok());
            Some(date.map_or_else(|| Cell::Text("#".to_owned()), Cell::Day))
        }
        // Neither a day nor money; it may stand in a column that nobody reads.
        DataRef::DateTime(_) | DataRef::Error(_) => Some(Cell::Text("#".to_owned())),
        DataRef::Empty => None,
    }
}

/// Inflates every entry once, keeps nothing, and reads how many shared strings the file says it has.
fn within_bounds(bytes: &[u8]) -> Result<(), ImportError> {
    let damaged = || ImportError::Damaged { row: 0 };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if archive.len() > MAX_ENTRIES {
        return Err(ImportError::Limit("256 parts of a workbook"));
    }
    let mut left = MAX_INFLATED;
    let mut buffer = vec![0; 64 * 1024];
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|_| damaged())?;
        let name = entry.name_raw().to_ascii_lowercase();
        let is_strings = name.ends_with(b"sharedstrings.xml");
        let mut kept = Vec::new();
        loop {
            let read = entry.read(&mut buffer).map_err(|_| damaged())?;
            let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
            left = left.checked_sub(read as u64).ok_or(ImportError::Limit("64 MiB unpacked"))?;
            if is_strings {
                kept.extend_from_slice(chunk);
            }
        }
        if is_strings && declared_strings(&kept).ok_or_else(damaged)? > MAX_STRINGS {
            return Err(ImportError::Limit("1,000,000 texts in a workbook"));
        }
    }
    Ok(())
}

/// The largest count that a table of shared strings declares. Nothing where it is not plain text: in another
/// encoding, or with escapes between its letters, it could hide the count from here and not from calamine.
fn declared_strings(xml: &[u8]) -> Option<u64> {
    let text = str::from_utf8(xml).ok().filter(|text| !text.contains(['\0', '\u{1b}']))?;
    let counts = text.split("uniqueCount").skip(1).map(|rest| {
        let rest = rest.trim_start().strip_prefix('=').unwrap_or_default().trim_start();
        let rest = rest.trim_start_matches(['"', '\'', '+', '0', ' ', '\t', '\n', '\r']);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        // As many digits as no number of strings has are as bad as too many strings.
        rest.get(..digits).map_or(0, |digits| {
            digits.parse().unwrap_or(if digits.is_empty() { 0 } else { u64::MAX })
        })
    });
    Some(counts.max().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_count_is_found_however_it_is_written() {
        for (xml, wanted) in [
            ("<sst>", Some(0)),
            (r#"<sst count="9" uniqueCount="12">"#, Some(12)),
            ("<sst uniqueCount = '0099'>", Some(99)),
            (r#"<sst uniqueCount="99999999999999999999999">"#, Some(u64::MAX)),
            ("<s\u{1b}(Bst>", None),
        ] {
            assert_eq!(declared_strings(xml.as_bytes()), wanted, "{xml}");
        }
        assert_eq!(declared_strings(&[0xff, 0xfe, b'<', 0]), None);
    }
}
