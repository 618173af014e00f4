//! What somebody typed, letter by letter: as it was typed, and folded so that one spelling is left.

use std::ops::Range;

/// Longest text that is looked at, characters; what comes after is cut off.
pub(crate) const LONGEST: usize = 2_000;

/// Traditional letters that stand in numbers, measures and the commonest words of business.
const TRADITIONAL: &str = "萬万兩两個个塊块億亿點点雲云車车門门貨货廠厂單单證证執执發发錢钱額额還还嗎吗麼么這这\
                           沒没對对條条隻只張张畝亩頭头間间噸吨雞鸡魚鱼豬猪養养賣卖買买開开業业營营稅税險险";

/// A text in two forms of the same length: places in one are places in the other.
#[derive(Clone, Debug)]
pub(crate) struct Letters {
    typed: Vec<char>,
    folded: Vec<char>,
}

impl Letters {
    pub(crate) fn new(text: &str) -> Self {
        let typed: Vec<char> = text.chars().take(LONGEST).collect();
        let folded = typed.iter().map(|letter| fold(*letter)).collect();
        Self { typed, folded }
    }

    pub(crate) fn len(&self) -> usize {
        self.folded.len()
    }

    pub(crate) fn folded(&self) -> &[char] {
        &self.folded
    }

    /// The folded letter at a place; NUL outside of the text.
    pub(crate) fn at(&self, place: usize) -> char {
        self.folded.get(place).copied().unwrap_or('\0')
    }

    /// The folded letter before a place; NUL before the first.
    pub(crate) fn before(&self, place: usize) -> char {
        place.checked_sub(1).map_or('\0', |place| self.at(place))
    }

    /// Whether the folded text goes on with `words` at a place.
    pub(crate) fn has(&self, place: usize, words: &str) -> bool {
        words.chars().enumerate().all(|(offset, letter)| self.at(place + offset) == letter)
    }

    /// Whether what ends before a place is `words`.
    pub(crate) fn ends(&self, place: usize, words: &str) -> bool {
        place.checked_sub(words.chars().count()).is_some_and(|start| self.has(start, words))
    }

    /// The longest of `words` with which the text goes on at a place: its length.
    pub(crate) fn longest(&self, place: usize, words: &[&str]) -> Option<usize> {
        let found = words.iter().filter(|word| self.has(place, word));
        found.map(|word| word.chars().count()).max()
    }

    /// As it was typed.
    pub(crate) fn typed(&self, span: Range<usize>) -> String {
        self.typed.get(span).unwrap_or_default().iter().collect()
    }

    /// Folded.
    pub(crate) fn text(&self, span: Range<usize>) -> String {
        self.folded.get(span).unwrap_or_default().iter().collect()
    }

    /// The first place from `place` on that holds no space.
    pub(crate) fn past_spaces(&self, mut place: usize) -> usize {
        while self.at(place) == ' ' {
            place += 1;
        }
        place
    }

    /// The folded word of Latin letters and digits that begins at a place; empty where none does.
    pub(crate) fn latin(&self, place: usize) -> String {
        let rest = self.folded.get(place..).unwrap_or_default();
        rest.iter()
            .take_while(|letter| letter.is_ascii_alphanumeric() || **letter == '\'')
            .collect()
    }

    /// Whether a Latin word may begin or end between the letters before and at a place.
    pub(crate) fn boundary(&self, place: usize) -> bool {
        !(self.before(place).is_ascii_alphanumeric() && self.at(place).is_ascii_alphanumeric())
    }

    /// The clause around a place: what stands between two commas or stops.
    pub(crate) fn clause(&self, place: usize) -> Range<usize> {
        let mut start = place.min(self.len());
        while start > 0 && !self.stops(start - 1) {
            start -= 1;
        }
        let mut end = place;
        while end < self.len() && !self.stops(end) {
            end += 1;
        }
        start..end
    }

    /// Whether a clause ends at a place. A comma or a point within a number ends none.
    pub(crate) fn stops(&self, place: usize) -> bool {
        match self.at(place) {
            '，' | '。' | '！' | '？' | '；' | '…' | '\n' | '!' | '?' | ';' => true,
            ',' | '.' => {
                !(self.before(place).is_ascii_digit() && self.at(place + 1).is_ascii_digit())
            }
            _ => false,
        }
    }
}

/// One spelling of a letter: half width, lower case, simplified, one kind of each sign.
fn fold(letter: char) -> char {
    let letter = match letter {
        '！' | '，' | '。' | '？' | '；' => letter,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '\u{3000}' | '\u{a0}' | '\t' | '\r' => ' ',
        '￥' => '¥',
        '—' | '–' | '〜' | '−' => '-',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        other => other,
    };
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    let mut pairs = TRADITIONAL.chars();
    while let (Some(traditional), Some(simplified)) = (pairs.next(), pairs.next()) {
        if letter == traditional {
            return simplified;
        }
    }
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_of_one_length() {
        let letters = Letters::new("ＡＢＣ　３５萬兩ẞİ😀，Truck");
        assert_eq!(letters.text(0..letters.len()), "abc 35万两ßİ😀，truck");
        assert_eq!(letters.typed(0..3), "ＡＢＣ");
        assert_eq!(Letters::new(&"好".repeat(LONGEST + 1)).len(), LONGEST);
    }

    #[test]
    fn a_point_in_a_number_ends_no_clause() {
        let letters = Letters::new("一年1,200.50元，还行. ok");
        assert_eq!(letters.text(letters.clause(0)), "一年1,200.50元");
        assert_eq!(letters.text(letters.clause(13)), "还行");
    }
}
