//! Who looks: a token of the bank's login, from a proxy that logs in or from the cookie that this page sets.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequestParts, Request, State as Extract};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::cookie;
use super::failure::{Failed, filled, said};
use super::language::Language;
use super::layout::{Page, Place};
use crate::clock;
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::tokens::{Bearer, TokenError};

/// The cookie that holds the token.
const COOKIE: &str = "bailing_staff";

/// Longest token that a browser keeps as a cookie, bytes.
const LONGEST: usize = 3_800;

/// What somebody of the bank may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Reviewer,
    Operator,
    Auditor,
}

impl Role {
    const ALL: [Self; 3] = [Self::Reviewer, Self::Operator, Self::Auditor];

    fn name(self) -> &'static str {
        match self {
            Self::Reviewer => "reviewer",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
        }
    }
}

/// Somebody of the bank, with one role at least.
#[derive(Clone, Debug)]
pub(super) struct Viewer {
    /// As the log has it.
    pub(super) name: String,
    roles: Vec<Role>,
    /// Whether there is a login, and so something to log out of.
    pub(super) logged_in: bool,
}

impl Viewer {
    pub(super) fn may(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// Somebody who may see merchants' papers and decide on them.
#[derive(Clone, Debug)]
pub(super) struct Reviewer(pub(super) Viewer);

/// Somebody who may read what happened.
#[derive(Clone, Debug)]
pub(super) struct Auditor(pub(super) Viewer);

impl FromRequestParts<Shared> for Viewer {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Failed> {
        Ok(viewer(&parts.headers, state).await?)
    }
}

impl FromRequestParts<Shared> for Reviewer {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Failed> {
        in_role(&parts.headers, state, Role::Reviewer).await.map(Self)
    }
}

impl FromRequestParts<Shared> for Auditor {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Failed> {
        in_role(&parts.headers, state, Role::Auditor).await.map(Self)
    }
}

async fn in_role(headers: &HeaderMap, state: &State, role: Role) -> Result<Viewer, Failed> {
    let viewer = viewer(headers, state).await?;
    if viewer.may(role) { Ok(viewer) } else { Err(role_missing(role.name()).into()) }
}

async fn viewer(headers: &HeaderMap, state: &State) -> Result<Viewer, Problem> {
    if state.staff.is_none() {
        let (name, roles) = ("staff".to_owned(), Role::ALL.to_vec());
        return Ok(Viewer { name, roles, logged_in: false });
    }
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let kept = cookie(headers, COOKIE).map(|token| format!("Bearer {token}"));
    let Bearer { sub, roles, .. } = bearer(state, sent.or(kept.as_deref())).await?;
    let has = |role: &Role| roles.iter().any(|name| name == role.name());
    let roles: Vec<Role> = Role::ALL.into_iter().filter(has).collect();
    if roles.is_empty() {
        return Err(role_missing("reviewer, operator or auditor"));
    }
    Ok(Viewer { name: format!("staff:{sub}"), roles, logged_in: true })
}

async fn bearer(state: &State, authorization: Option<&str>) -> Result<Bearer, Problem> {
    let tokens = state.staff.as_ref().ok_or(TokenError::Missing)?;
    let now = u64::try_from(clock::seconds()).unwrap_or_default();
    Ok(tokens.bearer(authorization, now).await?)
}

fn role_missing(role: &str) -> Problem {
    let detail = format!("the token has not the role {role}");
    Problem::new(StatusCode::FORBIDDEN, "role_missing", detail)
}

/// Where to log in, and back to where.
#[derive(Debug, Deserialize)]
pub(super) struct Login {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
}

/// `GET /login`.
pub(super) async fn show(language: Language) -> Markup {
    page(language, "/", None)
}

/// `POST /login`: keeps the token as a cookie, no longer than it lives.
pub(super) async fn log_in(
    Extract(state): Extract<Shared>,
    form: Result<Form<Login>, FormRejection>,
) -> Result<Response, Failed> {
    let Login { token, next } = filled(form)?;
    let token = token.trim();
    if token.len() > LONGEST {
        let detail = "a browser keeps no token of more than 3,800 bytes: log in through a proxy";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "request_malformed", detail).into());
    }
    let known = bearer(&state, Some(&format!("Bearer {token}"))).await?;
    let left = known.expires_at().saturating_sub(u64::try_from(clock::seconds()).unwrap_or(0));
    let kept = set(&state, token, left)?;
    Ok(([(header::SET_COOKIE, kept)], Redirect::to(local(&next))).into_response())
}

/// `POST /logout`.
pub(super) async fn log_out(Extract(state): Extract<Shared>) -> Result<Response, Failed> {
    let gone = set(&state, "", 0)?;
    Ok(([(header::SET_COOKIE, gone)], Redirect::to("/login")).into_response())
}

fn set(state: &State, token: &str, seconds: u64) -> Result<HeaderValue, Problem> {
    let secure = if state.origin.starts_with("https://") { "; Secure" } else { "" };
    let text =
        format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).map_err(|_| TokenError::Invalid.into())
}

/// A path on this page, whatever was asked for.
fn local(next: &str) -> &str {
    let stays = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if stays { next } else { "/" }
}

/// The login, with what was wrong before.
pub(super) fn page(language: Language, next: &str, wrong: Option<&Problem>) -> Markup {
    let missing = wrong.is_none_or(|problem| problem.code == "token_missing");
    let content = html! {
        section.card.narrow aria-labelledby="login" {
            h1 id="login" { (language.say("登录", "Log in")) }
            @if let Some(problem) = wrong.filter(|_| !missing) {
                p.notice.bad role="alert" { (said(language, problem)) " " code { (problem.code) } }
            }
            p { (language.say(
                "控制台会显示商户的材料。请粘贴本行登录系统签发的令牌（JWT）；由代理登录时无需此步。",
                "The console shows merchants' papers. Paste a token (JWT) of the bank's login; \
                 behind a proxy that logs in this is not needed.",
            )) }
            form method="post" action="/login" {
                input type="hidden" name="next" value=(local(next));
                label for="token" { (language.say("令牌", "Token")) }
                input id="token" type="password" name="token" required autocomplete="off"
                    spellcheck="false";
                button.primary type="submit" { (language.say("登录", "Log in")) }
            }
        }
    };
    Page {
        language, title: language.say("登录", "Log in"), place: Place::Elsewhere, viewer: None
    }
    .with(&content)
}

/// Takes what changes something from this page's own forms only.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && !is_from_here(request.headers()) {
        let detail = "this was sent from another site's page: use the form on this one";
        let problem = Problem::new(StatusCode::FORBIDDEN, "request_cross_site", detail);
        return Failed::from(problem).into_response();
    }
    next.run(request).await
}

/// Whether a browser says that the page which sent this is one of ours. Those that send no `Sec-Fetch-Site` send `Origin`.
fn is_from_here(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let origin = header("origin");
    let host = || header("host").filter(|host| !host.is_empty());
    let is_ours =
        origin.and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    match header("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => is_ours.is_some() && is_ours == host(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_to_no_other_site() {
        for (next, leads) in [
            ("/bundles/00?lang=en", "/bundles/00?lang=en"),
            ("//elsewhere.example", "/"),
            ("https://elsewhere.example", "/"),
            ("/\\elsewhere.example", "/"),
            ("/a\r\nset-cookie: x", "/"),
            ("", "/"),
        ] {
            assert_eq!(local(next), leads);
        }
    }

    #[test]
    fn a_form_of_another_site_is_not_ours() {
        let from = |pairs: &[(&'static str, &'static str)]| {
            let pairs = pairs.iter().map(|(name, value)| {
                (header::HeaderName::from_static(name), HeaderValue::from_static(value))
            });
            is_from_here(&pairs.collect())
        };
        let host = ("host", "127.0.0.1:7081");
        assert!(from(&[host, ("sec-fetch-site", "same-origin")]));
        assert!(from(&[host, ("origin", "http://127.0.0.1:7081")]));
        for foreign in [
            &[host][..],
            &[host, ("sec-fetch-site", "cross-site")],
            &[host, ("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:7081")],
            &[host, ("origin", "http://127.0.0.1:9")],
            &[host, ("origin", "null")],
            &[("origin", "http://")],
        ] {
            assert!(!from(foreign), "{foreign:?}");
        }
    }
}
