//! Days, counted and written.

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(pub(super) i32);

/// How a paper writes its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// 2026年03月09日
    Chinese,
    /// 2026年3月9日
    Short,
    /// 2026-03-09
    Dashes,
    /// 2026/03/09
    Slashes,
    /// 2026.03.09
    Dots,
    /// 二〇二六年三月九日
    Numerals,
}

impl Day {
    pub(super) fn of([year, month, day]: [i32; 3]) -> Self {
        // Hinnant's days_from_civil: years begin in March, so that leap days end them.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// Year, month, day.
    pub(super) fn civil(self) -> [i32; 3] {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * years + years / 4 - years / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        [years + era * 400 + i32::from(month <= 2), month, day]
    }

    /// So many years later, less a day: the last day of a period.
    pub(super) fn end_after(self, years: i32) -> Self {
        let [year, month, day] = self.civil();
        Self(Self::of([year + years, month, day]).0 - 1)
    }

    pub(super) fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    pub(super) fn iso(self) -> String {
        self.written(Written::Dashes)
    }

    pub(super) fn written(self, how: Written) -> String {
        let [year, month, day] = self.civil();
        match how {
            Written::Chinese => format!("{year}年{month:02}月{day:02}日"),
            Written::Short => format!("{year}年{month}月{day}日"),
            Written::Dashes => format!("{year}-{month:02}-{day:02}"),
            Written::Slashes => format!("{year}/{month:02}/{day:02}"),
            Written::Dots => format!("{year}.{month:02}.{day:02}"),
            Written::Numerals => {
                let year: String = year.to_string().chars().map(numeral).collect();
                format!("{year}年{}月{}日", tens(month), tens(day))
            }
        }
    }
}

fn numeral(digit: char) -> char {
    let value = digit.to_digit(10).unwrap_or_default() as usize;
    ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'][value]
}

/// 1 to 31 in Chinese.
fn tens(number: i32) -> String {
    let one = |digit: i32| numeral(char::from_digit(digit.unsigned_abs(), 10).unwrap_or('0'));
    let (ten, rest) = (number / 10, number % 10);
    let mut text = String::new();
    if ten > 1 {
        text.push(one(ten));
    }
    if ten > 0 {
        text.push('十');
    }
    if rest > 0 {
        text.push(one(rest));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_years_is_counted_and_written_back() {
        let first = Day::of([2020, 1, 1]);
        for later in 0..8 * 366 {
            let day = first.plus(later);
            assert_eq!(Day::of(day.civil()), day);
        }
        assert_eq!(Day::of([1970, 1, 1]), Day(0));
        assert_eq!(Day::of([2024, 2, 29]).plus(1).civil(), [2024, 3, 1]);
        assert_eq!(Day::of([2026, 3, 1]).end_after(1).civil(), [2027, 2, 28]);
    }

    #[test]
    fn dates_are_written_as_people_write_them() {
        let day = Day::of([2026, 11, 20]);
        assert_eq!(day.written(Written::Numerals), "二〇二六年十一月二十日");
        assert_eq!(Day::of([2026, 10, 3]).written(Written::Numerals), "二〇二六年十月三日");
        assert_eq!(day.written(Written::Short), "2026年11月20日");
        assert_eq!(day.iso(), "2026-11-20");
    }
}
