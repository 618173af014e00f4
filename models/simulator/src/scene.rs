//! What a camera is pointed at.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::colour::Rgb;
use crate::document::Sheet;

/// Something to photograph: light arriving from every direction that the frame covers.
pub trait Scene: Sync {
    /// Width and height of the frame in pixels.
    fn size(&self) -> [usize; 2];

    /// Light at a point of the frame, in pixels from its outer top left corner; 1 is white paper in
    /// full light. Defined a little beyond the frame too, where a lens still looks.
    fn radiance(&self, at: [f32; 2]) -> Rgb;

    /// What lies at a point of the frame.
    fn layers(&self, _at: [f32; 2]) -> Layers {
        Layers::default()
    }

    /// What it shows.
    fn truth(&self) -> Truth;
}

/// What lies at a point of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// The page, seen or covered.
    pub page: bool,
    /// Blinding light on the page.
    pub glare: bool,
    /// Something that lies on the page and hides it.
    pub covered: bool,
}

/// Corners in pixels of the frame, as `[x, y]`: top left, top right, bottom right, bottom left of
/// the page as it is read. They may lie outside of the frame.
pub type Corners = [[f32; 2]; 4];

/// What a picture shows, known because it was made so.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Truth {
    /// The kind of voucher, as recognition names it; of a place, `storefront`, `shelf`, `vehicle`
    /// or `other`.
    pub kind: String,
    /// What is printed on it, as recognition should read it.
    pub fields: BTreeMap<String, String>,
    /// Where the page lies. `None` where there is no page.
    pub corners: Option<Corners>,
    /// Other pages in the frame.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Corners>,
    /// Where a display's lit surface lies, or in a control what is there in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<Corners>,
    /// Pixels of the frame an inch of the page, at its middle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dpi: Option<f32>,
    /// Share of the light that things outside of the frame take from the page where their shadows
    /// are deepest, against where they are least, 0..1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow: Option<f32>,
    /// Its lines of text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
}

/// A line of text in a picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// As it is printed.
    pub text: String,
    /// The corners of its body.
    pub corners: Corners,
}

impl Truth {
    /// Of a place without a page.
    pub(crate) fn of_place(kind: &str) -> Self {
        Self { kind: kind.to_owned(), ..Self::default() }
    }

    /// Of a sheet whose millimetres, from its top left corner, `to_frame` maps to the frame.
    pub(crate) fn of_sheet(sheet: &Sheet, to_frame: impl Fn([f32; 2]) -> [f32; 2]) -> Self {
        let box_of = |[left, top, right, bottom]: [f32; 4]| {
            [[left, top], [right, top], [right, bottom], [left, bottom]].map(&to_frame)
        };
        let [width, height] = sheet.size;
        let [x, y] = to_frame([width / 2.0, height / 2.0]);
        let [right_x, right_y] = to_frame([width / 2.0 + 1.0, height / 2.0]);
        let [below_x, below_y] = to_frame([width / 2.0, height / 2.0 + 1.0]);
        // Pixels that a square millimetre covers.
        let area = (right_x - x) * (below_y - y) - (right_y - y) * (below_x - x);
        Self {
            kind: sheet.kind.to_owned(),
            fields: sheet
                .fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            corners: Some(box_of([0.0, 0.0, width, height])),
            others: Vec::new(),
            display: None,
            dpi: Some(area.abs().sqrt() * 25.4),
            shadow: None,
            lines: sheet
                .lines
                .iter()
                .map(|(text, place)| Line { text: text.clone(), corners: box_of(*place) })
                .collect(),
        }
    }

    /// The same in a frame that begins elsewhere.
    pub(crate) fn moved(mut self, by: [f32; 2]) -> Self {
        for corner in self.places() {
            *corner = [0, 1].map(|axis| corner[axis] + by[axis]);
        }
        self
    }

    fn places(&mut self) -> impl Iterator<Item = &mut [f32; 2]> {
        let pages = self.corners.iter_mut().chain(&mut self.others);
        let surfaces = pages.chain(&mut self.display);
        surfaces.chain(self.lines.iter_mut().map(|line| &mut line.corners)).flatten()
    }

    /// The same, after the frame's middle was enlarged to the frame.
    pub(crate) fn zoomed(mut self, zoom: f32, frame: [usize; 2]) -> Self {
        if zoom <= 1.0 {
            return self;
        }
        self = self.scaled(zoom);
        let [x, y] = frame.map(|side| side as f32 / 2.0 * (1.0 - zoom));
        self.moved([x, y])
    }

    /// The same in a picture of another size.
    pub(crate) fn scaled(mut self, factor: f32) -> Self {
        for corner in self.places() {
            *corner = corner.map(|along| along * factor);
        }
        self.dpi = self.dpi.map(|dpi| dpi * factor);
        self
    }
}
