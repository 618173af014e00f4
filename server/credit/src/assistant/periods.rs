//! Periods that money or a quantity belongs to: 日均, 每个月, 去年, 上个季度, a week, annually.

use std::ops::Range;

use serde::Serialize;

use super::letters::Letters;

/// How long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A period where it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) span: Range<usize>,
    pub(crate) period: Period,
}

/// What goes before 年, 月, 周 and 日 to make a period of them, with a 个 or without.
const WHICH: [&str; 16] = [
    "每一",
    "头一",
    "近一",
    "最近一",
    "过去一",
    "每",
    "一",
    "上",
    "这",
    "本",
    "单",
    "去",
    "今",
    "前",
    "全",
    "当",
];

/// What goes behind 年, 月, 周 and 日 where they stand alone: 月流水, 日销, 年产值.
const OF_IT: [&str; 27] = [
    "流水", "收", "入", "营", "销", "卖", "产", "均", "接", "单量", "耗", "成交", "毛", "净",
    "进账", "到手", "薪", "出货", "回款", "开票", "利润", "纯利", "交易", "总", "派", "出", "度营",
];

/// English words that are a period by themselves.
const ADVERBS: [(&str, Period); 10] = [
    ("daily", Period::Day),
    ("nightly", Period::Day),
    ("weekly", Period::Week),
    ("monthly", Period::Month),
    ("quarterly", Period::Quarter),
    ("yearly", Period::Year),
    ("annually", Period::Year),
    ("annual", Period::Year),
    ("pa", Period::Year),
    ("p.a", Period::Year),
];

/// All periods of a text, from left to right.
pub(crate) fn periods(letters: &Letters) -> Vec<Said> {
    let mut found: Vec<Said> = Vec::new();
    let mut place = 0;
    while place < letters.len() {
        let Some((end, period)) = chinese(letters, place).or_else(|| english(letters, place))
        else {
            place += 1;
            continue;
        };
        match found.last_mut() {
            // 去年一年 is one year.
            Some(last) if last.span.end == place && last.period == period => last.span.end = end,
            _ => found.push(Said { span: place..end, period }),
        }
        place = end;
    }
    found
}

fn chinese(letters: &Letters, place: usize) -> Option<(usize, Period)> {
    for (words, period) in [
        ("天天", Period::Day),
        ("一早上", Period::Day),
        ("一上午", Period::Day),
        ("一晚上", Period::Day),
        ("每晚", Period::Day),
        ("一晚", Period::Day),
        ("按天", Period::Day),
        ("月月", Period::Month),
        ("年年", Period::Year),
    ] {
        // 今天天气 speaks of today's weather.
        let is_todays = place > 0 && ['今', '明', '昨', '后'].contains(&letters.at(place - 1));
        if letters.has(place, words) && !is_todays {
            return Some((place + words.chars().count(), period));
        }
    }
    if let Some(found) = calendar(letters, place) {
        return Some(found);
    }
    if let Some(length) = letters.longest(place, &WHICH) {
        let which = letters.text(place..place + length);
        let mut at = place + length;
        at += usize::from(letters.at(at) == '个');
        let (period, end) = length_of_time(letters, at)?;
        let one_of_many =
            which == "一" && matches!(letters.before(place), '十' | '百' | '第' | '星');
        let fits = match period {
            Period::Year => !matches!(which.as_str(), "上" | "单"),
            Period::Day => !matches!(which.as_str(), "上" | "这" | "去" | "今" | "前" | "本"),
            _ => !matches!(which.as_str(), "去" | "今" | "前" | "全"),
        };
        let end = past_total(letters, end, period);
        return (fits && !one_of_many).then_some((end, period));
    }
    let period = match letters.at(place) {
        '年' => Period::Year,
        '月' => Period::Month,
        '周' => Period::Week,
        '日' => Period::Day,
        '季' if letters.at(place + 1) == '度' => return quarter(letters, place),
        _ => return None,
    };
    let alone = !letters.before(place).is_numeric()
        && !matches!(
            letters.before(place),
            '一' | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '十'
                | '两'
                | '几'
                | '个'
                | '半'
                | '多'
                | '来'
        );
    let of_it = letters.longest(place + 1, &OF_IT)?;
    alone.then_some((place + 1 + of_it, period))
}

/// 季度 by itself.
fn quarter(letters: &Letters, place: usize) -> Option<(usize, Period)> {
    (!matches!(letters.before(place), '两' | '几')).then_some((place + 2, Period::Quarter))
}

/// 下来 and 到头 belong to the year before them.
fn past_total(letters: &Letters, end: usize, period: Period) -> usize {
    let more =
        if period == Period::Year { letters.longest(end, &["下来", "到头"]) } else { None };
    end + more.unwrap_or(0)
}

/// A word for a length of time: what it is, and where the text goes on.
fn length_of_time(letters: &Letters, place: usize) -> Option<(Period, usize)> {
    let (period, length) = match letters.at(place) {
        '年' => (Period::Year, 1),
        '月' => (Period::Month, 1),
        '周' => (Period::Week, 1),
        '天' | '日' => (Period::Day, 1),
        '礼' if letters.at(place + 1) == '拜' => (Period::Week, 2),
        '星' if letters.at(place + 1) == '期' => (Period::Week, 2),
        '季' if letters.at(place + 1) == '度' => (Period::Quarter, 2),
        _ => return None,
    };
    Some((period, place + length))
}

/// 2023年, 8月份, 一月 of the calendar, 二季度.
fn calendar(letters: &Letters, place: usize) -> Option<(usize, Period)> {
    let digits = (0..4).take_while(|offset| letters.at(place + offset).is_ascii_digit()).count();
    if letters.before(place).is_ascii_digit() {
        return None;
    }
    let century = letters.has(place, "19") || letters.has(place, "20");
    let end = place + digits;
    match letters.at(end) {
        '年' if digits == 4
            && century
            && !matches!(letters.at(end + 1), '开' | '买' | '成' | '建') =>
        {
            Some((end + 1, Period::Year))
        }
        '月' if (1..=2).contains(&digits) && letters.at(end + 1) == '份' => {
            Some((end + 2, Period::Month))
        }
        '季' if digits == 1 && letters.at(end + 1) == '度' => Some((end + 2, Period::Quarter)),
        _ if digits == 0 => {
            let numeral = matches!(letters.at(place), '一' | '二' | '三' | '四');
            (numeral && letters.has(place + 1, "季度")).then_some((place + 3, Period::Quarter))
        }
        _ => None,
    }
}

fn english(letters: &Letters, place: usize) -> Option<(usize, Period)> {
    if letters.before(place).is_ascii_alphanumeric() {
        return None;
    }
    if letters.at(place) == '/' {
        return unit(letters, place + 1);
    }
    let word = letters.latin(place);
    if word.is_empty() {
        return None;
    }
    let end = place + word.chars().count();
    if let Some((_, period)) = ADVERBS.iter().find(|(known, _)| *known == word) {
        return Some((end, *period));
    }
    let next = letters.past_spaces(end);
    match word.as_str() {
        "a" | "per" | "each" | "every" | "one" | "last" | "this" | "past" | "whole" => {
            if letters.has(next, "12 months") || letters.has(next, "twelve months") {
                return Some((
                    next + letters.longest(next, &["12 months", "twelve months"])?,
                    Period::Year,
                ));
            }
            unit(letters, next)
        }
        "in" => {
            let year = letters.latin(next);
            let is_year = year.len() == 4 && (year.starts_with("20") || year.starts_with("19"));
            is_year.then_some((next + 4, Period::Year))
        }
        _ => None,
    }
}

fn unit(letters: &Letters, place: usize) -> Option<(usize, Period)> {
    let word = letters.latin(place);
    let period = match word.as_str() {
        "day" | "night" | "morning" | "evening" => Period::Day,
        "week" | "weekend" => Period::Week,
        "month" | "mo" => Period::Month,
        "quarter" => Period::Quarter,
        "year" | "yr" | "annum" => Period::Year,
        _ => return None,
    };
    Some((place + word.chars().count(), period))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_merchants_say_them() {
        use Period::{Day, Month, Quarter, Week, Year};
        let table: &[(&str, &[Period])] = &[
            ("日均300单", &[Day]),
            ("每个月3.5w", &[Month]),
            ("月流水十来万", &[Month]),
            ("去年一年三十万", &[Year]),
            ("去年做了三百万，今年差点", &[Year, Year]),
            ("上个季度41万", &[Quarter]),
            ("二季度9万", &[Quarter]),
            ("一个礼拜卖一万二", &[Week]),
            ("年产值六百万", &[Year]),
            ("一年下来20万", &[Year]),
            ("一晚上1800", &[Day]),
            ("近一年", &[Year]),
            ("2023年做了八十万", &[Year]),
            ("8月份12万", &[Month]),
            ("about 800k a year", &[Year]),
            ("9800 weekly", &[Week]),
            ("in 2023 we did 96 thousand", &[Year]),
            ("the last 12 months", &[Year]),
            ("三年了", &[]),
            ("两个月", &[]),
            ("今天天气", &[]),
            ("月饼", &[]),
            ("明天", &[]),
        ];
        for (text, periods_of_it) in table {
            let found = periods(&Letters::new(text));
            let found: Vec<Period> = found.into_iter().map(|said| said.period).collect();
            assert_eq!(found, *periods_of_it, "{text}");
        }
    }
}
