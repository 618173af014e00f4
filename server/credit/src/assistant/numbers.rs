//! Numbers as people write and say them: 3.5w, 一万二, 三五十万, 20到30万, half a million.

use std::ops::Range;

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

fn digit(letter: char) -> Option<f64> {
    Some(match letter {
        '零' | '〇' => 0.0,
        '一' | '壹' => 1.0,
        '二' | '两' | '贰' | '俩' => 2.0,
        '三' | '叁' | '仨' => 3.0,
        '四' | '肆' => 4.0,
        '五' | '伍' => 5.0,
        '六' | '陆' => 6.0,
        '七' | '柒' => 7.0,
        '八' | '捌' => 8.0,
        '九' | '玖' => 9.0,
        _ => return None,
    })
}

fn unit(letter: char) -> Option<f64> {
    Some(match letter {
        '十' | '拾' => 10.0,
        '百' | '佰' => 100.0,
        '千' | '仟' => 1_000.0,
        _ => return None,
    })
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

/// In Chinese numerals.
fn hanzi(letters: &Letters, start: usize) -> Option<Number> {
    let mut place = start;
    let (mut total, mut section) = ((0.0, 0.0), (0.0, 0.0));
    let mut pending: Option<(f64, f64)> = None;
    let (mut last, mut largest, mut zero, mut fraction) = (1.0, 1.0, false, false);
    loop {
        let letter = letters.at(place);
        if let Some(value) = digit(letter) {
            if pending.is_some() {
                break;
            }
            let second = digit(letters.at(place + 1));
            let third = second.and_then(|_| digit(letters.at(place + 2)));
            if value == 0.0 {
                zero = true;
                place += 1;
                continue;
            }
            if value == 1.0 && second.is_none() && last >= 100.0 && of_each(letters, place + 1) {
                break;
            }
            match (second, third) {
                (Some(_), Some(_)) => return None,
                (Some(second), None) if second > value => {
                    pending = Some((value, second));
                    place += 2;
                }
                (Some(0.0), None) | (None, _) => {
                    pending = Some((value, value));
                    place += 1;
                }
                // 二十八一双: one of something begins.
                (Some(1.0), None) => {
                    pending = Some((value, value));
                    place += 1;
                    break;
                }
                (Some(_), None) => return None,
            }
        } else if let Some(of) = unit(letter) {
            // 百万 and 千万 by themselves are numbers behind 上 or before 来 only: 千万别.
            let times = match pending.take() {
                Some(times) => times,
                None if of == 10.0 && section == (0.0, 0.0) => (1.0, 1.0),
                None if place == start && may_stand_alone(letters, place) => (1.0, 1.0),
                None => break,
            };
            if section != (0.0, 0.0) && of >= last {
                pending = Some(times);
                break;
            }
            section = (section.0 + times.0 * of, section.1 + times.1 * of);
            (last, zero) = (of, false);
            place += 1;
        } else if letter == '点' && pending.is_some() && digit(letters.at(place + 1)).is_some() {
            let (value, past) = decimals(letters, place + 1);
            if large(letters, past).is_none() && unit(letters.at(past)).is_none() {
                break;
            }
            pending = pending.map(|(low, high)| (low + value, high + value));
            fraction = true;
            place = past;
        } else if let Some((of, past)) = large(letters, past_roughly(letters, place)) {
            let rest = pending.take().unwrap_or((0.0, 0.0));
            let times = (section.0 + rest.0, section.1 + rest.1);
            if times.0 == 0.0 {
                if place == start && may_stand_alone(letters, place) && of == 1e4 {
                    total = (of, of);
                } else {
                    break;
                }
            } else {
                total = (total.0 + times.0 * of, total.1 + times.1 * of);
            }
            section = (0.0, 0.0);
            (last, largest, zero) = (of, of, false);
            place = past;
        } else {
            break;
        }
    }
    if let Some((low, high)) = pending {
        // 一万二 is 12 000, 一万零二 is 10 002.
        let short = if zero || last < 100.0 { 1.0 } else { last / 10.0 };
        section = (section.0 + low * short, section.1 + high * short);
    }
    let (low, high) = (total.0 + section.0, total.1 + section.1);
    if place == start || low == 0.0 {
        return None;
    }
    let unit = if largest > 1.0 { largest } else { last };
    Some(Number { span: start..place, next: place, low, high, unit, digits: 0, fraction })
}

/// Whether 百, 千 or 万 without a numeral says one of it: 上百, 百来, 上万, 近千.
fn may_stand_alone(letters: &Letters, place: usize) -> bool {
    matches!(letters.before(place), '上' | '近' | '过' | '破' | '超' | '小')
        || matches!(letters.at(place + 1), '来' | '多' | '余')
        || letters.at(place) == '百' && letters.at(place + 1) == '万'
}

/// Whether a 一 before a place is the one of 四千一天 and 三百一件, and no digit: 一百一亩.
fn of_each(letters: &Letters, place: usize) -> bool {
    let each = "天年月周日晚季个早斤件双份碗套场趟单次杯位桌间张台吨米";
    letters.at(place) != '\0' && each.contains(letters.at(place))
}

/// 多, 来 or 几 between a number and its unit: 八十多万.
fn past_roughly(letters: &Letters, place: usize) -> usize {
    if matches!(letters.at(place), '多' | '来' | '余' | '几') && large(letters, place + 1).is_some()
    {
        return place + 1;
    }
    place
}

/// What stands behind a spoken point.
fn decimals(letters: &Letters, mut place: usize) -> (f64, usize) {
    let (mut value, mut of) = (0.0, 0.1);
    while let Some(next) = digit(letters.at(place)) {
        value += next * of;
        of /= 10.0;
        place += 1;
    }
    (value, place)
}

/// In figures, with a unit or without.
fn figures(letters: &Letters, start: usize) -> Option<Number> {
    let before = letters.before(start);
    let (value, digits, fraction, mut place) = plain(letters, start);
    if before.is_ascii_alphanumeric() || before == '.' || digits > 12 {
        return None;
    }
    let (mut total, mut unit) = (value, 1.0);
    let rough = match letters.at(place) {
        '多' | '来' | '余' | '几' => place + 1,
        _ => place,
    };
    if let Some((of, past)) = scale(letters, rough) {
        (total, unit, place) = (value * of, of, past);
        if let Some((more, past)) = remainder(letters, place, of) {
            (total, place) = (total + more, past);
        }
    } else if letters.at(place).is_ascii_alphabetic() && !measure_follows(letters, place) {
        return None;
    }
    let unit = if unit > 1.0 { unit } else { 1.0 };
    let span = start..place;
    Some(Number { span, next: place, low: total, high: total, unit, digits, fraction })
}

/// Whether the Latin letters right behind figures are a measure and no name of a model.
fn measure_follows(letters: &Letters, place: usize) -> bool {
    matches!(
        letters.latin(place).as_str(),
        "sqm" | "m" | "m2" | "t" | "kg" | "yuan" | "rmb" | "cny" | "pcs" | "mu" | "ha" | "g" | "l"
    )
}

/// Digits with commas between thousands and decimals: value, digits before the point, whether there
/// is a point, and where the text goes on.
fn plain(letters: &Letters, start: usize) -> (f64, usize, bool, usize) {
    let (mut value, mut digits, mut place) = (0.0, 0, start);
    loop {
        if let Some(next) = letters.at(place).to_digit(10) {
            value = value * 10.0 + f64::from(next);
            digits += 1;
            place += 1;
        } else if matches!(letters.at(place), ',' | '，')
            && (1..=3).all(|offset| letters.at(place + offset).is_ascii_digit())
            && !letters.at(place + 4).is_ascii_digit()
        {
            place += 1;
        } else {
            break;
        }
    }
    if letters.at(place) != '.' || !letters.at(place + 1).is_ascii_digit() {
        return (value, digits, false, place);
    }
    place += 1;
    let mut of = 0.1;
    while let Some(next) = letters.at(place).to_digit(10) {
        value += f64::from(next) * of;
        of /= 10.0;
        place += 1;
    }
    (value, digits, true, place)
}

/// The unit behind figures.
fn scale(letters: &Letters, place: usize) -> Option<(f64, usize)> {
    if let Some(of) = unit(letters.at(place)).filter(|of| *of > 10.0) {
        return match large(letters, place + 1) {
            Some((more, past)) => Some((of * more, past)),
            None => Some((of, place + 1)),
        };
    }
    if let Some(found) = large(letters, place) {
        return Some(found);
    }
    let at = letters.past_spaces(place);
    let word = letters.latin(at);
    let of = english_unit(&word).or(match word.as_str() {
        "k" => Some(1e3),
        // 1.8m is money, 100 m is a length.
        "m" if at == place && letters.at(at + 1) != '²' => Some(1e6),
        _ => None,
    })?;
    Some((of, at + word.chars().count()))
}

fn english_unit(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" => 1e2,
        "thousand" | "grand" => 1e3,
        "million" | "millions" | "mil" | "mio" => 1e6,
        _ => return None,
    })
}

/// What is said behind a unit in short: 1万6, 2万5千, 3千2.
fn remainder(letters: &Letters, place: usize, of: f64) -> Option<(f64, usize)> {
    if !matches!(letters.before(place), '万' | '千' | '百' | 'w') {
        return None;
    }
    if letters.at(place).is_ascii_digit() {
        let (value, digits, fraction, past) = plain(letters, place);
        if let Some(smaller) = unit(letters.at(past)).filter(|smaller| *smaller < of) {
            return Some((value * smaller, past + 1));
        }
        let whole = 10_f64.powi(i32::try_from(digits).ok()?) == of;
        let value = if digits == 1 { value * of / 10.0 } else { value };
        return (!fraction && (digits == 1 || whole)).then_some((value, past));
    }
    let value = digit(letters.at(place)).filter(|value| *value > 0.0)?;
    match unit(letters.at(place + 1)) {
        Some(smaller) if smaller < of => Some((value * smaller, place + 2)),
        Some(_) => None,
        None => {
            let follows = digit(letters.at(place + 1)).is_some();
            let each = value == 1.0 && of_each(letters, place + 1);
            (!follows && !each).then_some((value * of / 10.0, place + 1))
        }
    }
}

/// In English words.
fn english(letters: &Letters, start: usize) -> Option<Number> {
    let (mut place, mut total, mut current, mut last) = (start, 0.0, 0.0, 1.0);
    let mut end = start;
    loop {
        let word = letters.latin(place);
        let length = word.chars().count();
        if let Some(value) = small(&word) {
            if current % 100.0 != 0.0 && (current % 10.0 != 0.0 || value >= 10.0) {
                break;
            }
            current += value;
        } else if word == "half" && end == start {
            let article = letters.past_spaces(place + length);
            let scale = letters.past_spaces(article + 1);
            let of = english_unit(&letters.latin(scale))?;
            if letters.latin(article) != "a" {
                return None;
            }
            let past = scale + letters.latin(scale).chars().count();
            (total, last, end) = (of / 2.0, of, past);
            break;
        } else if word == "a" && end == start {
            let at = letters.past_spaces(place + 1);
            let word = letters.latin(at);
            let past = at + word.chars().count();
            match word.as_str() {
                "couple" if letters.has(past, " of") => (current, end) = (2.0, past + 3),
                "couple" => (current, end) = (2.0, past),
                "dozen" => (current, end) = (12.0, past),
                other => {
                    english_unit(other)?;
                    current = 1.0;
                    place = at;
                    continue;
                }
            }
            break;
        } else if let Some(of) = english_unit(&word) {
            if current == 0.0 {
                break;
            }
            if of == 100.0 {
                current *= of;
            } else {
                (total, current) = (total + current * of, 0.0);
            }
            last = of;
        } else if word == "dozen" && current > 0.0 {
            current *= 12.0;
        } else if word == "and" && end > start && last >= 100.0 {
            let at = letters.past_spaces(place + length);
            if small(&letters.latin(at)).is_none() {
                break;
            }
            place = at;
            continue;
        } else {
            break;
        }
        end = place + length;
        place = match letters.at(end) {
            '-' => end + 1,
            _ => letters.past_spaces(end),
        };
    }
    let value = total + current;
    (end > start && value > 0.0).then_some(Number {
        span: start..end,
        next: end,
        low: value,
        high: value,
        unit: last,
        digits: 0,
        fraction: false,
    })
}

fn small(word: &str) -> Option<f64> {
    const WORDS: [&str; 20] = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    const TENS: [&str; 7] = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let at = |words: &[&str]| words.iter().position(|known| *known == word);
    if let Some(place) = at(&WORDS) {
        return u8::try_from(place + 1).ok().map(f64::from);
    }
    at(&TENS).and_then(|place| u8::try_from(10 * (place + 3)).ok()).map(f64::from)
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
