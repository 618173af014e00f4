//! What is counted: the words that stand between a number and what there is of it.

use std::collections::BTreeSet;

use super::letters::Letters;
use crate::Knowledge;

/// Measures that no thing of the knowledge base says, for people, goods, orders and weights.
const MORE: [&str; 62] = [
    "个",
    "位",
    "名",
    "人",
    "号人",
    "口子",
    "单",
    "票",
    "件",
    "份",
    "杯",
    "碗",
    "套",
    "家",
    "间",
    "户",
    "场",
    "趟",
    "笔",
    "栋",
    "组",
    "条",
    "匹",
    "根",
    "盘",
    "棵",
    "株",
    "双",
    "箱",
    "吨",
    "斤",
    "公斤",
    "平",
    "平方",
    "平米",
    "平方米",
    "立方",
    "亩",
    "公顷",
    "顶",
    "桶",
    "包",
    "本",
    "桌",
    "床",
    "席",
    "盒",
    "车",
    "方",
    "柜",
    "台",
    "辆",
    "部",
    "头",
    "只",
    "羽",
    "对",
    "片",
    "副",
    "窝",
    "颗",
    "架",
];

/// What begins with a measure and is none: 个月, 家里, 条件.
const NONE: [&str; 30] = [
    "个月",
    "个小时",
    "个星期",
    "个礼拜",
    "个点",
    "个多月",
    "个半",
    "个季度",
    "个人",
    "家里",
    "条件",
    "件事",
    "人工",
    "单子",
    "份子",
    "对公",
    "名下",
    "平时",
    "平台",
    "车间",
    "包括",
    "本来",
    "部分",
    "台面",
    "方便",
    "头发",
    "口价",
    "个字",
    "块钱",
    "本金",
];

/// Where `一` before these counts nothing: 一家人, 一些, 一批.
const NOT_ONE: [&str; 14] =
    ["批", "片", "家", "块", "点", "群", "人", "位", "份", "单", "笔", "票", "平", "件"];

/// The measures that follow a number.
#[derive(Debug)]
pub(crate) struct Measures {
    all: Vec<String>,
}

impl Measures {
    /// Those of the knowledge base's things, and what every merchant counts besides.
    pub(crate) fn new(knowledge: &Knowledge) -> Self {
        let known = knowledge.assets().values().flat_map(|asset| asset.measures.iter());
        let all: BTreeSet<String> =
            known.cloned().chain(MORE.into_iter().map(str::to_owned)).collect();
        let mut all: Vec<String> = all.into_iter().collect();
        all.sort_by_key(|measure| std::cmp::Reverse(measure.chars().count()));
        Self { all }
    }

    /// The measure with which the text goes on at a place: its length.
    pub(crate) fn at(&self, letters: &Letters, place: usize) -> Option<usize> {
        if letters.longest(place, &NONE).is_some() {
            return None;
        }
        let found = self.all.iter().find(|measure| letters.has(place, measure))?;
        Some(found.chars().count())
    }

    /// The same for `一`, which is also in words that count nothing.
    pub(crate) fn of_one(&self, letters: &Letters, place: usize) -> Option<usize> {
        let length = self.at(letters, place)?;
        let none = NOT_ONE.iter().any(|word| letters.text(place..place + length) == *word);
        (!none).then_some(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_and_what_only_looks_like_one() {
        let measures = Measures::new(&Knowledge::built_in().unwrap());
        let length = |text: &str| measures.at(&Letters::new(text), 0);
        assert_eq!(length("台车"), Some(1));
        assert_eq!(length("平方米的仓库"), Some(3));
        assert_eq!(length("头牛"), Some(1));
        for text in ["个月", "家里", "条件", "年", "天", "成", "倍", ""] {
            assert_eq!(length(text), None, "{text}");
        }
        assert_eq!(measures.of_one(&Letters::new("台"), 0), Some(1));
        assert_eq!(measures.of_one(&Letters::new("批货"), 0), None);
    }
}
