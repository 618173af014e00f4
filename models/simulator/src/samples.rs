//! The sample photographs of the demo: two merchants, and what goes wrong.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::camera::{Blur, Camera, Chroma};
use crate::document::{self, Invoice, InvoiceForm, Sheet};
use crate::error::SimulatorError;
use crate::fonts::Fonts;
use crate::place::{Desk, Glare, Ground, Light, Pose, Prop, Screen, Yard};
use crate::scene::{Scene, Truth};
use crate::story::{Haulier, Shopkeeper};

/// One entry of `samples.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
    /// File name of the photograph.
    pub file: &'static str,
    /// Whose it is: `haulier` or `shopkeeper`.
    pub story: &'static str,
    /// What it shows.
    #[serde(flatten)]
    pub truth: Truth,
    /// The verdict that it should get: `accepted`, `retake` or `rejected`.
    pub expect: &'static str,
    /// Signal codes that should be among the reasons.
    pub expect_reasons: &'static [&'static str],
    /// Always true: nothing here is a photograph of a real thing.
    pub synthetic: bool,
}

/// A sample before it is photographed.
struct Recipe {
    file: &'static str,
    story: &'static str,
    expect: &'static str,
    expect_reasons: &'static [&'static str],
    scene: Box<dyn Scene>,
    camera: Camera,
    quality: u8,
}

/// Makes every sample below `folder` and the list `samples.json`. `done` is told, before each
/// picture, how many are done, of how many, and which is next.
///
/// # Errors
/// Where a file cannot be written or a picture cannot be encoded.
pub fn write(
    fonts: &Fonts,
    folder: &Path,
    seed: u64,
    done: &mut dyn FnMut(usize, usize, &str),
) -> Result<Vec<Sample>, SimulatorError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| SimulatorError::File { path: folder.to_owned(), source })?;
    let recipes = recipes(fonts)?;
    let count = recipes.len();
    let mut samples = Vec::with_capacity(count);
    for (index, recipe) in recipes.into_iter().enumerate() {
        done(index, count, recipe.file);
        let photograph = recipe.camera.photograph(&*recipe.scene, seed.wrapping_add(index as u64));
        save(&folder.join(recipe.file), &photograph.jpeg(recipe.quality, Chroma::Full)?)?;
        samples.push(Sample {
            file: recipe.file,
            story: recipe.story,
            // The fields say what is printed; every label and line would only fill the list.
            truth: Truth {
                lines: Vec::new(),
                places: BTreeMap::new(),
                shadow: None,
                ..photograph.truth
            },
            expect: recipe.expect,
            expect_reasons: recipe.expect_reasons,
            synthetic: true,
        });
    }
    let mut list = serde_json::to_vec_pretty(&samples)?;
    list.push(b'\n');
    save(&folder.join("samples.json"), &list)?;
    done(count, count, "");
    Ok(samples)
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), SimulatorError> {
    std::fs::write(path, bytes)
        .map_err(|source| SimulatorError::File { path: path.to_owned(), source })
}

const PORTRAIT: [usize; 2] = [1200, 1600];
const LANDSCAPE: [usize; 2] = [1600, 1200];

fn recipes(fonts: &Fonts) -> Result<Vec<Recipe>, SimulatorError> {
    let mut recipes = haulier(fonts, &Haulier::sample()?);
    recipes.extend(shopkeeper(fonts, &Shopkeeper::sample()?));
    Ok(recipes)
}

fn genuine(file: &'static str, story: &'static str, scene: impl Scene + 'static) -> Recipe {
    Recipe {
        file,
        story,
        expect: "accepted",
        expect_reasons: &[],
        scene: Box::new(scene),
        camera: Camera::default(),
        quality: 84,
    }
}

fn haulier(fonts: &Fonts, haulier: &Haulier) -> Vec<Recipe> {
    let yard = Yard::new(fonts, haulier, LANDSCAPE, 5);
    let daylight = Camera { full_well: 12_000.0, exposure: 0.86, ..Camera::default() };
    let first = invoice(fonts, haulier, &special());
    let second = invoice(fonts, haulier, &electronic());
    vec![
        Recipe { camera: daylight, ..genuine("haulier-truck.jpg", "haulier", yard) },
        genuine("haulier-road-transport-permit.jpg", "haulier", permit(fonts, haulier)),
        genuine("haulier-haulage-contract.jpg", "haulier", contract(fonts, haulier)),
        genuine("haulier-vat-invoice-1.jpg", "haulier", on_walnut(first.clone())),
        genuine("haulier-vat-invoice-2.jpg", "haulier", on_stone(second)),
        genuine("haulier-vehicle-licence.jpg", "haulier", vehicle(fonts, haulier)),
        genuine("haulier-waybill.jpg", "haulier", waybill(fonts, haulier)),
        Recipe {
            expect: "retake",
            expect_reasons: &["blurred"],
            camera: Camera { blur: Blur::Motion(19.0, 28.0), ..Camera::default() },
            ..genuine("fault-contract-blurred.jpg", "haulier", contract(fonts, haulier))
        },
        Recipe {
            expect: "retake",
            expect_reasons: &["glare"],
            ..genuine("fault-invoice-glare.jpg", "haulier", glaring(first))
        },
    ]
}

fn shopkeeper(fonts: &Fonts, shop: &Shopkeeper) -> Vec<Recipe> {
    let licence = document::business_licence(fonts, shop);
    let screen_pose =
        Pose { roll: 1.2, pitch: 2.5, yaw: -3.0, coverage: 0.92, offset: [0.01, 0.0] };
    // Two display pixels on three of the camera's: the usual distance to a laptop.
    let screen = Screen::of_sheet(licence.clone(), [1280, 960], screen_pose, 820);
    vec![
        genuine("shopkeeper-business-licence.jpg", "shopkeeper", on_wood(licence)),
        genuine("shopkeeper-vat-invoice.jpg", "shopkeeper", shop_invoice(fonts, shop)),
        Recipe {
            expect: "rejected",
            expect_reasons: &["screen_moire"],
            camera: Camera {
                supersampling: 5,
                lens_sigma: 0.38,
                exposure: 0.8,
                denoise: 0.4,
                ..Camera::default()
            },
            // Enough for the raster to survive, and under the samples' 400 kB.
            quality: 74,
            ..genuine("fault-licence-on-screen.jpg", "shopkeeper", screen)
        },
    ]
}

fn special() -> Invoice {
    Invoice {
        form: InvoiceForm::Special,
        code: "3300261130",
        number: "08264713",
        date: "2026-08-18",
        lines: vec![("*运输服务*公路货物运费", "次", 36, 9_000_000)],
        rate: 9,
        seed: 813,
    }
}

fn electronic() -> Invoice {
    Invoice {
        form: InvoiceForm::Electronic,
        code: "033002600111",
        number: "41750926",
        date: "2026-10-12",
        lines: vec![
            ("*运输服务*公路货物运费", "次", 30, 7_500_000),
            ("*物流辅助服务*装卸费", "次", 8, 320_000),
        ],
        rate: 9,
        seed: 1012,
    }
}

fn invoice(fonts: &Fonts, haulier: &Haulier, invoice: &Invoice) -> Sheet {
    document::vat_invoice(fonts, &haulier.company, &haulier.shipper, invoice)
}

fn permit(fonts: &Fonts, haulier: &Haulier) -> Desk {
    let sheet = document::road_transport_permit(fonts, haulier);
    let pose = Pose { roll: -2.5, pitch: 7.0, yaw: 4.0, coverage: 0.64, offset: [-0.004, 0.01] };
    Desk::new(sheet, LANDSCAPE, pose, Ground::stone(), Light::window()).seeded(11).above(vec![
        Prop::Coin { centre: [52.0, 166.0] },
        Prop::Pen { from: [188.0, 168.0], to: [74.0, 160.0], colour: 0x1b2a52 },
    ])
}

fn contract(fonts: &Fonts, haulier: &Haulier) -> Desk {
    let sheet = document::haulage_contract(fonts, haulier);
    let pose = Pose { roll: 2.0, pitch: 6.5, yaw: -3.0, coverage: 0.72, offset: [0.006, 0.0] };
    let other = Prop::Paper { centre: [214.0, 60.0], size: [210.0, 297.0], turn: 24.0 };
    Desk::new(sheet, PORTRAIT, pose, Ground::wood(), Light::room())
        .seeded(21)
        .below(vec![other])
        .above(vec![Prop::Pen { from: [222.0, 262.0], to: [206.0, 128.0], colour: 0x20242c }])
        .creased(vec![0.5])
}

fn on_walnut(sheet: Sheet) -> Desk {
    let pose = Pose { roll: 1.8, pitch: 5.0, yaw: 3.5, coverage: 0.62, offset: [0.0, 0.012] };
    Desk::new(sheet, LANDSCAPE, pose, Ground::walnut(), Light::room())
        .seeded(31)
        .below(vec![Prop::Paper { centre: [36.0, -34.0], size: [210.0, 148.0], turn: -9.0 }])
        .above(vec![Prop::Phone { centre: [206.0, 196.0], turn: 72.0 }])
        .creased(vec![0.34, 0.67])
}

fn on_stone(sheet: Sheet) -> Desk {
    let pose = Pose { roll: -3.2, pitch: 8.0, yaw: -2.5, coverage: 0.60, offset: [0.004, -0.006] };
    Desk::new(sheet, LANDSCAPE, pose, Ground::stone(), Light::window())
        .seeded(41)
        .above(vec![Prop::Cup { centre: [34.0, -52.0] }])
        .creased(vec![0.5])
}

fn vehicle(fonts: &Fonts, haulier: &Haulier) -> Desk {
    let sheet = document::vehicle_licence(fonts, haulier);
    let pose = Pose { roll: 3.0, pitch: 5.0, yaw: -4.0, coverage: 0.66, offset: [0.0, -0.004] };
    Desk::new(sheet, LANDSCAPE, pose, Ground::wood(), Light::window())
        .seeded(51)
        .above(vec![Prop::Coin { centre: [86.0, 70.0] }])
}

fn waybill(fonts: &Fonts, haulier: &Haulier) -> Desk {
    let sheet = document::waybill(fonts, haulier);
    let pose = Pose { roll: -1.5, pitch: 9.0, yaw: 2.0, coverage: 0.66, offset: [0.0, 0.004] };
    Desk::new(sheet, LANDSCAPE, pose, Ground::cloth(), Light::room())
        .seeded(61)
        .above(vec![Prop::Pen { from: [30.0, 158.0], to: [150.0, 151.0], colour: 0x7c1d24 }])
        .creased(vec![0.5])
}

fn on_wood(sheet: Sheet) -> Desk {
    let pose = Pose { roll: -1.6, pitch: 5.0, yaw: 3.0, coverage: 0.72, offset: [0.0, 0.0] };
    Desk::new(sheet, LANDSCAPE, pose, Ground::wood(), Light::window()).seeded(71)
}

fn shop_invoice(fonts: &Fonts, shop: &Shopkeeper) -> Desk {
    let invoice = Invoice {
        form: InvoiceForm::Electronic,
        code: "033002600111",
        number: "52308164",
        date: "2026-09-21",
        lines: vec![
            ("*谷物加工品*大米", "袋", 120, 1_056_000),
            ("*植物油*菜籽油", "桶", 60, 498_000),
        ],
        rate: 9,
        seed: 921,
    };
    let sheet = document::vat_invoice(fonts, &shop.company, &shop.customer, &invoice);
    let pose = Pose { roll: 2.6, pitch: 6.0, yaw: -2.0, coverage: 0.61, offset: [0.0, -0.012] };
    Desk::new(sheet, LANDSCAPE, pose, Ground::cloth(), Light::window()).seeded(81).above(vec![
        Prop::Pen { from: [176.0, 163.0], to: [60.0, 156.0], colour: 0x181a1d },
        Prop::Coin { centre: [210.0, 162.0] },
    ])
}

/// A lamp over the amount, which it makes unreadable.
fn glaring(sheet: Sheet) -> Desk {
    let amount = sheet.places.get("amount").copied().unwrap_or([160.0, 90.0, 200.0, 100.0]);
    let centre = [(amount[0] + amount[2]) / 2.0 - 6.0, (amount[1] + amount[3]) / 2.0 - 2.0];
    on_walnut(sheet).glares(vec![Glare { centre, radii: [36.0, 20.0], turn: -12.0 }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::installed;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
        let Some(fonts) = installed() else { return };
        let shop = Shopkeeper::sample().expect("valid numbers");
        let sheet = document::business_licence(&fonts, &shop);
        let pose = Pose { roll: 1.0, pitch: 5.0, yaw: 3.0, coverage: 0.7, offset: [0.0, 0.0] };
        let photograph = |seed: u64| {
            let desk = Desk::new(sheet.clone(), [320, 240], pose, Ground::wood(), Light::window());
            Camera::default().photograph(&desk, seed).jpeg(84, Chroma::Full).expect("a JPEG")
        };
        let first = photograph(1);
        assert!(first == photograph(1));
        assert!(first != photograph(2));
    }
}
