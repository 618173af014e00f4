//! What the value of a field looks like.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::industry_words;
use crate::checks::{self, Money};

/// Most Chinese characters of a unit of measure behind a number.
const MOST_OF_A_UNIT: usize = 3;

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
    /// A taxpayer's number: a credit code, or one of those before it.
    TaxpayerNumber,
    /// An organisation code, with its dash or without.
    OrganisationCode,
    /// An invoice's code.
    InvoiceCode,
    /// An invoice's number.
    InvoiceNumber,
    /// An invoice's check code.
    CheckCode,
    /// A telephone number.
    Phone,
    /// The province that an address begins with.
    Region,
    /// The industry that a scope of business or a business's name speaks for.
    Industry,
    /// The first date: `YYYY-MM-DD`; `YYYY-MM` where a label announces no more than a month.
    Date,
    /// The last date: the end of a period, the last day of a month, 9999-12-31 for what has none.
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
    /// The sign over a shop: told by its place and height, not by what it says.
    Sign,
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
    /// A whole cell that is a number, with or without a unit: the number, with the places that are printed.
    Number,
    /// A whole cell that is an amount, which may be negative: yuan with two decimals.
    SignedAmount,
    /// A whole cell that is a percentage.
    Rate,
}

impl Form {
    /// The value in a text that a label announces.
    pub(crate) fn read(&self, text: &str) -> Option<String> {
        match self {
            Self::Plate => checks::plate(text),
            Self::Vin => vin(text),
            Self::Uscc => uscc(text),
            Self::TaxpayerNumber => taxpayer_number(text),
            Self::OrganisationCode => organisation_code(text),
            Self::InvoiceCode => digits(text, 10..=12),
            Self::InvoiceNumber => digits(text, 8..=20),
            Self::CheckCode => digits(text, 18..=22),
            Self::Phone => checks::phone(text),
            Self::Region => {
                checks::Province::of_address(text).map(|province| province.name.to_owned())
            }
            Self::Industry => industry(text),
            Self::Date => date(text),
            Self::LastDate => checks::end_of_period(text),
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
            Self::Sign => None,
            Self::Text([from, to]) => long_text(text, *from..=*to),
            Self::Digits([from, to]) => digits(text, *from..=*to),
            Self::Alone(counts) => alone(text, counts),
            Self::Code([from, to]) => code(text, *from..=*to),
            Self::Account([from, to]) => account(text, *from..=*to),
            Self::Number => number(text),
            Self::SignedAmount => signed_amount(text),
            Self::Rate => rate(text),
        }
    }

    /// Whether its values are numbers that are computed with.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Self::Number | Self::SignedAmount | Self::Rate)
    }

    /// The value in a text that nothing announces.
    pub(crate) fn read_unannounced(&self, text: &str) -> Option<String> {
        match self {
            // Any number could be an amount, a date or a code.
            Self::Amount => currency_amount(text),
            Self::Date => checks::iso_date(text),
            Self::TaxpayerNumber => {
                uscc(text).or_else(|| taxpayer_number(text).filter(|number| self.takes(number)))
            }
            Self::Vin => chinese_vin(text),
            Self::InvoiceCode => alone(text, &[10, 12]).filter(|code| self.takes(code)),
            Self::InvoiceNumber => alone(text, &[8, 20]).filter(|number| self.takes(number)),
            _ => self.read(text),
        }
    }

    /// Whether a value passes what its form can check; `None` where it can check nothing.
    pub(crate) fn check(&self, value: &str) -> Option<bool> {
        Some(match self {
            Self::Plate => checks::is_valid_plate(value),
            Self::Vin => return checks::check_vin(value),
            Self::Uscc => checks::is_valid_uscc(value),
            Self::TaxpayerNumber => checks::is_valid_taxpayer_number(value),
            Self::OrganisationCode => checks::is_valid_organisation_code(value),
            Self::InvoiceCode => checks::is_valid_invoice_code(value),
            Self::InvoiceNumber => checks::is_valid_invoice_number(value),
            Self::CheckCode => checks::is_valid_check_code(value),
            Self::Account(_) => return checks::check_account(value),
            _ => return None,
        })
    }

    /// What a value that does not pass was meant to be, where its check proves a single look-alike wrong.
    pub(crate) fn correction(&self, value: &str) -> Option<String> {
        match self {
            Self::Plate => checks::plate_correction(value),
            Self::Vin => checks::vin_correction(value),
            Self::Uscc => checks::uscc_correction(value),
            Self::TaxpayerNumber => checks::taxpayer_number_correction(value),
            Self::OrganisationCode => {
                checks::only_correction(value, checks::is_valid_organisation_code)
            }
            _ => None,
        }
    }

    /// The code of a value that does not pass. Nobody is kept waiting for a misread check code.
    pub(crate) fn objection(&self) -> Option<&'static str> {
        match self {
            Self::Plate => Some("plate_check_failed"),
            Self::Vin => Some("vin_check_failed"),
            Self::Uscc => Some("uscc_check_failed"),
            Self::TaxpayerNumber => Some("taxpayer_number_check_failed"),
            Self::OrganisationCode => Some("organisation_code_check_failed"),
            Self::InvoiceCode => Some("invoice_code_check_failed"),
            Self::InvoiceNumber => Some("invoice_number_check_failed"),
            Self::Account(_) => Some("account_check_failed"),
            _ => None,
        }
    }

    fn takes(&self, value: &str) -> bool {
        self.check(value) == Some(true)
    }
}

/// A credit code in its own alphabet.
fn uscc(text: &str) -> Option<String> {
    let found = checks::uscc_in_alphabet(run_of(text, |count| count == 18)?);
    // A code has digits in places 3 to 8 (the area); words in capitals do not.
    has_digits(found.get(2..8)?).then_some(found)
}

fn taxpayer_number(text: &str) -> Option<String> {
    let found = run_of(text, |count| matches!(count, 15 | 17 | 18 | 20))?;
    match found.len() {
        18 => uscc(found),
        _ => has_digits(found.get(..6)?).then(|| found.to_owned()),
    }
}

fn organisation_code(text: &str) -> Option<String> {
    static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^0-9A-Z])([0-9A-Z]{8})-?([0-9X])(?:[^0-9A-Z-]|$)").ok()
    });
    let found = CODE.as_ref()?.captures(text)?;
    let code = format!("{}{}", found.get(1)?.as_str(), found.get(2)?.as_str());
    has_digits(&code).then_some(code)
}

/// The industry's id. In a name what the business does stands last, before its legal form; in a scope the main
/// thing stands first.
fn industry(text: &str) -> Option<String> {
    let words = industry_words::built_in()?;
    let is_name = company(text).is_some_and(|name| name.len() == text.len());
    let found = if is_name { words.last_in(text) } else { words.first_in(text) };
    found.map(str::to_owned)
}

fn vin(text: &str) -> Option<String> {
    let found = run_of(text, |count| count == 17)?;
    // The last places hold a serial number; words in capitals do not.
    has_digits(found.get(11..)?).then(|| checks::vin_in_alphabet(found))
}

/// A vehicle's number that says itself that it is one: made in China.
fn chinese_vin(text: &str) -> Option<String> {
    run_of(text, |count| count == 17)
        .filter(|found| found.starts_with('L'))
        .map(checks::vin_in_alphabet)
}

/// The first run of digits and capitals that is so long.
fn run_of(text: &str, is_long_enough: impl Fn(usize) -> bool) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit() && !c.is_ascii_uppercase())
        .find(|run| is_long_enough(run.len()))
}

/// Four digits at least.
fn has_digits(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= 4
}

fn date(text: &str) -> Option<String> {
    checks::iso_date(text).or_else(|| checks::compact_date(text)).or_else(|| checks::month(text))
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
    // The end of a name that a line's end split is none.
    let is_rest = name.starts_with("有限") || name.starts_with("责任公司");
    (name.chars().count() >= 4 && !is_rest).then(|| name.to_owned())
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
        Regex::new(concat!(
            "[零〇壹贰貳叁叄参肆伍陆陸柒捌玖拾佰仟万萬亿億]{2,}[元圆圓]",
            "[零〇壹贰貳叁叄参肆伍陆陸柒捌玖角分]*[整正]?"
        ))
        .ok()
    });
    let found = WORDS.as_ref()?.find(text)?.as_str();
    checks::amount_in_words(found).map(|_| found.to_owned())
}

/// Digits that are an amount wherever they stand: behind a label.
fn money(text: &str) -> Option<String> {
    static MONEY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[¥￥Y]?(\d[\d,，]*(?:\.\d{1,2})?)(?:[^\d%年月日]|$)").ok());
    // The same sum in words often stands between.
    let text = words_amount(text).map_or_else(|| text.to_owned(), |words| text.replace(&words, ""));
    let found = MONEY.as_ref()?.captures(&text)?.get(1)?;
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
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
        .collect();
    // A patent's check digit stands behind a full stop.
    let run = run.trim_end_matches(['-', '.']).to_owned();
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
        Regex::new(
            r"^[^\d]{0,6}(\d[\d,]*(?:\.\d{1,3})?)(升|L|吨|千克|公斤|KG|T|件|箱)?(?:[^\d:/年.\-]|$)",
        )
        .ok()
    });
    let found = QUANTITY.as_ref()?.captures(text)?;
    let part = |index| found.get(index).map_or("", |part| part.as_str());
    Some(format!("{}{}", part(1).replace(',', ""), part(2)))
}

fn number(text: &str) -> Option<String> {
    let unit = |c: char| is_han(c) || c.is_ascii_alphabetic();
    let digits = text.trim_end_matches(unit);
    let is_unit = text.len() - digits.len() <= 3 * MOST_OF_A_UNIT;
    checks::Decimal::parse(digits).filter(|_| is_unit).map(|number| number.to_string())
}

fn signed_amount(text: &str) -> Option<String> {
    let fen = checks::Decimal::parse(text)?.fen()?;
    Some(checks::Decimal { units: fen, places: 2 }.to_string())
}

fn rate(text: &str) -> Option<String> {
    let percent = text.strip_suffix('%')?;
    let rate = checks::Decimal::parse(percent).filter(|rate| rate.places <= 3)?;
    (0..=100_000).contains(&rate.scaled(3)?).then(|| format!("{rate}%"))
}

pub(crate) fn is_han(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_its_own_alphabet_and_kept_where_it_fails() {
        let read = |form: &Form, text: &str| form.read(text).expect(text);
        for (form, text, value, passed, proposed) in [
            (Form::Uscc, "信用代码:9I350IOOMOOOIOOY43", "91350100M000100Y43", true, None),
            (
                Form::Uscc,
                "91350100M0001D0Y43",
                "91350100M0001D0Y43",
                false,
                Some("91350100M000100Y43"),
            ),
            (Form::Uscc, "91350100M000100Y44", "91350100M000100Y44", false, None),
            (Form::TaxpayerNumber, "110105D2143569X", "110105D2143569X", true, None),
            (Form::TaxpayerNumber, "11010549123100201", "11010549123100201", true, None),
            (Form::OrganisationCode, "代码D2143569-X", "D2143569X", true, None),
            (Form::OrganisationCode, "D2143S69-X", "D2143S69X", false, Some("D2143569X")),
            (Form::Vin, "1M8GDM9AXKPO42788", "1M8GDM9AXKP042788", true, None),
            (Form::Plate, "浙B·D12S45", "浙BD12S45", false, Some("浙BD12545")),
            (Form::InvoiceCode, "11000941401", "11000941401", false, None),
            (Form::InvoiceNumber, "25332000000012345678", "25332000000012345678", true, None),
            (Form::Account([8, 30]), "6222020200112230003", "6222020200112230003", false, None),
        ] {
            assert_eq!(read(&form, text), value);
            assert_eq!(form.check(value), Some(passed), "{text}");
            assert_eq!(form.correction(value).as_deref(), proposed, "{text}");
        }
    }

    #[test]
    fn what_nothing_announces_must_say_what_it_is() {
        for (form, text) in [
            (Form::Date, "20260309"),
            (Form::Vin, "WDB9634031L738594"),
            (Form::InvoiceNumber, "15332000000012345678"),
            (Form::InvoiceCode, "9900094140"),
            (Form::TaxpayerNumber, "110105D21435690"),
        ] {
            assert!(form.read(text).is_some(), "{text}");
            assert_eq!(form.read_unannounced(text), None, "{text}");
        }
    }

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
