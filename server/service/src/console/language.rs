//! In which language a page is shown.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::cookie;

/// The cookie that remembers what was chosen.
pub(super) const COOKIE: &str = "bailing_language";

/// A language of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Chinese,
    English,
}

impl Language {
    /// The text of that language.
    pub(super) fn say<T>(self, chinese: T, english: T) -> T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// As addresses and the cookie have it.
    pub(super) fn name(self) -> &'static str {
        self.say("zh", "en")
    }

    /// As the page's `lang` has it.
    pub(super) fn tag(self) -> &'static str {
        self.say("zh-CN", "en")
    }

    /// The other one.
    pub(super) fn other(self) -> Self {
        self.say(Self::English, Self::Chinese)
    }

    /// What an address asks for: `?lang=zh` or `?lang=en`.
    pub(super) fn asked(query: Option<&str>) -> Option<Self> {
        let mut pairs = query.unwrap_or_default().split('&');
        pairs.find_map(|pair| Self::named(pair.strip_prefix("lang=")?))
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Chinese, Self::English].into_iter().find(|language| language.name() == name)
    }

    /// The first of a browser's languages that there is.
    fn preferred(accepted: &str) -> Option<Self> {
        accepted.split(',').find_map(|range| {
            let tag = range.split([';', '-']).next().unwrap_or_default();
            Self::named(tag.trim().to_ascii_lowercase().as_str())
        })
    }

    fn of(parts: &Parts) -> Self {
        let accepted = parts.headers.get(header::ACCEPT_LANGUAGE);
        Self::asked(parts.uri.query())
            .or_else(|| Self::named(cookie(&parts.headers, COOKIE)?))
            .or_else(|| Self::preferred(accepted?.to_str().ok()?))
            .unwrap_or(Self::Chinese)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn what_is_asked_for_comes_first_then_the_cookie_then_the_browser() {
        let of = |address: &str, cookie: &str, accepted: &str| {
            let request = Request::builder()
                .uri(address)
                .header(header::COOKIE, cookie)
                .header(header::ACCEPT_LANGUAGE, accepted);
            Language::of(&request.body(()).expect("a request").into_parts().0)
        };
        let (zh, en) = (Language::Chinese, Language::English);
        assert_eq!(of("/", "", ""), zh);
        assert_eq!(of("/", "", "fr-FR, en-GB;q=0.8, zh;q=0.5"), en);
        assert_eq!(of("/", "a=b; bailing_language=zh", "en"), zh);
        assert_eq!(of("/?lang=en", "bailing_language=zh", "zh-CN"), en);
        assert_eq!(of("/?q=x&lang=xx", "bailing_language=en", ""), en);
    }
}
