//! Amounts in Chinese capitals, as contracts and invoices spell them.

use super::Money;
use super::amount::LARGEST_FEN;

/// Longest text that can be an amount, characters: every unit of the largest one with its digit.
const MOST_CHARACTERS: usize = 48;

/// Reads an amount such as 壹拾贰万叁仟肆佰伍拾陆元柒角捌分. Taken are everyday digits (一二三), 圆 and 圓,
/// 正 and no 整 at all, a form's units with their noughts (零拾零万伍仟), a gap's 零 whether written or not,
/// and 拾 for 壹拾 at the beginning. `None` for anything else: units out of order, a digit without its unit,
/// more than [`Money`] takes.
pub fn amount_in_words(text: &str) -> Option<Money> {
    let words: Option<Vec<Word>> = text.chars().take(MOST_CHARACTERS + 1).map(word).collect();
    let words = words.filter(|words| words.len() <= MOST_CHARACTERS)?;
    let words = match words.as_slice() {
        [words @ .., Word::Whole] => words,
        words => words,
    };
    let mut parts = words.splitn(2, |word| *word == Word::Yuan);
    let (first, second) = (parts.next()?, parts.next());
    let fen = match second {
        Some(fraction) => whole(first)?.checked_mul(100)?.checked_add(fen(fraction)?)?,
        // Less than a yuan.
        None => fen(first).filter(|_| !first.is_empty())?,
    };
    (fen <= LARGEST_FEN).then_some(Money { fen })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Digit(u64),
    /// 10, 100 or 1,000.
    Unit(u64),
    TenThousand,
    HundredMillion,
    Yuan,
    Jiao,
    Fen,
    /// 整: nothing follows.
    Whole,
}

fn word(character: char) -> Option<Word> {
    Some(match character {
        '零' | '〇' => Word::Digit(0),
        '壹' | '一' | '弌' => Word::Digit(1),
        '贰' | '貳' | '二' | '两' | '弍' | '弐' => Word::Digit(2),
        '叁' | '三' | '叄' | '参' | '參' | '弎' => Word::Digit(3),
        '肆' | '四' => Word::Digit(4),
        '伍' | '五' => Word::Digit(5),
        '陆' | '陸' | '六' => Word::Digit(6),
        '柒' | '七' => Word::Digit(7),
        '捌' | '八' => Word::Digit(8),
        '玖' | '九' => Word::Digit(9),
        '拾' | '十' => Word::Unit(10),
        '佰' | '百' => Word::Unit(100),
        '仟' | '千' => Word::Unit(1_000),
        '万' | '萬' => Word::TenThousand,
        '亿' | '億' => Word::HundredMillion,
        '元' | '圆' | '圓' => Word::Yuan,
        '角' => Word::Jiao,
        '分' => Word::Fen,
        '整' | '正' => Word::Whole,
        _ => return None,
    })
}

/// A whole number: so many 亿, and what is left.
fn whole(words: &[Word]) -> Option<u64> {
    // 拾 alone, at the very beginning, is 壹拾.
    let with_one: Vec<Word>;
    let words = if words.first() == Some(&Word::Unit(10)) {
        with_one = [&[Word::Digit(1)], words].concat();
        &with_one
    } else {
        words
    };
    above_and_below(words, Word::HundredMillion, 100_000_000, |part| {
        above_and_below(part, Word::TenThousand, 10_000, below_ten_thousand)
    })
}

/// What stands before a unit, times the unit, and what stands behind it, if anything does.
fn above_and_below(
    words: &[Word],
    unit: Word,
    worth: u64,
    read: impl Fn(&[Word]) -> Option<u64>,
) -> Option<u64> {
    let Some(at) = words.iter().position(|word| *word == unit) else { return read(words) };
    let (above, below) = (words.get(..at)?, words.get(at + 1..)?);
    let below = if below.is_empty() { 0 } else { read(below)? };
    read(above)?.checked_mul(worth)?.checked_add(below)
}

/// Digits with 仟, 佰 and 拾 in this order, and one without a unit at the end; a 零 for each gap.
fn below_ten_thousand(words: &[Word]) -> Option<u64> {
    let mut sum = 0;
    // The last unit that was read.
    let mut last = 10_000;
    let mut rest = words;
    while !rest.is_empty() {
        let (value, unit) = match rest {
            [Word::Digit(digit), Word::Unit(unit), behind @ ..] => {
                rest = behind;
                (*digit, *unit)
            }
            [Word::Digit(0), behind @ ..] if matches!(behind, [Word::Digit(1..), ..]) => {
                rest = behind;
                continue;
            }
            [Word::Digit(digit)] => {
                rest = &[];
                (*digit, 1)
            }
            _ => return None,
        };
        if unit >= last {
            return None;
        }
        sum += value * unit;
        last = unit;
    }
    (last < 10_000).then_some(sum)
}

/// What stands behind 元, in fen.
fn fen(words: &[Word]) -> Option<u64> {
    let without_gap = match words {
        [Word::Digit(0), rest @ ..] if matches!(rest, [Word::Digit(_), ..]) => rest,
        words => words,
    };
    match without_gap {
        [] => Some(0),
        [Word::Digit(jiao), Word::Jiao] => Some(jiao * 10),
        [Word::Digit(fen), Word::Fen] => Some(*fen),
        [Word::Digit(jiao), Word::Jiao, Word::Digit(fen), Word::Fen]
        | [Word::Digit(jiao), Word::Jiao, Word::Digit(0), Word::Digit(fen), Word::Fen] => {
            Some(jiao * 10 + fen)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NUMERALS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
    const EVERYDAY: [&str; 10] = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

    fn numeral(value: u64) -> &'static str {
        NUMERALS[usize::try_from(value % 10).expect("a digit")]
    }

    /// Under ten thousand, with a 零 for each gap; one before the first digit too where `gap`.
    fn section(value: u64, mut gap: bool) -> String {
        let mut out = String::new();
        for (unit, name) in [(1_000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
            let digit = value / unit % 10;
            if digit == 0 {
                gap |= !out.is_empty();
                continue;
            }
            if gap {
                out.push('零');
            }
            gap = false;
            out.push_str(numeral(digit));
            out.push_str(name);
        }
        out
    }

    /// Under a hundred million.
    fn two_sections(value: u64, gap: bool) -> String {
        let (above, below) = (value / 10_000, value % 10_000);
        let first =
            if above > 0 { section(above, gap && above < 1_000) + "万" } else { String::new() };
        let gap = below < 1_000 && (gap || above > 0);
        if below > 0 { first + &section(below, gap) } else { first }
    }

    /// The way an accountant writes it.
    fn write(fen: u64) -> String {
        let yuan = fen / 100;
        let (above, below) = (yuan / 100_000_000, yuan % 100_000_000);
        let mut out = String::new();
        if above > 0 {
            out += &(two_sections(above, false) + "亿");
        }
        if below > 0 {
            out += &two_sections(below, above > 0 && below < 10_000_000);
        }
        if yuan == 0 {
            out.push('零');
        }
        out.push('元');
        let (jiao, cents) = (fen / 10 % 10, fen % 10);
        match (jiao, cents) {
            (0, 0) => out.push('整'),
            (0, cents) => out += &format!("零{}分", numeral(cents)),
            (jiao, 0) => out += &format!("{}角整", numeral(jiao)),
            (jiao, cents) => out += &format!("{}角{}分", numeral(jiao), numeral(cents)),
        }
        out
    }

    /// The same on a form that prints every unit.
    fn on_a_form(fen: u64) -> String {
        let yuan = fen / 100;
        let units = ["亿", "仟", "佰", "拾", "万", "仟", "佰", "拾", "元"];
        let mut out = String::new();
        for (place, unit) in (0..9).rev().zip(units) {
            out += numeral(yuan / 10u64.pow(place));
            out += unit;
        }
        out + &format!("{}角{}分", numeral(fen / 10), numeral(fen))
    }

    fn in_everyday_digits(words: &str) -> String {
        NUMERALS
            .iter()
            .zip(EVERYDAY)
            .fold(words.to_owned(), |words, (capital, everyday)| words.replace(capital, everyday))
    }

    #[test]
    fn reads_what_contracts_spell() {
        for (text, fen) in [
            ("肆拾捌万元整", 48_000_000),
            ("壹拾贰万叁仟肆佰伍拾陆元柒角捌分", 12_345_678),
            ("叁仟捌佰万圆整", 3_800_000_000),
            ("壹亿零伍拾元整", 10_000_005_000),
            ("壹万亿元整", LARGEST_FEN),
            ("拾元正", 1_000),
            ("拾万元", 10_000_000),
            ("壹佰零元整", 10_000),
            ("壹仟伍元", 100_500),
            ("零元伍分", 5),
            ("伍角", 50),
            ("叁分", 3),
            ("零元整", 0),
            ("零拾零万伍仟零佰零拾零元零角零分", 500_000),
            ("参仟陸佰圓正", 360_000),
            ("两千三百元", 230_000),
            ("壹万元零伍角零叁分", 1_000_053),
        ] {
            assert_eq!(amount_in_words(text), Some(Money { fen }), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in [
            "",
            "整",
            "元",
            "元整",
            "壹贰",
            "壹万",
            "壹贰元",
            "壹佰贰仟元",
            "壹拾贰拾元",
            "佰元",
            "壹佰拾元",
            "万元",
            "壹万贰万元",
            "壹亿贰亿元",
            "壹元元",
            "壹元整元",
            "壹元贰",
            "壹元贰分叁角",
            "壹零元",
            "零零元",
            "人民币壹元",
            "壹元整。",
            "廿元",
            "壹仟零零伍元",
            "壹亿亿元",
            "角",
            "壹角贰角",
            "玖仟万亿元",
            "壹万亿零壹元",
            "1元",
        ] {
            assert_eq!(amount_in_words(text), None, "{text}");
        }
        assert_eq!(amount_in_words(&"零".repeat(10_000)), None);
    }

    /// Amounts of every size, rather than mostly the largest.
    fn amounts() -> impl Strategy<Value = u64> {
        (0u32..=14, 0..=LARGEST_FEN).prop_map(|(places, fen)| fen % (10u64.pow(places) + 1))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_an_accountant_writes_is_read(fen in amounts()) {
            let words = write(fen);
            let read = Some(Money { fen });
            prop_assert_eq!(amount_in_words(&words), read, "{}", words);
            let variants = [
                words.replace('元', "圆"),
                words.replace('元', "圓").replace('整', "正"),
                words.replace('整', ""),
                words.replace('万', "萬").replace('亿', "億"),
                in_everyday_digits(&words),
            ];
            for words in variants {
                prop_assert_eq!(amount_in_words(&words), read, "{}", words);
            }
            if fen < 100_000_000_000 {
                let words = on_a_form(fen);
                prop_assert_eq!(amount_in_words(&words), read, "{}", words);
            }
            if (1..100).contains(&fen) {
                let words = words.replace("零元零", "").replace("零元", "");
                prop_assert_eq!(amount_in_words(&words), read, "{}", words);
            }
        }

        /// What makes words worth comparing with digits: no single misreading leaves an amount of a yuan or more
        /// as it was.
        #[test]
        fn one_misread_character_is_another_amount_or_none(
            fen in amounts(),
            at in any::<proptest::sample::Index>(),
            other in proptest::sample::select(
                "零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整".chars().collect::<Vec<_>>()),
        ) {
            let mut words: Vec<char> = write(fen).chars().collect();
            let at = at.index(words.len());
            prop_assume!(fen >= 100 && words[at] != other);
            words[at] = other;
            let words: String = words.into_iter().collect();
            prop_assert_ne!(amount_in_words(&words), Some(Money { fen }), "{}", words);
        }

        #[test]
        fn any_text_is_answered(text in "[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]{0,60}") {
            let _ = amount_in_words(&text);
        }
    }
}
