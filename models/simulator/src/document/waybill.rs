//! 货物托运单, a printed form filled in with a pen.

use super::{Form, Sheet, black, chinese_date};
use crate::canvas::{Canvas, Ink, Style};
use crate::colour::srgb;
use crate::fonts::{Face, Fonts};
use crate::marks;
use crate::numbers::money;
use crate::story::Haulier;

const NUMBER: &str = "TY20261009017";
const DATE: &str = "2026-10-09";
/// 12,600 yuan, in fen.
const AMOUNT: u64 = 1_260_000;
const ROWS: [f32; 8] = [38.0, 50.0, 62.0, 74.0, 84.0, 96.0, 108.0, 120.0];

/// A waybill of one trip of the haulier's truck.
#[must_use]
pub fn waybill(fonts: &Fonts, haulier: &Haulier) -> Sheet {
    let mut form = Form::new(fonts, "waybill", [210.0, 140.0], srgb(0xfbf4f0));
    let blue = Ink::solid(srgb(0x26457d));
    let title = Style::new(Face::SerifBold, 9.0, blue).centred().spaced(3.0);
    form.canvas.text(105.0, 17.0, "货物托运单", title);
    form.canvas.line([64.0, 23.4], [146.0, 23.4], 0.3, blue);
    let label = Style::new(Face::Sans, 4.6, blue);
    let end = form.canvas.text(14.0, 31.0, "托运日期：", label);
    form.field("date", DATE, [end[2] + 0.5, 31.0], &chinese_date(DATE), digits());
    let end = form.canvas.text(128.0, 31.0, "运单编号：", label);
    let red = Style { ink: Ink::solid(srgb(0xb82222)), ..digits() };
    form.field("number", NUMBER, [end[2] + 0.5, 31.0], NUMBER, red);
    grid(&mut form.canvas, blue);

    row(&mut form, 0, ["托运单位", "shipper"], haulier.shipper.name, 31);
    row(&mut form, 1, ["收货单位", "consignee"], haulier.consignee, 37);
    row(&mut form, 2, ["车牌号码", "plate"], haulier.plate, 41);
    let driver = middle(2);
    form.canvas.text(112.0, driver, "起止地点", label);
    marks::handwriting(&mut form.canvas, [136.0, driver], 5.4, "云溪市至江州市", 43);

    let heads =
        [(38.0, "货物名称"), (84.0, "件数"), (110.0, "重量(吨)"), (141.0, "包装"), (175.0, "备注")];
    let goods =
        [(38.0, "建筑石材"), (84.0, "48"), (110.0, "9.6"), (141.0, "木托"), (175.0, "勿淋雨")];
    for ((x, title), (_, text)) in heads.into_iter().zip(goods) {
        form.canvas.text(x, middle(3), title, label.centred());
        let width = form.canvas.text_width(text, Style::new(Face::Kai, 5.4, blue));
        marks::handwriting(&mut form.canvas, [x - width / 2.0, middle(4)], 5.4, text, 47);
    }
    let y = middle(5);
    form.canvas.text(14.0, y, "运费合计", label);
    let text = format!("¥{}", money::grouped(AMOUNT));
    let style = Style { size: 5.2, ..digits() };
    form.field("amount", &money::decimal(AMOUNT), [42.0, y], &text, style);
    let end = form.canvas.text(84.0, y, "大写：", label);
    form.canvas.text(end[2], y, &money::words(AMOUNT), Style { size: 5.0, ..digits() });
    let y = middle(6);
    form.canvas.text(14.0, y, "承运单位", label);
    form.canvas.text(42.0, y, haulier.company.name, Style { size: 5.0, ..digits() });

    for (x, title, seed) in
        [(14.0, "托运人签字：", 61u64), (80.0, "驾驶员签字：", 67), (146.0, "收货人签字：", 71)]
    {
        let end = form.canvas.text(x, 129.0, title, Style { size: 4.2, ..label });
        marks::signature(&mut form.canvas, [end[2] + 1.0, 128.0], 8.5, 2, seed);
    }
    marks::round_seal(
        &mut form.canvas,
        [172.0, 112.0],
        35.0,
        haulier.company.name,
        "货运专用章",
        -0.2,
        marks::red_stamp(),
    );
    form.finish()
}

fn digits() -> Style {
    Style::new(Face::Sans, 4.8, black())
}

fn middle(row: usize) -> f32 {
    (ROWS[row] + ROWS[row + 1]) / 2.0
}

fn row(form: &mut Form<'_>, row: usize, [title, field]: [&'static str; 2], text: &str, seed: u64) {
    let y = middle(row);
    form.canvas.text(14.0, y, title, Style::new(Face::Sans, 4.6, Ink::solid(srgb(0x26457d))));
    let place = marks::handwriting(&mut form.canvas, [42.0, y], 6.0, text, seed);
    form.keep(field, text, place);
}

fn grid(canvas: &mut Canvas<'_>, ink: Ink) {
    canvas.frame([10.0, ROWS[0], 200.0, ROWS[7]], 0.5, ink);
    for y in &ROWS[1..7] {
        canvas.line([10.0, *y], [200.0, *y], 0.25, ink);
    }
    for (top, bottom, columns) in [
        (0, 3, [39.0].as_slice()),
        (2, 3, &[109.0, 134.0]),
        (3, 5, &[66.0, 97.0, 125.0, 157.0]),
        (5, 7, &[39.0]),
    ] {
        for x in columns {
            canvas.line([*x, ROWS[top]], [*x, ROWS[bottom]], 0.25, ink);
        }
    }
}
