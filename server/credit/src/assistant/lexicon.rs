//! The phrases of the knowledge base in a text: industries, things, documents.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};

use super::letters::Letters;
use crate::Knowledge;

/// What a phrase names. Where phrases of one length overlap, the first of these is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Document,
    Asset,
    Industry,
    /// A word that names an industry only where somebody tells what he does: 保洁, 瓷砖.
    Trade,
}

/// A phrase of the knowledge base, where it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
    /// Id in the knowledge base.
    pub(crate) id: String,
    /// The industry that the same phrase may name as well (加油站).
    pub(crate) industry: Option<String>,
}

/// All phrases, ready to be looked for.
#[derive(Debug)]
pub(crate) struct Lexicon {
    phrases: AhoCorasick,
    meant: Vec<Meaning>,
}

#[derive(Debug)]
struct Meaning {
    kind: Kind,
    id: String,
    industry: Option<String>,
}

impl Lexicon {
    pub(crate) fn new(
        knowledge: &Knowledge,
        trades: &BTreeMap<String, Vec<String>>,
    ) -> Result<Self, BuildError> {
        let mut found: Vec<(String, Kind, &str)> = Vec::new();
        let documents = knowledge.documents().iter().filter_map(|(id, said)| {
            let id = match id.as_str() {
                "_contract" => "contract",
                "_invoice" => "vat_invoice",
                "_licence" => "business_licence",
                general if general.starts_with('_') => return None,
                kind => kind,
            };
            Some((Kind::Document, id, said))
        });
        let assets =
            knowledge.assets().iter().map(|(id, asset)| (Kind::Asset, id.as_str(), &asset.said));
        let industries = knowledge
            .industries()
            .iter()
            .map(|(id, industry)| (Kind::Industry, id.as_str(), &industry.said));
        let trades = trades.iter().map(|(id, said)| (Kind::Trade, id.as_str(), said));
        for (kind, id, said) in documents.chain(assets).chain(industries).chain(trades) {
            found.extend(said.iter().map(|phrase| {
                let letters = Letters::new(phrase);
                (letters.text(0..letters.len()), kind, id)
            }));
        }
        found.sort();
        let (mut phrases, mut meant) = (Vec::new(), Vec::<Meaning>::new());
        for (phrase, kind, id) in found {
            if phrase.is_empty() {
                continue;
            }
            if phrases.last() == Some(&phrase) {
                if let (Kind::Industry, Some(first)) = (kind, meant.last_mut()) {
                    first.industry = Some(id.to_owned());
                }
                continue;
            }
            let industry = (kind == Kind::Industry).then(|| id.to_owned());
            meant.push(Meaning { kind, id: id.to_owned(), industry });
            phrases.push(phrase);
        }
        let phrases = AhoCorasick::builder().match_kind(MatchKind::Standard).build(phrases)?;
        Ok(Self { phrases, meant })
    }

    /// What is named in a text, from left to right; where phrases overlap, the longest. A phrase of
    /// one letter (车) has to be a word of its own; `words` says where words begin and end.
    pub(crate) fn find(&self, letters: &Letters, words: &[Range<usize>]) -> Vec<Named> {
        let text = letters.text(0..letters.len());
        let mut place_of = vec![0; text.len() + 1];
        let mut last = 0;
        for (place, (byte, letter)) in text.char_indices().enumerate() {
            if let Some(slots) = place_of.get_mut(byte..byte + letter.len_utf8()) {
                slots.fill(place);
            }
            last = place + 1;
        }
        if let Some(end) = place_of.last_mut() {
            *end = last;
        }
        let mut found: Vec<(usize, Kind, Named)> = Vec::new();
        for hit in self.phrases.find_overlapping_iter(&text) {
            let places = (place_of.get(hit.start()), place_of.get(hit.end()));
            let (Some(start), Some(end)) = places else { continue };
            let Some(meaning) = self.meant.get(hit.pattern().as_usize()) else { continue };
            let span = *start..past_plural(letters, *start, *end);
            let alone = span.len() > 1 || words.contains(&span);
            if !alone || !letters.boundary(span.start) || !letters.boundary(span.end) {
                continue;
            }
            let named = Named {
                span,
                kind: meaning.kind,
                id: meaning.id.clone(),
                industry: meaning.industry.clone(),
            };
            found.push((named.span.len(), meaning.kind, named));
        }
        found.sort_by(|one, other| {
            let longest_first = other.0.cmp(&one.0);
            longest_first.then(one.1.cmp(&other.1)).then(one.2.span.start.cmp(&other.2.span.start))
        });
        let mut chosen: Vec<Named> = Vec::new();
        for (_, _, named) in found {
            let free = |other: &Named| {
                named.span.end <= other.span.start || other.span.end <= named.span.start
            };
            if chosen.iter().all(free) {
                chosen.push(named);
            }
        }
        chosen.sort_by_key(|named| named.span.start);
        chosen
    }
}

/// Past the s of an English plural.
fn past_plural(letters: &Letters, start: usize, end: usize) -> usize {
    if !letters.before(end).is_ascii_alphabetic() || end - start < 3 {
        return end;
    }
    let rest = letters.latin(end);
    if rest == "s" || rest == "es" { end + rest.len() } else { end }
}
