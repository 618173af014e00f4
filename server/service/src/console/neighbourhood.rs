//! Who and what is around a merchant, drawn in two rings; on a phone in rows, whose names have room there.

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

/// Width of the rows, how far each step is to the right in them, and how far a row is below the one before.
const ROWS: [f64; 3] = [360.0, 34.0, 32.0];

/// A node where it is drawn.
#[derive(Clone, Copy, Debug)]
struct Spot {
    x: f64,
    y: f64,
    /// From the middle, radians.
    angle: f64,
}

/// All that are drawn, by their place among the nodes.
struct Layout {
    class: &'static str,
    /// What the drawing shows: left, top, width, height.
    room: [f64; 4],
    spots: BTreeMap<usize, Spot>,
    /// Whether every name is to the right of its node.
    names_on_the_right: bool,
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
    let rings = rings(around);
    let title = language.say("商户的关系图", "The merchant's relations");
    let left_out = around.nodes.len().saturating_sub(rings.spots.len());
    html! {
        @if around.edges.is_empty() {
            p.soft { (language.say("还没有关系。", "No relations yet.")) }
        } @else {
            div.scroll.rings tabindex="0" role="region" aria-label=(title) {
                (drawing(language, title, around, &rings))
            }
            div.rows { (drawing(language, title, around, &rows(around, &rings.spots))) }
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

/// Around the middle; those that find no room are not drawn.
fn rings(around: &Neighbourhood) -> Layout {
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
    let is_wide = spots.values().any(|spot| spot.x.hypot(spot.y) > RADII[0][0] + 1.0);
    let (class, room) = match is_wide {
        true => ("wide", [-560.0, -350.0, 1_120.0, 700.0]),
        false => ("near", [-400.0, -200.0, 800.0, 400.0]),
    };
    Layout { class, room, spots, names_on_the_right: false }
}

/// The same nodes below each other, each under the one that leads to it.
fn rows(around: &Neighbourhood, drawn: &BTreeMap<usize, Spot>) -> Layout {
    let [width, right, down] = ROWS;
    let mut order = vec![0];
    let of_step = |step: u32| {
        let mut nodes: Vec<usize> = drawn.keys().copied().collect();
        nodes.retain(|at| around.nodes.get(*at).is_some_and(|node| node.steps == step));
        nodes
    };
    let outer = of_step(2);
    for near in of_step(1) {
        order.push(near);
        order.extend(outer.iter().filter(|at| leads_to(around, **at) == Some(near)));
    }
    let spots = order.iter().enumerate().map(|(row, at)| {
        let steps = around.nodes.get(*at).map_or(0, |node| node.steps);
        (*at, Spot { x: right * f64::from(steps), y: down * row as f64, angle: 0.0 })
    });
    let height = down * order.len() as f64;
    let room = [-0.6 * down, -0.6 * down, width, height + 0.2 * down];
    Layout { class: "narrow", room, spots: spots.collect(), names_on_the_right: true }
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

fn drawing(language: Language, title: &str, around: &Neighbourhood, layout: &Layout) -> Markup {
    let Layout { class: shape, room, spots, names_on_the_right } = layout;
    let room = room.map(at).join(" ");
    html! {
        svg class={ "graph " (shape) } viewBox=(room) role="img" aria-label=(title) {
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
                        _ if *names_on_the_right => "start",
                        _ if *place == 0 => "middle",
                        cos if cos > 0.1 => "start",
                        cos if cos < -0.1 => "end",
                        _ => "middle",
                    };
                    @let (dx, dy) = match anchor {
                        "start" if *place == 0 => (22.0, 6.0),
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
        let drawn = rings(&around).spots;
        assert_eq!(drawn.len(), 1 + MOST[0]);
        assert_eq!(rows(&around, &drawn).spots.len(), drawn.len());
        assert!(drawn.values().skip(1).all(|spot| spot.x.hypot(spot.y) > 100.0));
        assert_eq!(named(Language::Chinese, &around, 1), "长".repeat(11) + "…");
        let drawn = render(Language::English, &around).into_string();
        assert!(drawn.contains("not drawn: 22"), "{drawn}");
    }
}
