//! What a camera is pointed at.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::colour::Rgb;
use crate::document::{Sheet, TableMark};

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
    /// Of vouchers that say so: where each field stands.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub places: BTreeMap<String, Corners>,
    /// Seals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seals: Vec<Seal>,
    /// Where somebody signed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<Signature>,
    /// What is filled in with a pen; these lines are not among the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub handwriting: Vec<Line>,
    /// Ruled forms and lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table>,
    /// What stands on shelves, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shelf: Option<Shelf>,
}

/// Shelves in a picture: what of them at least half lies in the frame.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shelf {
    /// From the top.
    pub rows: Vec<Row>,
    /// What stands at the front.
    pub facings: Vec<Facing>,
    /// How many different goods these are.
    pub breadth: usize,
    /// 0..1: share of the length of the rows' boards in the frame on which something stands.
    pub fullness: f32,
}

/// What stands on one board.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// From the board above to the one that carries it.
    pub quad: Corners,
    /// How many things stand at its front.
    pub facings: usize,
    /// 0..1, as of the shelf.
    pub fullness: f32,
}

/// One thing at the front of a shelf.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Facing {
    /// Which good it is: the same number, the same good.
    pub good: usize,
    /// Its corners.
    pub quad: Corners,
}

/// A seal in a picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seal {
    /// `round`, `oval` or `square`.
    pub shape: &'static str,
    /// `red` or `blue`.
    pub colour: &'static str,
    /// The name around it or in it.
    pub text: String,
    /// What it is for, as it says itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// Corners of the box around it.
    pub quad: Corners,
}

/// A signature in a picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Signature {
    /// As whom somebody signed.
    pub role: String,
    /// Corners of the box around it.
    pub quad: Corners,
}

/// A table in a picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Its corners.
    pub quad: Corners,
    /// Whether rules part its cells.
    pub ruled: bool,
    /// How many rows.
    pub rows: usize,
    /// How many columns: cells of its longest row.
    pub columns: usize,
    /// The texts of its rows; those of a form may have different numbers of cells.
    pub cells: Vec<Vec<String>>,
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
        let line = |text: &str, place| Line { text: text.to_owned(), corners: box_of(place) };
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
            lines: sheet.lines.iter().map(|(text, place)| line(text, *place)).collect(),
            places: sheet
                .places
                .iter()
                .map(|(name, place)| ((*name).to_owned(), box_of(*place)))
                .collect(),
            seals: sheet
                .seals
                .iter()
                .map(|seal| Seal {
                    shape: seal.shape,
                    colour: seal.colour,
                    text: seal.text.clone(),
                    purpose: seal.purpose.clone(),
                    quad: box_of(seal.place),
                })
                .collect(),
            signatures: sheet
                .signatures
                .iter()
                .map(|mark| Signature { role: mark.text.clone(), quad: box_of(mark.place) })
                .collect(),
            handwriting: sheet
                .handwriting
                .iter()
                .map(|mark| line(&mark.text, mark.place))
                .collect(),
            tables: sheet.tables.iter().map(|table| Table::of(table, &box_of)).collect(),
            shelf: None,
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
        let lines =
            self.lines.iter_mut().chain(&mut self.handwriting).map(|line| &mut line.corners);
        let seals = self.seals.iter_mut().map(|seal| &mut seal.quad);
        let signatures = self.signatures.iter_mut().map(|signature| &mut signature.quad);
        let tables = self.tables.iter_mut().map(|table| &mut table.quad);
        let shelf = self.shelf.iter_mut().flat_map(|shelf| {
            let facings = shelf.facings.iter_mut().map(|facing| &mut facing.quad);
            shelf.rows.iter_mut().map(|row| &mut row.quad).chain(facings)
        });
        let marks = lines.chain(seals).chain(signatures).chain(tables).chain(shelf);
        surfaces.chain(marks).chain(self.places.values_mut()).flatten()
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

impl Table {
    fn of(table: &TableMark, box_of: &impl Fn([f32; 4]) -> Corners) -> Self {
        Self {
            quad: box_of(table.place),
            ruled: table.ruled,
            rows: table.cells.len(),
            columns: table.cells.iter().map(Vec::len).max().unwrap_or_default(),
            cells: table.cells.clone(),
        }
    }
}
