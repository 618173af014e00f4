//! Numbers that are money, numbers that count, and those that are neither.

use std::ops::Range;

use super::counts::Measures;
use super::letters::Letters;
use super::numbers::{Number, numbers};
use super::periods::Said;

/// What a number is, as far as its own words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Money: 三万, 50块, ￥300, 1.2w.
    Amount,
    /// So many of something: 三台, 20 trucks.
    Count,
    /// So much for each: 十五一份, 一碗十二.
    Price,
    /// The 一 of 一台.
    One,
    /// Either; what is talked about decides: 3500, 八百五.
    Bare,
}

/// A number that means something.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) span: Range<usize>,
    pub(crate) value: u64,
    pub(crate) reading: Reading,
    /// Where the text goes on, behind the measure.
    pub(crate) next: usize,
}

/// What makes money of the number before it.
const MONEY: [&str; 11] =
    ["块钱", "块", "元", "圆", "人民币", "rmb", "yuan", "cny", "大洋", "bucks", "kuai"];

/// What makes money of the number behind it.
const SIGNS: [&str; 8] = ["¥", "¥ ", "$", "rmb", "rmb ", "cny", "cny ", "人民币"];

/// What a number before it is part of that is neither money nor a count: times, shares, dates, sizes.
const NEITHER: [&str; 61] = [
    "年",
    "天",
    "个月",
    "月",
    "日",
    "点",
    "小时",
    "个小时",
    "分钟",
    "秒",
    "周",
    "个星期",
    "个礼拜",
    "星期",
    "礼拜",
    "期",
    "岁",
    "级",
    "楼",
    "层",
    "%",
    "成",
    "折",
    "倍",
    "路",
    "次",
    "回",
    "遍",
    "步",
    "代",
    "手",
    "种",
    "样",
    "类",
    "下",
    "起",
    "切",
    "直",
    "定",
    "些",
    "边",
    "方面",
    "个点",
    "个多月",
    "个半",
    "分",
    "季",
    "茬",
    "轮",
    "批",
    "世",
    "股",
    "维",
    "班倒",
    "号店",
    "联单",
    "证合一",
    "g",
    "门",
    "格",
    "寸",
];

/// The same in English.
const NEITHER_ENGLISH: [&str; 32] = [
    "day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours", "minute",
    "minutes", "percent", "times", "time", "th", "st", "nd", "rd", "am", "pm", "o'clock", "more",
    "thing", "things", "or", "other", "pages", "page", "seconds", "weekly", "days'",
];

/// English words behind a number that name nothing that is counted.
const NO_NOUN: [&str; 41] = [
    "a",
    "an",
    "per",
    "each",
    "every",
    "last",
    "this",
    "in",
    "for",
    "and",
    "to",
    "is",
    "with",
    "after",
    "before",
    "yuan",
    "rmb",
    "cny",
    "on",
    "at",
    "from",
    "but",
    "or",
    "of",
    "the",
    "if",
    "now",
    "still",
    "by",
    "as",
    "when",
    "out",
    "i",
    "so",
    "because",
    "yesterday",
    "today",
    "interest",
    "deal",
    "limit",
    "free",
];

/// What stands before a number that is none of ours: 第三, 星期三, 双十一, T40.
const ORDINAL: [&str; 10] = ["第", "星期", "礼拜", "周", "双", "no.", "#", "初", "分之", "按"];

/// All quantities of a text outside of what is `taken` already, from left to right.
pub(crate) fn quantities(
    letters: &Letters,
    measures: &Measures,
    periods: &[Said],
    taken: &[Range<usize>],
) -> Vec<Quantity> {
    let overlaps = |span: &Range<usize>, other: &Range<usize>| {
        span.start < other.end && other.start < span.end
    };
    let free = |number: &Number| {
        !taken.iter().any(|span| overlaps(&number.span, span))
            && !periods.iter().any(|said| overlaps(&number.span, &said.span))
    };
    numbers(letters)
        .into_iter()
        .filter(free)
        .filter_map(|number| quantity(letters, measures, &number))
        .collect()
}

fn quantity(letters: &Letters, measures: &Measures, number: &Number) -> Option<Quantity> {
    let Range { start, end } = number.span.clone();
    if ORDINAL.iter().any(|word| letters.ends(start, word)) {
        return None;
    }
    let value = number.value();
    let found =
        |span: Range<usize>, next: usize, reading| Some(Quantity { span, value, reading, next });
    if let Some(sign) =
        SIGNS.iter().filter(|sign| letters.ends(start, sign)).max_by_key(|s| s.len())
    {
        return found(start - sign.chars().count()..end, number.next, Reading::Amount);
    }
    if let Some(length) = letters.longest(number.next, &MONEY)
        && !block_of_land(letters, number.next)
    {
        let past = number.next + length;
        let span = if number.next == end { start..past } else { start..end };
        return found(span, past, Reading::Amount);
    }
    let one = end - start == 1 && matches!(letters.at(start), '一' | '1');
    let measure = if one && letters.at(start) == '一' {
        measures.of_one(letters, number.next)
    } else {
        measures.at(letters, number.next)
    };
    if let Some(length) = measure {
        let past = number.next + length;
        // 12头的 and 一百吨的 say what kind of a thing it is.
        if letters.at(past) == '的' && !one && letters.at(past + 1) != '地' {
            return None;
        }
        let one = one && letters.at(start) == '一';
        if one && matches!(letters.before(start), '每' | '这' | '那' | '另' | '第' | '同') {
            return None;
        }
        return found(start..end, past, if one { Reading::One } else { Reading::Count });
    }
    if one && letters.at(start) == '一' || letters.longest(number.next, &NEITHER).is_some() {
        return None;
    }
    let word = letters.latin(number.next);
    if NEITHER_ENGLISH.contains(&word.as_str()) {
        return None;
    }
    if letters.at(number.next) == '一' && letters.at(end) == '一' && number.unit < 1e4
        || per_piece(letters, start)
    {
        return found(start..end, end, Reading::Price);
    }
    if number.unit >= 1e4 && number.digits == 0 && !english(letters, start)
        || letters.before(end) == 'w'
        || letters.before(end) == 'k'
        || number.unit >= 1e4 && letters.before(end) == '万'
    {
        return found(start..end, number.next, Reading::Amount);
    }
    let noun = word.chars().next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && !NO_NOUN.contains(&word.as_str())
        || letters.has(number.next, "of them");
    if noun {
        let single = value == 1;
        let reading = if single { Reading::One } else { Reading::Count };
        return found(start..end, number.next, reading);
    }
    if number.unit >= 1e3 && english(letters, start) {
        return found(start..end, number.next, Reading::Amount);
    }
    if number.unit >= 1e6 {
        return found(start..end, number.next, Reading::Amount);
    }
    // A telephone number is nothing, nor is a year.
    let year = number.digits == 4 && (1980..2040).contains(&value) && letters.ends(start, "in ");
    if number.digits >= 10 || year || value == 0 {
        return None;
    }
    found(start..end, number.next, Reading::Bare)
}

/// 块 of land: 三块地.
fn block_of_land(letters: &Letters, place: usize) -> bool {
    matches!(letters.at(place + 1), '地' | '田' | '板' | '牌' | '屏' | '菜')
        && letters.at(place) == '块'
}

/// Whether what stands before a number says that it is for each: 一碗十二, 每家每月300, at 12.
fn per_piece(letters: &Letters, start: usize) -> bool {
    matches!(letters.before(start.saturating_sub(1)), '一' | '每')
        && "碗份件双个套场趟单杯位桌间张台吨斤家户".contains(letters.before(start))
}

fn english(letters: &Letters, start: usize) -> bool {
    letters.at(start).is_ascii_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::super::periods::periods;
    use super::*;
    use crate::Knowledge;

    fn read(text: &str) -> Vec<(u64, Reading)> {
        let letters = Letters::new(text);
        let measures = Measures::new(&Knowledge::built_in().unwrap());
        let found = quantities(&letters, &measures, &periods(&letters), &[]);
        // One of a thing is counted by nobody.
        let found = found.into_iter().filter(|quantity| quantity.reading != Reading::One);
        found.map(|quantity| (quantity.value, quantity.reading)).collect()
    }

    #[test]
    fn as_merchants_say_them() {
        use Reading::{Amount, Bare, Count, Price};
        let table: &[(&str, &[(u64, Reading)])] = &[
            ("一年八十万左右", &[(800_000, Amount)]),
            ("一天也就两千块", &[(2_000, Amount)]),
            ("每个月3.5w上下", &[(35_000, Amount)]),
            ("180w一年", &[(1_800_000, Amount)]),
            ("四千一天", &[(4_000, Price)]),
            ("￥50000", &[(50_000, Amount)]),
            ("RMB 3 million", &[(3_000_000, Amount)]),
            ("我有三台货车", &[(3, Count)]),
            ("十几头牛", &[(10, Count)]),
            ("八十多头猪", &[(80, Count)]),
            ("两个门店", &[(2, Count)]),
            ("一台绣花机，12头的", &[]),
            ("天天能卖两百碗粉，一碗十二", &[(200, Count), (12, Price)]),
            ("十五一份", &[(15, Price)]),
            ("二十八一双", &[(28, Price)]),
            ("I own two trucks and lease a third", &[(2, Count)]),
            ("five dental chairs", &[(5, Count)]),
            ("55,000 each month", &[(55_000, Bare)]),
            ("800k yuan a year", &[(800_000, Amount)]),
            ("a couple of vans", &[(2, Count)]),
            ("利润百分之八", &[]),
            ("第三中学", &[]),
            ("借三个月", &[]),
            ("三年了", &[]),
            ("收缴率九成", &[]),
        ];
        for (text, quantities) in table {
            assert_eq!(read(text), *quantities, "{text}");
        }
    }
}
