//! Dates, as Chinese papers write them.
//!
//! A date is `YYYY-MM-DD`, so that dates compare as texts.

use std::sync::LazyLock;

use regex::Regex;

/// The end of what has none: 长期.
pub const ENDLESS: &str = "9999-12-31";

/// Longest text that is looked at, characters: a line of print.
const MOST_CHARACTERS: usize = 400;

/// The first date in a text: 2026年3月9日, 26年3月9日, 2026-03-09, 2026/3/9, 2026.03.09, or in Chinese
/// numerals 二〇二六年三月廿三日, 贰零贰陆年零叁月零玖日. `None` where there is none or it does not exist.
pub fn iso_date(text: &str) -> Option<String> {
    dates(text).into_iter().next()
}

/// The first date of eight digits in a text: 20260309. Many a number is such a date by chance.
pub fn compact_date(text: &str) -> Option<String> {
    static EIGHT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|\D)(\d{4})(\d{2})(\d{2})(?:\D|$)").ok());
    let found = EIGHT.as_ref()?.captures(text)?;
    let part = |index: usize| found.get(index)?.as_str().parse().ok();
    day(part(1)?, part(2)?, part(3)?)
}

/// The first month in a text, as `YYYY-MM`: 2026年3月, 2026-03, 二〇二六年三月.
pub fn month(text: &str) -> Option<String> {
    months(text).into_iter().next()
}

/// The end of the period that a text states: its last date, the last day of its last month, or [`ENDLESS`]
/// for 长期 and the like.
pub fn end_of_period(text: &str) -> Option<String> {
    const WITHOUT_END: [&str; 5] = ["长期", "永久", "长久", "无固定期限", "永续"];
    if WITHOUT_END.iter().any(|words| text.contains(words)) {
        return Some(ENDLESS.to_owned());
    }
    let last_day_of = |month: String| {
        let (year, month) = month.split_once('-')?;
        let (year, month) = (year.parse().ok()?, month.parse().ok()?);
        day(year, month, days_of(year, month)?)
    };
    let last = dates(text).into_iter().next_back();
    last.or_else(|| compact_date(text))
        .or_else(|| months(text).into_iter().next_back().and_then(last_day_of))
}

/// Every date in a text that exists, in their order.
fn dates(text: &str) -> Vec<String> {
    static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(\d{4})\s*[年/.\-]\s*0?(\d{1,2})\s*",
            // Without 日 the time of day may follow with nothing between: 2026-03-0117:10.
            r"(?:月\s*0?(\d{1,2})|[/.\-]\s*(0\d|[12]\d|3[01]|\d))",
            // Of two digits of a year only 年 makes it one.
            r"|(?:^|\D)(\d{2})\s*年\s*0?(\d{1,2})\s*月\s*0?(\d{1,2})\s*日",
        ))
        .ok()
    });
    let text = in_digits(text);
    let Some(pattern) = DIGITS.as_ref() else { return Vec::new() };
    let found = pattern.captures_iter(&text).filter_map(|found| {
        let part = |index: usize| found.get(index)?.as_str().parse::<u32>().ok();
        let year = part(1).or_else(|| part(5).map(full_year))?;
        let day_of_month = part(3).or_else(|| part(4)).or_else(|| part(7))?;
        day(year, part(2).or_else(|| part(6))?, day_of_month)
    });
    found.collect()
}

fn months(text: &str) -> Vec<String> {
    static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(\d{4})(?:\s*年\s*0?(\d{1,2})\s*月|[-/.](0[1-9]|1[0-2])(?:[^\d/.\-]|$))").ok()
    });
    let text = in_digits(text);
    let Some(pattern) = DIGITS.as_ref() else { return Vec::new() };
    let found = pattern.captures_iter(&text).filter_map(|found| {
        let part = |index: usize| found.get(index)?.as_str().parse::<u32>().ok();
        let (year, month) = (part(1)?, part(2).or_else(|| part(3))?);
        days_of(year, month).map(|_| format!("{year:04}-{month:02}"))
    });
    found.collect()
}

/// Papers in force name no year further back than this century's, or than a life.
fn full_year(year: u32) -> u32 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

fn day(year: u32, month: u32, day: u32) -> Option<String> {
    (1..=days_of(year, month)?).contains(&day).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// The days of a month, of years that a paper may name.
fn days_of(year: u32, month: u32) -> Option<u32> {
    let every = |years: u32| year.is_multiple_of(years);
    let leap = every(4) && (!every(100) || every(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    // 1880: the oldest example of the standard for residents' numbers.
    (1880..2200).contains(&year).then_some(days)
}

/// A text with its Chinese numerals as digits, those of tens as they are meant: 十二 is 12, 二十 is 20,
/// 二十三 and 廿三 are 23. 元月 is January.
fn in_digits(text: &str) -> String {
    let text: Vec<char> = text.chars().take(MOST_CHARACTERS).collect();
    let digit_at = |at: Option<usize>| at.and_then(|at| text.get(at)).copied().and_then(numeral);
    let mut out = String::new();
    for (at, character) in text.iter().enumerate() {
        let before = digit_at(at.checked_sub(1));
        let behind = digit_at(Some(at + 1));
        match character {
            '十' | '拾' | '廿' | '卅' => {
                match character {
                    '廿' => out.push('2'),
                    '卅' => out.push('3'),
                    // After a nought stands the ten of a cheque: 零壹拾月.
                    _ if before.is_none_or(|digit| digit == '0') => out.push('1'),
                    _ => {}
                }
                if behind.is_none() {
                    out.push('0');
                }
            }
            '元' if text.get(at + 1) == Some(&'月') => out.push('1'),
            // The capital O of 二O二六.
            'O' | 'o' if out.ends_with(|last: char| last.is_ascii_digit()) => out.push('0'),
            other => out.push(numeral(*other).unwrap_or(*other)),
        }
    }
    out
}

fn numeral(character: char) -> Option<char> {
    let value = match character {
        '0'..='9' => return Some(character),
        '〇' | '零' | '○' => '0',
        '一' | '壹' => '1',
        '二' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    };
    Some(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_the_usual_forms() {
        for (text, date) in [
            ("2026年3月9日", "2026-03-09"),
            ("26年3月9日", "2026-03-09"),
            ("签订日期:2026-03-09", "2026-03-09"),
            ("有效期至 2029/12/31", "2029-12-31"),
            ("毛重时间:2026-03-0117:10", "2026-03-01"),
            ("二〇二六年十一月二十三日", "2026-11-23"),
            ("二O二六年元月廿三日", "2026-01-23"),
            ("二零二六年三月卅日", "2026-03-30"),
            ("二〇二四年二月二十九日", "2024-02-29"),
            ("二〇二六年十月十日", "2026-10-10"),
            ("贰零贰陆年零叁月零玖日", "2026-03-09"),
            ("贰零贰陆年零壹拾月零贰拾日", "2026-10-20"),
            ("贰零贰陆年壹拾壹月叁拾日", "2026-11-30"),
        ] {
            assert_eq!(iso_date(text).as_deref(), Some(date), "{text}");
        }
        for text in
            ["", "2026年13月1日", "2025年2月29日", "1.2.3", "12345678", "20260309", "126年3月9日"]
        {
            assert_eq!(iso_date(text), None, "{text}");
        }
    }

    #[test]
    fn eight_digits_are_a_date_only_where_asked() {
        assert_eq!(compact_date("日期20260309").as_deref(), Some("2026-03-09"));
        for text in ["", "20261309", "202603091", "12345678", "2026030"] {
            assert_eq!(compact_date(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_is_no_day() {
        for (text, expected) in [
            ("2026年3月", "2026-03"),
            ("所属期2026-03", "2026-03"),
            ("二〇二六年十二月份", "2026-12"),
        ] {
            assert_eq!(month(text).as_deref(), Some(expected), "{text}");
            assert_eq!(iso_date(text), None, "{text}");
        }
        for text in ["", "2026年13月", "2026.50", "3月9日"] {
            assert_eq!(month(text), None, "{text}");
        }
    }

    #[test]
    fn a_period_ends_with_its_last_day() {
        for (text, until) in [
            ("2021年3月9日至2041年3月8日", "2041-03-08"),
            ("2021-03-09至2041-03-08", "2041-03-08"),
            ("2021-03-09~2041-03-08", "2041-03-08"),
            ("2021.03.09-2041.03.08", "2041-03-08"),
            ("自2021年3月9日起至长期", ENDLESS),
            ("长期", ENDLESS),
            ("无固定期限", ENDLESS),
            ("2024年1月至2024年2月", "2024-02-29"),
            ("至2029-06-30", "2029-06-30"),
            ("20290630", "2029-06-30"),
        ] {
            assert_eq!(end_of_period(text).as_deref(), Some(until), "{text}");
        }
        for text in ["", "三年", "至"] {
            assert_eq!(end_of_period(text), None, "{text}");
        }
    }

    const NUMERALS: [&str; 2] = ["〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"];

    /// A number under a hundred as it is spoken.
    fn spoken(number: u32, numerals: &str, ten: &str) -> String {
        let digit = |value: u32| numerals.chars().nth(value as usize).expect("a digit").to_string();
        let tens = match number / 10 {
            0 => String::new(),
            1 if ten == "十" => ten.to_owned(),
            tens => digit(tens) + ten,
        };
        let ones = number % 10;
        if ones == 0 && number > 0 { tens } else { tens + &digit(ones) }
    }

    proptest! {
        #[test]
        fn every_day_is_read_in_every_form(year in 1970u32..2070, month in 1u32..=12, of in 1u32..=31) {
            prop_assume!(of <= days_of(year, month).expect("a month"));
            let expected = format!("{year:04}-{month:02}-{of:02}");
            let digits = |numerals: &str| year.to_string().chars().map(|digit| {
                numerals.chars().nth(digit.to_digit(10).expect("a digit") as usize).expect("ten")
            }).collect::<String>();
            let mut forms = vec![
                format!("{year}年{month}月{of}日"),
                format!("{year} 年 {month:02} 月 {of:02} 日"),
                format!("{year}-{month:02}-{of:02}"),
                format!("{year}/{month}/{of}"),
                format!("{year}.{month}.{of}"),
                format!("{:02}年{month}月{of}日", year % 100),
            ];
            for (numerals, ten) in NUMERALS.into_iter().zip(["十", "拾"]) {
                let (month, of) = (spoken(month, numerals, ten), spoken(of, numerals, ten));
                forms.push(format!("{}年{month}月{of}日", digits(numerals)));
            }
            for form in &forms {
                prop_assert_eq!(iso_date(form), Some(expected.clone()), "{}", form);
                let end = end_of_period(&format!("2001年1月1日至{form}"));
                prop_assert_eq!(end, Some(expected.clone()), "{}", form);
            }
            let compact = format!("{year:04}{month:02}{of:02}");
            prop_assert_eq!(compact_date(&compact), Some(expected));
        }

        #[test]
        fn any_text_is_answered(text in "[0-9年月日零〇一十廿卅拾元至期长O./-]{0,40}") {
            let _ = (iso_date(&text), compact_date(&text), month(&text), end_of_period(&text));
        }
    }
}
