//! Vouchers as they leave the printer: flat, in millimetres, with the truth about what they say.

mod business_licence;
pub(crate) mod content;
mod designs;
mod evidence;
mod haulage_contract;
mod ornament;
mod page;
mod road_transport_permit;
mod vat_invoice;
mod vehicle_licence;
mod voucher;
mod waybill;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use business_licence::business_licence;
pub use evidence::{evidence, evidence_kinds};
pub use haulage_contract::haulage_contract;
pub use page::page;
pub use road_transport_permit::road_transport_permit;
pub use vat_invoice::{Invoice, InvoiceForm, vat_invoice};
pub use vehicle_licence::vehicle_licence;
pub(crate) use voucher::framed_kinds;
pub use voucher::{enlargement, kinds, voucher};
pub use waybill::waybill;

use crate::canvas::{Bounds, Canvas, Ink, Style};
use crate::colour::{Rgb, multiply, srgb};
use crate::fonts::{Face, Fonts};
use crate::raster::Raster;

/// A printed sheet and what it says.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The kind of voucher, as recognition names it.
    pub kind: &'static str,
    /// Width and height in millimetres.
    pub size: [f32; 2],
    /// How much light it reflects, 0..1 linear.
    pub face: Arc<Raster>,
    /// What it says: field name to value, as recognition should read it (money as a decimal string
    /// of yuan, dates as `YYYY-MM-DD`).
    pub fields: BTreeMap<&'static str, String>,
    /// Where it says so: field name to `[left, top, right, bottom]` in millimetres of the sheet.
    pub places: BTreeMap<&'static str, [f32; 4]>,
    /// Every line of text and where it stands, likewise.
    pub lines: Vec<(String, [f32; 4])>,
    /// Its seals.
    pub seals: Vec<SealMark>,
    /// Where somebody signed, and in which role.
    pub signatures: Vec<Mark>,
    /// What is filled in with a pen.
    pub handwriting: Vec<Mark>,
    /// Its ruled forms and lists.
    pub tables: Vec<TableMark>,
}

/// Something that somebody left on a sheet.
#[derive(Clone, Debug)]
pub struct Mark {
    /// What it says; of a signature, in which role.
    pub text: String,
    /// `[left, top, right, bottom]` in millimetres of the sheet.
    pub place: [f32; 4],
}

/// A seal's impression.
#[derive(Clone, Debug)]
pub struct SealMark {
    /// `round`, `oval` or `square`.
    pub shape: &'static str,
    /// `red` or `blue`.
    pub colour: &'static str,
    /// The name around it or in it.
    pub text: String,
    /// What it is for, as it says itself; may be empty.
    pub purpose: String,
    /// `[left, top, right, bottom]` in millimetres of the sheet.
    pub place: [f32; 4],
}

/// A table.
#[derive(Clone, Debug)]
pub struct TableMark {
    /// `[left, top, right, bottom]` in millimetres of the sheet.
    pub place: [f32; 4],
    /// Whether rules part its cells.
    pub ruled: bool,
    /// Its rows from the top, their texts from the left; a heading's row first where it has one. Rows
    /// of a form may have different numbers of cells.
    pub cells: Vec<Vec<String>>,
}

impl Sheet {
    /// How much light a point reflects, in millimetres from the top left corner.
    pub(crate) fn reflect(&self, [x, y]: [f32; 2]) -> Rgb {
        let [width, height] = self.size;
        let across = self.face.width() as f32 / width;
        self.face.sample(x * across, y * self.face.height() as f32 / height)
    }

    /// The same in print on paper of a colour.
    pub(crate) fn tinted(self, paper: Rgb) -> Self {
        self.headed(1.0, paper)
    }

    /// The same with a part of it, up to this share of its height, in print on another colour, as
    /// covers of notebooks and forms with a coloured head have it.
    pub(crate) fn headed(self, share: f32, colour: Rgb) -> Self {
        let (width, height) = (self.face.width(), self.face.height());
        let end = (share * height as f32) as usize;
        let tint = |x, y| {
            let print = self.face.at(x, y);
            if y < end { multiply(print, colour) } else { print }
        };
        Self { face: Arc::new(Raster::from_fn(width, height, tint)), ..self }
    }

    /// The same sheet at so many pixels a millimetre, where it has more.
    #[must_use]
    pub fn coarser(&self, pixels: f32) -> Self {
        let [width, height] = self.size.map(|side| (side * pixels).round().max(1.0) as usize);
        if width >= self.face.width() {
            return self.clone();
        }
        Self {
            kind: self.kind,
            size: self.size,
            face: Arc::new(self.face.resized(width, height)),
            fields: self.fields.clone(),
            places: self.places.clone(),
            lines: self.lines.clone(),
            seals: self.seals.clone(),
            signatures: self.signatures.clone(),
            handwriting: self.handwriting.clone(),
            tables: self.tables.clone(),
        }
    }
}

/// A line of a form: its label, the field it fills and that field's true value, what is printed.
type Row<'a> = (&'a str, Option<(&'static str, &'a str)>, &'a str);

/// Pixels a millimetre on A4; smaller sheets are photographed from nearer and get more.
const A4_SCALE: f32 = 7.0;

/// A sheet being filled in.
struct Form<'f> {
    kind: &'static str,
    size: [f32; 2],
    canvas: Canvas<'f>,
    fields: BTreeMap<&'static str, String>,
    places: BTreeMap<&'static str, Bounds>,
    seals: Vec<SealMark>,
    signatures: Vec<Mark>,
    handwriting: Vec<Mark>,
    tables: Vec<TableMark>,
}

impl<'f> Form<'f> {
    fn new(fonts: &'f Fonts, kind: &'static str, size: [f32; 2], paper: Rgb) -> Self {
        let scale = A4_SCALE * (297.0 / size[0].max(size[1])).max(1.0);
        Self::scaled(fonts, kind, size, paper, scale)
    }

    /// At so many pixels a millimetre.
    fn scaled(
        fonts: &'f Fonts,
        kind: &'static str,
        size: [f32; 2],
        paper: Rgb,
        scale: f32,
    ) -> Self {
        let canvas = Canvas::new(fonts, size, scale, paper);
        Self {
            kind,
            size,
            canvas,
            fields: BTreeMap::new(),
            places: BTreeMap::new(),
            seals: Vec::new(),
            signatures: Vec::new(),
            handwriting: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// Prints `text` and keeps `value` as the truth about the field.
    fn field(&mut self, name: &'static str, value: &str, at: [f32; 2], text: &str, style: Style) {
        let place = self.canvas.text(at[0], at[1], text, style);
        self.keep(name, value, place);
    }

    /// Prints `text`, and keeps it as truth where it is a field.
    fn row(&mut self, field: Option<(&'static str, &str)>, at: [f32; 2], text: &str, style: Style) {
        let place = self.canvas.text(at[0], at[1], text, style);
        if let Some((name, value)) = field {
            self.keep(name, value, place);
        }
    }

    fn keep(&mut self, name: &'static str, value: &str, place: Bounds) {
        self.fields.insert(name, value.to_owned());
        self.places.insert(name, place);
    }

    /// Cuts the sheet off below, where it is longer.
    fn cut(&mut self, height: f32) {
        if height < self.size[1] {
            self.size[1] = self.canvas.cut(height);
        }
    }

    /// Every sheet says of itself that it is invented.
    fn finish(mut self) -> Sheet {
        let [width, height] = self.size;
        let size = (width.min(height) * 0.012).max(1.0);
        let faint = Ink::solid(srgb(0x707070)).opacity(0.7);
        let style = Style::new(Face::Sans, size, faint).right();
        let edge = width.min(height) * 0.012;
        self.canvas.text(width - edge * 3.0, height - edge - size * 0.4, SPECIMEN, style);
        let (face, lines) = self.canvas.finish();
        Sheet {
            kind: self.kind,
            size: self.size,
            face: Arc::new(face),
            lines,
            fields: self.fields,
            places: self.places,
            seals: self.seals,
            signatures: self.signatures,
            handwriting: self.handwriting,
            tables: self.tables,
        }
    }
}

const SPECIMEN: &str = "样张 · 内容均为虚构 SPECIMEN";

/// Toner.
fn black() -> Ink {
    Ink::solid(srgb(0x1a1a1c))
}

/// `2026年06月28日` for `2026-06-28`; the text itself where it is no such date.
fn chinese_date(date: &str) -> String {
    match date.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] => format!("{year}年{month}月{day}日"),
        _ => date.to_owned(),
    }
}
