//! Numbers in Chinese numerals: 一万二, 三五十万, 上百.

use super::{Number, large};
use crate::assistant::letters::Letters;

pub(super) fn digit(letter: char) -> Option<f64> {
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

pub(super) fn unit(letter: char) -> Option<f64> {
    Some(match letter {
        '十' | '拾' => 10.0,
        '百' | '佰' => 100.0,
        '千' | '仟' => 1_000.0,
        _ => return None,
    })
}

/// In Chinese numerals.
pub(super) fn hanzi(letters: &Letters, start: usize) -> Option<Number> {
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
pub(super) fn of_each(letters: &Letters, place: usize) -> bool {
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
