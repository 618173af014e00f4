//! How a kind of voucher is described: what stands on it from top to bottom, in templates.
//!
//! A template is text with `(one|other)`, of which one is taken, and with values in braces:
//! `{variable}` prints what the story says, `{field=variable}` is also the truth about a field,
//! `{'AB-####'}` is a number of digits (`#`) and letters (`@`), of the year (`%`) and day (`&`) of
//! the paper, and `{~role}` is somebody's signature. A variable may hold a choice as well. The
//! variables are in `story.rs`.

/// A kind of voucher. A kind may have several.
#[derive(Clone, Copy)]
pub(super) struct Design {
    /// As recognition names it; `unknown` where it is none of the product's.
    pub(super) kind: &'static str,
    pub(super) title: &'static str,
    /// What stands below the title in small print.
    pub(super) below_title: &'static str,
    /// Millimetres; a strip is as long as its parts need, up to this.
    pub(super) size: [f32; 2],
    pub(super) paper: u32,
    /// Of rules, labels and title.
    pub(super) ink: u32,
    pub(super) border: Border,
    /// Body height of its text in millimetres.
    pub(super) body: f32,
    /// How many of a hundred are filled in with a pen.
    pub(super) by_hand: u8,
    pub(super) deals_in: Deal,
    pub(super) parts: &'static [Part],
}

/// Toner on white A4.
pub(super) const PLAIN: Design = Design {
    kind: "",
    title: "",
    below_title: "",
    size: A4,
    paper: 0xfcfbf8,
    ink: 0x202022,
    border: Border::None,
    body: 4.2,
    by_hand: 0,
    deals_in: Deal::Goods,
    parts: &[],
};

pub(super) const A4: [f32; 2] = [210.0, 297.0];
/// A4 lying on its side.
pub(super) const WIDE: [f32; 2] = [297.0, 210.0];
/// A5 lying on its side: forms with carbon copies.
pub(super) const SLIP: [f32; 2] = [210.0, 140.0];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Border {
    None,
    Single,
    Double,
    /// Rings between two lines, a pattern below the text.
    Ornate,
}

/// What its lines of items are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Deal {
    Goods,
    Freight,
    Taxes,
    Cover,
    Fuel,
    Toll,
    Works,
}

/// Something that stands on a voucher, as wide as it.
pub(super) enum Part {
    /// Templates in so many columns; what does not fit goes on below, indented.
    Lines(usize, &'static [&'static str]),
    /// A ruled form: `label：value`, each in a cell of its own; without a label one cell.
    Grid(&'static [&'static [&'static str]]),
    /// A ruled form whose cells have small labels above their values.
    Boxes(&'static [&'static [&'static str]]),
    Table(Table),
    /// Boxes side by side: a word down their left edge, lines in them.
    Panels(&'static [(&'static str, &'static [&'static str])]),
    /// Paragraphs over the full measure.
    Text(&'static [&'static str]),
    /// Large figures.
    Large(&'static str),
    Centred(&'static str),
    Right(&'static str),
    /// Who signs and seals, side by side.
    Signers(&'static [Signer]),
    /// Whose seal goes over the date, at the lower right: the lines and the seal.
    Issued(&'static [&'static str], Seal),
    Barcode,
    MatrixCode,
    /// The same in the upper left corner, beside the title.
    CornerCode,
    Photo,
    /// A rule across.
    Rule,
    /// One of several.
    Either(&'static [&'static [Part]]),
}

/// Lines of items or of an account.
pub(super) struct Table {
    pub(super) of: Rows,
    /// `heading=variable`; those that begin with `?` may be left out. With `>field` the first row's is
    /// the truth about a field.
    pub(super) columns: &'static [&'static str],
    /// How many rows at least and at most.
    pub(super) count: [usize; 2],
    pub(super) ruled: bool,
    /// A row of sums: a column's variable and what stands below it.
    pub(super) sums: &'static [(&'static str, &'static str)],
    /// What stands in last rows across.
    pub(super) foot: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    Items,
    Flows,
}

/// A block of somebody who signs.
pub(super) struct Signer {
    pub(super) lines: &'static [&'static str],
    pub(super) seal: Seal,
}

/// A seal: whose, and what for.
#[derive(Clone, Copy)]
pub(super) enum Seal {
    None,
    /// Round, a star in the middle.
    Round(&'static str, &'static str),
    /// The same where it may be missing or blue, as on everyday papers.
    Perhaps(&'static str, &'static str),
    /// Oval, with a number and a purpose.
    Oval(&'static str, &'static str, &'static str),
    /// Square, the name in columns.
    Square(&'static str),
}
