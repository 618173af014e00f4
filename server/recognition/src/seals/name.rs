//! Whether what a seal says is a name that the page names.

use serde::{Deserialize, Serialize};

use crate::page::normal;
use crate::subsequence::in_common;

/// Similarity from which two names are one, read with a mistake: `SEALS.md`.
const SAME: f32 = 0.8;

/// Similarity up to which a name that was read well is another one. Of a ring on a capture characters get lost: up
/// to 0.67 one seal in seven is taken for another company's, up to this none (`SEALS.md`).
pub(crate) const OTHER: f32 = 0.4;

/// How sure a text must be to speak against the page, 0..1, and how many characters of its own it must have: three
/// are what is left of a ring of which nothing was read.
const READ_WELL: f32 = 0.9;
const LONG_ENOUGH: usize = 4;

/// Endings that names of the same form share, and that say nothing about whose they are.
const FORMS: [&str; 7] =
    ["股份有限公司", "有限责任公司", "有限公司", "有限公", "公司", "合作社", "经营部"];

/// What a seal says about the page's names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NameCheck {
    /// What follows.
    pub agreement: Agreement,
    /// The field that it was compared with: the most similar one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// How similar they are, 0..1: twice the characters that both have in order, of all.
    #[serde(default)]
    pub similarity: f32,
}

/// Whether a seal bears a name that the page names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// It does.
    Consistent,
    /// It was read well and bears another.
    Different,
    /// Too little was read to tell, or the page names nobody.
    #[default]
    Unreadable,
}

/// Compares what a seal says with the page's names, each by its field.
pub(crate) fn agreement<'a>(
    text: &str,
    confidence: f32,
    names: impl Iterator<Item = (&'a str, &'a str)>,
) -> NameCheck {
    let compared = names.map(|(field, name)| (field, similarity(text, name)));
    let Some((field, similarity)) = compared.max_by(|(_, a), (_, b)| a.total_cmp(b)) else {
        return NameCheck::default();
    };
    let read_well = confidence >= READ_WELL && core(text).len() >= LONG_ENOUGH;
    let agreement = match similarity {
        similarity if similarity >= SAME => Agreement::Consistent,
        similarity if similarity <= OTHER && read_well => Agreement::Different,
        _ => Agreement::Unreadable,
    };
    NameCheck { agreement, field: Some(field.to_owned()), similarity }
}

/// Whether a text names a business rather than an authority.
pub(crate) fn is_a_company(text: &str) -> bool {
    ["公司", "合作社", "厂", "店", "行", "部", "中心"].iter().any(|form| text.ends_with(form))
}

/// The share of a word's characters that a text has in its order, 0..1.
pub(crate) fn share_of(word: &str, text: &str) -> f32 {
    let letters = |text: &str| normal(text).chars().take(MOST).collect::<Vec<char>>();
    let (word, text) = (letters(word), letters(text));
    in_common(&word, &text) as f32 / word.len().max(1) as f32
}

/// How much of two names is the same, 0..1, without the endings that all names of their form have.
pub(crate) fn similarity(one: &str, other: &str) -> f32 {
    let (one, other) = (core(one), core(other));
    let whole = one.len() + other.len();
    if whole == 0 { 0.0 } else { 2.0 * in_common(&one, &other) as f32 / whole as f32 }
}

fn core(name: &str) -> Vec<char> {
    let name = normal(name);
    let bare = FORMS.iter().find_map(|form| name.strip_suffix(form)).unwrap_or(&name);
    let core: Vec<char> = bare.chars().filter(|c| c.is_alphanumeric()).take(MOST).collect();
    core
}

/// Longest name that is compared, characters: the time goes with its square.
const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, confidence: f32) -> NameCheck {
        let names = [("party_a", "浙江岭川建材有限公司"), ("party_b", "云溪市顺远货运有限公司")];
        agreement(text, confidence, names.into_iter())
    }

    #[test]
    fn a_name_is_known_by_what_is_its_own() {
        let same = told("云溪市顺远货运有限公司", 0.5);
        assert_eq!(
            (same.agreement, same.field.as_deref()),
            (Agreement::Consistent, Some("party_b"))
        );
        assert!((same.similarity - 1.0).abs() < 1e-6);
        assert_eq!(told("云溪市顺运货运有限公", 0.6).agreement, Agreement::Consistent);
        assert_eq!(told("顺运货运有限公司", 0.6).agreement, Agreement::Unreadable);
        assert_eq!(told("云溪市顺运货运有限公司", 0.6).agreement, Agreement::Consistent);
        assert_eq!(told("杭州博大机械有限公司", 0.97).agreement, Agreement::Different);
        assert_eq!(told("杭州博大机械有限公司", 0.7).agreement, Agreement::Unreadable);
        assert_eq!(told("有限公司", 0.99).agreement, Agreement::Unreadable);
        // What is left of the page's own name.
        assert_eq!(told("江岭建有限公司", 0.99).agreement, Agreement::Unreadable);
        assert_eq!(told("市顺货运有限司", 0.99).agreement, Agreement::Unreadable);
    }

    #[test]
    fn a_page_without_names_says_nothing() {
        assert_eq!(agreement("云溪市顺远货运有限公司", 1.0, [].into_iter()), NameCheck::default());
        assert_eq!(similarity("", ""), 0.0);
        assert_eq!(similarity("有限公司", "有限公司"), 0.0);
    }
}
