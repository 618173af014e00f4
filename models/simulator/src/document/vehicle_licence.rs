//! 机动车行驶证, the main page, 88 × 60 mm.

use super::{Form, Sheet, black};
use crate::canvas::{Canvas, Ink, Style};
use crate::colour::srgb;
use crate::fonts::{Face, Fonts};
use crate::marks;
use crate::story::Haulier;

/// Registered and issued on the same day, as a new truck is.
const DATE: &str = "2023-06-21";

/// The licence of the haulier's truck.
#[must_use]
pub fn vehicle_licence(fonts: &Fonts, haulier: &Haulier) -> Sheet {
    let mut form = Form::new(fonts, "vehicle_licence", [88.0, 60.0], srgb(0xeef4f2));
    ground(&mut form.canvas);
    let title = Style::new(Face::SerifBold, 3.7, black()).centred().spaced(0.5);
    form.canvas.text(44.0, 5.4, "中华人民共和国机动车行驶证", title);
    let english = Style::new(Face::Sans, 1.7, black()).centred();
    form.canvas.text(44.0, 8.8, "Vehicle License of the People's Republic of China", english);

    let owner = haulier.company.name;
    let address = haulier.company.address;
    entry(&mut form, [4.0, 14.0], ("号牌号码", "Plate No.", 13.0), Some("plate"), haulier.plate);
    entry(&mut form, [42.0, 14.0], ("车辆类型", "Vehicle Type", 13.0), None, "重型厢式货车");
    entry(&mut form, [4.0, 21.0], ("所有人", "Owner", 10.0), Some("owner"), owner);
    entry(&mut form, [4.0, 28.0], ("住　址", "Address", 10.0), None, address);
    entry(&mut form, [4.0, 35.0], ("使用性质", "Use Character", 13.0), None, "货运");
    entry(&mut form, [32.0, 35.0], ("品牌型号", "Model", 13.0), Some("model"), haulier.model);
    entry(&mut form, [26.0, 41.8], ("车辆识别代号", "VIN", 18.5), Some("vin"), &haulier.vin);
    entry(&mut form, [26.0, 48.2], ("发动机号码", "Engine No.", 18.5), None, "6L230618D");
    entry(&mut form, [26.0, 54.6], ("注册日期", "Register Date", 12.5), None, DATE);
    entry(&mut form, [57.0, 54.6], ("发证日期", "Issue Date", 12.5), Some("date"), DATE);
    marks::square_seal(
        &mut form.canvas,
        [14.0, 48.0],
        17.0,
        &["浙江省云", "溪市公安", "局交警队"],
        marks::red_stamp(),
    );
    form.finish()
}

/// A label over its translation, the value to the right of it, a rule below the value.
fn entry(
    form: &mut Form<'_>,
    [x, y]: [f32; 2],
    (chinese, english, width): (&str, &str, f32),
    field: Option<&'static str>,
    text: &str,
) {
    let green = Ink::solid(srgb(0x1e5a4c));
    form.canvas.text(x, y - 0.5, chinese, Style::new(Face::Sans, 2.35, green));
    form.canvas.text(x, y + 1.7, english, Style::new(Face::Sans, 1.3, green));
    let style = Style::new(Face::Sans, 2.6, black());
    let at = [x + width, y - 0.3];
    let place = form.canvas.text(at[0], at[1], text, style);
    form.canvas.line([at[0], y + 1.7], [place[2] + 1.5, y + 1.7], 0.08, green);
    if let Some(name) = field {
        form.keep(name, text, place);
    }
}

fn ground(canvas: &mut Canvas<'_>) {
    let ink = Ink::solid(srgb(0x8cc3b6)).opacity(0.3);
    for wave in 0..34u8 {
        let base = f32::from(wave) * 1.8;
        canvas.paint([0.0, base - 2.0, 88.0, base + 2.0], ink, |x, y| {
            (y - base - 0.9 * (x * 0.45 + f32::from(wave) * 0.9).sin()).abs() - 0.05
        });
    }
}
