//! What the view network says of the whole frame: whether a display is in it.

use crate::Frame;
use crate::model::{ModelError, Models};
use crate::pixels::{Thumbnail, View};

/// Longer side of the copy that the network's view is made of, pixels at most.
const COPY_SIDE: u32 = 640;

/// The whole frame as the network sees it.
#[derive(Debug, Default)]
pub(super) struct Display {
    thumbnail: Thumbnail,
    view: View,
}

impl Display {
    /// The network's logit.
    pub(super) fn look(&mut self, models: &Models, frame: &Frame<'_>) -> Result<f32, ModelError> {
        self.thumbnail.fill(frame, COPY_SIDE);
        let whole = [0, 0, self.thumbnail.width, self.thumbnail.height];
        self.view.fill(&self.thumbnail, whole, Models::DISPLAY_SIDE);
        models.recapture_view(&self.view.planes)
    }
}
