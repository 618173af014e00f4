//! 货物运输合同, one page of A4.

use super::{Form, Sheet, black, chinese_date};
use crate::canvas::Style;
use crate::colour::srgb;
use crate::fonts::{Face, Fonts};
use crate::marks;
use crate::numbers::money;
use crate::story::Haulier;

const DATE: &str = "2026-06-28";
/// 486,000 yuan, in fen.
const AMOUNT: u64 = 48_600_000;

/// The contract between the haulier (party B) and the shipper (party A): filled in with a pen,
/// signed and sealed by both.
#[must_use]
pub fn haulage_contract(fonts: &Fonts, haulier: &Haulier) -> Sheet {
    let mut form = Form::new(fonts, "haulage_contract", [210.0, 297.0], srgb(0xfcfbf8));
    let title = Style::new(Face::SerifBold, 9.0, black()).centred().spaced(2.0);
    form.canvas.text(105.0, 24.0, "货物运输合同", title);
    let small = Style::new(Face::Serif, 4.2, black());
    form.canvas.text(188.0, 36.0, "合同编号：YL-HY-2026-0628", small.right());

    let body = body();
    for (y, label, name, company) in [
        (46.0, "甲方（托运方）：", "party_a", haulier.shipper.name),
        (55.0, "乙方（承运方）：", "party_b", haulier.company.name),
    ] {
        let end = form.canvas.text(22.0, y, label, body);
        form.field(name, company, [end[2], y], company, body);
        form.canvas.line([end[2], y + 3.6], [188.0, y + 3.6], 0.2, black());
    }

    let mut y = 67.0;
    y = paragraph(
        &mut form,
        y,
        "　　依据《中华人民共和国民法典》，甲乙双方就货物运输事宜协商一致，订立本合同，共同遵守。",
    );
    y = paragraph(
        &mut form,
        y,
        "　　第一条　甲方委托乙方运输建筑材料，自云溪市运至江州市，全年预计运量3,600吨，具体以托运单为准。",
    );
    let vehicle = format!(
        "　　第二条　乙方使用自有车辆承运，车牌号码{}，须持有有效的道路运输证，并为货物投保承运险。",
        haulier.plate
    );
    y = paragraph(&mut form, y, &vehicle);
    y = paragraph(
        &mut form,
        y,
        "　　第三条　合同期限自2026年07月01日起至2027年06月30日止，期满可协商续签。",
    );
    y = amount(&mut form, y);
    y = paragraph(
        &mut form,
        y,
        "　　第五条　运费按月结算，乙方开具增值税发票后，甲方于十五日内付款。逾期付款的，按日万分之五计付违约金。",
    );
    y = paragraph(
        &mut form,
        y,
        "　　第六条　货物在运输途中毁损、灭失的，乙方按货物实际价值赔偿，不可抗力除外。",
    );
    y = paragraph(
        &mut form,
        y,
        "　　第七条　争议由双方协商解决，协商不成的，向甲方所在地人民法院起诉。",
    );
    paragraph(&mut form, y, "　　第八条　本合同一式两份，双方各执一份，自签字盖章之日起生效。");
    signatures(&mut form, haulier);
    form.finish()
}

fn body() -> Style {
    Style::new(Face::Serif, 5.0, black())
}

/// The clause with the amount, twice: in digits and in words.
fn amount(form: &mut Form<'_>, y: f32) -> f32 {
    let decimal = money::decimal(AMOUNT);
    let words = money::words(AMOUNT);
    let end = form.canvas.text(22.0, y, "　　第四条　合同总金额：人民币¥", body());
    form.field("amount", &decimal, [end[2], y], &money::grouped(AMOUNT), body());
    let place = form.places.get("amount").copied().unwrap_or(end);
    form.canvas.text(place[2], y, "元，", body());
    let end = form.canvas.text(22.0, y + LINE, "大写：人民币", body());
    form.field("amount_words", &words, [end[2], y + LINE], &words, body());
    let end = form.places.get("amount_words").copied().unwrap_or(end);
    form.canvas.text(end[2], y + LINE, "（含税）。", body());
    y + 2.0 * LINE + GAP
}

fn signatures(form: &mut Form<'_>, haulier: &Haulier) {
    let style = Style::new(Face::Serif, 4.8, black());
    let top = 240.0;
    let sides = [
        (22.0, "甲方（盖章）：", haulier.shipper.name, 11u64),
        (112.0, "乙方（盖章）：", haulier.company.name, 23),
    ];
    for (x, title, company, seed) in sides {
        form.canvas.text(x, top, title, style);
        let end = form.canvas.text(x, top + 14.0, "授权代表：", style);
        marks::signature(&mut form.canvas, [end[2] + 2.0, top + 13.0], 9.5, 3, seed);
        let end = form.canvas.text(x, top + 28.0, "日期：", style);
        let at = [end[2] + 1.0, top + 28.0];
        let date = chinese_date(DATE);
        let place = marks::handwriting(&mut form.canvas, at, 5.4, &date, seed + 1);
        form.keep("date", DATE, place);
        let centre = [x + 52.0, top + 12.0];
        let turn = if seed == 11 { -0.16 } else { 0.1 };
        marks::round_seal(
            &mut form.canvas,
            centre,
            38.0,
            company,
            "合同专用章",
            turn,
            marks::red_stamp(),
        );
    }
}

const LINE: f32 = 8.2;
/// Space after a paragraph.
const GAP: f32 = 0.9;
/// No line of text may begin with these.
const CLOSING: &str = "，。；：、）》”";

/// Sets a paragraph over the full measure and returns where the next one begins.
fn paragraph(form: &mut Form<'_>, mut y: f32, text: &str) -> f32 {
    let measure = 188.0 - 22.0;
    let mut line = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        line.push(letter);
        let full = form.canvas.text_width(&line, body()) + body().size > measure;
        let closing = letters.peek().is_some_and(|next| CLOSING.contains(*next));
        if full && !closing {
            form.canvas.text(22.0, y, &std::mem::take(&mut line), body());
            y += LINE;
        }
    }
    if !line.is_empty() {
        form.canvas.text(22.0, y, &line, body());
        y += LINE;
    }
    y + GAP
}
