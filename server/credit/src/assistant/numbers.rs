//! Numbers as people write and say them: 3.5w, 一万二, 三五十万, 20到30万, half a million.

mod english;
mod figures;
mod hanzi;

use std::ops::Range;

use self::english::english;
use self::figures::figures;
use self::hanzi::{digit, hanzi, unit};
use super::letters::Letters;

/// What follows a rough number: 八十多, 十来, 二十几.
const ROUGHLY: [char; 6] = ['多', '来', '余', '几', '+', '出'];

/// Largest number that is taken for one: a hundred thousand million.
const LARGEST: f64 = 1e11;

/// A number, or the two ends of one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Number {
    /// Without what only says that it is rough.
    pub(crate) span: Range<usize>,
    /// Where the text goes on, behind 多 or 来 and spaces.
    pub(crate) next: usize,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// The last unit that was said: 10 000 of 三万, 1 of 300.
    pub(crate) unit: f64,
    /// How many plain digits it was written with; 0 in words.
    pub(crate) digits: usize,
    /// Whether a decimal point was said.
    pub(crate) fraction: bool,
}

impl Number {
    /// The number; the middle where two ends were said.
    pub(crate) fn value(&self) -> u64 {
        let middle = ((self.low + self.high) / 2.0).round();
        // Not negative and not over LARGEST: see `settle`.
        middle as u64
    }

    fn settle(mut self, letters: &Letters) -> Option<Self> {
        self.next = self.span.end;
        while ROUGHLY.contains(&letters.at(self.next)) && !said_otherwise(letters, self.next) {
            self.next += 1;
        }
        self.next = letters.past_spaces(self.next);
        (self.low >= 0.0 && self.low <= self.high && self.high <= LARGEST).then_some(self)
    }
}

/// 来 and 出 behind a number that belong to the next word.
fn said_otherwise(letters: &Letters, place: usize) -> bool {
    match letters.at(place) {
        '来' => matches!(letters.at(place + 1), '自' | '了' | '的' | '拉' | '收' | '说' | '算'),
        '出' => letters.at(place + 1) != '头',
        _ => false,
    }
}

/// All numbers of a text, from left to right. Where two are the ends of one (20到30万), that one.
pub(crate) fn numbers(letters: &Letters) -> Vec<Number> {
    let mut found: Vec<Number> = Vec::new();
    let mut place = 0;
    while place < letters.len() {
        if let Some(past) = vague(letters, place) {
            place = past;
            continue;
        }
        let Some(number) = one(letters, place) else {
            place += skip(letters, place);
            continue;
        };
        place = number.span.end;
        if let Some(last) = found.last_mut()
            && let Some(range) = range(letters, last, &number)
        {
            *last = range;
        } else {
            found.push(number);
        }
    }
    found
}

/// How far to go on where no number begins: past a run that is none as a whole (二〇二五, 百八十).
fn skip(letters: &Letters, place: usize) -> usize {
    let mut past = place;
    while digit(letters.at(past)).is_some()
        || unit(letters.at(past)).is_some()
        || letters.at(past) == '万'
        || letters.at(past).is_ascii_digit()
    {
        past += 1;
    }
    (past - place).max(1)
}

/// Past a number that is too vague for one: 几十万, 好几百, 数千, 千把块.
fn vague(letters: &Letters, place: usize) -> Option<usize> {
    let scale = |place| matches!(letters.at(place), '十' | '百' | '千' | '万' | '亿');
    if matches!(letters.at(place), '几' | '数') && scale(place + 1)
        || scale(place) && letters.at(place + 1) == '把'
    {
        return Some(place + 1 + skip(letters, place + 1));
    }
    None
}

fn one(letters: &Letters, place: usize) -> Option<Number> {
    let first = letters.at(place);
    if first.is_ascii_digit() {
        return figures(letters, place)?.settle(letters);
    }
    if first.is_ascii_alphabetic() && !letters.before(place).is_ascii_alphanumeric() {
        return english(letters, place)?.settle(letters);
    }
    hanzi(letters, place)?.settle(letters)
}

/// 万, 亿 and w, past a 个 that may stand before: 两个w. The unit and where the text goes on.
fn large(letters: &Letters, place: usize) -> Option<(f64, usize)> {
    let at = if letters.at(place) == '个' { place + 1 } else { letters.past_spaces(place) };
    match letters.at(at) {
        '万' if !matches!(letters.at(at + 1), '科' | '达' | '向') => Some((1e4, at + 1)),
        '亿' => Some((1e8, at + 1)),
        'w' if !letters.at(at + 1).is_ascii_alphabetic() => Some((1e4, at + 1)),
        _ => None,
    }
}

/// One number whose ends are two that stand around 到, "-" or "to".
fn range(letters: &Letters, low: &Number, high: &Number) -> Option<Number> {
    let mut place = low.next;
    if matches!(letters.at(place), '块' | '元') {
        place += 1;
    }
    let link = if matches!(letters.at(place), '到' | '至' | '-' | '~') {
        place + 1
    } else {
        let word = letters.latin(place);
        let between = word == "and" && letters.ends(low.span.start, "between ");
        if word != "to" && !between {
            return None;
        }
        place + word.chars().count()
    };
    if letters.past_spaces(link) != high.span.start || low.low != low.high {
        return None;
    }
    // 20到30万: the unit is said once.
    let shared = low.unit < high.unit && low.low * high.unit < high.low;
    let first = if shared { low.low * high.unit } else { low.low };
    (first < high.low).then(|| Number {
        span: low.span.start..high.span.end,
        low: first,
        digits: 0,
        ..high.clone()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<u64> {
        numbers(&Letters::new(text)).iter().map(Number::value).collect()
    }

    #[test]
    fn as_merchants_say_them() {
        let table: &[(&str, &[u64])] = &[
            ("三十万", &[300_000]),
            ("十来万", &[100_000]),
            ("3.5w", &[35_000]),
            ("3.5W", &[35_000]),
            ("２０ｋ", &[20_000]),
            ("两千块", &[2_000]),
            ("一万二", &[12_000]),
            ("一万二三", &[12_500]),
            ("一万零二百", &[10_200]),
            ("九十三万五千", &[935_000]),
            ("80多万", &[800_000]),
            ("四百六十多万", &[4_600_000]),
            ("三五十万", &[400_000]),
            ("十五六万", &[155_000]),
            ("两三百", &[250]),
            ("20到30万", &[250_000]),
            ("5000到1万", &[7_500]),
            ("2000-3000", &[2_500]),
            ("三到五万", &[40_000]),
            ("1,200.50元", &[1_201]),
            ("1万6", &[16_000]),
            ("2万5千", &[25_000]),
            ("6百万", &[6_000_000]),
            ("两个W", &[20_000]),
            ("三点五万", &[35_000]),
            ("三点半", &[3]),
            ("上百", &[100]),
            ("上千万", &[10_000_000]),
            ("百来万", &[1_000_000]),
            ("十几", &[10]),
            ("二十几万", &[200_000]),
            ("两百六", &[260]),
            ("half a million", &[500_000]),
            ("200,000", &[200_000]),
            ("RMB 3 million", &[3_000_000]),
            ("1.8m", &[1_800_000]),
            ("between 200 and 300 thousand", &[250_000]),
            ("three hundred and five", &[305]),
            ("twenty-five trucks", &[25]),
            ("a couple of", &[2]),
            ("a dozen", &[12]),
            ("几十万", &[]),
            ("百八十万", &[]),
            ("千把块", &[]),
            ("千万别", &[]),
            ("二〇二五", &[]),
            ("T40", &[]),
        ];
        for (text, numbers) in table {
            assert_eq!(read(text), *numbers, "{text}");
        }
    }

    /// As it is read aloud.
    fn aloud(value: u64) -> String {
        const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
        fn section(value: u64) -> String {
            let mut text = String::new();
            for (of, unit) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
                let digit = value / of % 10;
                if digit > 0 {
                    let gap = !text.is_empty() && (value / of / 10).is_multiple_of(10);
                    text.push_str(if gap { "零" } else { "" });
                    text.push(DIGITS[digit as usize]);
                    text.push_str(unit);
                }
            }
            text
        }
        let (large, small) = (value / 10_000, value % 10_000);
        let gap = if large > 0 && small > 0 && small < 1_000 { "零" } else { "" };
        let large = if large > 0 { format!("{}万", section(large)) } else { String::new() };
        format!("{large}{gap}{}", section(small))
    }

    proptest! {
        #[test]
        fn read_aloud_and_back(value in 1_u64..100_000_000) {
            prop_assert_eq!(read(&aloud(value)), vec![value], "{}", aloud(value));
        }

        #[test]
        fn written_and_back(value in 1_u64..1_000_000_000) {
            prop_assert_eq!(read(&value.to_string()), vec![value]);
            let mut commas = String::new();
            for (place, digit) in value.to_string().chars().rev().enumerate() {
                if place > 0 && place % 3 == 0 {
                    commas.insert(0, ',');
                }
                commas.insert(0, digit);
            }
            prop_assert_eq!(read(&commas), vec![value]);
            prop_assert_eq!(read(&format!("{value}万")), Some(value * 10_000).into_iter().filter(|value| *value <= 100_000_000_000).collect::<Vec<_>>());
        }
    }
}
