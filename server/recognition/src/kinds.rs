//! The kinds of vouchers: what each is known by and what is read of it, one file of `kinds/` each.

mod definition;
mod layout;

use std::collections::BTreeMap;

use thiserror::Error;

use crate::fields;
use crate::page::{self, Line, Page};
use definition::Definition;
pub use definition::Named;
pub(crate) use definition::{
    ColumnDefinition, Elsewhere, FactDefinition, FieldDefinition, Place, SealDefinition,
    SignatureDefinition, TableDefinition, TotalDefinition, Which,
};

/// The answer where no kind is supported by enough words.
pub(crate) const UNKNOWN: &str = "unknown";

/// Weight from which a kind is believed. A title alone weighs more.
const ENOUGH: u32 = 5;

/// What a title weighs where it is a line of its own, and where it is a part of one: a text may speak of
/// other papers.
const TITLE: u32 = 7;
const TITLE_IN_TEXT: u32 = 3;

/// So many characters may stand beside a title on its line: a place before it, "(copy)" behind it.
const BESIDE_A_TITLE: usize = 6;

/// Chinese characters that may follow a title: those of copies and counterfoils. Any other makes it a part of
/// another word, as 销货单 (delivery note) is of 销货单位 (the selling party).
const AFTER_A_TITLE: &str = "副正第存抵发记回联";

/// Weight at which the words alone leave no doubt.
const WELL_SUPPORTED: f32 = 12.0;

/// All kinds that can be told apart.
#[derive(Clone, Debug)]
pub struct Kinds {
    kinds: BTreeMap<String, Definition>,
}

/// A kind's file that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KindError {
    /// Not TOML, or not as the files of `kinds/` are written.
    #[error("kinds/{file}.toml: {source}")]
    Malformed {
        /// Which file, without its ending.
        file: String,
        /// What is wrong, and in which line.
        source: Box<toml::de::Error>,
    },
    /// It names another kind that is not there or itself takes over from another.
    #[error("kinds/{file}.toml: like = \"{like}\" must name a kind that is like no other itself")]
    Like {
        /// Which file, without its ending.
        file: String,
        /// What it names.
        like: String,
    },
    /// A fact of it rests on a field that it does not read.
    #[error("kinds/{file}.toml: a fact names the field \"{field}\", which is not read")]
    Fact {
        /// Which file, without its ending.
        file: String,
        /// What it names.
        field: String,
    },
    /// A field of it follows from one that it does not read.
    #[error("kinds/{file}.toml: a field follows from \"{field}\", which is not read")]
    Source {
        /// Which file, without its ending.
        file: String,
        /// What it names.
        field: String,
    },
    /// Its table is like that of a kind that is not there, or has none of its own.
    #[error(
        "kinds/{file}.toml: table like = \"{like}\" must name a kind whose table is like no other"
    )]
    TableLike {
        /// Which file, without its ending.
        file: String,
        /// What it names.
        like: String,
    },
    /// Nothing could ever support it.
    #[error("kinds/{file}.toml: neither titles nor words, and no scene: it could never be told")]
    Unknowable {
        /// Which file, without its ending.
        file: String,
    },
}

impl Kinds {
    /// The kinds that this crate brings.
    pub fn built_in() -> Result<Self, KindError> {
        const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/kinds.rs"));
        Self::parse(FILES.iter().copied())
    }

    /// Kinds from the texts of their files, each with the kind's id: the file's name without its ending.
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, KindError> {
        let mut kinds = BTreeMap::new();
        for (id, text) in files {
            let definition: Definition = toml::from_str(text).map_err(|source| {
                KindError::Malformed { file: id.to_owned(), source: Box::new(source) }
            })?;
            kinds.insert(id.to_owned(), definition);
        }
        let originals = kinds.clone();
        for (id, kind) in &mut kinds {
            if let Some(like) = kind.like.clone() {
                let original = originals.get(&like).filter(|original| original.like.is_none());
                let Some(original) = original else {
                    return Err(KindError::Like { file: id.clone(), like });
                };
                kind.take_over(original);
            }
            if let Some(field) = kind.unread_field() {
                return Err(KindError::Fact { file: id.clone(), field: field.to_owned() });
            }
            if let Some(field) = kind.unread_source() {
                return Err(KindError::Source { file: id.clone(), field: field.to_owned() });
            }
            let table = kind.table.as_mut();
            if let Some((table, like)) = table.and_then(|of| of.like.clone().map(|like| (of, like)))
            {
                let original = originals.get(&like).and_then(|original| original.table.as_ref());
                let Some(original) = original.filter(|original| original.like.is_none()) else {
                    return Err(KindError::TableLike { file: id.clone(), like });
                };
                table.take_over(original);
            }
            if !kind.scene && kind.titles.is_empty() && kind.words.is_empty() {
                return Err(KindError::Unknowable { file: id.clone() });
            }
        }
        Ok(Self { kinds })
    }

    /// Each kind's id with its Chinese and English names.
    pub fn names(&self) -> impl Iterator<Item = (&str, Named<'_>)> {
        self.kinds.iter().map(|(id, kind)| (id.as_str(), kind.named()))
    }

    /// The best supported kind and how sure that is, 0..1.
    pub(crate) fn of(&self, page: &Page) -> (&str, f32) {
        let supported: Vec<(&str, u32, bool)> = self
            .kinds
            .iter()
            .filter_map(|(id, kind)| {
                kind.weight(page).map(|(weight, titled)| (id.as_str(), weight, titled))
            })
            .collect();
        // Of two that are supported alike, the one whose title was read.
        let best = supported.iter().rev().max_by_key(|(_, weight, titled)| (*weight, *titled));
        let Some((best, weight, _)) = best.copied().filter(|(_, weight, _)| *weight >= ENOUGH)
        else {
            return (UNKNOWN, 0.0);
        };
        // What speaks for a relative speaks for the kind as well.
        let others = supported.iter().filter(|(id, ..)| self.family(id) != self.family(best));
        let second = others.map(|(_, weight, _)| *weight).max().unwrap_or_default();
        // Half for the words themselves, half for the distance to the next kind.
        let words = (weight as f32 / WELL_SUPPORTED).min(1.0);
        let lead = weight.saturating_sub(second) as f32 / weight as f32;
        (best, f32::midpoint(words, lead))
    }

    /// A scene that answers what was asked: no document, so no words speak for it.
    pub(crate) fn scene<'a>(&self, asked: Option<&'a str>) -> Option<&'a str> {
        asked.filter(|asked| self.kinds.get(*asked).is_some_and(|kind| kind.scene))
    }

    /// What is read of a kind.
    pub(crate) fn fields(&self, kind: &str) -> &[FieldDefinition] {
        self.kinds.get(kind).map_or(&[], |kind| &kind.fields)
    }

    /// The seals that a kind bears.
    pub(crate) fn seals(&self, kind: &str) -> &[SealDefinition] {
        self.kinds.get(kind).map_or(&[], |kind| &kind.seals)
    }

    /// Where a kind is signed.
    pub(crate) fn signatures(&self, kind: &str) -> &[SignatureDefinition] {
        self.kinds.get(kind).map_or(&[], |kind| &kind.signatures)
    }

    /// Where a kind's sums stand, if it has any.
    pub(crate) fn total(&self, kind: &str) -> Option<&TotalDefinition> {
        self.kinds.get(kind)?.total.as_ref()
    }

    /// What a kind's vouchers prove.
    pub(crate) fn facts(&self, kind: &str) -> &[FactDefinition] {
        self.kinds.get(kind).map_or(&[], |kind| &kind.facts)
    }

    /// What the table of a kind holds, if it has any.
    pub(crate) fn table(&self, kind: &str) -> Option<&TableDefinition> {
        self.kinds.get(kind)?.table.as_ref()
    }

    /// What such a paper has besides its required fields.
    pub(crate) fn parts(&self, kind: &str) -> &[String] {
        self.kinds.get(kind).map_or(&[], |kind| &kind.parts)
    }

    /// Whether a text is what the column of any kind's table is called.
    pub(crate) fn is_heading(&self, text: &str) -> bool {
        let text = page::normal(text);
        let tables = self.kinds.values().filter_map(|kind| kind.table.as_ref());
        tables.flat_map(|table| &table.columns).any(|column| column.is_headed(&text).is_some())
    }

    /// What several kinds have in common that rules go by, such as `vat_invoice`; else the kind itself.
    pub fn family<'a>(&'a self, kind: &'a str) -> &'a str {
        self.kinds.get(kind).and_then(|kind| kind.family.as_deref()).unwrap_or(kind)
    }

    /// Whether `read` answers what was asked for: its kind, or its family.
    pub(crate) fn answers(&self, asked: &str, read: &str) -> bool {
        asked == read || asked == self.family(read)
    }
}

impl Definition {
    /// What speaks for the kind, and whether its title was read; `None` where something speaks against it.
    fn weight(&self, page: &Page) -> Option<(u32, bool)> {
        let foreign = |title: &String| page.lines().iter().any(|line| is_title(line, title));
        if self.titles_of_others.iter().any(foreign) {
            return None;
        }
        let title = self.titles.iter().map(|title| {
            page.lines()
                .iter()
                .map(|line| match line.text.contains(title) {
                    true if is_title(line, title) => TITLE,
                    true => TITLE_IN_TEXT,
                    false => 0,
                })
                .max()
                .unwrap_or_default()
        });
        let title = title.max().unwrap_or_default();
        let words = self.words.iter().filter(|(word, _)| page.has(word));
        let words: u32 = words.map(|(_, weight)| u32::from(*weight)).sum();
        // Where a paper's parts stand says which of its relatives it is, not what it is about.
        let layout = if title + words < ENOUGH {
            0
        } else {
            let seen = self.layout.iter().filter(|layout| layout.holds(page));
            seen.map(|layout| u32::from(layout.weight)).sum()
        };
        if self.needs_title && title == 0 && layout == 0 {
            return None;
        }
        Some((title + words + layout, title > 0))
    }
}

impl ColumnDefinition {
    /// How well a text is one of the column's headings: the share of it that the heading makes up, so that 1
    /// is the heading alone. A unit or a remark in brackets may follow.
    pub(crate) fn is_headed(&self, text: &str) -> Option<f32> {
        let bare = text.split('(').next().unwrap_or_default();
        let whole = text.chars().count().max(1) as f32;
        let share = |heading: &String| {
            let length = heading.chars().count() as f32;
            if text == heading {
                return Some(1.0);
            }
            let fits = bare == heading || text.contains(heading.as_str()) && 2.0 * length > whole;
            fits.then_some(0.99 * (length / whole).max(0.5))
        };
        self.headings.iter().filter_map(share).max_by(f32::total_cmp)
    }
}

/// Whether a line is little more than a title.
fn is_title(line: &Line, title: &str) -> bool {
    let Some((_, after)) = line.text.split_once(title) else { return false };
    let is_whole = after
        .chars()
        .next()
        .is_none_or(|next| !fields::is_han(next) || AFTER_A_TITLE.contains(next));
    is_whole && line.text.chars().count() <= title.chars().count() + BESIDE_A_TITLE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(files: &[(&str, &str)]) -> String {
        Kinds::parse(files.iter().copied()).expect_err("refused").to_string()
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let field =
            "zh = '单'\nen = 'Slip'\nwords = { '单' = 5 }\n[[field]]\nname = 'x'\nreads = 'y'";
        assert!(error(&[("slip", field)]).starts_with("kinds/slip.toml: TOML parse error"));
        let like = "zh = '单'\nen = 'Slip'\nlike = 'none'";
        assert!(error(&[("slip", like)]).contains("must name a kind"));
        assert!(error(&[("slip", "zh = '单'\nen = 'Slip'")]).contains("never be told"));
        let fact = "zh = '单'\nen = 'Slip'\n[[fact]]\nname = 'x'\nneeds = { amount = 'sum' }";
        assert!(error(&[("slip", fact)]).contains("names the field \"sum\""));
        let source = format!("{}\nfrom = ['place']", field.replace("'y'", "'region'"));
        assert!(error(&[("slip", &source)]).contains("follows from \"place\""));
    }

    #[test]
    fn every_kind_that_is_asked_for_is_known() {
        let kinds = Kinds::built_in().expect("the files");
        let names: Vec<&str> = kinds.names().map(|(id, _)| id).collect();
        assert!(names.len() >= 35, "{} kinds", names.len());
        assert_eq!(kinds.family("digital_invoice"), "vat_invoice");
        assert_eq!(kinds.family("haulage_contract"), "contract");
        assert_eq!(kinds.family("waybill"), "waybill");
        for (id, Named { zh, en }) in kinds.names() {
            assert!(!zh.is_empty() && !en.is_empty(), "{id}");
        }
    }
}
