//! A clause of a text: where words stand in it, and which of its stretches are names.

use std::ops::Range;

use super::words::{AFTER, AND, BEFORE, NOBODY, STOPS, US};
use crate::assistant::letters::Letters;

/// With what somebody's name ends: 寿光的蔬菜市场 is the market, 碧桂园的物业 is not the caretaker.
const ENDINGS: [&str; 32] = [
    "市场",
    "公司",
    "工厂",
    "超市",
    "食堂",
    "医院",
    "学校",
    "酒店",
    "饭店",
    "商城",
    "基地",
    "合作社",
    "批发部",
    "集团",
    "中心",
    "老板",
    "药店",
    "商行",
    "水厂",
    "糖厂",
    "酒厂",
    "餐馆",
    "饭馆",
    "小学",
    "中学",
    "大学",
    "幼儿园",
    "菜市",
    "门店",
    "经销商",
    "批发商",
    "商店",
];

pub(super) struct Clause<'a> {
    pub(super) letters: &'a Letters,
    pub(super) words: &'a [Range<usize>],
    pub(super) span: Range<usize>,
}

impl Clause<'_> {
    /// Where one of some words begins first, the longest there.
    pub(super) fn first(&self, list: &[&str], from: usize) -> Option<Range<usize>> {
        (from..self.span.end).find_map(|place| self.cue(list, place))
    }

    /// Where one of some words ends last before a place.
    pub(super) fn last(&self, list: &[&str], before: usize) -> Option<Range<usize>> {
        (self.span.start..before)
            .rev()
            .filter_map(|place| self.cue(list, place))
            .find(|cue| cue.end <= before)
    }

    pub(super) fn all(&self, list: &[&str]) -> Vec<Range<usize>> {
        self.span.clone().filter_map(|place| self.cue(list, place)).collect()
    }

    /// The longest of some words at a place. One letter has to be a word, or the beginning of one.
    pub(super) fn cue(&self, list: &[&str], place: usize) -> Option<Range<usize>> {
        let length = self.letters.longest(place, list)?;
        let end = place + length;
        let inside = |word: &Range<usize>| word.start < place && place < word.end;
        let within = length == 1 && self.words.iter().any(inside);
        (end <= self.span.end && !within).then_some(place..end)
    }

    /// Past 我们 and the like, if they stand at a place.
    pub(super) fn past_us(&self, place: usize) -> Option<usize> {
        self.letters.longest(place, US).map(|length| place + length)
    }

    /// Whether nothing but 我们, 一直 and the like stands before a place.
    pub(super) fn opens(&self, place: usize) -> bool {
        let mut start = self.span.start;
        while start < place {
            let skipped = [US, BEFORE].iter().filter_map(|list| self.letters.longest(start, list));
            let Some(length) = skipped.max() else { return false };
            start += length;
        }
        start == place
    }

    /// The names in a stretch of the text: without what stands around them, and one by one.
    pub(super) fn names(&self, span: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = span.start;
        let mut place = span.start;
        while place < span.end {
            match self.cue(AND, place) {
                Some(and) => {
                    parts.push(start..place);
                    start = and.end;
                    place = and.end;
                }
                None => place += 1,
            }
        }
        parts.push(start..span.end);
        parts.into_iter().filter_map(|part| self.name(part)).collect()
    }

    /// The names before a verb: behind the last 是 or 由, if there is one.
    pub(super) fn doers(&self, before: usize) -> Vec<Range<usize>> {
        let is = self.last(&["是", "由"], before).map_or(self.span.start, |is| is.end);
        self.names(is..before)
    }

    fn name(&self, span: Range<usize>) -> Option<Range<usize>> {
        let mut span = self.bare(span)?;
        // 刘总每个月都来: the name has ended where a word begins that no name has.
        let stop = (span.start + 2..span.end).find(|place| {
            let single = |cue: &Range<usize>| cue.len() > 1 || self.words.contains(cue);
            self.cue(STOPS, *place).is_some_and(|cue| single(&cue))
        });
        if let Some(stop) = stop {
            span = self.bare(span.start..stop)?;
        }
        if let Some(of) = span.clone().rev().find(|place| self.letters.at(*place) == '的')
            && of > span.start + 1
        {
            let whose = ENDINGS.iter().any(|ending| self.letters.ends(span.end, ending));
            let owned = whose && span.end > of + 2;
            span = self.bare(if owned { of + 1..span.end } else { span.start..of })?;
        }
        let name = self.letters.text(span.clone());
        let pronoun = ["他", "她", "它", "你", "谁", "哪", "什么", "做", "开", "搞"];
        let fits = (2..=16).contains(&span.len())
            && !NOBODY.contains(&name.as_str())
            && !pronoun.iter().any(|word| name.starts_with(word));
        fits.then_some(span)
    }

    /// A stretch without the words around a name.
    fn bare(&self, mut span: Range<usize>) -> Option<Range<usize>> {
        loop {
            let before = span.clone();
            while span.start < span.end && matches!(self.letters.at(span.start), ' ' | ':' | '：')
            {
                span.start += 1;
            }
            while span.start < span.end && self.letters.before(span.end) == ' ' {
                span.end -= 1;
            }
            if let Some(past) = self.past_us(span.start) {
                span.start = past;
            }
            // 全 of 全季 is no word of its own.
            let single = |word: Range<usize>| word.len() > 1 || self.words.contains(&word);
            let before_it = self.letters.longest(span.start, BEFORE);
            if let Some(length) = before_it.filter(|length| single(span.start..span.start + length))
            {
                span.start += length;
            }
            // 美的 is a name.
            let whole = span.len() == 2 && self.letters.before(span.end) == '的';
            let after = AFTER.iter().filter(|word| !whole && self.letters.ends(span.end, word));
            let length = after.map(|word| word.chars().count()).max().unwrap_or(0);
            let word = span.end.saturating_sub(length)..span.end;
            if length > 0 && single(word.clone()) {
                span.end = word.start;
            }
            if span.start >= span.end {
                return None;
            }
            if span == before {
                return Some(span);
            }
        }
    }
}
