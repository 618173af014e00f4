//! Words that mean alike: what the model of intents knows beyond the utterances it was trained on.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, BuildError, MatchKind};

use super::letters::Letters;

/// The concepts and their words, ready to be looked for.
#[derive(Debug)]
pub(crate) struct Concepts {
    words: AhoCorasick,
    /// For each word its concept, by number, and whether it may go on.
    of: Vec<(usize, bool)>,
    /// The concept of words that mean none of the others, though they contain their words.
    nothing: Option<usize>,
}

impl Concepts {
    pub(crate) fn new(concepts: &BTreeMap<String, Vec<String>>) -> Result<Self, BuildError> {
        let (mut words, mut of) = (Vec::new(), Vec::new());
        for (number, said) in concepts.values().enumerate() {
            for word in said {
                let letters = Letters::new(word.trim_end_matches('*'));
                words.push(letters.text(0..letters.len()));
                of.push((number, word.ends_with('*')));
            }
        }
        let words = AhoCorasick::builder().match_kind(MatchKind::Standard).build(words)?;
        let nothing = concepts.keys().position(|name| name == "nothing");
        Ok(Self { words, of, nothing })
    }

    /// The numbers of the concepts in a text, in the order in which they are first said.
    pub(crate) fn find(&self, letters: &Letters) -> Vec<usize> {
        let text = letters.text(0..letters.len());
        let bytes = text.as_bytes();
        let latin = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric)
        };
        let mut hits: Vec<(std::ops::Range<usize>, usize)> = Vec::new();
        for hit in self.words.find_overlapping_iter(&text) {
            let Some((concept, goes_on)) = self.of.get(hit.pattern().as_usize()) else { continue };
            let starts_within = latin(hit.start().checked_sub(1)) && latin(Some(hit.start()));
            let ends_within = latin(hit.end().checked_sub(1)) && latin(Some(hit.end()));
            if !starts_within && (*goes_on || !ends_within) {
                hits.push((hit.range(), *concept));
            }
        }
        // 什么时候 asks when and not what; 没关系 closes nothing.
        let hidden = |span: &std::ops::Range<usize>| {
            hits.iter().any(|(other, _)| {
                other.start <= span.start && span.end <= other.end && other.len() > span.len()
            })
        };
        let mut shown: Vec<(usize, usize)> = hits
            .iter()
            .filter(|(span, _)| !hidden(span))
            .map(|(span, concept)| (span.start, *concept))
            .collect();
        shown.sort_unstable();
        let mut seen = BTreeSet::new();
        shown
            .into_iter()
            .filter(|(_, concept)| self.nothing != Some(*concept))
            .filter_map(|(_, concept)| seen.insert(concept).then_some(concept))
            .collect()
    }
}
