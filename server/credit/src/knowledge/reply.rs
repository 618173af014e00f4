//! What the assistant says: texts with places to be filled in.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::KnowledgeError;
use crate::decision::Text;

/// Why an upload was sent back, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cause {
    /// Codes of the signals that it stands for.
    pub(crate) codes: Vec<String>,
    pub(crate) zh: String,
    pub(crate) en: String,
}

/// A language that the assistant speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Text {
    /// The text in a language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// A reply in a language, its places filled in.
pub(crate) fn say(
    replies: &BTreeMap<String, Text>,
    name: &str,
    language: Language,
    filling: &[(&str, String)],
) -> String {
    let template = replies.get(name).map(|text| text.in_language(language)).unwrap_or_default();
    let mut said = template.to_owned();
    for (place, value) in filling {
        said = said.replace(&format!("{{{place}}}"), value);
    }
    said
}

/// Whether both languages have the same places to fill in.
pub(super) fn check(replies: &BTreeMap<String, Text>) -> Result<(), KnowledgeError> {
    for (name, text) in replies {
        if places(&text.zh) != places(&text.en) {
            let reason = "the two languages have other words in braces";
            return Err(KnowledgeError::new("replies.toml", name, reason));
        }
    }
    Ok(())
}

fn places(text: &str) -> BTreeSet<&str> {
    let after = text.split('{').skip(1);
    after.filter_map(|rest| rest.split_once('}')).map(|(place, _)| place).collect()
}
