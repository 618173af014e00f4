//! Where a kind's words stand on the page: what tells it from relatives whose words are the same.

use serde::Deserialize;

use super::Which;
use crate::page::{Line, Page};

/// Words and the part of the page that they stand in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayoutDefinition {
    /// The surest first: the first that is on the page is the one that is looked at.
    words: Vec<String>,
    /// Which of several, from the top.
    #[serde(default)]
    which: Which,
    /// Which half of what is printed, where it matters.
    across: Option<Across>,
    down: Option<Down>,
    /// What it weighs.
    pub(super) weight: u8,
}

/// Halves of what is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Across {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Down {
    Top,
    Bottom,
}

impl Across {
    fn of(x: f32) -> Self {
        if x < 0.5 { Self::Left } else { Self::Right }
    }

    /// Whether the middle of a line stands there.
    pub(crate) fn holds(self, page: &Page, line: &Line) -> bool {
        page.place_of(line).is_some_and(|[x, _]| Self::of(x) == self)
    }
}

impl LayoutDefinition {
    /// Whether the words stand there.
    pub(super) fn holds(&self, page: &Page) -> bool {
        let lines = self.words.iter().find_map(|word| {
            let found = page.lines().iter().filter(|line| line.text.contains(word.as_str()));
            Some(found.collect::<Vec<_>>()).filter(|found| !found.is_empty())
        });
        let line = lines.and_then(|lines| self.which.of(lines));
        line.and_then(|line| page.place_of(line)).is_some_and(|[x, y]| {
            let across = Across::of(x);
            let down = if y < 0.5 { Down::Top } else { Down::Bottom };
            self.across.is_none_or(|side| side == across)
                && self.down.is_none_or(|side| side == down)
        })
    }
}
