//! What a camera is pointed at.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::colour::Rgb;
use crate::document::Sheet;
use crate::homography::Homography;

/// Something to photograph: light arriving from every direction that the frame covers.
pub trait Scene: Sync {
    /// Width and height of the frame in pixels.
    fn size(&self) -> [usize; 2];

    /// Light at a point of the frame, in pixels from its outer top left corner; 1 is white paper in
    /// full light. Defined a little beyond the frame too, where a lens still looks.
    fn radiance(&self, at: [f32; 2]) -> Rgb;

    /// What it shows.
    fn truth(&self) -> Truth;
}

/// What a picture shows, known because it was made so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Truth {
    /// The kind of voucher, as recognition names it.
    pub kind: String,
    /// What is printed on it, as recognition should read it.
    pub fields: BTreeMap<String, String>,
    /// Corners of the page in pixels of the frame, as `[x, y]`: top left, top right, bottom right,
    /// bottom left. `None` where there is no page.
    pub corners: Option<[[f32; 2]; 4]>,
}

impl Truth {
    /// Of a sheet seen through `to_frame`, which maps its millimetres (from its top left corner) to
    /// the frame.
    pub(crate) fn of_sheet(sheet: &Sheet, to_frame: &Homography) -> Self {
        let [width, height] = sheet.size;
        let corners = [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]];
        Self {
            kind: sheet.kind.to_owned(),
            fields: sheet
                .fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            corners: Some(corners.map(|corner| to_frame.apply(corner))),
        }
    }
}
