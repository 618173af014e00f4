//! Rounds that change nothing any more: a picture that was stored with one and the same table before.
//!
//! Decoding rounds pixels to whole levels, which moves a frequency by an error of about 0.29. Where that is
//! more than half a step, the same table writes another level the next time. Of what was stored once, as many
//! frequencies are about to change as that error's tail says, which the frequencies with coarse steps show;
//! of what was stored twice, most that would have changed have done so (Huang, Huang and Shi 2010, IEEE TIFS
//! 5(4); Lai and Böhme 2013, ICASSP). What was edited in between has not.

use bailing_vision::Frame;
use rayon::prelude::*;

use super::blocks::{Blocks, SIDE, frequencies};
use super::container::Container;
use super::written::Written;

/// Steps that an error of rounding can exceed half of, 1 to this.
const FINE: usize = 3;

/// Steps from which it cannot, so that they show how it is spread.
const COARSE: u16 = 8;

/// The same where there are next to none of those.
const LESS_COARSE: u16 = 5;

/// Frequencies with such steps that it takes to show it.
const ENOUGH: usize = 8;

/// The tail of an error of 0.289 beyond half of each of the fine steps: what is expected where no step is coarse.
const TAIL: [f32; FINE] = [0.0836, 0.000_54, 0.000_000_2];

/// Share of what is expected that may be missing from a picture stored once, as its errors are not spread
/// the same at all frequencies.
const SPARED: f32 = 0.8;

/// Frequencies about to change, below which their number says nothing.
const FEW: f32 = 3.0;

/// How much what another round would change speaks for an earlier one.
pub(super) struct Settled {
    /// By how many nats the picture is likelier to have been stored with its own table before; 0 and more.
    pub(super) nats: f32,
    /// For each block, row by row, by how many nats it speaks for having been stored but once where the rest was
    /// twice; 0 of a block that cannot be believed.
    pub(super) once: Vec<f32>,
}

/// Frequencies about to change, by their step.
type Counts = [u32; FINE];

/// What the blocks of a row come to.
#[derive(Clone, Copy, Default)]
struct Tally {
    blocks: u32,
    changing: Counts,
    /// Of the frequencies with coarse steps, those that would change if their steps were fine.
    spread: Counts,
}

impl Settled {
    /// What says nothing.
    pub(super) fn unknown() -> Self {
        Self { nats: 0.0, once: Vec::new() }
    }

    /// Of a frame that was decoded from `encoded`; unknown where steps are too coarse, below a quality of about 88,
    /// and where [`Written`] does not read it.
    pub(super) fn of(
        frame: &Frame<'_>,
        blocks: &Blocks,
        container: &Container,
        encoded: &[u8],
    ) -> Self {
        let table = container.luma.as_ref().map(Table::of).filter(Table::is_fine);
        let Some(table) = table else { return Self::unknown() };
        let Some(written) = Written::read(encoded) else { return Self::unknown() };
        let rows: Vec<(Tally, Vec<Option<Counts>>)> = (0..blocks.rows)
            .into_par_iter()
            .map(|row| table.tally(frame, blocks, &written, row))
            .collect();
        let mut sum = Tally::default();
        for (row, _) in &rows {
            sum.add(row);
        }
        let (nats, evidence) = table.judge(&sum);
        let looks = rows.iter().flat_map(|(_, looks)| looks);
        let once = looks.map(|look| look.map_or(0.0, |counts| table.weigh(&counts, &evidence)));
        Self { nats, once: once.collect() }
    }
}

/// By how many nats a frequency speaks for one round rather than two: that is about to change, that is not.
type Evidence = [[f32; 2]; FINE];

/// A quantisation of luma.
struct Table<'t> {
    steps: &'t [u16; SIDE * SIDE],
    /// How many frequencies have each of the fine steps, but for the zero one: rounding an even block's pixels
    /// moves that by much.
    fine: [usize; FINE],
    /// The step from which a frequency shows how errors are spread, and how many there are.
    coarse: u16,
    spreading: usize,
}

impl<'t> Table<'t> {
    fn of(steps: &'t [u16; SIDE * SIDE]) -> Self {
        let number = |chosen: &dyn Fn(usize) -> bool| {
            steps.iter().skip(1).filter(|step| chosen(usize::from(**step))).count()
        };
        let from = |coarse: u16| number(&|step| step >= usize::from(coarse));
        let coarse = if from(COARSE) < ENOUGH { LESS_COARSE } else { COARSE };
        Self {
            steps,
            fine: std::array::from_fn(|fine| number(&|step| step == fine + 1)),
            coarse,
            spreading: from(coarse),
        }
    }

    /// Whether some steps are so fine that rounding exceeds half of them now and then: 3 alone is too coarse.
    fn is_fine(&self) -> bool {
        self.fine.iter().take(FINE - 1).any(|number| *number > 0)
    }

    fn tally(
        &self,
        frame: &Frame<'_>,
        blocks: &Blocks,
        written: &Written,
        row: usize,
    ) -> (Tally, Vec<Option<Counts>>) {
        let strip = blocks.strip(frame, row);
        let mut tally = Tally::default();
        let looks = (0..blocks.columns).map(|column| {
            let block = blocks.blocks.get(row * blocks.columns + column)?;
            if block.clipped || !block.busy {
                return None;
            }
            let levels = written.block(column, row)?;
            // Encoders round luma to whole levels.
            let pixels = strip.each_ref().map(|line| {
                let cut = line.get(column * SIDE..).and_then(|rest| rest.first_chunk::<SIDE>());
                cut.copied().unwrap_or_default().map(|level| level.abs().round())
            });
            let found = frequencies(&pixels);
            let mut changing = Counts::default();
            for ((value, level), step) in found.iter().flatten().zip(levels).zip(self.steps).skip(1)
            {
                let error = (value - f32::from(*level) * f32::from(*step)).abs();
                if *step >= self.coarse {
                    for (count, half) in tally.spread.iter_mut().zip([0.5, 1.0, 1.5]) {
                        *count += u32::from(error > half);
                    }
                } else if error > 0.5 * f32::from(*step)
                    && let Some(count) = changing.get_mut(usize::from(*step) - 1)
                {
                    *count += 1;
                }
            }
            tally.blocks += 1;
            for (sum, count) in tally.changing.iter_mut().zip(changing) {
                *sum += count;
            }
            Some(changing)
        });
        let looks = looks.collect();
        (tally, looks)
    }

    /// By how many nats a picture is likelier to have been stored with this table before, 0 and more, and what then
    /// its frequencies say.
    fn judge(&self, sum: &Tally) -> (f32, Evidence) {
        let (mut nats, mut evidence) = (0.0, Evidence::default());
        let blocks = sum.blocks as f32;
        let each = sum.changing.iter().zip(sum.spread).zip(self.fine).zip(TAIL);
        for ((((changing, spread), fine), tail), evidence) in each.zip(&mut evidence) {
            let (changing, all) = (*changing as f32, blocks * fine as f32);
            let rate = if self.spreading < ENOUGH {
                tail
            } else {
                spread as f32 / (blocks * self.spreading as f32).max(1.0)
            };
            if rate * all < FEW {
                continue;
            }
            nats += fewer(changing, SPARED * rate * all);
            let left = (changing + 1.0) / (all + 1.0);
            if left < rate {
                *evidence = [(rate / left).ln(), ((1.0 - rate) / (1.0 - left)).ln()];
            }
        }
        (nats.max(0.0), evidence)
    }

    /// Nats of a block for one round rather than two.
    fn weigh(&self, changing: &Counts, evidence: &Evidence) -> f32 {
        let each = changing.iter().zip(self.fine).zip(evidence);
        let nats = each.map(|((changing, fine), [change, stay])| {
            let changing = *changing as f32;
            changing * change + (fine as f32 - changing) * stay
        });
        nats.sum()
    }
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.blocks += other.blocks;
        let counts = self.changing.iter_mut().chain(&mut self.spread);
        for (sum, count) in counts.zip(other.changing.iter().chain(&other.spread)) {
            *sum += count;
        }
    }
}

/// By how many nats a number speaks for a smaller one than expected, of independent events; negative where it is
/// larger.
fn fewer(number: f32, expected: f32) -> f32 {
    let part = if number > 0.0 { number * (number / expected).ln() } else { 0.0 };
    let nats = expected - number + part;
    if number < expected { nats } else { -nats }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_than_expected_speaks_for_it_and_more_against() {
        assert!(fewer(4.0, 16.0) > 6.0);
        assert!(fewer(16.0, 16.0).abs() < 1e-6);
        assert!(fewer(40.0, 16.0) < -6.0);
    }

    #[test]
    fn coarse_tables_are_not_looked_at() {
        let mut steps = [9; 64];
        assert!(!Table::of(&steps).is_fine());
        steps[0] = 1;
        assert!(!Table::of(&steps).is_fine(), "zero frequency");
        steps[9] = 2;
        assert!(Table::of(&steps).is_fine());
    }
}
