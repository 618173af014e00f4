//! Who and what is around a merchant, drawn in two rings.

use std::collections::BTreeMap;
use std::f64::consts::TAU;

use bailing_credit::graph::{Neighbourhood, NodeKind, Relation};
use maud::{Markup, html};

use super::language::Language;
use super::shown::{encoded, yuan};
use super::terms::term;
use crate::relations;
use crate::state::State;

/// Most nodes of each ring: more cannot be told apart.
const MOST: [usize; 2] = [18, 30];

/// How far the rings are from the middle, across and down.
const RADII: [[f64; 2]; 2] = [[190.0, 150.0], [365.0, 290.0]];

/// Columns of text that a label has; a Chinese character takes two.
const LABEL: usize = 22;

/// A node where it is drawn.
#[derive(Clone, Copy, Debug)]
struct Spot {
    x: f64,
    y: f64,
    /// From the middle, radians.
    angle: f64,
}

/// What is around a merchant, its lines of business by their names.
pub(super) async fn around(
    state: &State,
    language: Language,
    merchant: &str,
) -> Result<Neighbourhood, sqlx::Error> {
    let mut around = relations::neighbourhood(state, merchant).await?;
    let industries = state.knowledge.industries();
    for node in around.nodes.iter_mut().filter(|node| node.kind == NodeKind::Industry) {
        if let Some(industry) = industries.get(&node.label) {
            node.label.clone_from(language.say(&industry.zh, &industry.en));
        }
    }
    Ok(around)
}

/// The drawing, and the same as a table.
pub(super) fn render(language: Language, around: &Neighbourhood) -> Markup {
    let spots = places(around);
    let title = language.say("商户的关系图", "The merchant's relations");
    let left_out = around.nodes.len().saturating_sub(spots.len());
    html! {
        @if around.edges.is_empty() {
            p.soft { (language.say("还没有关系。", "No relations yet.")) }
        } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                (drawing(language, title, around, &spots))
            }
            ul.legend role="list" {
                @for (class, chinese, english) in [
                    ("trade", "买卖", "trade"),
                    ("holding", "拥有、位于、从事", "holds, is at, works in"),
                    ("showing", "出具、拍摄", "issued, shown"),
                ] { li { span class={ "dot " (class) } {} (language.say(chinese, english)) } }
                @if left_out > 0 {
                    li.soft { (language.say("未画出 ", "not drawn: ")) (left_out) }
                }
            }
            details {
                summary { (language.say("列表", "As a list")) " (" (around.edges.len()) ")" }
                (table(language, around))
            }
        }
    }
}

/// Where each node is drawn; those that find no room are not.
fn places(around: &Neighbourhood) -> BTreeMap<usize, Spot> {
    let mut spots = BTreeMap::from([(0, Spot { x: 0.0, y: 0.0, angle: 0.0 })]);
    for (step, ([across, down], most)) in (1u32..).zip(RADII.into_iter().zip(MOST)) {
        let nodes = around.nodes.iter().enumerate().filter(|(_, node)| node.steps == step);
        let mut ring: Vec<(f64, usize)> = nodes
            .take(most)
            .filter_map(|(at, node)| {
                // Those of one kind beside each other, and farther out each beside the one that leads to it.
                let towards = match step {
                    1 => node.kind as usize as f64,
                    _ => spots.get(&leads_to(around, at)?)?.angle,
                };
                Some((towards, at))
            })
            .collect();
        ring.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        let count = ring.len().max(1) as f64;
        for (place, (_, at)) in ring.iter().enumerate() {
            let angle = TAU * (place as f64 + 0.5) / count;
            spots.insert(*at, Spot { x: across * angle.cos(), y: down * angle.sin(), angle });
        }
    }
    spots
}

/// The node one step nearer to the merchant.
fn leads_to(around: &Neighbourhood, at: usize) -> Option<usize> {
    around.edges.iter().find_map(|edge| {
        let other = match () {
            () if edge.from == at => edge.to,
            () if edge.to == at => edge.from,
            () => return None,
        };
        (around.nodes.get(other)?.steps == 1).then_some(other)
    })
}

fn drawing(
    language: Language,
    title: &str,
    around: &Neighbourhood,
    spots: &BTreeMap<usize, Spot>,
) -> Markup {
    let is_wide = spots.values().any(|spot| spot.x.hypot(spot.y) > RADII[0][0] + 1.0);
    let room = if is_wide { "-560 -350 1120 700" } else { "-400 -200 800 400" };
    html! {
        svg.graph.wide[is_wide] viewBox=(room) role="img" aria-label=(title) {
            title { (title) }
            g.edges {
                @for edge in &around.edges {
                    @if let (Some(from), Some(to)) = (spots.get(&edge.from), spots.get(&edge.to)) {
                        line class=(class(edge.relation)) x1=(at(from.x)) y1=(at(from.y)) x2=(at(to.x)) y2=(at(to.y)) {
                            title { (named(language, around, edge.from)) " "
                                (term(language, &name(&edge.relation))) " "
                                (named(language, around, edge.to)) }
                        }
                    }
                }
            }
            @for (place, spot) in spots.iter().rev() {
                @if let Some(node) = around.nodes.get(*place) {
                    @let risky = node.status.is_some_and(|status| status.cheated || status.overdue);
                    @let anchor = match spot.angle.cos() {
                        _ if *place == 0 => "middle",
                        cos if cos > 0.1 => "start",
                        cos if cos < -0.1 => "end",
                        _ => "middle",
                    };
                    @let (dx, dy) = match anchor {
                        "start" => (13.0, 4.0),
                        "end" => (-13.0, 4.0),
                        _ if *place == 0 => (0.0, 32.0),
                        _ if spot.y < 0.0 => (0.0, -13.0),
                        _ => (0.0, 24.0),
                    };
                    g class={ "node " (name(&node.kind)) @if risky { " risky" } @if *place == 0 { " middle" } } {
                        title { (term(language, &name(&node.kind))) ": " (node.label) }
                        circle cx=(at(spot.x)) cy=(at(spot.y)) r=(if *place == 0 { "15" } else { "8" }) {}
                        text x=(at(spot.x + dx)) y=(at(spot.y + dy)) text-anchor=(anchor) lang="zh" {
                            (named(language, around, *place))
                        }
                    }
                }
            }
        }
    }
}

fn table(language: Language, around: &Neighbourhood) -> Markup {
    let title = language.say("关系", "Relations");
    html! {
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table.list {
                thead { tr {
                    th scope="col" { (language.say("从", "From")) }
                    th scope="col" { (language.say("关系", "Relation")) }
                    th scope="col" { (language.say("到", "To")) }
                    th.number scope="col" { (language.say("金额（元）或次数", "Yuan, or how often")) }
                } }
                tbody { @for edge in &around.edges {
                    tr { td { (linked(language, around, edge.from)) }
                        td { (term(language, &name(&edge.relation))) }
                        td { (linked(language, around, edge.to)) }
                        td.number { (yuan(edge.weight)) } }
                } }
            }
        }
    }
}

fn linked(language: Language, around: &Neighbourhood, at: usize) -> Markup {
    let node = around.nodes.get(at);
    let id = node.and_then(|node| node.merchants.first());
    let kind = node.map(|node| name(&node.kind)).unwrap_or_default();
    html! {
        span.soft { (term(language, &kind)) } " "
        @match id {
            Some(id) => { a href={ "/merchants/" (encoded(id)) } { (named(language, around, at)) } }
            None => { (named(language, around, at)) }
        }
    }
}

/// What a node is called, no longer than there is room.
fn named(language: Language, around: &Neighbourhood, at: usize) -> String {
    let Some(node) = around.nodes.get(at) else { return String::new() };
    let label = match node.kind {
        NodeKind::Device | NodeKind::Picture => {
            let hash: String = node.label.chars().take(8).collect();
            format!("{} {hash}", term(language, &name(&node.kind)))
        }
        // Its kind and its number.
        NodeKind::Voucher => match node.label.split_once('/') {
            Some((kind, number)) => format!("{} {number}", term(language, kind)),
            None => node.label.clone(),
        },
        _ => node.label.clone(),
    };
    let mut columns = 0;
    let mut text = String::new();
    for character in label.chars() {
        columns += if character.is_ascii() { 1 } else { 2 };
        if columns > LABEL {
            text.push('…');
            break;
        }
        text.push(character);
    }
    text
}

fn class(relation: Relation) -> &'static str {
    match relation {
        Relation::Supplies | Relation::BuysFrom => "trade",
        Relation::Issued | Relation::CapturedBy => "showing",
        _ => "holding",
    }
}

/// As it is serialised.
fn name(code: &impl serde::Serialize) -> String {
    let name = serde_json::to_value(code).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn at(place: f64) -> String {
    format!("{place:.1}")
}

#[cfg(test)]
mod tests {
    use bailing_credit::graph::NeighbourEdge;
    use bailing_credit::graph::NeighbourNode;

    use super::*;

    #[test]
    fn no_label_is_longer_than_its_room_and_nothing_lies_on_the_middle() {
        let node = |steps: u32, label: &str| NeighbourNode {
            kind: NodeKind::Enterprise,
            label: label.to_owned(),
            merchants: Vec::new(),
            status: None,
            steps,
        };
        let mut nodes = vec![node(0, "百灵")];
        nodes.extend((0..40).map(|_| node(1, &"长".repeat(40))));
        let edge = |to| NeighbourEdge {
            from: 0,
            to,
            relation: Relation::Supplies,
            weight: 1,
            facts: Vec::new(),
        };
        let around = Neighbourhood { nodes, edges: (1..41).map(edge).collect() };
        let spots = places(&around);
        assert_eq!(spots.len(), 1 + MOST[0]);
        assert!(spots.values().skip(1).all(|spot| spot.x.hypot(spot.y) > 100.0));
        assert_eq!(named(Language::Chinese, &around, 1), "长".repeat(11) + "…");
        let drawn = render(Language::English, &around).into_string();
        assert!(drawn.contains("not drawn: 22"), "{drawn}");
    }
}
