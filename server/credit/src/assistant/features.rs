//! What the model sees of a text: words, letters in twos and threes, and what kind of a thing stands where.

use std::ops::Range;

use super::letters::Letters;

/// Begins and ends a text; no letter that anybody types.
const EDGE: char = '\u{1}';

/// A stretch of the text that stands for its kind: an amount, a document.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    pub(crate) span: Range<usize>,
    /// One letter for its kind, of the private use area.
    pub(crate) letter: char,
}

/// What is seen of a text.
pub(crate) fn features(
    letters: &Letters,
    words: &[Range<usize>],
    holders: &[Holder],
    concepts: &[usize],
) -> Seen {
    let mut found = Features(Vec::new());
    let spoken: Vec<String> = words
        .iter()
        .map(|word| letters.text(word.clone()))
        .filter(|word| !word.trim().is_empty())
        .collect();
    for word in &spoken {
        found.add("w", word);
    }
    grams(&mut found, "c", &plain(letters));

    let masked = masked(letters, words, holders);
    for pair in masked.windows(2) {
        found.add("ww", &pair.join(" "));
    }
    for three in masked.windows(3) {
        found.add("www", &three.join(" "));
    }
    if let (Some(first), Some(last)) = (masked.first(), masked.last()) {
        found.add("first", first);
        found.add("last", last);
    }
    for (place, holder) in holders.iter().enumerate() {
        found.add("h", &holder.letter.to_string());
        for other in holders.iter().skip(place + 1) {
            found.add("hh", &format!("{}{}", holder.letter, other.letter));
        }
    }
    let length = match spoken.len() {
        length @ 0..=4 => length,
        5..=7 => 5,
        8..=12 => 8,
        _ => 13,
    };
    found.add("length", &length.to_string());
    Seen { fine: found.settle(), coarse: coarse(holders, concepts) }
}

/// Concepts and kinds of things, alone and in pairs.
fn coarse(holders: &[Holder], concepts: &[usize]) -> Vec<u32> {
    let mut found = Features(Vec::new());
    let kinds: std::collections::BTreeSet<char> =
        holders.iter().map(|holder| holder.letter).collect();
    let names: Vec<String> = concepts
        .iter()
        .map(ToString::to_string)
        .chain(kinds.iter().map(ToString::to_string))
        .collect();
    for (place, name) in names.iter().enumerate() {
        found.add("k", name);
        for other in names.iter().skip(place + 1) {
            let (one, other) = if name < other { (name, other) } else { (other, name) };
            found.add("kk", &format!("{one} {other}"));
        }
    }
    for pair in concepts.windows(2) {
        if let [one, other] = pair {
            found.add("k>k", &format!("{one} {other}"));
        }
    }
    match (concepts.first(), concepts.last()) {
        (Some(first), Some(last)) => {
            found.add("kfirst", &first.to_string());
            found.add("klast", &last.to_string());
        }
        _ => found.add("k", "none"),
    }
    found.settle()
}

/// The hashes of a text's features, each once, in rising order.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Words and letters.
    pub(crate) fine: Vec<u32>,
    /// Concepts and kinds of things.
    pub(crate) coarse: Vec<u32>,
}

struct Features(Vec<u32>);

impl Features {
    fn add(&mut self, family: &str, what: &str) {
        // FNV-1a, 64 bits, folded: it must never change, or the weights no longer fit.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in family.bytes().chain([0]).chain(what.bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self.0.push((hash ^ (hash >> 32)) as u32);
    }

    fn settle(mut self) -> Vec<u32> {
        self.0.sort_unstable();
        self.0.dedup();
        self.0
    }
}

/// The letters between two edges, digits all alike and without spaces between hanzi.
fn plain(letters: &Letters) -> Vec<char> {
    let mut text = vec![EDGE];
    for (place, letter) in letters.folded().iter().enumerate() {
        let next_to_latin = letters.before(place).is_ascii_alphabetic()
            || letters.at(place + 1).is_ascii_alphabetic();
        match letter {
            ' ' if !next_to_latin => {}
            digit if digit.is_ascii_digit() => text.push('0'),
            other => text.push(*other),
        }
    }
    text.push(EDGE);
    text
}

/// Letters alone, in twos and threes; Latin ones in threes to fives.
fn grams(found: &mut Features, family: &str, text: &[char]) {
    for length in 1..=5 {
        for gram in text.windows(length) {
            let latin = gram.iter().filter(|letter| letter.is_ascii_alphabetic()).count();
            let fits = if latin * 2 > length { length >= 3 } else { length <= 3 };
            if fits {
                found.add(family, &gram.iter().collect::<String>());
            }
        }
    }
}

/// The words between two edges, with a letter for each thing whose kind is known.
fn masked(letters: &Letters, words: &[Range<usize>], holders: &[Holder]) -> Vec<String> {
    let mut text = vec![EDGE.to_string()];
    let mut holders = holders.iter().peekable();
    let mut past = 0;
    for word in words {
        while let Some(holder) = holders.next_if(|holder| holder.span.start < word.end) {
            let start = word.start.max(past);
            if start < holder.span.start {
                text.push(letters.text(start..holder.span.start));
            }
            text.push(holder.letter.to_string());
            past = past.max(holder.span.end);
        }
        let start = word.start.max(past);
        let rest = letters.text(start..word.end.max(start));
        if !rest.trim().is_empty() {
            text.push(rest);
        }
        past = past.max(word.end);
    }
    text.push(EDGE.to_string());
    text
}
