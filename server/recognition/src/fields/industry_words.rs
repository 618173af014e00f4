//! Words of scopes of business and of names, and the industries that they speak for: `industry_words.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Words by what they say, each with its industry's id.
pub(super) struct IndustryWords {
    words: BTreeMap<String, String>,
}

/// Those that this crate brings.
pub(super) fn built_in() -> Option<&'static IndustryWords> {
    static WORDS: LazyLock<Option<IndustryWords>> =
        LazyLock::new(|| IndustryWords::parse(include_str!("../../industry_words.toml")).ok());
    WORDS.as_ref()
}

impl IndustryWords {
    /// Lists of words, each by the id of its industry. No word may stand in two lists.
    fn parse(text: &str) -> Result<Self, String> {
        let lists: BTreeMap<String, Vec<String>> =
            toml::from_str(text).map_err(|error| error.to_string())?;
        let mut words = BTreeMap::new();
        for (industry, list) in lists {
            for word in list {
                if let Some(other) = words.insert(word.clone(), industry.clone()) {
                    return Err(format!("{word} stands at {other} and at {industry}"));
                }
            }
        }
        Ok(Self { words })
    }

    /// The industry of the word that begins first; of those that begin there, of the longest.
    pub(super) fn first_in(&self, text: &str) -> Option<&str> {
        let places = self.words.iter().filter_map(|(word, industry)| {
            Some((std::cmp::Reverse(text.find(word.as_str())?), word.len(), industry))
        });
        places.max().map(|(.., industry)| industry.as_str())
    }

    /// The industry of the word that ends last; of those that end there, of the longest.
    pub(super) fn last_in(&self, text: &str) -> Option<&str> {
        let places = self.words.iter().filter_map(|(word, industry)| {
            Some((text.rfind(word.as_str())? + word.len(), word.len(), industry))
        });
        places.max().map(|(.., industry)| industry.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page;

    #[test]
    fn every_word_is_written_as_texts_are_compared() {
        let read = IndustryWords::parse(include_str!("../../industry_words.toml"));
        let words = read.unwrap_or_else(|error| panic!("{error}")).words;
        assert!(words.len() > 300, "{} words", words.len());
        for word in words.keys() {
            assert_eq!(*word, page::normal(word));
            assert!(word.chars().count() > 1, "{word} is found in anything");
        }
    }

    #[test]
    fn a_word_stands_once() {
        assert!(IndustryWords::parse("a = ['货运']\nb = ['货运']").is_err());
    }

    #[test]
    fn the_first_of_a_scope_and_the_last_of_a_name_decide() {
        let words = built_in().expect("the file");
        for (scope, industry) in [
            ("许可项目:道路货物运输(不含危险货物);餐饮服务", "road_freight"),
            ("一般项目:五金产品零售;道路货物运输站经营", "hardware_retail"),
            ("食品销售;日用百货零售", "general_retail"),
            ("各类工程建设活动;建筑材料销售", "construction"),
        ] {
            assert_eq!(words.first_in(scope), Some(industry), "{scope}");
        }
        for (name, industry) in [
            ("云溪市顺远货运有限公司", "road_freight"),
            ("云溪市百味食品商行有限公司", "general_retail"),
            ("吴江市荣昌汽车修理厂", "repair"),
            ("湖南华秀环境艺术工程有限公司", "construction"),
        ] {
            assert_eq!(words.last_in(name), Some(industry), "{name}");
        }
        assert_eq!(words.first_in("依法须经批准的项目"), None);
    }
}
