//! Seals: where they are, what their ring says, and whether it is the name that the page names.

mod copied;
mod ink;
mod name;
mod outline;
mod ring;
mod unwrap;

use bailing_vision::Quad;
use image::RgbImage;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ocr::OcrEngine;

pub(crate) use copied::{flatness, likeness};
pub use name::{Agreement, NameCheck};
pub(crate) use name::{OTHER, agreement, is_a_company, share_of};

/// Most seals of one page that are read: a contract bears two, an invoice two, a page of appendices four.
const MOST: usize = 8;

/// One seal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seal {
    /// Shape and colour in one word: `seal_round_red`.
    pub label: String,
    /// What its outline is.
    pub shape: Shape,
    /// Its ink.
    pub colour: Colour,
    /// 0..1: share of the outline that was seen.
    pub confidence: f32,
    /// The upright rectangle around it on the page, in pixels of the upright still.
    pub region: Quad,
    /// What its ring says, or a square seal's rows; `None` where nothing could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// 0..1: mean confidence of the text's characters.
    #[serde(default)]
    pub text_confidence: f32,
    /// Whether the text is a name that the page names.
    #[serde(default)]
    pub name_agrees: NameCheck,
    /// The label on the page beside which it stands, of those where the kind expects a seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
}

/// What a seal's outline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// An invoice's, 40 × 30 mm.
    Oval,
    /// A company's or an authority's.
    Round,
    /// A bank's, a person's, or an old authority's.
    Square,
}

/// A seal's ink.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Nearly all.
    Red,
    /// Waybills, warehouses.
    Blue,
}

/// Where a seal is, in pixels of the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outline {
    pub(crate) shape: Shape,
    pub(crate) colour: Colour,
    pub(crate) centre: [f32; 2],
    /// Half its width and half its height.
    pub(crate) radii: [f32; 2],
    /// Share of the outline that was seen, 0..1.
    pub(crate) seen: f32,
}

impl Outline {
    /// Left, top, right, bottom.
    pub(crate) fn bounds(&self) -> [f32; 4] {
        let ([x, y], [across, down]) = (self.centre, self.radii);
        [x - across, y - down, x + across, y + down]
    }

    fn holds(&self, [x, y]: [f32; 2]) -> bool {
        let [left, top, right, bottom] = self.bounds();
        (left..right).contains(&x) && (top..bottom).contains(&y)
    }
}

/// Every seal of a page, the surest first.
pub(crate) fn find(page: &RgbImage) -> Vec<Outline> {
    let mut seals = outline::find(page);
    seals.truncate(MOST);
    seals
}

/// What stands on the seals, in pixels of the page.
pub(crate) fn read(page: &RgbImage, outlines: &[Outline], engine: &dyn OcrEngine) -> Vec<Seal> {
    outlines
        .par_iter()
        .map(|outline| {
            let (text, text_confidence) = unwrap::read(page, outline, engine);
            let [left, top, right, bottom] = outline.bounds();
            Seal {
                label: label(outline).to_owned(),
                shape: outline.shape,
                colour: outline.colour,
                confidence: outline.seen,
                region: Quad::rectangle(left, top, right, bottom),
                text,
                text_confidence,
                name_agrees: NameCheck::default(),
                beside: None,
            }
        })
        .collect()
}

fn label(outline: &Outline) -> &'static str {
    match (outline.shape, outline.colour) {
        (Shape::Oval, Colour::Red) => "seal_oval_red",
        (Shape::Oval, Colour::Blue) => "seal_oval_blue",
        (Shape::Round, Colour::Red) => "seal_round_red",
        (Shape::Round, Colour::Blue) => "seal_round_blue",
        (Shape::Square, Colour::Red) => "seal_square_red",
        (Shape::Square, Colour::Blue) => "seal_square_blue",
    }
}
