//! Which facings are of one good: those whose colours lie alike on them.

use super::facings::{Strip, Thing};
use super::plane::{Plane, apart};

/// Columns and rows in which a thing's colours are compared.
const ACROSS: usize = 3;
const DOWN: usize = 8;

/// Share of the row's height, above the foot, in which they are.
const HIGH: f32 = 0.7;

/// How far apart two of one good may be: mean levels of their cells, and the logarithm of the ratio of their widths.
/// Higher joins goods of one maker, lower parts those that stand in different light.
const COLOURS: f32 = 46.0;
const WIDTHS: f32 = 0.35;

struct Looks {
    colours: Vec<[f32; 3]>,
    /// Pixels.
    wide: f32,
}

/// The good of each facing, row after row, and how many goods these are.
pub(super) fn tell(plane: &Plane, strips: &[Strip]) -> (Vec<usize>, usize) {
    let mut known: Vec<(Looks, f32)> = Vec::new();
    let mut goods = Vec::new();
    for strip in strips {
        for thing in &strip.facings {
            let looks = looks(plane, thing, [strip.top, strip.foot]);
            let distances = known.iter().map(|(good, _)| good.distance(&looks)).enumerate();
            let nearest = distances.min_by(|(_, a), (_, b)| a.total_cmp(b));
            match nearest.filter(|(_, distance)| *distance < 1.0) {
                Some((index, _)) => {
                    if let Some((good, count)) = known.get_mut(index) {
                        good.learn(&looks, count);
                    }
                    goods.push(index);
                }
                None => {
                    goods.push(known.len());
                    known.push((looks, 1.0));
                }
            }
        }
    }
    (goods, known.len())
}

fn looks(plane: &Plane, thing: &Thing, [top, foot]: [usize; 2]) -> Looks {
    let wide = thing.right.saturating_sub(thing.left).max(1);
    let high = (HIGH * foot.saturating_sub(top) as f32) as usize;
    let cells = (0..DOWN).flat_map(|row| (0..ACROSS).map(move |column| [column, row]));
    let colours = cells
        .map(|[column, row]| {
            // What lies at its sides is the neighbour's as often as its own.
            let across = |step: usize| thing.left + wide / 8 + (wide - wide / 4) * step / ACROSS;
            let down = |step: usize| foot - high + high * step / DOWN;
            plane.mean([across(column), across(column + 1)], [down(row), down(row + 1)])
        })
        .collect();
    Looks { colours, wide: wide as f32 }
}

impl Looks {
    /// Below 1 for one good.
    fn distance(&self, other: &Self) -> f32 {
        let pairs = self.colours.iter().zip(&other.colours);
        let colours: f32 = pairs.map(|(a, b)| apart(*a, *b)).sum();
        let widths = (self.wide / other.wide).ln().abs();
        (colours / self.colours.len().max(1) as f32 / COLOURS).max(widths / WIDTHS)
    }

    /// The mean of all that were seen.
    fn learn(&mut self, other: &Self, count: &mut f32) {
        *count += 1.0;
        let share = 1.0 / *count;
        let mix = |a: &mut f32, b: f32| *a += share * (b - *a);
        for (mine, others) in self.colours.iter_mut().zip(&other.colours) {
            mine.iter_mut().zip(others).for_each(|(a, b)| mix(a, *b));
        }
        mix(&mut self.wide, other.wide);
    }
}
