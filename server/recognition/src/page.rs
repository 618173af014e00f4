//! The lines of a page and where they lie to each other.

use bailing_vision::Quad;
use unicode_normalization::UnicodeNormalization;

use crate::ocr::TextLine;

/// A line of text.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Normalised.
    pub(crate) text: String,
    /// As the engine read it.
    pub(crate) printed: String,
    pub(crate) confidence: f32,
    pub(crate) region: Quad,
    bounds: [f32; 4],
}

/// The lines of a page from top to bottom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    lines: Vec<Line>,
}

/// A value and the line that it stands on.
pub(crate) type Found<'a> = (String, &'a Line);

impl Page {
    pub(crate) fn new(lines: &[TextLine]) -> Self {
        let mut lines: Vec<Line> = lines
            .iter()
            .map(|line| Line {
                text: normal(&line.text),
                printed: line.text.clone(),
                confidence: line.confidence,
                region: line.region,
                bounds: line.region.bounds(),
            })
            .filter(|line| !line.text.is_empty())
            .collect();
        lines.sort_by(|a, b| {
            let key = |line: &Line| (line.bounds[1] + line.bounds[3], line.bounds[0]);
            let ((top_a, left_a), (top_b, left_b)) = (key(a), key(b));
            top_a.total_cmp(&top_b).then(left_a.total_cmp(&left_b))
        });
        Self { lines }
    }

    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Whether any line holds the words.
    pub(crate) fn has(&self, words: &str) -> bool {
        self.lines.iter().any(|line| line.text.contains(words))
    }

    /// What stands behind a label: on the same line, else to its right, else below. The labels are
    /// tried in order; `accept` turns a text into a value or rejects it.
    pub(crate) fn after(
        &self,
        labels: &[String],
        accept: impl Fn(&str) -> Option<String>,
    ) -> Option<Found<'_>> {
        labels.iter().find_map(|label| {
            self.lines.iter().find_map(|line| {
                let (_, rest) = line.text.split_once(label.as_str())?;
                let rest = rest.trim_start_matches(|c: char| ":;.,、)）".contains(c));
                if let Some(value) = accept(rest) {
                    return Some((value, line));
                }
                let beside = [self.right_of(line), self.below(line)];
                beside.into_iter().flatten().find_map(|next| {
                    let text = next.text.trim_start_matches([':', ';']);
                    accept(text).map(|value| (value, next))
                })
            })
        })
    }

    /// What stands below a label, which is a line of its own.
    pub(crate) fn under(
        &self,
        labels: &[String],
        accept: impl Fn(&str) -> Option<String>,
    ) -> Option<Found<'_>> {
        labels.iter().find_map(|label| {
            let named = self.lines.iter().filter(|line| line.text.contains(label.as_str()));
            named
                .filter_map(|line| self.below(line))
                .find_map(|next| Some((accept(&next.text)?, next)))
        })
    }

    /// The first line, from the top, that `accept` turns into a value.
    pub(crate) fn any(&self, accept: impl Fn(&str) -> Option<String>) -> Option<Found<'_>> {
        self.lines.iter().find_map(|line| accept(&line.text).map(|value| (value, line)))
    }

    /// Every value that `accept` makes of a line, from the top.
    pub(crate) fn all(&self, accept: impl Fn(&str) -> Option<String>) -> Vec<Found<'_>> {
        self.lines.iter().filter_map(|line| accept(&line.text).map(|value| (value, line))).collect()
    }

    fn right_of(&self, line: &Line) -> Option<&Line> {
        let [_, top, right, bottom] = line.bounds;
        self.lines
            .iter()
            .filter(|other| {
                let middle = f32::midpoint(other.bounds[1], other.bounds[3]);
                other.bounds[0] >= right - (bottom - top) && (top..bottom).contains(&middle)
            })
            .filter(|other| !std::ptr::eq(*other, line))
            .min_by(|a, b| a.bounds[0].total_cmp(&b.bounds[0]))
    }

    fn below(&self, line: &Line) -> Option<&Line> {
        let [left, top, right, bottom] = line.bounds;
        let height = bottom - top;
        self.lines
            .iter()
            .filter(|other| {
                let overlap = right.min(other.bounds[2]) - left.max(other.bounds[0]);
                overlap > 0.0
                    && other.bounds[1] > f32::midpoint(top, bottom)
                    && other.bounds[1] < bottom + 2.0 * height
            })
            .min_by(|a, b| a.bounds[1].total_cmp(&b.bounds[1]))
    }
}

/// NFKC, no white space, upper case, simplified characters: engines take a simplified character for the
/// traditional one that looks like it.
pub(crate) fn normal(text: &str) -> String {
    let text = text.nfkc().filter(|c| !c.is_whitespace() && !c.is_control());
    hanconv::t2s(text.collect::<String>()).to_uppercase()
}
