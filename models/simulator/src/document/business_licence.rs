//! 营业执照, the copy (副本) in A4 landscape.

use super::ornament::matrix_code;
use super::{Form, Row, Sheet, black, chinese_date};
use crate::canvas::{Canvas, Ink, Style};
use crate::colour::srgb;
use crate::fonts::{Face, Fonts};
use crate::marks;
use crate::story::Shopkeeper;

const ESTABLISHED: &str = "2019-04-16";
const CAPITAL: &str = "500000.00";

/// The licence of the shopkeeper's company. Its printed frame is the trap for page detection: the
/// page ends outside of it.
#[must_use]
pub fn business_licence(fonts: &Fonts, shop: &Shopkeeper) -> Sheet {
    let paper = srgb(0xf7f3e6);
    let mut form = Form::new(fonts, "business_licence", [297.0, 210.0], paper);
    ground(&mut form.canvas);
    border(&mut form.canvas);
    emblem(&mut form.canvas, [148.5, 35.0], 11.0);

    let title = Style::new(Face::SerifBold, 17.0, black()).centred().spaced(6.0);
    form.canvas.text(148.5, 58.0, "营业执照", title);
    form.canvas.text(148.5, 72.5, "（副本）", Style::new(Face::Serif, 6.2, black()).centred());

    let label = Style::new(Face::Sans, 4.6, Ink::solid(srgb(0x5b4320)));
    form.canvas.text(34.0, 47.0, "统一社会信用代码", label);
    let code = Style::new(Face::SansBold, 5.4, black());
    form.field("uscc", &shop.company.uscc, [34.0, 54.5], &shop.company.uscc, code);
    matrix_code(&mut form.canvas, [240.0, 34.0], 26.0, 5);
    form.canvas.text(253.0, 64.0, "扫描二维码了解信息", label_small().centred());

    let value = Style::new(Face::Kai, 6.0, black());
    let company = shop.company.name;
    let rows: [Row<'_>; 4] = [
        ("名　　称", Some(("company", company)), company),
        ("类　　型", None, "有限责任公司（自然人独资）"),
        (
            "法定代表人",
            Some(("legal_representative", shop.legal_representative)),
            shop.legal_representative,
        ),
        ("经营范围", None, "食品销售；日用百货零售；"),
    ];
    for (index, (name, field, text)) in rows.into_iter().enumerate() {
        let y = 92.0 + 14.5 * index as f32;
        form.canvas.text(32.0, y, name, label_large());
        form.row(field, [61.0, y], text, value);
    }
    form.canvas.text(61.0, 144.5, "货物配送服务。（依法须经批准", value);
    form.canvas.text(61.0, 153.5, "的项目，经批准后方可开展）", value);

    let right = [
        ("注册资本", "capital", CAPITAL, "伍拾万元整".to_owned()),
        ("成立日期", "established", ESTABLISHED, chinese_date(ESTABLISHED)),
    ];
    for (index, (name, field, truth, text)) in right.into_iter().enumerate() {
        let y = 92.0 + 14.5 * index as f32;
        form.canvas.text(164.0, y, name, label_large());
        form.field(field, truth, [189.0, y], &text, value);
    }
    form.canvas.text(164.0, 121.0, "住　　所", label_large());
    let address = shop.company.address;
    form.field("address", address, [189.0, 121.0], address, value.condensed(0.92));

    form.canvas.text(164.0, 155.0, "登记机关", label_large());
    form.canvas.text(
        212.0,
        172.0,
        "2024　年　03　月　18　日",
        Style::new(Face::Serif, 5.4, black()),
    );
    marks::round_seal(
        &mut form.canvas,
        [232.0, 160.0],
        40.0,
        "云溪市南桥区市场监督管理局",
        "",
        -0.05,
        marks::red_stamp(),
    );
    form.canvas.text(
        32.0,
        188.0,
        "市场主体应当于每年1月1日至6月30日通过国家企业信用信息公示系统报送年度报告",
        label_small(),
    );
    form.finish()
}

fn label_large() -> Style {
    Style::new(Face::Sans, 5.2, Ink::solid(srgb(0x5b4320)))
}

fn label_small() -> Style {
    Style::new(Face::Sans, 3.2, Ink::solid(srgb(0x5b4320)))
}

/// Fine waves, as security print has them.
fn ground(canvas: &mut Canvas<'_>) {
    let ink = Ink::solid(srgb(0xd8b96a)).opacity(0.28);
    for wave in 0..26u8 {
        let base = 22.0 + f32::from(wave) * 6.6;
        canvas.paint([20.0, base - 5.0, 277.0, base + 5.0], ink, |x, y| {
            let crest = base + 2.6 * (x * 0.16 + f32::from(wave) * 0.7).sin();
            (y - crest).abs() - 0.14
        });
    }
}

fn border(canvas: &mut Canvas<'_>) {
    let gold = Ink::solid(srgb(0xb07f2c));
    let light = Ink::solid(srgb(0xd9b466)).opacity(0.75);
    canvas.frame([13.0, 13.0, 284.0, 197.0], 1.1, gold);
    canvas.frame([22.0, 22.0, 275.0, 188.0 + 6.0], 0.5, gold);
    // A chain of rings between the two lines.
    let mut along = 17.6;
    while along < 281.0 {
        for y in [17.5, 195.6] {
            canvas.ring([along, y], [3.6, if y > 100.0 { 1.2 } else { 3.6 }], 0.5, light);
        }
        along += 4.1;
    }
    let mut down = 21.6;
    while down < 194.0 {
        for x in [17.5, 279.5] {
            canvas.ring([x, down], [3.6, 3.6], 0.5, light);
        }
        down += 4.1;
    }
}

/// A wheel of rays around a star: stands where the state's emblem would, and is not it.
fn emblem(canvas: &mut Canvas<'_>, centre: [f32; 2], radius: f32) {
    let (red, gold) = (Ink::solid(srgb(0xc82a22)), Ink::solid(srgb(0xdda83a)));
    canvas.ellipse(centre, [radius; 2], gold);
    canvas.ellipse(centre, [radius * 0.82; 2], red);
    canvas.ring(centre, [radius * 0.72; 2], radius * 0.05, gold);
    canvas.polygon(&marks::star(centre, radius * 0.5, 0.0), gold);
    for ray in 0..24u8 {
        let angle = f32::from(ray) * std::f32::consts::TAU / 24.0;
        let at = |reach: f32| [centre[0] + reach * angle.cos(), centre[1] + reach * angle.sin()];
        canvas.line(at(radius * 0.86), at(radius * 0.97), radius * 0.05, red);
    }
}
