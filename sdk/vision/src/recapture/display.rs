//! What the view network says of the whole frame: whether a device with a display is in it, and where.

use crate::model::{ModelError, Models};
use crate::pixels::{Thumbnail, View};
use crate::{Frame, Quad};

/// Longer side of the copy that the network's view is made of, pixels at most.
const COPY_SIDE: u32 = 640;

/// Classes of displays, and parts of the view each way that the network tells them of.
const CLASSES: usize = Models::DISPLAY_KINDS;
const PARTS: usize = Models::DISPLAY_PARTS;

/// The whole frame as the network sees it.
#[derive(Debug, Default)]
pub(super) struct Display {
    thumbnail: Thumbnail,
    view: View,
}

impl Display {
    /// The logarithm of all displays' evidence, and the part of the frame that shows most of it.
    pub(super) fn look(
        &mut self,
        models: &mut Models,
        frame: &Frame<'_>,
    ) -> Result<(f32, Quad), ModelError> {
        self.thumbnail.fill(frame, COPY_SIDE);
        let whole = [0, 0, self.thumbnail.width, self.thumbnail.height];
        self.view.fill(&self.thumbnail, whole, Models::DISPLAY_SIDE);
        self.view.turn(frame.turn(), Models::DISPLAY_SIDE);
        let parts = models.recapture_view(&self.view.planes)?;
        let classes = || parts.chunks_exact(PARTS * PARTS).take(CLASSES);
        let mean = |class: &[f32]| class.iter().sum::<f32>() / class.len() as f32;
        let evidence = together(classes().map(mean));
        let of_part =
            |part: &usize| together(classes().filter_map(|class| class.get(*part).copied()));
        let most = (0..PARTS * PARTS).max_by(|a, b| of_part(a).total_cmp(&of_part(b))).unwrap_or(0);
        let [column, row] = frame.turn().cell_before([most % PARTS, most / PARTS], PARTS);
        Ok((evidence, region(frame, column, row)))
    }
}

/// The logarithm of the sum of exponentials: close to the largest.
fn together(logits: impl Iterator<Item = f32>) -> f32 {
    logits.map(f32::exp).sum::<f32>().ln()
}

/// A part and those around it, whose pixels it was told by.
fn region(frame: &Frame<'_>, column: usize, row: usize) -> Quad {
    let place = |at: usize, length: u32| at.min(PARTS) as f32 * length as f32 / PARTS as f32;
    let [width, height] = [frame.width(), frame.height()];
    Quad::rectangle(
        place(column.saturating_sub(1), width),
        place(row.saturating_sub(1), height),
        place(column + 2, width),
        place(row + 2, height),
    )
}
