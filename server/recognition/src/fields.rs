//! The fields of each kind, by their labels and their own forms.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::checks::{self, Money};
use crate::page::{Found, Line, Page};
use crate::recogniser::Field;

/// Fields under construction.
struct Fields<'a> {
    page: &'a Page,
    found: BTreeMap<String, Field>,
}

/// Reads the fields of a kind.
pub(crate) fn read(kind: &str, page: &Page) -> BTreeMap<String, Field> {
    let mut fields = Fields { page, found: BTreeMap::new() };
    match kind {
        "business_licence" => fields.business_licence(),
        "vat_invoice" => fields.vat_invoice(),
        "haulage_contract" | "sales_contract" | "contract" => fields.contract(),
        "road_transport_permit" => fields.road_transport_permit(),
        "vehicle_licence" => fields.vehicle_licence(),
        "waybill" => fields.waybill(),
        "vehicle_photo" => fields.put("plate", page.any(checks::plate)),
        _ => {}
    }
    fields.found
}

/// The fields without which a voucher of a kind proves nothing.
pub(crate) fn required(kind: &str) -> &'static [&'static str] {
    match kind {
        "business_licence" => &["uscc", "company"],
        "vat_invoice" => &["number", "date", "amount"],
        "haulage_contract" | "sales_contract" | "contract" => &["party_a", "party_b", "amount"],
        "road_transport_permit" => &["plate", "valid_until"],
        "vehicle_licence" | "vehicle_photo" => &["plate"],
        "waybill" => &["date"],
        _ => &[],
    }
}

impl Fields<'_> {
    fn business_licence(&mut self) {
        let page = self.page;
        self.put("uscc", uscc(page, 0));
        // The registrar and the legal form read like companies, and stand near the name.
        let others = ["监督管理", "类型", "型有限"];
        let name =
            |text: &str| company(text).filter(|_| !others.iter().any(|of| text.contains(of)));
        let company = page.after(&["名称", "称"], name).or_else(|| page.any(name));
        self.put("company", company);
        self.put(
            "legal_representative",
            page.after(&["法定代表人", "经营者", "负责人", "投资人"], person),
        );
        let printed = page.after(&["注册资本", "注册资金"], capital_printed);
        let printed = printed.or_else(|| page.any(words_amount));
        let yuan = printed.as_ref().and_then(|(text, line)| Some((capital(text)?, *line)));
        self.put("capital", yuan);
        self.put("capital_printed", printed);
        self.put(
            "established",
            page.after(&["成立日期", "注册日期"], checks::iso_date)
                .or_else(|| page.any(checks::iso_date)),
        );
        self.put("address", page.after(&["住所", "经营场所", "营业场所"], long_text));
    }

    fn vat_invoice(&mut self) {
        let page = self.page;
        self.put(
            "code",
            page.after(&["发票代码"], digits(10..=12)).or_else(|| page.any(whole_digits(10..=12))),
        );
        let number = page
            .after(&["发票号码", "号码", "NO", "N0"], digits(8..=20))
            .or_else(|| page.any(whole_digits(8..=8)))
            .or_else(|| page.any(whole_digits(20..=20)));
        self.put("number", number);
        self.put(
            "date",
            page.after(&["开票日期"], checks::iso_date).or_else(|| page.any(checks::iso_date)),
        );

        let names = page.all(|text| {
            // The label's characters stand far apart and are often read as two lines.
            company(text.split_once("称:")?.1)
        });
        let mut names = names.into_iter();
        self.put("buyer", names.next());
        self.put("seller", names.next_back());
        self.put("buyer_uscc", uscc(page, 0));
        self.put("seller_uscc", uscc(page, 1));

        let words = page.any(words_amount);
        self.put("amount_words", words.clone());
        let written = page.after(&["(小写)", "小写"], money);
        // Amount, net and tax are three of the page's amounts; which is told by their sum.
        let mut amounts: Vec<(Money, Found<'_>)> = page
            .all(currency_amount)
            .into_iter()
            .filter_map(|found| Some((Money::parse(&found.0)?, found)))
            .collect();
        amounts.sort_by_key(|(value, _)| std::cmp::Reverse(*value));
        let total = written
            .as_ref()
            .and_then(|(text, _)| Money::parse(text))
            .or_else(|| words.as_ref().and_then(|(text, _)| checks::amount_in_words(text)))
            .or_else(|| amounts.first().map(|(value, _)| *value));
        let Some(total) = total else { return };
        let line = written.map(|(_, line)| line).or_else(|| {
            amounts.iter().find(|(value, _)| *value == total).map(|(_, (_, line))| *line)
        });
        if let Some(line) = line.or_else(|| words.map(|(_, line)| line)) {
            self.put("amount", Some((total.to_string(), line)));
        }
        let parts = amounts.iter().enumerate().find_map(|(index, (net, net_line))| {
            let tax = total.fen.checked_sub(net.fen).filter(|tax| *tax > 0 && *tax < net.fen)?;
            let (_, tax_line) =
                amounts.iter().skip(index + 1).find(|(value, _)| value.fen == tax)?;
            Some((net_line.clone(), tax_line.clone()))
        });
        if let Some(((_, net_line), (_, tax_line))) = parts {
            let net = amounts.iter().find(|(_, (_, line))| std::ptr::eq(*line, net_line));
            let tax = amounts.iter().find(|(_, (_, line))| std::ptr::eq(*line, tax_line));
            self.put("net", net.map(|(value, (_, line))| (value.to_string(), *line)));
            self.put("tax", tax.map(|(value, (_, line))| (value.to_string(), *line)));
        } else if let [(_, _), (net, (_, net_line)), (tax, (_, tax_line)), ..] = amounts.as_slice()
        {
            // They do not add up: kept as read, for the check to say so.
            self.put("net", Some((net.to_string(), net_line)));
            self.put("tax", Some((tax.to_string(), tax_line)));
        }
    }

    fn contract(&mut self) {
        let page = self.page;
        self.put("number", page.after(&["合同编号", "编号"], code(4..=30)));
        let first = ["甲方", "托运方", "托运人", "买方", "需方", "出租方", "发包方"];
        let second = ["乙方", "承运方", "承运人", "卖方", "供方", "承租方", "承包方"];
        self.put("party_a", page.after(&first, party));
        self.put("party_b", page.after(&second, party));
        self.put(
            "date",
            page.after(&["签订日期", "签约日期", "日期"], checks::iso_date)
                .or_else(|| page.any(checks::iso_date)),
        );
        self.put("amount_words", page.any(words_amount));
        let amount = page
            .after(&["小写", "合同总价", "合同金额", "总金额", "运费总额", "合计", "¥"], money)
            .or_else(|| page.any(currency_amount));
        self.put("amount", amount);
    }

    fn road_transport_permit(&mut self) {
        let page = self.page;
        self.put("number", page.after(&["运管", "证号", "字第"], code(6..=20)));
        self.put("owner", page.after(&["业户名称", "经营者名称", "单位名称"], company));
        self.put("plate", page.any(checks::plate));
        self.put("valid_until", page.after(&["有效期至", "有效期限", "有效期", "至"], last_date));
    }

    fn vehicle_licence(&mut self) {
        let page = self.page;
        self.put("plate", page.any(checks::plate));
        self.put("owner", page.after(&["所有人", "OWNER"], owner));
        self.put("vin", page.any(vin));
        self.put("model", page.after(&["品牌型号", "MODEL"], long_text));
        self.put(
            "date",
            page.after(&["发证日期", "注册日期"], checks::iso_date)
                .or_else(|| page.any(checks::iso_date)),
        );
    }

    fn waybill(&mut self) {
        let page = self.page;
        self.put("number", page.after(&["运单号", "单号", "编号", "NO"], code(6..=24)));
        self.put(
            "date",
            page.after(&["托运日期", "日期"], checks::iso_date)
                .or_else(|| page.any(checks::iso_date)),
        );
        self.put(
            "shipper",
            page.after(&["托运单位", "托运人", "发货人", "托运方", "发货单位"], party),
        );
        self.put("consignee", page.after(&["收货人", "收货方", "收货单位"], party));
        self.put("plate", page.any(checks::plate));
        self.put(
            "amount",
            page.after(&["运费合计", "运费", "合计"], money).or_else(|| page.any(currency_amount)),
        );
    }

    fn put(&mut self, name: &str, found: Option<Found<'_>>) {
        if let Some((value, Line { confidence, region, .. })) = found {
            let field = Field { value, confidence: *confidence, region: Some(*region) };
            self.found.insert(name.to_owned(), field);
        }
    }
}

/// The page's `nth` credit code, mended where only look-alike letters are wrong, else as read.
fn uscc(page: &Page, nth: usize) -> Option<Found<'_>> {
    static CODE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[^0-9A-Z])([0-9A-Z]{18})(?:[^0-9A-Z]|$)").ok());
    let codes = page.all(|text| {
        let found = CODE.as_ref()?.captures(text)?.get(1)?.as_str();
        // A code has digits in places 3 to 8 (the area); words in capitals do not.
        let area = found.get(2..8)?.bytes().filter(u8::is_ascii_digit).count() >= 4;
        area.then(|| checks::repaired_uscc(found).unwrap_or_else(|| found.to_owned()))
    });
    codes.into_iter().nth(nth)
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

fn long_text(text: &str) -> Option<String> {
    (4..=120).contains(&text.chars().count()).then(|| text.to_owned())
}

/// Registered capital as printed: words or digits, with their unit.
fn capital_printed(text: &str) -> Option<String> {
    let printed = text.contains(['万', '元', '圆']) && text.chars().count() <= 30;
    printed.then(|| text.trim_start_matches("(人民币)").trim_start_matches("人民币").to_owned())
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

fn digits(count: std::ops::RangeInclusive<usize>) -> impl Fn(&str) -> Option<String> {
    move |text| {
        let run: String = text
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        count.contains(&run.len()).then_some(run)
    }
}

fn whole_digits(count: std::ops::RangeInclusive<usize>) -> impl Fn(&str) -> Option<String> {
    move |text| {
        let text = text.trim_start_matches("NO").trim_start_matches(['.', ':', '№']);
        let whole = count.contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
        whole.then(|| text.to_owned())
    }
}

fn code(count: std::ops::RangeInclusive<usize>) -> impl Fn(&str) -> Option<String> {
    move |text| {
        let run: String = text
            .chars()
            .skip_while(|c| !c.is_ascii_alphanumeric())
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect();
        let has_digits = run.bytes().filter(u8::is_ascii_digit).count() >= 3;
        (has_digits && count.contains(&run.len())).then_some(run)
    }
}

fn is_han(character: char) -> bool {
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
