//! What the value of a field looks like.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::checks::{self, Money};

/// A form of values: how one is told in a text, and how it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    /// A vehicle's plate.
    Plate,
    /// A vehicle identification number.
    Vin,
    /// A unified social credit code.
    Uscc,
    /// The first date: `YYYY-MM-DD`.
    Date,
    /// The last date: the end of a period.
    LastDate,
    /// Money in digits, in yuan with two decimals.
    Amount,
    /// Money in words, as printed.
    AmountWords,
    /// Registered capital from words or digits, in yuan.
    Capital,
    /// The same from words alone, which say themselves that they are money.
    CapitalInWords,
    /// Registered capital as printed.
    CapitalPrinted,
    /// A company's or a shop's name.
    Company,
    /// The same as a party to something, after "(seal)" and the like.
    Party,
    /// A company, else a person.
    Owner,
    /// A person's name.
    Person,
    /// A number with its unit of weight or volume.
    Quantity,
    /// Anything of so many characters.
    Text([usize; 2]),
    /// The first run of digits, of so many.
    Digits([usize; 2]),
    /// A whole line of digits, of one of these numbers of them.
    Alone(Vec<usize>),
    /// Letters, digits and dashes, so many, three digits among them.
    Code([usize; 2]),
    /// An account's or a card's digits, written in groups or not.
    Account([usize; 2]),
}

impl Form {
    /// The value in a text that a label announces.
    pub(crate) fn read(&self, text: &str) -> Option<String> {
        match self {
            Self::Plate => checks::plate(text),
            Self::Vin => vin(text),
            Self::Uscc => uscc(text),
            Self::Date => checks::iso_date(text),
            Self::LastDate => last_date(text),
            Self::Amount => money(text),
            Self::AmountWords => words_amount(text),
            Self::Capital => capital(text),
            Self::CapitalInWords => words_amount(text).and_then(|words| capital(&words)),
            Self::CapitalPrinted => capital_printed(text),
            Self::Company => company(text),
            Self::Party => party(text),
            Self::Owner => owner(text),
            Self::Person => person(text),
            Self::Quantity => quantity(text),
            Self::Text([from, to]) => long_text(text, *from..=*to),
            Self::Digits([from, to]) => digits(text, *from..=*to),
            Self::Alone(counts) => alone(text, counts),
            Self::Code([from, to]) => code(text, *from..=*to),
            Self::Account([from, to]) => account(text, *from..=*to),
        }
    }

    /// The value in a text that nothing announces.
    pub(crate) fn read_unannounced(&self, text: &str) -> Option<String> {
        match self {
            // Any number could be an amount.
            Self::Amount => currency_amount(text),
            _ => self.read(text),
        }
    }

    /// Whether a value passes what its form can check; `None` where it can check nothing.
    pub(crate) fn check(&self, value: &str) -> Option<bool> {
        match self {
            Self::Vin => Some(checks::is_valid_vin(value)),
            Self::Uscc => Some(checks::is_valid_uscc(value)),
            _ => None,
        }
    }

    /// The code of a value that does not pass.
    pub(crate) fn objection(&self) -> Option<&'static str> {
        match self {
            Self::Vin => Some("vin_check_failed"),
            Self::Uscc => Some("uscc_check_failed"),
            _ => None,
        }
    }
}

/// A credit code, mended where only look-alike letters are wrong, else as read.
fn uscc(text: &str) -> Option<String> {
    static CODE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[^0-9A-Z])([0-9A-Z]{18})(?:[^0-9A-Z]|$)").ok());
    let found = CODE.as_ref()?.captures(text)?.get(1)?.as_str();
    // A code has digits in places 3 to 8 (the area); words in capitals do not.
    let area = found.get(2..8)?.bytes().filter(u8::is_ascii_digit).count() >= 4;
    area.then(|| checks::repaired_uscc(found).unwrap_or_else(|| found.to_owned()))
}

fn vin(text: &str) -> Option<String> {
    static VIN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[^0-9A-Z])(L[0-9A-Z]{16})(?:[^0-9A-Z]|$)").ok());
    Some(VIN.as_ref()?.captures(text)?.get(1)?.as_str().replace('O', "0").replace('I', "1"))
}

/// A company's or shop's name out of a text: up to its legal form where it has one, else up to a word
/// for a shop or a yard.
fn company(text: &str) -> Option<String> {
    static LEGAL_FORM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"[\p{Han}A-Z0-9()（）·]{2,40}?(?:有限责任公司|有限公司|公司|合作社)").ok()
    });
    static TRADE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"[\p{Han}A-Z0-9()（）·]{2,40}?(?:经营部|商行|超市|便利店|食品店|商店|工厂|厂|店|中心|",
            r"车队|个体运输户)"
        ))
        .ok()
    });
    let find = |form: &LazyLock<Option<Regex>>| form.as_ref()?.find(text);
    let found = find(&LEGAL_FORM).or_else(|| find(&TRADE))?;
    // A branch's name goes on behind its company's.
    let rest = text.get(found.end()..).unwrap_or_default();
    let branch = rest.find("分公司").filter(|at| *at <= 30);
    let end = branch.map_or(found.end(), |at| found.end() + at + "分公司".len());
    let name = text.get(found.start()..end)?.trim_start_matches([':', '(', ')']);
    (name.chars().count() >= 4).then(|| name.to_owned())
}

fn party(text: &str) -> Option<String> {
    let text = text.trim_start_matches(|c: char| "()（）:盖章签字公章甲乙方".contains(c));
    company(text)
}

fn owner(text: &str) -> Option<String> {
    company(text).or_else(|| person(text))
}

fn person(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| is_han(*c) || *c == '·').collect();
    (2..=6).contains(&name.chars().count()).then_some(name)
}

fn long_text(text: &str, count: RangeInclusive<usize>) -> Option<String> {
    count.contains(&text.chars().count()).then(|| text.to_owned())
}

/// Registered capital as printed: words or digits, with their unit.
fn capital_printed(text: &str) -> Option<String> {
    let printed = text.contains(['万', '元', '圆']) && text.chars().count() <= 30;
    printed.then(|| text.to_owned())
}

/// Registered capital in yuan, from words or digits; one in another currency is none.
fn capital(text: &str) -> Option<String> {
    static DIGITS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(\d[\d,]*)(?:\.(\d{1,6}))?(万)?(?:人民币)?[元圆]").ok());
    if let Some(words) = words_amount(text) {
        return checks::amount_in_words(&words).map(|money| money.to_string());
    }
    let found = DIGITS.as_ref()?.captures(text)?;
    let part = |index| found.get(index).map_or("", |part| part.as_str());
    // A 万 (ten thousand) is 10^6 fen: as many fen as there are sixth decimals.
    let (places, fen_a_unit) = if part(3).is_empty() { (2, 100) } else { (6, 1_000_000) };
    let decimals = format!("{:0<places$}", part(2));
    let whole: u64 = part(1).replace(',', "").parse().ok()?;
    let fen = whole.checked_mul(fen_a_unit)?.checked_add(decimals.get(..places)?.parse().ok()?)?;
    Some(Money { fen }.to_string())
}

fn words_amount(text: &str) -> Option<String> {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new("[零壹贰貳叁肆伍陆柒捌玖拾佰仟万亿]{2,}[元圆][零壹贰叁肆伍陆柒捌玖角分]*[整正]?")
            .ok()
    });
    let found = WORDS.as_ref()?.find(text)?.as_str();
    checks::amount_in_words(found).map(|_| found.to_owned())
}

/// Digits that are an amount wherever they stand: behind a label.
fn money(text: &str) -> Option<String> {
    static MONEY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[¥￥Y]?(\d[\d,，]*(?:\.\d{1,2})?)").ok());
    let found = MONEY.as_ref()?.captures(text)?.get(1)?;
    // Far behind the label stands something else.
    (found.start() <= 24).then(|| Money::parse(found.as_str()))?.map(|money| money.to_string())
}

/// Digits that say themselves that they are an amount: a currency sign or two decimals.
fn currency_amount(text: &str) -> Option<String> {
    static AMOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?:[¥￥]\s*(\d[\d,，]*(?:\.\d{1,2})?)|(?:^|[^\d.])(\d[\d,，]*\.\d{2})(?:[^\d%]|$))",
        )
        .ok()
    });
    let found = AMOUNT.as_ref()?.captures(text)?;
    let digits = found.get(1).or_else(|| found.get(2))?.as_str();
    Money::parse(digits).map(|money| money.to_string())
}

/// The last date in a text: the end of a period.
fn last_date(text: &str) -> Option<String> {
    let behind = text.rsplit_once(['至', '~', '-']).map(|(_, behind)| behind);
    behind.and_then(checks::iso_date).or_else(|| checks::iso_date(text))
}

fn digits(text: &str, count: RangeInclusive<usize>) -> Option<String> {
    let run: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    count.contains(&run.len()).then_some(run)
}

fn alone(text: &str, counts: &[usize]) -> Option<String> {
    let text = text.trim_start_matches("NO").trim_start_matches(['.', ':', '№']);
    // Behind an item's number: "1.".
    let item = text.split_once('.').filter(|(item, _)| item.len() <= 2);
    let text = item.map_or(text, |(_, behind)| behind);
    let whole = counts.contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
    whole.then(|| text.to_owned())
}

fn code(text: &str, count: RangeInclusive<usize>) -> Option<String> {
    let run: String = text
        .chars()
        .skip_while(|c| !c.is_ascii_alphanumeric())
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let has_digits = run.bytes().filter(u8::is_ascii_digit).count() >= 3;
    (has_digits && count.contains(&run.len())).then_some(run)
}

fn account(text: &str, count: RangeInclusive<usize>) -> Option<String> {
    let run: String = text
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || matches!(c, '-' | '*'))
        .filter(|c| *c != '-')
        .collect();
    count.contains(&run.len()).then_some(run)
}

fn quantity(text: &str) -> Option<String> {
    static QUANTITY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[^\d]{0,6}(\d[\d,]*(?:\.\d{1,3})?)(升|L|吨|千克|公斤|KG|T|件|箱)?").ok()
    });
    let found = QUANTITY.as_ref()?.captures(text)?;
    let part = |index| found.get(index).map_or("", |part| part.as_str());
    Some(format!("{}{}", part(1).replace(',', ""), part(2)))
}

pub(crate) fn is_han(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capital_is_in_yuan() {
        for (text, yuan) in [
            ("人民币伍拾万元整", "500000.00"),
            ("伍佰万圆整", "5000000.00"),
            ("50万元", "500000.00"),
            ("1,200.5万人民币元", "12005000.00"),
            ("0.000001万元", "0.01"),
            ("3000元", "3000.00"),
            ("3000.5元人民币", "3000.50"),
        ] {
            assert_eq!(capital(text).as_deref(), Some(yuan), "{text}");
        }
        for text in ["", "壹佰万美元", "50万美元", "99999999999999999999万元", "低检万元"]
        {
            assert_eq!(capital(text), None, "{text}");
        }
    }
}
