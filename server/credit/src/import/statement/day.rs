//! Days as statements write them.

use time::{Date, Month};

use crate::import::YEARS;
use crate::import::table::Cell;

/// Day 0 of a spreadsheet's count.
const DAY_ZERO: Date = time::macros::date!(1899 - 12 - 30);

/// The day that a cell starts with, whatever time of day follows.
pub(super) fn day(cell: &Cell) -> Option<Date> {
    let day = match cell {
        Cell::Day(day) => Some(*day),
        Cell::Number(number) if (1.0..100_000.0).contains(number) => {
            DAY_ZERO.checked_add(time::Duration::days(*number as i64))
        }
        Cell::Number(number) => written(&format!("{number}")),
        Cell::Text(text) => written(text),
    };
    day.filter(|day| YEARS.contains(&day.year()))
}

/// `2026-03-01`, `2026/3/1`, `2026.3.1`, `2026年3月1日`, `20260301`, and any of these with a time behind it.
fn written(text: &str) -> Option<Date> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (year, month, day, rest) = match digits {
        4 => {
            let (year, rest) = number(text, 4)?;
            let (month, rest) = number(rest.strip_prefix(['-', '/', '.', '年'])?.trim_start(), 2)?;
            let (day, rest) = number(rest.strip_prefix(['-', '/', '.', '月'])?.trim_start(), 2)?;
            (year, month, day, rest.strip_prefix('日').unwrap_or(rest))
        }
        8 | 14 => {
            let (date, rest) = text.split_at_checked(8)?;
            let part = |from, to| date.get(from..to).and_then(|part| part.parse().ok());
            let rest = rest.strip_prefix(|c: char| c.is_ascii_digit()).map_or(rest, |_| "");
            (part(0, 4)?, part(4, 6)?, part(6, 8)?, rest)
        }
        _ => return None,
    };
    let separated =
        rest.chars().next().is_none_or(|next| next.is_whitespace() || "T-".contains(next));
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let day =
        Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    separated.then_some(day)
}

/// The number of at most so many digits that a text starts with, and what follows it.
fn number(text: &str, most: usize) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits).filter(|_| (1..=most).contains(&digits))?;
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn days_are_read_as_banks_and_platforms_write_them() {
        for text in [
            "2026-03-01",
            "2026/3/1",
            "2026.03.01 08:30:00",
            "2026年3月1日",
            "20260301",
            "20260301 083000",
            "20260301083000",
            "2026-03-01T08:30:00",
        ] {
            assert_eq!(day(&Cell::Text(text.to_owned())), Some(date!(2026 - 03 - 01)), "{text}");
        }
        for text in [
            "",
            "合计",
            "2026-02-29",
            "2026-3",
            "1999-12-31",
            "2100-01-01",
            "202603011",
            "3/1/2026",
            "2026-03-011",
        ] {
            assert_eq!(day(&Cell::Text(text.to_owned())), None, "{text}");
        }
        assert_eq!(day(&Cell::Number(46_082.5)), Some(date!(2026 - 03 - 01)));
        assert_eq!(day(&Cell::Number(20_260_301.0)), Some(date!(2026 - 03 - 01)));
    }
}
