//! Sizes of paper that a page's shape can tell, and what they say of its resolution.

use crate::Quad;

use super::Aspect;

/// How far from a size's ratio a page may be, in deviations of its own estimate, and how far from
/// every other size's it must be.
const NEAR: f32 = 2.0;

/// No deviation is believed to be smaller, for no trimmed sheet is: 1 mm of an A5's short side.
const TRIMMED: f32 = 0.006;

/// From this ratio on a page is taken for a strip of a receipt roll: nothing else here is as long.
const ROLL: f32 = 2.0;

/// A known size of paper. Only for estimates of resolution: a shape is no proof of a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaperSize {
    /// ISO 216, 297 × 210 mm. All of the A series have this shape, 1:√2; A4 is what merchants hold,
    /// and also the size of a Chinese business licence's duplicate (its original is an A3).
    A4,
    /// ANSI letter, 279.4 × 215.9 mm.
    Letter,
    /// ISO/IEC 7810 ID-1, 85.60 × 53.98 mm: identity and bank cards.
    Id1,
    /// Chinese VAT invoice, 241 × 140 mm with its punched margins.
    VatInvoice,
    /// The same, 215 × 140 mm, its margins torn off.
    VatInvoiceTrimmed,
    /// A strip of a receipt roll of 80 mm, its length free. A 57 mm roll looks the same; taking the
    /// wider one understates the resolution rather than overstating it.
    ReceiptRoll,
}

impl PaperSize {
    const SHEETS: [Self; 5] =
        [Self::A4, Self::Letter, Self::Id1, Self::VatInvoice, Self::VatInvoiceTrimmed];

    /// The one known size that a page of this shape can have, whichever way it lies; `None` where
    /// none is near within the shape's own deviation, or more than one.
    pub fn of(aspect: &Aspect) -> Option<Self> {
        let logarithm = aspect.ratio.ln().abs();
        let reach = NEAR * aspect.deviation.max(TRIMMED);
        if logarithm - reach > ROLL.ln() {
            return Some(Self::ReceiptRoll);
        }
        let mut near =
            Self::SHEETS.into_iter().filter(|size| (size.ratio().ln() - logarithm).abs() < reach);
        near.next().filter(|_| near.next().is_none())
    }

    /// Longer and shorter side in millimetres; a roll has no longer side of its own.
    pub fn millimetres(self) -> (Option<f32>, f32) {
        match self {
            Self::A4 => (Some(297.0), 210.0),
            Self::Letter => (Some(279.4), 215.9),
            Self::Id1 => (Some(85.6), 53.98),
            Self::VatInvoice => (Some(241.0), 140.0),
            Self::VatInvoiceTrimmed => (Some(215.0), 140.0),
            Self::ReceiptRoll => (None, 80.0),
        }
    }

    /// Dots per inch at which a frame shows a page of this size and shape inside `quad`: the root of
    /// its pixels over its square inches, so that a tilt counts.
    pub fn dots_per_inch(self, quad: &Quad, aspect: &Aspect) -> f32 {
        let (longer, shorter) = self.millimetres();
        let ratio = aspect.ratio.max(1.0 / aspect.ratio);
        let area = longer.unwrap_or(shorter * ratio) * shorter;
        25.4 * (quad.area() / area).sqrt()
    }

    /// Longer over shorter side; a roll's is where it begins.
    fn ratio(self) -> f32 {
        let (longer, shorter) = self.millimetres();
        longer.map_or(ROLL, |longer| longer / shorter)
    }
}
