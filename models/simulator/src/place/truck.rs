//! A box truck with a flat nose, built of painted panels. Its nose is at x = 0 and it points towards
//! smaller x; its right side is at z = 0; metres.

use crate::canvas::{Bounds, Canvas, Ink, Style};
use crate::colour::{Rgb, mix, scale, srgb};
use crate::fonts::{Face, Fonts};
use crate::place::solid::{HOLE, Panel, Vector, Wheel};

/// Width of the cab and of the box.
const CAB: f32 = 2.4;
const LENGTH: f32 = 7.6;
/// Paint is drawn in centimetres, this many pixels each.
const SCALE: f32 = 2.4;

const CAB_BLUE: u32 = 0x1d4fa3;

/// All panels and wheels; `name` and `plate` are lettered on it.
pub(super) fn build(fonts: &Fonts, name: &str, plate: &str) -> (Vec<Panel>, Vec<Wheel>) {
    let panel = |corner: Vector, across: Vector, down: Vector, paint: Canvas<'_>| Panel {
        corner,
        across,
        down,
        face: paint.into_raster(),
    };
    let panels = vec![
        panel([0.0, 1.72, 0.0], [0.0, 0.0, CAB], [0.0, -1.36, 0.0], nose(fonts, plate)),
        panel([0.26, 2.92, 0.0], [0.0, 0.0, CAB], [-0.26, -1.2, 0.0], windscreen(fonts)),
        panel([1.85, 2.92, 0.0], [-1.85, 0.0, 0.0], [0.0, -2.4, 0.0], door(fonts, name)),
        panel(
            [1.25, 3.42, 0.25],
            [0.0, 0.0, 1.9],
            [-0.75, -0.5, 0.0],
            plain(fonts, [190.0, 90.0], scale(srgb(CAB_BLUE), 0.9)),
        ),
        panel([0.02, 2.62, -0.34], [0.0, 0.0, 0.24], [0.0, -0.62, 0.0], mirror(fonts)),
        panel([0.02, 2.62, CAB + 0.1], [0.0, 0.0, 0.24], [0.0, -0.62, 0.0], mirror(fonts)),
        panel(
            [2.1, 3.55, -0.04],
            [0.0, 0.0, CAB + 0.08],
            [0.0, -2.5, 0.0],
            plain(fonts, [248.0, 250.0], srgb(0xd4d6d6)),
        ),
        panel(
            [LENGTH, 3.55, -0.04],
            [2.1 - LENGTH, 0.0, 0.0],
            [0.0, -2.5, 0.0],
            cargo(fonts, name, plate),
        ),
        panel(
            [LENGTH, 1.05, 0.35],
            [-LENGTH + 0.4, 0.0, 0.0],
            [0.0, -0.4, 0.0],
            plain(fonts, [720.0, 40.0], srgb(0x26282b)),
        ),
        panel([5.4, 0.98, 0.02], [-2.5, 0.0, 0.0], [0.0, -0.5, 0.0], guard(fonts)),
        panel(
            [2.75, 1.02, 0.05],
            [-0.75, 0.0, 0.0],
            [0.0, -0.52, 0.0],
            plain(fonts, [75.0, 52.0], srgb(0x8d9297)),
        ),
    ];
    let wheel = |x: f32, z: f32| Wheel { centre: [x, 0.5, z], radius: 0.5, width: 0.34 };
    let wheels =
        vec![wheel(1.18, 0.03), wheel(6.1, 0.03), wheel(1.18, CAB - 0.37), wheel(6.1, CAB - 0.37)];
    (panels, wheels)
}

fn surface<'f>(fonts: &'f Fonts, size: [f32; 2], paint: Rgb) -> Canvas<'f> {
    Canvas::new(fonts, size, SCALE, paint)
}

fn plain<'f>(fonts: &'f Fonts, size: [f32; 2], paint: Rgb) -> Canvas<'f> {
    surface(fonts, size, paint)
}

fn ink(colour: u32) -> Ink {
    Ink::solid(srgb(colour))
}

/// 240 × 136 cm: grille, lamps, bumper, number plate.
fn nose<'f>(fonts: &'f Fonts, plate: &str) -> Canvas<'f> {
    let mut canvas = surface(fonts, [240.0, 136.0], srgb(CAB_BLUE));
    let (dark, chrome) = (ink(0x14171b), ink(0xb9bec4));
    canvas.fill([28.0, 16.0, 212.0, 56.0], dark);
    for bar in 0..4u8 {
        let y = 21.0 + 9.6 * f32::from(bar);
        canvas.fill([33.0, y, 207.0, y + 3.2], chrome);
    }
    canvas.ellipse([120.0, 36.0], [13.0, 11.0], ink(0xd5d9de));
    canvas.ellipse([120.0, 36.0], [10.5, 8.6], ink(CAB_BLUE));
    let mark = Style::new(Face::SansBold, 11.0, ink(0xe8ecf0)).centred();
    canvas.text(120.0, 36.0, "岭", mark);
    canvas.fill([0.0, 64.0, 240.0, 65.2], ink(0x0f2a58));
    // Bumper with lamps.
    canvas.fill([0.0, 70.0, 240.0, 128.0], ink(0xd7dadc));
    canvas.fill([0.0, 112.0, 240.0, 136.0], ink(0x2a2d31));
    for side in [0.0, 1.0] {
        let x = |along: f32| if side == 0.0 { along } else { 240.0 - along };
        let [a, b] = [x(10.0).min(x(58.0)), x(10.0).max(x(58.0))];
        canvas.fill([a, 76.0, b, 100.0], dark);
        canvas.ellipse([x(24.0), 88.0], [10.0, 10.0], ink(0xf4f6f4));
        canvas.ellipse([x(24.0), 88.0], [5.0, 5.0], ink(0xc9d2d8));
        canvas.ellipse([x(45.0), 88.0], [8.5, 9.0], ink(0xe6eaea));
        canvas.fill([x(51.0).min(x(57.0)), 77.0, x(51.0).max(x(57.0)), 99.0], ink(0xe27a1a));
        canvas.ellipse([x(34.0), 121.0], [8.0, 5.0], ink(0xe7e2c0));
    }
    canvas.fill([78.0, 79.0, 162.0, 109.0], ink(0x9ba0a5));
    number_plate(&mut canvas, [120.0, 94.0], 54.0, plate);
    canvas
}

/// A yellow plate of one row, as trucks carry it in front (GA 36-2018: 440 × 140 mm), drawn `width`
/// wide.
fn number_plate(canvas: &mut Canvas<'_>, centre: [f32; 2], width: f32, plate: &str) {
    let unit = width / 440.0;
    let [cx, cy] = centre;
    let around = |w: f32, h: f32| -> Bounds {
        [cx - w / 2.0 * unit, cy - h / 2.0 * unit, cx + w / 2.0 * unit, cy + h / 2.0 * unit]
    };
    canvas.fill(around(440.0, 140.0), ink(0xf2b50c));
    canvas.frame(around(424.0, 124.0), 4.0 * unit, ink(0x161510));
    for (index, letter) in plate.chars().enumerate() {
        // Seven places; a dot stands between the second and the third.
        let place = index as f32 * 57.0 + if index > 1 { 22.0 } else { 0.0 };
        let style = Style::new(Face::SansBold, 92.0 * unit, ink(0x12110d));
        let style = if letter.is_ascii() { Style { size: 112.0 * unit, ..style } } else { style };
        canvas.letter([cx + (place - 182.0) * unit, cy], 0.0, letter, style.condensed(0.72));
    }
    canvas.ellipse([cx - 86.0 * unit, cy], [5.0 * unit; 2], ink(0x12110d));
}

/// 240 × 123 cm: glass in a frame, wipers, a sun visor.
fn windscreen<'f>(fonts: &'f Fonts) -> Canvas<'f> {
    let mut canvas = surface(fonts, [240.0, 123.0], srgb(CAB_BLUE));
    canvas.fill([9.0, 10.0, 231.0, 112.0], ink(0x101215));
    for row in 0..49u8 {
        let y = 12.0 + f32::from(row) * 2.0;
        let sky = mix(srgb(0x8fa9bb), srgb(0x1b242c), (f32::from(row) / 40.0).min(1.0));
        canvas.fill([11.0, y, 229.0, y + 2.0], Ink::solid(sky));
    }
    // A bright slanted reflection, seats behind the glass.
    canvas.polygon(
        &[[60.0, 12.0], [98.0, 12.0], [58.0, 110.0], [24.0, 110.0]],
        ink(0xdce6ec).opacity(0.16),
    );
    for x in [62.0, 178.0] {
        canvas.ellipse([x, 104.0], [26.0, 34.0], ink(0x0d1012).opacity(0.75));
    }
    canvas.fill([11.0, 12.0, 229.0, 22.0], ink(0x20252b).opacity(0.7));
    for x in [70.0, 150.0] {
        canvas.line([x, 111.0], [x + 62.0, 98.0], 1.6, ink(0x0a0b0c));
    }
    canvas.fill([0.0, 112.0, 240.0, 123.0], ink(0x16181b));
    canvas
}

/// 185 × 240 cm, nose to the right: door, window, steps, wheel arch, lettering.
fn door<'f>(fonts: &'f Fonts, name: &str) -> Canvas<'f> {
    let mut canvas = surface(fonts, [185.0, 240.0], srgb(CAB_BLUE));
    canvas.polygon(&[[62.0, 20.0], [152.0, 20.0], [172.0, 112.0], [62.0, 112.0]], ink(0x111316));
    canvas.polygon(&[[66.0, 24.0], [148.0, 24.0], [166.0, 108.0], [66.0, 108.0]], ink(0x3d4c58));
    canvas.polygon(
        &[[66.0, 24.0], [118.0, 24.0], [84.0, 108.0], [66.0, 108.0]],
        ink(0xb5c6d2).opacity(0.4),
    );
    let seam = ink(0x0d2c60);
    for (from, to) in [([56.0, 12.0], [56.0, 196.0]), ([178.0, 118.0], [178.0, 196.0])] {
        canvas.line(from, to, 0.9, seam);
    }
    canvas.line([56.0, 196.0], [178.0, 196.0], 0.9, seam);
    canvas.fill([62.0, 118.0, 80.0, 123.0], ink(0x15171a));
    let letters = Style::new(Face::SansBold, 9.6, ink(0xf2f3f1)).centred();
    canvas.text(117.0, 137.0, name, Style { size: 9.4, ..letters });
    canvas.text(117.0, 151.0, "核定载质量：9990kg", Style { size: 8.2, ..letters });
    canvas.text(117.0, 163.0, "驾驶室准乘3人", Style { size: 8.2, ..letters });
    canvas.fill([0.0, 176.0, 185.0, 181.0], ink(0xe8eaea));
    // Everything below the arch is open; so is what the slanted windscreen cuts off.
    canvas.ellipse([67.0, 242.0], [66.0, 66.0], ink(0x0e0f10));
    canvas.ellipse([67.0, 242.0], [60.0, 60.0], Ink::solid(HOLE));
    canvas.fill([136.0, 206.0, 180.0, 212.0], ink(0x2a2d31));
    canvas.fill([136.0, 224.0, 180.0, 240.0], ink(0x2a2d31));
    canvas
        .polygon(&[[159.0, -2.0], [187.0, -2.0], [187.0, 121.0], [185.0, 120.0]], Ink::solid(HOLE));
    canvas
}

fn mirror<'f>(fonts: &'f Fonts) -> Canvas<'f> {
    let mut canvas = surface(fonts, [24.0, 62.0], srgb(0x15171a));
    canvas.fill([3.0, 3.0, 21.0, 40.0], ink(0x2b2f34));
    canvas
}

/// 550 × 250 cm: ribbed white walls, lettering, the enlarged number, reflective tape.
fn cargo<'f>(fonts: &'f Fonts, name: &str, plate: &str) -> Canvas<'f> {
    let mut canvas = surface(fonts, [550.0, 250.0], srgb(0xeaebe9));
    let mut x = 14.0;
    while x < 550.0 {
        canvas.fill([x, 0.0, x + 1.6, 250.0], ink(0xc8caca));
        canvas.fill([x + 1.6, 0.0, x + 2.8, 250.0], ink(0xf6f6f4));
        x += 21.0;
    }
    for y in [0.0, 240.0] {
        canvas.fill([0.0, y, 550.0, y + 10.0], ink(0x8b9095));
    }
    let blue = Ink::solid(srgb(CAB_BLUE));
    let short: String = name.chars().skip(3).take(4).collect();
    let style = Style::new(Face::SansBold, 62.0, blue).centred().spaced(10.0);
    canvas.text(275.0, 88.0, &short, style);
    canvas.text(275.0, 150.0, name, Style::new(Face::SansBold, 26.0, blue).centred().spaced(4.0));
    canvas.text(
        275.0,
        198.0,
        plate,
        Style::new(Face::SansBold, 34.0, ink(0x1a1a1a)).centred().spaced(5.0),
    );
    let mut x = 12.0;
    while x < 540.0 {
        canvas.fill([x, 228.0, x + 20.0, 234.0], ink(0xc91f24));
        canvas.fill([x + 20.0, 228.0, x + 36.0, 234.0], ink(0xf7f7f4));
        x += 66.0;
    }
    canvas
}

/// 250 × 50 cm: three rails, open between them.
fn guard<'f>(fonts: &'f Fonts) -> Canvas<'f> {
    let mut canvas = surface(fonts, [250.0, 50.0], HOLE);
    for y in [4.0, 22.0, 40.0] {
        canvas.fill([0.0, y, 250.0, y + 8.0], ink(0xc7cacc));
    }
    for x in [24.0, 220.0] {
        canvas.fill([x, 0.0, x + 7.0, 50.0], ink(0x9a9ea2));
    }
    canvas
}
