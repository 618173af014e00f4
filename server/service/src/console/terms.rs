//! How codes are called, in `terms.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::language::Language;

static TERMS: LazyLock<BTreeMap<String, [String; 2]>> =
    LazyLock::new(|| toml::from_str(include_str!("terms.toml")).unwrap_or_default());

/// What a code, a kind or a field is called; the code itself where it has no name.
pub(super) fn term(language: Language, code: &str) -> &str {
    TERMS.get(code).map_or(code, |[chinese, english]| language.say(chinese, english).as_str())
}

/// All of them as a module of the merchant's page, in the language of the page.
pub(super) fn module() -> &'static str {
    static MODULE: LazyLock<String> = LazyLock::new(|| {
        let names = |of: usize| {
            let names = TERMS.iter().filter_map(|(code, names)| Some((code, names.get(of)?)));
            serde_json::to_string(&names.collect::<BTreeMap<_, _>>()).unwrap_or_default()
        };
        let [chinese, english] = [0, 1].map(names);
        format!(
            "const isChinese = document.documentElement.lang.startsWith(\"zh\");\n\
             export const terms = isChinese ? {chinese} : {english};\n"
        )
    });
    &MODULE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signal_has_a_name() {
        let listed = include_str!("../../../../CODES.md");
        let signals = listed.lines().filter_map(|line| {
            let (code, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
            rest.starts_with("signal").then_some(code)
        });
        let nameless: Vec<&str> = signals.filter(|code| !TERMS.contains_key(*code)).collect();
        assert_eq!(nameless, [""; 0], "name them in terms.toml");
        assert_eq!(term(Language::Chinese, "glare"), "反光");
        assert_eq!(term(Language::English, "of_a_bank"), "of_a_bank");
    }
}
