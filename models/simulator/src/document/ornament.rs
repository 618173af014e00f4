//! What stands on papers besides their text.

use crate::canvas::{Bounds, Canvas, Ink};
use crate::colour::srgb;
use crate::noise;

/// The faint waves below the text of licences.
pub(super) fn waves(canvas: &mut Canvas<'_>, [left, top, right, bottom]: Bounds, ink: Ink) {
    for wave in 0..((bottom - top) / 5.5) as u16 {
        let base = top + f32::from(wave) * 5.5 + 2.0;
        let faint = ink.opacity(0.16);
        let turn = f32::from(wave) * 0.8;
        let area = [left, base - 3.5, right, base + 3.5];
        canvas.paint(area, faint, |x, y| (y - base - 2.2 * (x * 0.18 + turn).sin()).abs() - 0.14);
    }
}

/// Bars that say nothing.
pub(super) fn barcode(
    canvas: &mut Canvas<'_>,
    [left, top]: [f32; 2],
    [width, height]: [f32; 2],
    seed: u32,
) {
    let module = width / 95.0;
    for bar in 0..95u8 {
        if noise::lattice(bar.into(), 1, seed) > 0.5 {
            let x = left + module * f32::from(bar);
            canvas.fill([x, top, x + module, top + height], Ink::solid(srgb(0x161618)));
        }
    }
}

/// Something like a two-dimensional code that no reader accepts.
pub(super) fn matrix_code(canvas: &mut Canvas<'_>, corner: [f32; 2], side: f32, seed: u32) {
    let cells = 29u16;
    let cell = side / f32::from(cells);
    let (white, black) = (Ink::solid([0.93; 3]), Ink::solid(srgb(0x1a1a1c)));
    let place = |x: u16, y: u16| [corner[0] + f32::from(x) * cell, corner[1] + f32::from(y) * cell];
    let edge = 0.06 * side;
    let [left, top] = corner;
    canvas.fill([left - edge, top - edge, left + side + edge, top + side + edge], white);
    let near = |along: u16| along < 8 || along >= cells - 8;
    let finder = |x: u16, y: u16| near(x) && near(y) && !(x >= cells - 8 && y >= cells - 8);
    for (x, y) in (0..cells).flat_map(|y| (0..cells).map(move |x| (x, y))) {
        if !finder(x, y) && noise::lattice(x.into(), y.into(), seed) > 0.5 {
            let [left, top] = place(x, y);
            canvas.fill([left, top, left + cell, top + cell], black);
        }
    }
    for [x, y] in [[0, 0], [cells - 7, 0], [0, cells - 7]] {
        for (inset, ink) in [(0.0, black), (1.0, white), (2.0, black)] {
            let ([left, top], inset) = (place(x, y), inset * cell);
            let far = 7.0 * cell - inset;
            canvas.fill([left + inset, top + inset, left + far, top + far], ink);
        }
    }
}

/// A head and shoulders before a plain ground: nobody.
pub(super) fn portrait(canvas: &mut Canvas<'_>, [left, top, right, bottom]: [f32; 4]) {
    let (width, height) = (right - left, bottom - top);
    canvas.fill([left, top, right, bottom], Ink::solid(srgb(0xb9cfe2)));
    let at = |x: f32, y: f32| [left + x * width, top + y * height];
    let dark = Ink::solid(srgb(0x20222c));
    canvas.polygon(&[at(0.1, 1.0), at(0.2, 0.76), at(0.8, 0.76), at(0.9, 1.0)], dark);
    canvas.ellipse(at(0.5, 0.4), [0.26 * width, 0.28 * height], dark);
    let skin = Ink::solid(srgb(0xe0b796));
    canvas.ellipse(at(0.5, 0.47), [0.2 * width, 0.23 * height], skin);
    canvas.fill(
        [left + 0.42 * width, top + 0.65 * height, left + 0.58 * width, top + 0.8 * height],
        skin,
    );
}
