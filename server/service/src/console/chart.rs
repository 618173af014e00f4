//! Small charts: bars in rows, and columns.

use maud::{Markup, html};

/// One bar.
#[derive(Clone, Debug)]
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) count: u64,
    /// What colours it.
    pub(super) class: &'static str,
}

/// Bars below each other, the longest as wide as there is room.
pub(super) fn bars(bars: &[Bar]) -> Markup {
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    html! {
        ul.bars role="list" {
            @for Bar { label, count, class } in bars {
                li {
                    span.label { (label) }
                    svg.bar aria-hidden="true" focusable="false" {
                        rect.track width="100%" height="100%" rx="3" {}
                        rect class=(class) width={ (percent(*count, most)) "%" } height="100%" rx="3" {}
                    }
                    span.count { (count) }
                }
            }
        }
    }
}

/// One bar of parts, with what each is.
pub(super) fn stack(title: &str, parts: &[Bar]) -> Markup {
    let sum = parts.iter().map(|part| part.count).sum::<u64>().max(1);
    let mut before = 0;
    let placed: Vec<(&Bar, u64)> = parts
        .iter()
        .map(|part| {
            let at = before;
            before += part.count;
            (part, at)
        })
        .collect();
    html! {
        svg.stack role="img" aria-label=(title) {
            title { (title) }
            rect.track width="100%" height="100%" {}
            @for (part, at) in placed.iter().filter(|(part, _)| part.count > 0) {
                rect class=(part.class) x={ (percent(*at, sum)) "%" }
                    width={ (percent(part.count, sum)) "%" } height="100%" {
                    title { (part.label) ": " (part.count) }
                }
            }
        }
        ul.legend role="list" {
            @for Bar { label, count, class } in parts {
                li { span class={ "dot " (class) } {} (label) " " b { (count) } }
            }
        }
    }
}

/// Columns beside each other, with what stands below each.
pub(super) fn columns(title: &str, columns: &[Bar]) -> Markup {
    const WIDTH: f64 = 320.0;
    const HEIGHT: f64 = 92.0;
    let most = columns.iter().map(|column| column.count).max().unwrap_or(0).max(1);
    let step = WIDTH / columns.len().max(1) as f64;
    html! {
        svg.columns role="img" aria-label=(title) viewBox="0 0 320 132" {
            title { (title) }
            line.axis x1="0" x2="320" y1="112" y2="112" {}
            @for (at, Bar { label, count, class }) in columns.iter().enumerate() {
                @let left = at as f64 * step;
                @let height = HEIGHT * *count as f64 / most as f64;
                @let middle = format!("{:.1}", left + step / 2.0);
                rect class=(class) x=(format!("{:.1}", left + step * 0.18)) width=(format!("{:.1}", step * 0.64))
                    y=(format!("{:.1}", 112.0 - height)) height=(format!("{height:.1}")) rx="2" {
                    title { (label) ": " (count) }
                }
                @if *count > 0 {
                    text.value x=(middle) y=(format!("{:.1}", 107.0 - height)) { (count) }
                }
                text.below x=(middle) y="127" { (label) }
            }
        }
    }
}

fn percent(part: u64, of: u64) -> String {
    format!("{:.2}", 100.0 * part as f64 / of.max(1) as f64)
}
