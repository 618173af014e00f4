//! Amounts in Chinese capitals, as contracts and invoices spell them.

use super::Money;

/// Reads an amount such as 壹拾贰万叁仟肆佰伍拾陆元柒角捌分; everyday digits (一二三) and 圆 are taken
/// too. `None` for anything else.
pub fn amount_in_words(text: &str) -> Option<Money> {
    // All in yuan until 元, then in fen.
    let (mut total, mut section, mut digit) = (0u64, 0u64, None::<u64>);
    let mut fen = 0u64;
    let mut past_yuan = false;
    let mut seen = false;
    for character in text.chars() {
        if let Some(value) = numeral(character) {
            digit = Some(value);
            seen = true;
            continue;
        }
        match character {
            '拾' | '十' | '佰' | '百' | '仟' | '千' => {
                let unit = match character {
                    '拾' | '十' => 10,
                    '佰' | '百' => 100,
                    _ => 1_000,
                };
                // 拾 alone, at the beginning, is 壹拾.
                section = section.checked_add(digit.take().unwrap_or(1).checked_mul(unit)?)?;
                seen = true;
            }
            '万' | '萬' | '亿' | '億' => {
                let unit = if matches!(character, '万' | '萬') { 10_000 } else { 100_000_000 };
                section = section.checked_add(digit.take().unwrap_or_default())?;
                total = if unit > 10_000 {
                    total.checked_add(section)?.checked_mul(unit)?
                } else {
                    total.checked_add(section.checked_mul(unit)?)?
                };
                section = 0;
            }
            '元' | '圆' | '圓' => {
                total =
                    total.checked_add(section)?.checked_add(digit.take().unwrap_or_default())?;
                section = 0;
                past_yuan = true;
            }
            '角' => fen = fen.checked_add(digit.take()? * 10)?,
            '分' => fen = fen.checked_add(digit.take()?)?,
            '整' | '正' => break,
            _ => return None,
        }
    }
    let ended = digit.unwrap_or_default() == 0 && section == 0;
    (seen && past_yuan && ended)
        .then(|| total.checked_mul(100)?.checked_add(fen))
        .flatten()
        .map(|fen| Money { fen })
}

fn numeral(character: char) -> Option<u64> {
    Some(match character {
        '零' | '〇' => 0,
        '壹' | '一' => 1,
        '贰' | '貳' | '二' | '两' => 2,
        '叁' | '三' => 3,
        '肆' | '四' => 4,
        '伍' | '五' => 5,
        '陆' | '六' => 6,
        '柒' | '七' => 7,
        '捌' | '八' => 8,
        '玖' | '九' => 9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NUMERALS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];

    /// The way an accountant writes it, for amounts under a million million yuan.
    fn write(fen: u64) -> String {
        fn section(value: u64, out: &mut String) {
            let units = [(1_000, "仟"), (100, "佰"), (10, "拾"), (1, "")];
            let mut gap = false;
            for (unit, name) in units {
                let digit = value / unit % 10;
                if digit == 0 {
                    gap = true;
                } else {
                    if gap && !out.is_empty() && value >= unit * 10
                        || gap && out.ends_with(['万', '亿'])
                    {
                        out.push('零');
                    }
                    gap = false;
                    out.push_str(NUMERALS[digit as usize]);
                    out.push_str(name);
                }
            }
        }
        let yuan = fen / 100;
        let mut out = String::new();
        for (unit, name) in [(100_000_000, "亿"), (10_000, "万"), (1, "")] {
            let value = yuan / unit % 10_000;
            if value > 0 {
                section(value, &mut out);
                out.push_str(name);
            }
        }
        if yuan == 0 {
            out.push('零');
        }
        out.push('元');
        let (jiao, cents) = (fen / 10 % 10, fen % 10);
        if jiao > 0 {
            out.push_str(&format!("{}角", NUMERALS[jiao as usize]));
        }
        if cents > 0 {
            out.push_str(&format!("{}分", NUMERALS[cents as usize]));
        } else {
            out.push('整');
        }
        out
    }

    #[test]
    fn reads_what_contracts_spell() {
        for (text, fen) in [
            ("肆拾捌万元整", 48_000_000),
            ("壹拾贰万叁仟肆佰伍拾陆元柒角捌分", 12_345_678),
            ("叁仟捌佰万圆整", 3_800_000_000),
            ("壹亿零伍拾元整", 10_000_005_000),
            ("拾元正", 1_000),
            ("零元伍分", 5),
        ] {
            assert_eq!(amount_in_words(text), Some(Money { fen }), "{text}");
        }
        for text in ["", "整", "壹贰", "壹万", "人民币壹元", "元"] {
            assert_eq!(amount_in_words(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_an_accountant_writes_is_read(fen in 1u64..99_999_999_999_999) {
            prop_assert_eq!(amount_in_words(&write(fen)), Some(Money { fen }), "{}", write(fen));
        }

        #[test]
        fn any_text_is_answered(text in "[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]{0,40}") {
            let _ = amount_in_words(&text);
        }
    }
}
