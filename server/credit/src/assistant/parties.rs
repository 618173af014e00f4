//! Who is named as a customer or a supplier: 给华润超市送货, 从寿光进货, we buy from a mill.
//!
//! A clause is looked through for the words that tell a relation; where the other party stands is known
//! from them, and where its name ends from the words around it.

mod chinese;
mod clause;
mod english;
mod words;

use std::ops::Range;

use serde::Serialize;

use self::clause::Clause;
use super::letters::Letters;

/// The longest clause that is looked through: nobody tells a relation in more, and each pattern takes its square.
const LONGEST: usize = 100;

/// Which way the goods go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Relation {
    /// The other party supplies us.
    Supplier,
    /// The other party buys from us.
    Customer,
}

/// A relation, the words that tell it, and who is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dealing {
    pub(crate) relation: Relation,
    pub(crate) words: Range<usize>,
    pub(crate) parties: Vec<Range<usize>>,
}

/// All dealings of a text.
pub(crate) fn dealings(letters: &Letters, words: &[Range<usize>]) -> Vec<Dealing> {
    let mut found: Vec<Dealing> = Vec::new();
    // Whom a clause before was about: 跟京东签了合同，帮他们送货.
    let mut partner: Option<Dealing> = None;
    let mut start = 0;
    while start < letters.len() {
        if letters.stops(start) {
            start += 1;
            continue;
        }
        let span = letters.clause(start);
        start = span.end + 1;
        let span = span.start..span.end.min(span.start + LONGEST);
        let clause = Clause { letters, words, span };
        if let Some(mut dealing) = clause.english().or_else(|| clause.dealing()) {
            if let (true, Some(before)) = (dealing.parties.is_empty(), partner.take()) {
                dealing.parties = before.parties;
            }
            found.push(dealing);
        } else if let Some(with) = clause.with() {
            partner = Some(with);
        } else if let Some(last) = found.last_mut()
            && last.parties.is_empty()
        {
            last.parties = clause.listed();
        }
    }
    if found.is_empty() {
        found.extend(partner);
    }
    found.sort_by_key(|dealing| dealing.words.start);
    found
}

#[cfg(test)]
mod tests {
    use jieba_rs::{Jieba, TokenizeMode};

    use super::*;

    fn told(text: &str) -> Vec<(Relation, Vec<String>)> {
        let letters = Letters::new(text);
        let tokens = Jieba::new();
        let folded = letters.text(0..letters.len());
        let words: Vec<Range<usize>> = tokens
            .tokenize(&folded, TokenizeMode::Default, true)
            .into_iter()
            .map(|token| token.start..token.end)
            .collect();
        let names = |dealing: Dealing| {
            let parties = dealing.parties.into_iter().map(|party| letters.typed(party));
            (dealing.relation, parties.collect())
        };
        dealings(&letters, &words).into_iter().map(names).collect()
    }

    #[test]
    fn customers_are_told_by_what_is_done_for_them() {
        let table: &[(&str, &[&str])] = &[
            ("我们给万佳超市送豆腐", &["万佳超市"]),
            ("我是长虹电器的供应商", &["长虹电器"]),
            ("我厂是传音的代工厂", &["传音"]),
            ("客户有锦江酒店、维也纳酒店", &["锦江酒店", "维也纳酒店"]),
            ("固定客户不少，最大的是锦江酒店", &["锦江酒店"]),
            ("喜来登的布草都是我们洗", &["喜来登"]),
            ("韵达把片区外包给我了", &["韵达"]),
            ("美的让我们生产外壳", &["美的"]),
            ("跟步步高签了合同，每天给他们送菜", &["步步高"]),
            ("南山村小学每个月都来找我订牛奶", &["南山村小学"]),
            ("奥克斯给我们下订单", &["奥克斯"]),
            ("We supply bread to Green Hotel and City Mart", &["Green Hotel", "City Mart"]),
        ];
        for (text, names) in table {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(told(text), [(Relation::Customer, names)], "{text}");
        }
    }

    #[test]
    fn suppliers_are_told_by_what_comes_from_them() {
        let table: &[(&str, &[&str])] = &[
            ("面粉是古船给我们送的", &["古船"]),
            ("纸箱由胜达包装供应", &["胜达包装"]),
            ("我是康师傅的县级代理", &["康师傅"]),
            ("给我们供货的有海大、新希望", &["海大", "新希望"]),
            ("进货在白沟箱包城", &["白沟箱包城"]),
            ("菜从寿光的蔬菜市场进", &["蔬菜市场"]),
            ("从农户手里收花生", &["农户"]),
            ("our rice comes from Beidahuang", &["Beidahuang"]),
        ];
        for (text, names) in table {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(told(text), [(Relation::Supplier, names)], "{text}");
        }
    }
}
