//! 增值税专用发票 and 增值税电子普通发票, 240 × 140 mm.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Form, Sheet, chinese_date};
use crate::canvas::{Canvas, Ink, Style};
use crate::colour::srgb;
use crate::fonts::{Face, Fonts};
use crate::marks;
use crate::numbers::money;
use crate::story::Company;

/// Which of the two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceForm {
    /// 增值税专用发票: the buyer deducts its tax.
    Special,
    /// 增值税电子普通发票: everyday, electronic, printed by whoever received it.
    Electronic,
}

/// What an invoice is about. Money is in fen; net plus tax is the sum.
#[derive(Clone, Debug)]
pub struct Invoice {
    /// Which form.
    pub form: InvoiceForm,
    /// 12 digits (10 on the special form).
    pub code: &'static str,
    /// 8 digits.
    pub number: &'static str,
    /// `YYYY-MM-DD`.
    pub date: &'static str,
    /// Lines: what, unit, quantity, net amount in fen.
    pub lines: Vec<(&'static str, &'static str, u64, u64)>,
    /// Tax rate in percent.
    pub rate: u64,
    /// Seeds the number-like filling of the cipher field.
    pub seed: u64,
}

impl Invoice {
    /// Sum of the lines in fen.
    #[must_use]
    pub fn net(&self) -> u64 {
        self.lines.iter().map(|line| line.3).sum()
    }

    /// Tax in fen, rounded down line by line as it is printed.
    #[must_use]
    pub fn tax(&self) -> u64 {
        self.lines.iter().map(|line| line.3 * self.rate / 100).sum()
    }
}

/// Left and right edge, and the horizontal lines of the form.
const LEFT: f32 = 12.0;
const RIGHT: f32 = 232.0;
const TOP: f32 = 33.0;
const GOODS: f32 = 58.0;
const WORDS: f32 = 93.0;
const SELLER: f32 = 102.0;
const BOTTOM: f32 = 126.5;
/// Columns of the goods table.
const COLUMNS: [f32; 9] = [12.0, 70.0, 94.0, 108.0, 124.0, 148.0, 184.0, 200.0, 232.0];

/// An invoice from `seller` to `buyer`.
#[must_use]
pub fn vat_invoice(fonts: &Fonts, seller: &Company, buyer: &Company, invoice: &Invoice) -> Sheet {
    let mut form = Form::new(fonts, "vat_invoice", [244.0, 142.0], srgb(0xfbfaf6));
    let rule = rule_ink(invoice.form);
    heading(&mut form, invoice, rule);
    grid(&mut form.canvas, rule);
    party(&mut form, TOP, buyer, ["buyer", "buyer_uscc"], ("购买方", rule));
    cipher(&mut form.canvas, invoice.seed, rule);
    goods(&mut form, invoice, rule);
    sum(&mut form, invoice, rule);
    party(&mut form, SELLER, seller, ["seller", "seller_uscc"], ("销售方", rule));
    form.canvas.text(160.0, SELLER + 4.5, "备注", label(rule));
    let foot = label(rule);
    for (x, text, name) in
        [(16.0, "收款人：", "何敏"), (76.0, "复核：", "周立"), (126.0, "开票人：", "赵欣")]
    {
        let end = form.canvas.text(x, BOTTOM + 5.0, text, foot);
        form.canvas.text(end[2], BOTTOM + 5.0, name, value());
    }
    form.canvas.text(178.0, BOTTOM + 5.0, "销售方：（章）", foot);
    let tax_seal = Ink::stamped(marks::seal_red());
    marks::oval_seal(
        &mut form.canvas,
        [202.0, 116.0],
        [20.0, 14.5],
        seller.name,
        [&seller.uscc, "发票专用章"],
        tax_seal,
    );
    form.finish()
}

fn rule_ink(form: InvoiceForm) -> Ink {
    Ink::solid(match form {
        InvoiceForm::Special => srgb(0x2c5a86),
        InvoiceForm::Electronic => srgb(0x924626),
    })
}

fn label(rule: Ink) -> Style {
    Style::new(Face::Sans, 3.7, rule)
}

fn value() -> Style {
    Style::new(Face::Serif, 3.9, Ink::solid(srgb(0x1c2038)))
}

fn digits() -> Style {
    Style::new(Face::Sans, 4.0, Ink::solid(srgb(0x1c2038)))
}

fn heading(form: &mut Form<'_>, invoice: &Invoice, rule: Ink) {
    let title = match invoice.form {
        InvoiceForm::Special => "浙江增值税专用发票",
        InvoiceForm::Electronic => "浙江增值税电子普通发票",
    };
    form.canvas.text(122.0, 14.0, title, Style::new(Face::Serif, 8.2, rule).centred().spaced(0.6));
    for y in [19.8, 20.9] {
        form.canvas.line([76.0, y], [168.0, y], 0.3, rule);
    }
    let red = Ink::solid(marks::seal_red()).opacity(0.8);
    marks::oval_seal(
        &mut form.canvas,
        [122.0, 18.5],
        [15.0, 9.6],
        "全国统一发票监制章",
        ["浙江省", "税务局样张"],
        red,
    );
    let rows = [
        ("code", "发票代码：", invoice.code.to_owned(), invoice.code),
        ("number", "发票号码：", invoice.number.to_owned(), invoice.number),
        ("date", "开票日期：", chinese_date(invoice.date), invoice.date),
    ];
    for (index, (name, title, text, truth)) in rows.into_iter().enumerate() {
        let y = 10.5 + 6.6 * index as f32;
        let end = form.canvas.text(176.0, y, title, label(rule));
        form.field(name, truth, [end[2] + 0.4, y], &text, digits());
    }
    let end = form.canvas.text(14.0, 27.0, "机器编号：", label(rule));
    form.canvas.text(end[2] + 0.4, 27.0, "499000118206", digits());
}

fn grid(canvas: &mut Canvas<'_>, rule: Ink) {
    canvas.frame([LEFT, TOP, RIGHT, BOTTOM], 0.55, rule);
    for y in [GOODS, WORDS, SELLER] {
        canvas.line([LEFT, y], [RIGHT, y], 0.35, rule);
    }
    for x in &COLUMNS[1..8] {
        canvas.line([*x, GOODS], [*x, WORDS], 0.3, rule);
    }
    for (top, bottom) in [(TOP, GOODS), (SELLER, BOTTOM)] {
        canvas.line([20.0, top], [20.0, bottom], 0.3, rule);
        for x in [150.0, 158.0] {
            canvas.line([x, top], [x, bottom], 0.3, rule);
        }
    }
    canvas.line([70.0, WORDS], [70.0, SELLER], 0.3, rule);
}

fn party(
    form: &mut Form<'_>,
    top: f32,
    company: &Company,
    [name, code]: [&'static str; 2],
    (title, rule): (&str, Ink),
) {
    let step = (if top < GOODS { GOODS - TOP } else { BOTTOM - SELLER }) / 4.0;
    for (index, letter) in title.chars().enumerate() {
        form.canvas.text(
            16.0,
            top + step * (0.9 + 1.1 * index as f32),
            &letter.to_string(),
            label(rule).centred(),
        );
    }
    let rows = [
        ("名　　　　称：", company.name.to_owned()),
        ("纳税人识别号：", company.uscc.clone()),
        ("地 址、电 话：", format!("{} {}", company.address, company.telephone)),
        ("开户行及账号：", company.account.to_owned()),
    ];
    for (index, (title, text)) in rows.into_iter().enumerate() {
        let y = top + step * (index as f32 + 0.5);
        form.canvas.text(22.0, y, title, label(rule));
        match index {
            0 => form.field(name, company.name, [48.5, y], &text, value()),
            1 => form.field(code, &company.uscc, [48.5, y], &text, digits().spaced(0.25)),
            _ => {
                let style = Style { size: 3.5, ..value() };
                form.canvas.text(48.5, y, &text, style);
            }
        }
    }
}

fn cipher(canvas: &mut Canvas<'_>, seed: u64, rule: Ink) {
    for (index, letter) in "密码区".chars().enumerate() {
        let y = TOP + 5.6 + 6.9 * index as f32;
        canvas.text(154.0, y, &letter.to_string(), label(rule).centred());
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let alphabet: Vec<char> = "0123456789+-*/<>".chars().collect();
    for row in 0..4u8 {
        let text: String =
            (0..27).map(|_| alphabet[random.random_range(0..alphabet.len())]).collect();
        let y = TOP + 3.9 + 5.8 * f32::from(row);
        canvas.text(161.0, y, &text, Style { size: 3.9, ..digits() }.spaced(0.25));
    }
}

fn goods(form: &mut Form<'_>, invoice: &Invoice, rule: Ink) {
    let titles =
        ["货物或应税劳务、服务名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额"];
    for (title, edges) in titles.into_iter().zip(COLUMNS.windows(2)) {
        let middle = (edges[0] + edges[1]) / 2.0;
        form.canvas.text(middle, GOODS + 3.6, title, label(rule).centred());
    }
    for (index, (what, unit, quantity, net)) in invoice.lines.iter().enumerate() {
        let y = GOODS + 9.4 + 5.4 * index as f32;
        let right = |column: usize| COLUMNS[column + 1] - 1.2;
        form.canvas.text(COLUMNS[0] + 1.2, y, what, value());
        form.canvas.text((COLUMNS[2] + COLUMNS[3]) / 2.0, y, unit, value().centred());
        form.canvas.text(right(3), y, &quantity.to_string(), digits().right());
        form.canvas.text(right(4), y, &money::decimal(net / quantity), digits().right());
        form.canvas.text(right(5), y, &money::decimal(*net), digits().right());
        form.canvas.text(right(6), y, &format!("{}%", invoice.rate), digits().right());
        let tax = money::decimal(net * invoice.rate / 100);
        form.canvas.text(right(7), y, &tax, digits().right());
    }
    let y = WORDS - 3.4;
    form.canvas.text(41.0, y, "合　　计", label(rule).centred());
    for (name, fen, column) in [("net", invoice.net(), 5), ("tax", invoice.tax(), 7)] {
        let text = format!("¥{}", money::decimal(fen));
        let at = [COLUMNS[column + 1] - 1.2, y];
        form.field(name, &money::decimal(fen), at, &text, digits().right());
    }
}

fn sum(form: &mut Form<'_>, invoice: &Invoice, rule: Ink) {
    let total = invoice.net() + invoice.tax();
    let y = (WORDS + SELLER) / 2.0;
    form.canvas.text(41.0, y, "价税合计（大写）", label(rule).centred());
    form.canvas.ring([78.0, y], [2.2; 2], 0.3, rule);
    form.canvas.line([76.5, y - 1.5], [79.5, y + 1.5], 0.3, rule);
    form.canvas.line([76.5, y + 1.5], [79.5, y - 1.5], 0.3, rule);
    let words = money::words(total);
    form.field("amount_words", &words, [82.0, y], &words, Style { size: 4.3, ..value() });
    let end = form.canvas.text(164.0, y, "（小写）", label(rule));
    let text = format!("¥{}", money::decimal(total));
    let style = Style::new(Face::SansBold, 4.4, Ink::solid(srgb(0x1c2038)));
    form.field("amount", &money::decimal(total), [end[2] + 1.0, y], &text, style);
}
