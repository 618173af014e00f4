//! Characters that are taken for one another, and the correction that a check character proves.

/// Each group's members look alike, in print and to a text engine.
const ALIKE: &[&str] = &["0ODQU", "1IL", "2Z", "5S", "6G", "8B", "UV", "VY"];

/// The one valid code that differs from what was read in one look-alike character. `None` where none
/// does, where several do, and where the code is valid as read.
///
/// Where one look-alike was misread, the truth is among what is tried: what comes back is the truth, or
/// nothing. Where something else was misread, a check character of `n` values lets a wrong one pass in
/// about one in `n` of those tried: hence a proposal, never a correction.
pub fn only_correction(read: &str, is_valid: impl Fn(&str) -> bool) -> Option<String> {
    if is_valid(read) {
        return None;
    }
    let mut found = None;
    for (at, character) in read.char_indices() {
        let (before, behind) = read.split_at_checked(at)?;
        let behind = behind.strip_prefix(character)?;
        for other in alike(character) {
            let candidate = format!("{before}{other}{behind}");
            if is_valid(&candidate) && found.replace(candidate).is_some() {
                return None;
            }
        }
    }
    found
}

fn alike(character: char) -> impl Iterator<Item = char> {
    let groups = ALIKE.iter().filter(move |group| group.contains(character));
    groups.flat_map(|group| group.chars()).filter(move |other| *other != character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_valid_codes_none_is_proposed() {
        let is = |valid: &'static [&'static str]| move |code: &str| valid.contains(&code);
        assert_eq!(only_correction("A5", is(&["AS"])).as_deref(), Some("AS"));
        assert_eq!(only_correction("A50", is(&["AS0", "A5D"])), None);
        assert_eq!(only_correction("AS", is(&["AS", "A5"])), None);
        assert_eq!(only_correction("55", is(&["SS"])), None);
        assert_eq!(only_correction("浙8", is(&["浙B"])).as_deref(), Some("浙B"));
    }

    #[test]
    fn no_pair_is_tried_twice() {
        for character in ALIKE.concat().chars() {
            let mut others: Vec<char> = alike(character).collect();
            others.sort_unstable();
            let count = others.len();
            others.dedup();
            assert_eq!(others.len(), count, "{character}");
        }
    }
}
