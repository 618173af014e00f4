//! What two texts have in common, in the same order.

/// Length of the longest common subsequence. Time goes with the product of the lengths: callers cut theirs.
pub(crate) fn in_common(one: &[char], other: &[char]) -> usize {
    let mut lengths = vec![0usize; other.len() + 1];
    for letter in one {
        let mut before = 0;
        let mut left = 0;
        for (length, against) in lengths.iter_mut().skip(1).zip(other) {
            let above = *length;
            *length = if letter == against { before + 1 } else { above.max(left) };
            (before, left) = (above, *length);
        }
    }
    lengths.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_order_counts() {
        let count = |one: &str, other: &str| {
            let letters = |text: &str| text.chars().collect::<Vec<char>>();
            in_common(&letters(one), &letters(other))
        };
        assert_eq!(count("阿华便利店", "云溪市阿花便利商店"), 4);
        assert_eq!(count("abc", "cba"), 1);
        assert_eq!(count("", "abc"), 0);
    }
}
