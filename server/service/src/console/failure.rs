//! What a page answers where it cannot be shown.

use axum::Form;
use axum::extract::Request;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};

use super::access;
use super::language::{self, Language};
use super::layout::{Page, Place};
use super::terms::term;
use crate::problem::Problem;

/// A problem that is shown as a page, in the language of the one that was asked for.
#[derive(Clone, Debug)]
pub(super) struct Failed(Problem);

impl<E: Into<Problem>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let mut response = self.0.clone().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What a form says, or what is wrong with it.
pub(super) fn filled<T>(form: Result<Form<T>, FormRejection>) -> Result<T, Failed> {
    let refused = |rejection: FormRejection| match rejection.status() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(status, "request_too_large", "a form has at most 16 KiB")
        }
        status => Problem::new(status, "request_malformed", "use the form on the page"),
    };
    form.map(|Form(filled)| filled).map_err(|rejection| Failed(refused(rejection)))
}

/// Makes a page of a problem, and remembers the language that was chosen.
pub(super) async fn dress(language: Language, request: Request, next: Next) -> Response {
    let here = request.uri().path().replace("/login", "/");
    let is_page = !here.starts_with("/api/");
    let chosen = Language::asked(request.uri().query());
    let mut response = next.run(request).await;
    if let Some(Failed(problem)) = response.extensions_mut().remove()
        && is_page
    {
        let page = match problem.status().as_u16() {
            401 => access::page(language, &here, Some(&problem)),
            _ => page(language, &problem),
        };
        let mut headers = response.headers().clone();
        headers.remove(header::CONTENT_TYPE);
        headers.remove(header::CONTENT_LENGTH);
        response = (problem.status(), headers, Html(page.into_string())).into_response();
    }
    if let Some(chosen) = chosen {
        let cookie = format!(
            "{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000",
            language::COOKIE,
            chosen.name()
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// What is wrong, and what to do; what the interface says of it as well, which knows more.
pub(super) fn said(language: Language, problem: &Problem) -> Markup {
    let known = Some(term(language, &problem.code)).filter(|known| *known != problem.code);
    html! {
        @match known.filter(|_| language == Language::Chinese) {
            Some(known) => { (known) " " span.soft lang="en" { (problem.detail) } }
            None => { span lang="en" { (problem.detail) } }
        }
    }
}

fn page(language: Language, problem: &Problem) -> Markup {
    let title = match problem.status().as_u16() {
        403 => language.say("没有权限", "Not allowed"),
        404 => language.say("没有这一页", "Not found"),
        409 => language.say("已经有了决定", "Decided already"),
        _ => language.say("无法显示", "This cannot be shown"),
    };
    let content = html! {
        section.card.narrow aria-labelledby="problem" {
            h1 id="problem" { (title) }
            p { (said(language, problem)) }
            p.soft { code { (problem.code) } }
            p { a href="/" { (language.say("回到总览", "Back to the overview")) } }
        }
    };
    Page { language, title, place: Place::Elsewhere, viewer: None }.with(&content)
}
