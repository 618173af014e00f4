//! `/merchant`, on the public listener: the merchant's own page, which the host app shows in a web view.
//!
//! It holds nobody's data. The app opens `/merchant#token=…`; what comes behind `#` is sent to no server. The script takes
//! the token out of the address and asks the interface as the app would.

use maud::{Markup, html};

use super::language::Language;
use super::layout::{document, switch};

/// The page.
pub(super) async fn show(language: Language) -> Markup {
    let say = |chinese, english| language.say(chinese, english);
    let body = html! {
        a.skip href="#main" { (say("跳到内容", "Skip to the content")) }
        header.top {
            span.brand { "Bailing " span lang="zh" { "百灵" } }
            (switch(language))
        }
        main id="main" tabindex="-1" {
            h1.unseen { (say("我的额度", "My quota")) }
            noscript { p.notice.warn { (say("此页需要 JavaScript。", "This page needs JavaScript.")) } }
            div id="trouble" role="alert" {}
            div.columns {
                div {
                    section.card.hero id="quota" aria-labelledby="quota-title" {
                        h2 id="quota-title" { (say("我的额度", "My quota")) }
                        div.body aria-busy="true" {}
                    }
                    section.card id="tasks" aria-labelledby="tasks-title" {
                        h2 id="tasks-title" { (say("提额任务", "Raise it")) }
                        div.body aria-busy="true" {}
                    }
                    section.card id="uploads" aria-labelledby="uploads-title" {
                        h2 id="uploads-title" { (say("我的上传", "My uploads")) }
                        div.body aria-busy="true" {}
                        p.unseen id="uploads-said" role="status" {}
                    }
                }
                div {
                    section.card id="assistant" aria-labelledby="assistant-title" {
                        h2 id="assistant-title" { (say("提额小助手", "The assistant")) }
                        div.said role="log" aria-live="polite" tabindex="0"
                            aria-label=(say("对话", "Conversation")) {}
                        div.offers {}
                        form {
                            label.unseen for="say" { (say("对小助手说", "Say something to the assistant")) }
                            input id="say" name="text" type="text" required maxlength="2000" autocomplete="off"
                                placeholder=(say("问问怎么提额…", "Ask how to raise it …"));
                            button.primary type="submit" { (say("发送", "Send")) }
                        }
                    }
                    section.card id="kept" aria-labelledby="kept-title" {
                        h2 id="kept-title" { (say("我的数据", "My data")) }
                        div.body aria-busy="true" {}
                    }
                    section.card id="consents" aria-labelledby="consents-title" {
                        h2 id="consents-title" { (say("我同意的事", "What I agree to")) }
                        div.body aria-busy="true" {}
                    }
                }
            }
            dialog id="confirm" aria-labelledby="confirm-title" aria-describedby="confirm-text" {
                h2 id="confirm-title" {}
                p id="confirm-text" {}
                div.choices {
                    button.quiet type="button" value="no" { (say("取消", "Cancel")) }
                    button.bad type="button" value="yes" { (say("确认", "Yes")) }
                }
            }
            p.unseen id="done" role="status" {}
        }
    };
    document(language, say("我的额度", "My quota"), "merchant.css", Some("merchant.js"), &body)
}
