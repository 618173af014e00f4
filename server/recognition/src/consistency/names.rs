//! Whether two printed names are one party's.

/// Characters from which one misread among them is forgiven, and from which two are. Between two companies of
/// one town little more than a character may differ: a tolerance that is wider would find no contradiction.
const ONE_MISREAD: usize = 6;
const TWO_MISREAD: usize = 14;

/// A name without what is set one way here and another there: white space, brackets, points.
pub(super) fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !"()（）[]【】·・.,，、-—:：\"“”".contains(*c))
        .flat_map(char::to_uppercase)
        .collect()
}

/// Whether two names are one party's, but for what a text engine misreads. A branch is its company, and a name
/// that was cut off is the whole one.
pub(super) fn agree(one: &str, other: &str) -> bool {
    let (one, other) = (plain(one), plain(other));
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    let length = short.chars().count();
    if one == other || length >= ONE_MISREAD && long.contains(short.as_str()) {
        return true;
    }
    let most = usize::from(length >= ONE_MISREAD) + usize::from(length >= TWO_MISREAD);
    distance(short, long) <= most
}

/// Edit distance (Levenshtein's): characters replaced, missing or added.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, character) in one.chars().enumerate() {
        let mut next = vec![at + 1];
        for ((replaced, missing), known) in row.iter().zip(row.iter().skip(1)).zip(&other) {
            let added = next.last().copied().unwrap_or_default();
            let replaced = replaced + usize::from(*known != character);
            next.push(replaced.min(missing + 1).min(added + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misread_character_is_forgiven_and_another_name_is_not() {
        let name = "云溪市顺远货运有限公司";
        for same in [
            "云溪市顺远货运有限公司",
            "云溪市顺远货运 有限公司",
            "云溪市顺迈货运有限公司",
            "云溪市顺远货运有限公",
            "云溪市顺远货运有限公司北城分公司",
        ] {
            assert!(agree(name, same), "{same}");
            assert!(agree(same, name), "{same}");
        }
        for other in ["", "云溪市顺达物流有限公司", "浙江岭川建材有限公司", "张三"]
        {
            assert!(!agree(name, other), "{other}");
        }
        assert!(agree("远航（宁波）货运", "远航(宁波)货运"));
        assert!(!agree("张三", "张四"));
    }

    #[test]
    fn distance_counts_edits() {
        for (one, other, edits) in
            [("", "", 0), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1), ("", "abc", 3)]
        {
            assert_eq!(distance(one, other), edits, "{one} {other}");
            assert_eq!(distance(other, one), edits, "{one} {other}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
