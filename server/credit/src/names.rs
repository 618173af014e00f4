//! Whether two printed names are one party's.

/// The same name, but for brackets, spaces and one misread character in at least six.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (letters(one), letters(other));
    if one == other {
        return !one.is_empty();
    }
    one.len().min(other.len()) >= 6 && within_one(&one, &other)
}

/// What of a name is compared: upper-case, without brackets and spaces.
pub(crate) fn letters(name: &str) -> Vec<char> {
    name.chars()
        .filter(|c| !c.is_whitespace() && !"()（）·.-".contains(*c))
        .flat_map(char::to_uppercase)
        .collect()
}

/// Edit distance of one: a character replaced, missing or added.
fn within_one(one: &[char], other: &[char]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let head = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let same_length = usize::from(short.len() == long.len());
    short.get(head + same_length..) == long.get(head + 1..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_misread_character_is_forgiven_two_are_not() {
        let name = "宁波远航货运有限公司";
        assert!(same(name, "宁波远航货运 有限公司"));
        assert!(same("远航（宁波）货运", "远航(宁波)货运"));
        assert!(same(name, "宁波运航货运有限公司"));
        assert!(same(name, "宁波远航货运有限公"));
        assert!(!same(name, "宁波运行货运有限公司"));
        assert!(!same(name, "杭州晨光食品店"));
        assert!(!same("张三", "张四"));
        assert!(!same("", ""));
    }
}
