//! What all pages have in common: head, navigation, language.

use maud::{DOCTYPE, Markup, html};

use super::access::{Role, Viewer};
use super::assets;
use super::language::Language;

/// Where a page stands in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Overview,
    Reviews,
    Log,
    Elsewhere,
}

/// A page of the console around its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page<'a> {
    pub(super) language: Language,
    pub(super) title: &'a str,
    pub(super) place: Place,
    /// Nobody before the login.
    pub(super) viewer: Option<&'a Viewer>,
}

impl Page<'_> {
    /// The whole page.
    pub(super) fn with(&self, content: &Markup) -> Markup {
        let Self { language, title, viewer, .. } = *self;
        let body = html! {
            a.skip href="#main" { (language.say("跳到内容", "Skip to the content")) }
            header.top {
                a.brand href="/" { "Bailing " span lang="zh" { "百灵" } }
                @if let Some(viewer) = viewer { (self.navigation(viewer)) }
                div.tools {
                    (switch(language))
                    @if let Some(viewer) = viewer.filter(|viewer| viewer.logged_in) {
                        form method="post" action="/logout" {
                            span.who { (viewer.name) }
                            button.quiet type="submit" { (language.say("退出", "Log out")) }
                        }
                    }
                }
            }
            main id="main" tabindex="-1" { (content) }
        };
        document(language, title, "console.css", None, &body)
    }

    fn navigation(&self, viewer: &Viewer) -> Markup {
        let Self { language, place, .. } = *self;
        let here = |of: Place| (of == place).then_some("page");
        html! {
            nav aria-label=(language.say("主导航", "Main")) {
                a href="/" aria-current=[here(Place::Overview)] { (language.say("总览", "Overview")) }
                @if viewer.may(Role::Reviewer) {
                    a href="/reviews" aria-current=[here(Place::Reviews)] {
                        (language.say("待审", "Reviews"))
                    }
                }
                @if viewer.may(Role::Auditor) {
                    a href="/log" aria-current=[here(Place::Log)] { (language.say("日志", "Log")) }
                }
                @if viewer.may(Role::Reviewer) {
                    form.find role="search" action="/find" {
                        label.unseen for="find" {
                            (language.say("商户编号或证据包散列值", "Merchant's id or a bundle's hash"))
                        }
                        input id="find" type="search" name="q" required maxlength="128"
                            placeholder=(language.say("商户或证据包", "Merchant or bundle"));
                    }
                }
            }
        }
    }
}

/// Any page: what is not in `body` comes from this server's own files.
pub(super) fn document(
    language: Language,
    title: &str,
    style: &str,
    script: Option<&str>,
    body: &Markup,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Bailing" }
                link rel="icon" href=(assets::address("lark.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(assets::address("tokens.css"));
                link rel="stylesheet" href=(assets::address(style));
                @if let Some(script) = script {
                    script type="module" src=(assets::address(script)) {}
                }
            }
            body { (body) }
        }
    }
}

/// A link to the same page in the other language.
pub(super) fn switch(language: Language) -> Markup {
    let other = language.other();
    html! {
        a.language href={ "?lang=" (other.name()) } lang=(other.tag()) hreflang=(other.tag()) {
            (other.say("中文", "English"))
        }
    }
}
