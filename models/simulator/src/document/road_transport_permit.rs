//! 道路运输证, the open booklet.

use super::{Form, Row, Sheet, black, chinese_date};
use crate::canvas::{Canvas, Ink, Style};
use crate::colour::srgb;
use crate::fonts::{Face, Fonts};
use crate::marks;
use crate::story::Haulier;

const NUMBER: &str = "330399041826";
const VALID_UNTIL: &str = "2029-06-30";

/// The permit of the haulier's truck.
#[must_use]
pub fn road_transport_permit(fonts: &Fonts, haulier: &Haulier) -> Sheet {
    let mut form = Form::new(fonts, "road_transport_permit", [210.0, 148.0], srgb(0xf3f6ee));
    ground(&mut form.canvas);
    let green = Ink::solid(srgb(0x1f5b46));
    form.canvas.frame([8.0, 8.0, 202.0, 140.0], 0.9, green);
    form.canvas.frame([10.0, 10.0, 200.0, 138.0], 0.3, green);
    let title = Style::new(Face::SerifBold, 8.6, green).centred().spaced(1.4);
    form.canvas.text(105.0, 21.5, "中华人民共和国道路运输证", title);
    let small = Style::new(Face::Sans, 4.6, black());
    let end = form.canvas.text(18.0, 33.5, "浙交运管云字", small);
    form.field("number", NUMBER, [end[2] + 1.0, 33.5], NUMBER, small);
    let end = form.places.get("number").copied().unwrap_or(end);
    form.canvas.text(end[2] + 1.0, 33.5, "号", small);

    let label = Style::new(Face::Sans, 4.7, green);
    let value = Style::new(Face::Serif, 5.0, black());
    let valid = chinese_date(VALID_UNTIL);
    let name = haulier.company.name;
    let rows: [Row<'_>; 7] = [
        ("业户名称", Some(("owner", name)), name),
        ("地　　址", None, haulier.company.address),
        ("车辆号牌", Some(("plate", haulier.plate)), haulier.plate),
        ("经营范围", None, "道路普通货物运输"),
        ("车辆类型", None, "重型厢式货车"),
        ("吨　　位", None, "核定载质量 9990 千克"),
        ("有效期至", Some(("valid_until", VALID_UNTIL)), &valid),
    ];
    for (index, (title, field, text)) in rows.into_iter().enumerate() {
        let y = 44.5 + 12.6 * index as f32;
        form.canvas.line([14.0, y + 6.3], [140.0, y + 6.3], 0.2, green.opacity(0.6));
        form.canvas.text(18.0, y, title, label);
        form.row(field, [41.0, y], text, value);
    }
    photo(&mut form.canvas, [148.0, 30.0, 194.0, 66.0]);
    form.canvas.text(171.0, 71.0, "车辆照片", Style::new(Face::Sans, 3.4, green).centred());
    form.canvas.text(150.0, 86.0, "核发机关", label);
    form.canvas.text(156.0, 117.0, "2023年07月01日", Style::new(Face::Serif, 4.6, black()));
    let seal = [172.0, 102.0];
    marks::round_seal(
        &mut form.canvas,
        seal,
        37.0,
        "云溪市道路运输管理处",
        "",
        0.07,
        marks::red_stamp(),
    );
    form.finish()
}

fn ground(canvas: &mut Canvas<'_>) {
    let ink = Ink::solid(srgb(0x7fb794)).opacity(0.25);
    for wave in 0..30u8 {
        let base = f32::from(wave) * 5.0;
        canvas.paint([0.0, base - 4.0, 210.0, base + 4.0], ink, |x, y| {
            (y - base - 2.0 * (x * 0.21 + f32::from(wave) * 1.3).sin()).abs() - 0.13
        });
    }
}

/// A small print of a truck from the side.
fn photo(canvas: &mut Canvas<'_>, area: [f32; 4]) {
    let [left, top, right, bottom] = area;
    canvas.fill(area, Ink::solid(srgb(0xb9ccd8)));
    canvas.fill([left, bottom - 8.0, right, bottom], Ink::solid(srgb(0x8a8a86)));
    canvas.fill([left + 15.0, top + 8.0, right - 3.0, bottom - 9.0], Ink::solid(srgb(0xe9eae8)));
    canvas.fill([left + 4.0, top + 13.0, left + 14.0, bottom - 8.0], Ink::solid(srgb(0x2d5fa8)));
    canvas.fill([left + 5.0, top + 15.0, left + 11.0, top + 20.0], Ink::solid(srgb(0x2a333c)));
    for x in [left + 10.0, right - 16.0, right - 8.0] {
        canvas.ellipse([x, bottom - 7.0], [3.4; 2], Ink::solid(srgb(0x222222)));
        canvas.ellipse([x, bottom - 7.0], [1.6; 2], Ink::solid(srgb(0x9a9a9a)));
    }
}
