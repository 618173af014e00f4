//! How a file of `kinds/` is written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::layout::{Across, LayoutDefinition};
use crate::fields::Form;
use crate::seals::{Colour, Shape};

/// One kind of voucher.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Definition {
    zh: String,
    en: String,
    /// What it has in common with others, where a request may name all of them.
    pub(super) family: Option<String>,
    /// The kind whose fields and sums it has as well, and whose words where it gives none.
    pub(super) like: Option<String>,
    /// Its titles, as printed.
    #[serde(default)]
    pub(super) titles: Vec<String>,
    /// Titles of papers that words would take for this kind.
    #[serde(default)]
    pub(super) titles_of_others: Vec<String>,
    /// Whether it is told from its relatives by its title, or else by its layout.
    #[serde(default)]
    pub(super) needs_title: bool,
    /// No document: known by having been asked for, and by what can be read of it.
    #[serde(default)]
    pub(super) scene: bool,
    /// Words that such a page holds, and what each weighs; one that many kinds share weighs 1.
    #[serde(default)]
    pub(super) words: BTreeMap<String, u8>,
    /// Where such words stand: it tells the kind from relatives that have the same ones.
    #[serde(default)]
    pub(super) layout: Vec<LayoutDefinition>,
    #[serde(default, rename = "field")]
    pub(super) fields: Vec<FieldDefinition>,
    pub(super) total: Option<TotalDefinition>,
    #[serde(default, rename = "fact")]
    pub(super) facts: Vec<FactDefinition>,
    /// The seals that it bears.
    #[serde(default, rename = "seal")]
    pub(super) seals: Vec<SealDefinition>,
    /// Where it is signed.
    #[serde(default, rename = "signature")]
    pub(super) signatures: Vec<SignatureDefinition>,
    pub(super) table: Option<TableDefinition>,
    /// What such a paper has besides its required fields: names of fields, and `table`. What is not there is
    /// named as missing; the paper may prove something all the same.
    #[serde(default)]
    pub(super) parts: Vec<String>,
}

/// A kind's names, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    /// In Chinese.
    pub zh: &'a str,
    /// In English.
    pub en: &'a str,
}

/// One field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldDefinition {
    pub(crate) name: String,
    /// What its value looks like.
    pub(crate) reads: Form,
    /// What it is called on the page, the surest name first.
    #[serde(default)]
    pub(crate) labels: Vec<String>,
    /// Other fields whose values say it, the surest first: it stands nowhere on the page by itself.
    #[serde(default)]
    pub(crate) from: Vec<String>,
    /// Where its value stands beside a label.
    #[serde(default)]
    pub(crate) place: Place,
    /// The half of what is printed in which it stands, where others of the same name stand in the other.
    pub(crate) across: Option<Across>,
    /// What is taken from anywhere on the page where no label has it.
    #[serde(default)]
    pub(crate) elsewhere: Elsewhere,
    /// Which of several.
    #[serde(default)]
    pub(crate) which: Which,
    /// Words on the line of something else that reads alike.
    #[serde(default)]
    pub(crate) not_beside: Vec<String>,
    /// Whether a voucher without it proves nothing.
    #[serde(default)]
    pub(crate) required: bool,
}

/// Where a value stands beside its label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    /// Behind it, else to its right, else below it.
    #[default]
    Beside,
    /// Behind it on the same line or to its right, never below it.
    Line,
    /// Below it only: the cell of a form under its heading.
    Below,
    /// Behind it or to its right, and on the lines below as far as the text goes on.
    Paragraph,
}

/// What is taken from anywhere on the page.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Elsewhere {
    /// What looks like the field, or nothing.
    Same(bool),
    /// What looks like something else.
    Other(Form),
}

impl Default for Elsewhere {
    fn default() -> Self {
        Self::Same(false)
    }
}

/// Which of several values, from the top.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Which {
    /// The first.
    #[default]
    First,
    /// The first, where there are two or more.
    Former,
    /// The second.
    Second,
    /// The last, where there are two or more.
    Last,
    /// The last, even where it is the only one: a paper's own date stands at its foot.
    Bottom,
}

/// A sum and its two parts, told among the page's amounts by their adding up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TotalDefinition {
    /// The field of the sum.
    pub(crate) amount: String,
    /// The field of the larger part.
    pub(crate) net: String,
    /// The field of the smaller part.
    pub(crate) tax: String,
    /// The field of the rate that makes the smaller of the larger, where there is only one.
    pub(crate) rate: String,
    /// The field of the sum in words.
    pub(crate) words: String,
    /// What the sum in digits is called.
    pub(crate) labels: Vec<String>,
    /// Whether a voucher without the sum proves nothing.
    #[serde(default)]
    pub(crate) required: bool,
}

/// One thing that such a voucher says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactDefinition {
    /// What it is about.
    pub(crate) name: String,
    /// The parts without which it says nothing, each with the field that it is.
    pub(crate) needs: BTreeMap<String, String>,
    /// The parts that it may have as well.
    #[serde(default)]
    pub(crate) also: BTreeMap<String, String>,
}

/// A seal that a kind bears.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealDefinition {
    /// The field whose name it bears.
    pub(crate) whose: Option<String>,
    /// Or words, of which it bears one: an authority's.
    #[serde(default)]
    pub(crate) says: Vec<String>,
    /// Labels that it stands at, the surest first. Where none of them is on the page, its place is not.
    #[serde(default)]
    pub(crate) beside: Vec<String>,
    pub(crate) shape: Option<Shape>,
    pub(crate) colour: Option<Colour>,
    /// Whether it is stamped by hand, so that its ink has a grain; others are printed with the form.
    #[serde(default)]
    pub(crate) stamped: bool,
    /// Whether a signature beside the same label does as well.
    #[serde(default)]
    pub(crate) or_signed: bool,
    /// Whether a voucher without it goes to a person.
    #[serde(default)]
    pub(crate) required: bool,
}

/// A place where a kind is signed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignatureDefinition {
    /// Labels that it stands at, the surest first. Where none of them is on the page, its place is not.
    pub(crate) beside: Vec<String>,
    /// Whether a voucher without it goes to a person.
    #[serde(default)]
    pub(crate) required: bool,
}

/// The table of goods, taxes or payments that a kind has.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableDefinition {
    /// The kind whose table has the same columns; its own come first.
    pub(super) like: Option<String>,
    /// What the row of sums is called; the table ends with it.
    #[serde(default)]
    pub(crate) totals: Vec<String>,
    /// What a row of sums of a part is called, which is neither an item nor the end.
    #[serde(default)]
    pub(crate) subtotals: Vec<String>,
    /// Columns and the field that each adds up to.
    #[serde(default)]
    pub(crate) sums: BTreeMap<String, String>,
    #[serde(default, rename = "column")]
    pub(crate) columns: Vec<ColumnDefinition>,
}

/// A column of a table: what an item's field is read from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ColumnDefinition {
    /// In English, the same word for the same thing in every kind.
    pub(crate) name: String,
    /// What its values look like.
    pub(crate) reads: Form,
    /// What it is called on the page.
    pub(crate) headings: Vec<String>,
}

impl Which {
    /// Of values from the top.
    pub(crate) fn of<T>(self, values: Vec<T>) -> Option<T> {
        let count = values.len();
        let mut values = values.into_iter();
        match self {
            Self::First => values.next(),
            Self::Former => values.next().filter(|_| count > 1),
            Self::Second => values.nth(1),
            Self::Last => values.next_back().filter(|_| count > 1),
            Self::Bottom => values.next_back(),
        }
    }
}

impl TableDefinition {
    /// Columns, names of sums and sums of another table, where it has none of its own.
    pub(super) fn take_over(&mut self, original: &Self) {
        let has = |name: &str| self.columns.iter().any(|column| column.name == name);
        let others: Vec<ColumnDefinition> =
            original.columns.iter().filter(|column| !has(&column.name)).cloned().collect();
        self.columns.extend(others);
        for (own, other) in
            [(&mut self.totals, &original.totals), (&mut self.subtotals, &original.subtotals)]
        {
            if own.is_empty() {
                own.clone_from(other);
            }
        }
        if self.sums.is_empty() {
            self.sums.clone_from(&original.sums);
        }
    }
}

impl Definition {
    pub(super) fn named(&self) -> Named<'_> {
        Named { zh: &self.zh, en: &self.en }
    }

    /// A field that a fact names and that is not read.
    pub(super) fn unread_field(&self) -> Option<&str> {
        let parts =
            self.facts.iter().flat_map(|fact| fact.needs.values().chain(fact.also.values()));
        let mut named = parts.map(String::as_str);
        named.find(|name| !self.reads(name))
    }

    /// A field that another one follows from and that is not read.
    pub(super) fn unread_source(&self) -> Option<&str> {
        let mut named = self.fields.iter().flat_map(|field| &field.from).map(String::as_str);
        named.find(|name| !self.reads(name))
    }

    fn reads(&self, name: &str) -> bool {
        let of_total = |total: &TotalDefinition| {
            [&total.amount, &total.net, &total.tax, &total.rate, &total.words]
                .iter()
                .any(|of| *of == name)
        };
        self.fields.iter().any(|field| field.name == name)
            || self.total.as_ref().is_some_and(of_total)
    }

    /// Fields, sums and facts of another kind before its own, and its words, seals and signatures where there
    /// are none.
    pub(super) fn take_over(&mut self, original: &Self) {
        let own = std::mem::replace(&mut self.fields, original.fields.clone());
        self.fields.extend(own);
        self.total = self.total.take().or_else(|| original.total.clone());
        let own = std::mem::replace(&mut self.facts, original.facts.clone());
        self.facts.extend(own);
        self.table = self.table.take().or_else(|| original.table.clone());
        if self.parts.is_empty() {
            self.parts.clone_from(&original.parts);
        }
        if self.words.is_empty() {
            self.words.clone_from(&original.words);
        }
        if self.seals.is_empty() {
            self.seals.clone_from(&original.seals);
        }
        if self.signatures.is_empty() {
            self.signatures.clone_from(&original.signatures);
        }
    }
}
