//! How relations are told in English.

use std::ops::Range;

use super::Dealing;
use super::Relation::{self, Customer, Supplier};
use super::clause::Clause;

/// Words, the relation, and whether the name stands behind them.
#[rustfmt::skip]
const CUES: &[(&str, Relation, bool)] = &[
    ("supplies us", Supplier, false), ("supplies me", Supplier, false),
    ("ships to me", Supplier, false), ("ships to us", Supplier, false),
    ("delivers to me", Supplier, false), ("delivers to us", Supplier, false),
    ("sells to us", Supplier, false), ("sells me", Supplier, false),
    ("is our supplier", Supplier, false), ("is my supplier", Supplier, false),
    ("comes from", Supplier, true), ("come from", Supplier, true),
    ("supplied by", Supplier, true), ("delivered by", Supplier, true),
    ("shipped by", Supplier, true), ("sourced from", Supplier, true),
    ("supplier is", Supplier, true), ("suppliers are", Supplier, true),
    ("wholesaler is", Supplier, true), ("customer is", Customer, true),
    ("customers are", Customer, true), ("client is", Customer, true),
    ("clients are", Customer, true), ("buyer is", Customer, true), ("buyers are", Customer, true),
    ("sold to", Customer, true), ("work for", Customer, true), ("haul for", Customer, true),
    ("drive for", Customer, true), ("deliver for", Customer, true),
    ("produce for", Customer, true), ("owes us", Customer, false), ("owes me", Customer, false),
    ("buys from", Customer, false), ("buy from us", Customer, false),
    ("buy from me", Customer, false), ("orders from", Customer, false),
    ("hires", Customer, false), ("outsources", Customer, false), ("gives us", Customer, false),
    ("sends us", Customer, false), ("buys my", Customer, false), ("buys our", Customer, false),
    ("buys all", Customer, false), ("supplies our", Supplier, false),
    ("supplies all", Supplier, false), ("supplies my", Supplier, false),
    ("is a supplier", Supplier, false), ("i order from", Supplier, true),
    ("we order from", Supplier, true), ("stock from", Supplier, true),
    ("goods from", Supplier, true), ("catering for", Customer, true),
    ("packaging for", Customer, true), ("subcontract for", Customer, true),
    ("supplying", Customer, true), ("order from us", Customer, false),
    ("order from me", Customer, false), ("buyer of ours", Customer, false),
    ("orders our", Customer, false), ("uses our", Customer, false),
    ("takes our", Customer, false), ("distributor for", Supplier, true),
    ("dealer for", Supplier, true), ("agent for", Supplier, true),
];

/// A verb, what stands before its object, and the relation to that.
#[rustfmt::skip]
const OBJECTS: &[(&str, &str, Relation)] = &[
    ("buy", "from", Supplier), ("bought", "from", Supplier), ("purchase", "from", Supplier),
    ("purchase", "off", Supplier), ("source", "from", Supplier), ("get", "from", Supplier),
    ("order", "from", Supplier), ("import", "from", Supplier), ("restock", "from", Supplier),
    ("take", "from", Supplier), ("pick", "from", Supplier), ("supplier", "is", Supplier),
    ("supply", "to", Customer), ("sell", "to", Customer), ("deliver", "to", Customer),
    ("ship", "to", Customer), ("export", "to", Customer), ("go", "to", Customer),
    ("supply", "", Customer), ("serve", "", Customer), ("make", "for", Customer),
    ("produce", "for", Customer), ("transport", "for", Customer), ("haul", "for", Customer),
    ("process", "for", Customer), ("wash", "for", Customer), ("provide", "to", Customer),
    ("work", "with", Customer),
];

/// Words that no name has: it has ended before them.
#[rustfmt::skip]
const ENDS: &[&str] = &[
    "in", "every", "each", "around", "since", "for", "at", "on", "near", "who", "which", "that",
    "by", "through", "with", "about", "and", "but", "twice", "once", "daily", "weekly", "monthly",
    "mostly", "mainly", "usually", "always", "also", "is", "are", "has", "have", "they", "he",
    "she", "we", "i", "thirty", "late", "from", "to", "of", "called", "us", "me", "our", "my",
    "regularly", "directly", "now", "this", "last", "nearby", "as", "when", "because", "so",
    "next", "under", "it", "per", "too", "already", "long-term",
];

/// Words that stand before a name.
#[rustfmt::skip]
const ARTICLES: &[&str] = &[
    "a", "an", "the", "our", "my", "two", "three", "several", "some", "local", "mostly", "mainly",
    "upstream", "it's", "big", "all", "also", "many", "most", "nearby", "one", "four", "five",
    "few", "both", "for", "with", "small",
];

impl Clause<'_> {
    pub(super) fn english(&self) -> Option<Dealing> {
        let latin = self.span.clone().filter(|place| self.letters.at(*place).is_ascii_alphabetic());
        if latin.count() * 2 < self.span.len() {
            return None;
        }
        for (words, relation, behind) in CUES.iter().copied() {
            if let Some(cue) = self.first(&[words], self.span.start) {
                let span = if behind { cue.end..self.span.end } else { self.span.start..cue.start };
                let parties = self.english_names(span);
                return Some(Dealing { relation, words: cue, parties });
            }
        }
        for (verb, link, relation) in OBJECTS.iter().copied() {
            let Some(cue) = self.first(&[verb], self.span.start) else { continue };
            if !self.letters.boundary(cue.start) {
                continue;
            }
            let link = if link.is_empty() {
                cue.clone()
            } else {
                let spaced = format!(" {link} ");
                let Some(found) = self.first(&[spaced.as_str()], cue.end) else { continue };
                found
            };
            let us = ["us", "me"].contains(&self.letters.latin(link.end).as_str());
            let (relation, span) = match (us, relation) {
                (false, relation) => (relation, link.end..self.span.end),
                (true, Supplier) => (Customer, self.span.start..cue.start),
                (true, Customer) => (Supplier, self.span.start..cue.start),
            };
            let parties = self.english_names(span);
            return Some(Dealing { relation, words: cue, parties });
        }
        let roles = [
            (["customer", "client", "buyer"], Customer),
            (["supplier", "wholesaler", "vendor"], Supplier),
        ];
        for (nouns, relation) in roles {
            let Some(cue) = self.first(&nouns, self.span.start) else { continue };
            let is = self.first(&[" is ", " are "], self.span.start)?;
            let before = is.start < cue.start;
            let span = if before { self.span.start..is.start } else { is.end..self.span.end };
            let parties = self.english_names(span);
            return Some(Dealing { relation, words: cue, parties });
        }
        None
    }

    /// The names in a stretch, one by one: A and B.
    fn english_names(&self, span: Range<usize>) -> Vec<Range<usize>> {
        let mut names = Vec::new();
        let mut start = span.start;
        while let Some(and) = self.first(&[" and ", "、"], start).filter(|and| and.end <= span.end)
        {
            names.extend(self.english_name(start..and.start));
            start = and.end;
        }
        names.extend(self.english_name(start..span.end));
        names
    }

    /// A name in English words: up to the first word that no name has.
    fn english_name(&self, span: Range<usize>) -> Option<Range<usize>> {
        let mut words: Vec<Range<usize>> = Vec::new();
        let mut place = span.start;
        while place < span.end {
            place = self.letters.past_spaces(place);
            let mut end = place;
            while end < span.end && self.letters.at(end) != ' ' {
                end += 1;
            }
            if end > place {
                words.push(place..end);
            }
            place = end.max(place + 1);
        }
        let text = |word: &Range<usize>| self.letters.text(word.clone());
        if let Some(called) = words.iter().position(|word| text(word) == "called") {
            words.drain(..=called);
        }
        while words.first().is_some_and(|word| ARTICLES.contains(&text(word).as_str())) {
            words.remove(0);
        }
        let ends = |word: &Range<usize>| ENDS.contains(&text(word).as_str());
        if let Some(end) = words.iter().position(ends) {
            words.truncate(end);
        }
        let (first, last) = (words.first()?, words.last()?);
        let mut end = last.end;
        if self.letters.ends(end, "'s") {
            end -= 2;
        }
        (words.len() <= 5).then_some(first.start..end)
    }
}
