//! One picture that shows what each knob does: a row a knob, its values from left to right.

use std::sync::Arc;

use image::{Rgb, RgbImage, imageops};

use crate::camera::{Blur, Camera, Chroma, Filter, forwarded};
use crate::canvas::{Canvas, Ink, Style};
use crate::colour::encode;
use crate::document::{self, Sheet};
use crate::error::SimulatorError;
use crate::fonts::{Face, Fonts};
use crate::place::{
    Bands, Bend, Desk, Display, Facade, Glare, Grid, Ground, Lamp, Light, Pattern, Pose, Screen,
    Screening, Shadow, Subject, Surround, Window,
};
use crate::scene::Scene;

/// Pixels of a picture's side, and of the column of names.
const TILE: u32 = 150;
const NAMES: u32 = 190;
const SIDE: usize = TILE as usize;

/// A knob: its name and, value by value, what is written below the picture and the picture.
type Row = (&'static str, Vec<(String, RgbImage)>);

/// Draws all knobs.
///
/// # Errors
/// Where a picture cannot be stored.
pub fn knobs(fonts: &Fonts) -> Result<RgbImage, SimulatorError> {
    let rows = rows(fonts)?;
    let columns = rows.iter().map(|row| row.1.len()).max().unwrap_or_default();
    let (width, step) = (NAMES + columns as u32 * (TILE + 6), TILE + 24);
    let mut page = RgbImage::from_pixel(width, rows.len() as u32 * step, Rgb([255; 3]));
    let mut put = |picture: &RgbImage, left: u32, top: u32| {
        imageops::replace(&mut page, picture, i64::from(left), i64::from(top));
    };
    for (index, (name, pictures)) in (0u32..).zip(rows) {
        let top = index * step;
        put(&text(fonts, name, NAMES, 16.0), 0, top + TILE / 2);
        for (column, (value, picture)) in (0u32..).zip(pictures) {
            let left = NAMES + column * (TILE + 6);
            put(&picture, left, top);
            put(&text(fonts, &value, TILE, 12.0), left, top + TILE);
        }
    }
    Ok(page)
}

fn text(fonts: &Fonts, words: &str, width: u32, size: f32) -> RgbImage {
    let high = 20.0;
    let mut canvas = Canvas::new(fonts, [width as f32, high], 1.0, [1.0; 3]);
    let style = Style::new(Face::Grotesque, size, Ink::solid([0.02; 3]));
    canvas.text(4.0, high / 2.0, words, style);
    let raster = canvas.into_raster();
    RgbImage::from_fn(width, high as u32, |x, y| {
        Rgb(raster.at(x as usize, y as usize).map(|level| (encode(level) * 255.0) as u8))
    })
}

fn rows(fonts: &Fonts) -> Result<Vec<Row>, SimulatorError> {
    let sheet = document::voucher(fonts, 6, 3, 2.0);
    let fine = Arc::new(document::voucher(fonts, 6, 3, 6.0));
    let mut rows = places(fonts, &sheet);
    rows.extend(cameras(&fine));
    rows.extend(rasters(&fine));
    rows.push(storage(&fine)?);
    Ok(rows)
}

const POSE: Pose = Pose { roll: 6.0, pitch: 12.0, yaw: -6.0, coverage: 0.5, offset: [0.0; 2] };

fn desk(sheet: &Sheet, ground: Ground, light: Light) -> Desk {
    Desk::new(sheet.clone(), [SIDE; 2], POSE, ground, light).seeded(7)
}

fn taken(scene: &dyn Scene, camera: &Camera) -> RgbImage {
    camera.photograph(scene, 11).image
}

fn row<T>(
    name: &'static str,
    values: impl IntoIterator<Item = (impl Into<String>, T)>,
    picture: impl Fn(T) -> RgbImage,
) -> Row {
    (name, values.into_iter().map(|(label, value)| (label.into(), picture(value))).collect())
}

fn numbers(values: &[f32]) -> Vec<(String, f32)> {
    values.iter().map(|value| (value.to_string(), *value)).collect()
}

fn places(fonts: &Fonts, sheet: &Sheet) -> Vec<Row> {
    let camera = Camera::default();
    let lit = |light: Light| taken(&desk(sheet, Ground::wood(), light), &camera);
    let ground = |pattern: Pattern| Ground { pattern, ..Ground::cloth() };
    let shadow =
        |softness| Shadow { edge: [0.5, 0.5], towards: 30.0, width: 9.0, softness, depth: 0.55 };
    let lamp = Lamp { centre: [0.2, 0.2], reach: 0.35, colour: [0.8, 0.7, 0.5] };
    let cast = |colour| Light { colour, ..Light::room() };
    vec![
        row(
            "bends of the sheet",
            [
                ("none", None),
                ("curl", Some(Bend::Curl { towards: 45.0, flat: 0.3, height: 45.0 })),
                ("arch", Some(Bend::Arch { across: 90.0, height: 30.0 })),
                ("fold", Some(Bend::Fold { at: 0.5, slant: 0.05, height: 14.0 })),
                ("wrinkles 2 mm", Some(Bend::Wrinkles { pitch: 30.0, height: 2.0 })),
                ("wrinkles 4 mm", Some(Bend::Wrinkles { pitch: 30.0, height: 4.0 })),
            ],
            |bend| {
                let bends: Vec<Bend> = bend.into_iter().collect();
                taken(&desk(sheet, Ground::walnut(), Light::room()).bent(&bends), &camera)
            },
        ),
        row(
            "light",
            [
                ("room", Light::room()),
                ("window", Light::window()),
                ("lamp", Light { lamps: vec![lamp], ..Light::room() }),
                ("soft shadow", Light { shadows: vec![shadow(0.12)], ..Light::room() }),
                ("hard shadow", Light { shadows: vec![shadow(0.005)], ..Light::room() }),
                ("warm", cast([1.1, 0.9, 0.55])),
                ("cold", cast([0.8, 0.98, 1.2])),
            ],
            lit,
        ),
        row(
            "glare, half axes",
            [0.0f32, 8.0, 20.0, 45.0, 80.0].map(|mm| (format!("{mm} mm"), mm)),
            |mm| {
                let glare = Glare { centre: [105.0, 120.0], radii: [mm, 0.5 * mm], turn: 20.0 };
                let glares = if mm > 0.0 { vec![glare] } else { Vec::new() };
                taken(&desk(sheet, Ground::stone(), Light::room()).glares(glares), &camera)
            },
        ),
        row(
            "grounds",
            [
                ("planks", Ground::wood()),
                ("weave", Ground::cloth()),
                ("twill", ground(Pattern::Twill)),
                ("stone", Ground::stone()),
                ("blotches", ground(Pattern::Blotches)),
                ("fibres", ground(Pattern::Fibres)),
                ("grains", ground(Pattern::Grains)),
            ],
            |ground| taken(&desk(sheet, ground, Light::window()), &camera),
        ),
        row(
            "fine patterns",
            [
                ("tiles", Pattern::Tiles(0.5)),
                ("slats", Pattern::Slats),
                ("holes", Pattern::Holes),
                ("wires", Pattern::Wires),
                ("lamps", Pattern::Lamps),
                ("checks", Pattern::Checks),
                ("halftone", Pattern::Halftone(45.0)),
            ],
            |pattern| {
                let size =
                    if matches!(pattern, Pattern::Halftone(_)) { [8.0; 2] } else { [60.0; 2] };
                let ground = ground(pattern);
                let near = Desk::bare(size, [SIDE; 2], POSE, ground, Light::window());
                taken(&near, &camera)
            },
        ),
        row(
            "places",
            [
                ("storefront", Subject::Storefront),
                ("shelf", Subject::Shelf),
                ("vehicle", Subject::Vehicle),
                ("room", Subject::Room),
            ],
            |subject| {
                taken(&Facade::any(fonts, subject, &[], [SIDE; 2], Light::window(), 4), &camera)
            },
        ),
    ]
}

/// A crop of a contract at a camera's own pixels.
fn near(sheet: &Arc<Sheet>) -> Window<Desk> {
    let frame = [1400, 1900];
    let desk = Desk::new((**sheet).clone(), frame, POSE, Ground::wood(), Light::window());
    Window::new(desk, [560.0, 560.0], [SIDE; 2])
}

fn cameras(sheet: &Arc<Sheet>) -> Vec<Row> {
    let plain = Camera { full_well: 4000.0, denoise: 0.0, sharpening: 0.0, ..Camera::default() };
    let scene = near(sheet);
    let shot = |camera: Camera| taken(&scene, &camera);
    vec![
        row("lens_sigma, px", numbers(&[0.35, 0.6, 0.95, 1.5]), |lens_sigma| {
            shot(Camera { lens_sigma, ..plain })
        }),
        row(
            "blur, px",
            [
                ("defocus 1.5", Blur::Defocus(1.5)),
                ("defocus 3", Blur::Defocus(3.0)),
                ("motion 5 at 20°", Blur::Motion(5.0, 20.0)),
                ("motion 12 at 80°", Blur::Motion(12.0, 80.0)),
            ],
            |blur| shot(Camera { blur, ..plain }),
        ),
        row("exposure", numbers(&[0.15, 0.3, 0.6, 0.9, 1.3]), |exposure| {
            shot(Camera { exposure, ..plain })
        }),
        row("full_well, electrons", numbers(&[12_000.0, 3000.0, 800.0, 300.0]), |full_well| {
            shot(Camera { full_well, ..plain })
        }),
        row(
            "filter, frames",
            [
                ("Bayer, 1", (Filter::Bayer, 1)),
                ("Bayer, 5", (Filter::Bayer, 5)),
                ("Quad-Bayer, 1", (Filter::QuadBayer, 1)),
                ("Quad-Bayer, 5", (Filter::QuadBayer, 5)),
            ],
            |(filter, frames)| shot(Camera { filter, frames, full_well: 700.0, ..plain }),
        ),
        row("crosstalk", numbers(&[0.0, 0.08, 0.16]), |crosstalk| {
            shot(Camera { crosstalk, full_well: 700.0, ..plain })
        }),
        row("denoise", numbers(&[0.0, 0.5, 1.0]), |denoise| {
            shot(Camera { denoise, full_well: 700.0, ..plain })
        }),
        row("chroma_denoise", numbers(&[0.0, 0.5, 1.0]), |chroma_denoise| {
            shot(Camera { chroma_denoise, full_well: 700.0, ..plain })
        }),
        row("sharpening", numbers(&[0.0, 0.4, 0.8, 1.2]), |sharpening| {
            shot(Camera { sharpening, ..plain })
        }),
        row("contrast", numbers(&[0.0, 0.4, 0.8]), |contrast| shot(Camera { contrast, ..plain })),
        row("zoom", numbers(&[1.0, 1.5, 2.5]), |zoom| shot(Camera { zoom, ..plain })),
        row("stored", numbers(&[1.0, 0.7, 0.4]), |stored| shot(Camera { stored, ..plain })),
    ]
}

fn rasters(sheet: &Arc<Sheet>) -> Vec<Row> {
    let camera =
        Camera { supersampling: 7, lens_sigma: 0.45, chroma_denoise: 0.6, ..Camera::default() };
    let shown = |display: Display, pitch: f32| {
        let content = Arc::new(sheet.face.resized(630, 890));
        let frame = [630.0, 890.0].map(|side| (side / pitch * 1.15) as usize);
        let pose = Pose { roll: 1.0, pitch: 4.0, yaw: -3.0, coverage: 0.78, offset: [0.0; 2] };
        let screen = Screen::showing(content, frame, pose, display, Surround::dark());
        let corner = frame.map(|side| side as f32 * 0.4);
        taken(&Window::new(screen, corner, [SIDE; 2]), &camera)
    };
    let grid = |grid| Display { grid, ..Display::default() };
    let whole = |falloff| {
        let content = Arc::new(sheet.face.resized(630, 890));
        let pose = Pose { roll: 0.0, pitch: 20.0, yaw: 20.0, coverage: 0.6, offset: [0.0; 2] };
        let display = Display { grid: Grid::Even, falloff, ..Display::default() };
        let screen = Screen::showing(content, [SIDE; 2], pose, display, Surround::dark());
        taken(&screen.enlarged(1.6, [-0.3 * SIDE as f32; 2]), &Camera::default())
    };
    let bands = Bands { period: 60.0, phase: 0.0, depth: 0.3 };
    let dotted = |lines: f32, screening| {
        let pattern =
            Pattern::Print { picture: Arc::clone(&sheet.face), fine: 6.0, lines, screening };
        let ground = Ground { pattern, colours: [[0.85; 3], [0.05; 3]], size: 1.0 };
        let size = [16.0; 2];
        taken(&Desk::bare(size, [SIDE; 2], POSE, ground, Light::window()), &camera)
    };
    vec![
        row("display px a camera px", numbers(&[0.22, 0.35, 0.5, 0.7, 0.95, 1.3]), |pitch| {
            shown(Display::default(), pitch)
        }),
        row(
            "display",
            [
                ("RGB", grid(Grid::Rgb)),
                ("BGR", grid(Grid::Bgr)),
                ("PenTile", grid(Grid::PenTile)),
                ("sparkle 0.25", Display { sparkle: 0.25, ..Display::default() }),
                ("bands 0.3", Display { bands: Some(bands), ..Display::default() }),
                ("aperture 0.5", Display { aperture: [0.5; 2], ..Display::default() }),
                ("control", grid(Grid::Even)),
            ],
            |display| shown(display, 0.42),
        ),
        row("darker from the side", numbers(&[0.0, 2.0, 4.0, 6.0]), whole),
        row(
            "print, lines an inch",
            [
                ("85", (85.0, Screening::Lines)),
                ("133", (133.0, Screening::Lines)),
                ("175", (175.0, Screening::Lines)),
                ("scattered 133", (133.0, Screening::Scattered)),
                ("control", (133.0, Screening::None)),
            ],
            |(lines, screening)| dotted(lines, screening),
        ),
    ]
}

fn storage(sheet: &Arc<Sheet>) -> Result<Row, SimulatorError> {
    let photograph =
        Camera { chroma_denoise: 0.5, ..Camera::default() }.photograph(&near(sheet), 11);
    let mut pictures = Vec::new();
    for (label, quality, chroma) in [
        ("98, 4:4:4", 98, Chroma::Full),
        ("98, 4:2:0", 98, Chroma::Quarter),
        ("85, 4:2:0", 85, Chroma::Quarter),
        ("70, 4:2:0", 70, Chroma::Quarter),
    ] {
        let bytes = photograph.jpeg(quality, chroma)?;
        pictures.push((label.to_owned(), image::load_from_memory(&bytes)?.to_rgb8()));
    }
    let again = forwarded(&photograph.jpeg(90, Chroma::Quarter)?, 1600, 50)?;
    pictures.push(("messenger, 50".to_owned(), image::load_from_memory(&again)?.to_rgb8()));
    Ok(("JPEG", pictures))
}
