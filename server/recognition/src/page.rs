//! The lines of a page and where they lie to each other.

use bailing_vision::Quad;
use unicode_normalization::UnicodeNormalization;

use crate::fields::is_han;
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
    /// How much it falls to the right, of 1, once the page is level: in perspective not all alike.
    falls: f32,
}

/// The lines of a page from top to bottom, those of a row from left to right.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    lines: Vec<Line>,
    height: Option<f32>,
}

/// A value and the line that it stands on.
pub(crate) type Found<'a> = (String, &'a Line);

/// Two lines stand in one row where the second's middle is no further from where the first leads to, in
/// heights of the first.
const ROW: f32 = 0.5;

/// A remark in brackets behind a label is no longer: 法定代表人(负责人), 小写(元).
const REMARK: usize = 10;

/// A line so many times as long as it is high says how it falls itself.
const LONG: f32 = 4.0;

/// Letters of one label stand no farther apart, in heights of the first.
const LETTERS: f32 = 4.0;

/// Most lines of a paragraph: a licence's scope of business fills some ten.
const PARAGRAPH: usize = 16;

/// A text that begins behind its label begins no farther right of it, in heights of the line: six characters, spaced.
const LABEL: f32 = 9.0;

/// Labels whose letters forms space out, and which run into the value when the last one is read with it.
const SPACED: [&str; 6] = ["住所", "住址", "名称", "姓名", "类型", "地址"];

/// What sums in words are written with, before the unit of yuan.
const NUMERALS: &str = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿";

impl Page {
    pub(crate) fn new(lines: &[TextLine]) -> Self {
        let slope = slope(lines);
        let mut lines: Vec<Line> = lines
            .iter()
            .map(|line| Line {
                text: normal(&line.text),
                printed: line.text.clone(),
                confidence: line.confidence,
                region: line.region,
                bounds: upright(&line.region, slope),
                falls: falls(&line.region, slope),
            })
            .filter(|line| !line.text.is_empty())
            .collect();
        let middle = |line: &Line| f32::midpoint(line.bounds[1], line.bounds[3]);
        lines.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
        let mut placed: Vec<(usize, Line)> = Vec::with_capacity(lines.len());
        let (mut row, mut first) = (0, 0);
        for line in lines {
            let in_row = placed.get(first).is_some_and(|(_, first)| first.is_in_row_with(&line));
            if !in_row {
                (row, first) = (row + 1, placed.len());
            }
            placed.push((row, line));
        }
        placed.sort_by(|(row, a), (other, b)| {
            row.cmp(other).then(a.bounds[0].total_cmp(&b.bounds[0]))
        });
        let mut page = Self { lines: with_whole_labels(placed), height: None };
        page.join_sums();
        page
    }

    /// A sum in words that goes on in the next line is given to that line.
    fn join_sums(&mut self) {
        for index in 0..self.lines.len() {
            let Some(line) = self.lines.get(index) else { continue };
            let before = line.text.trim_end_matches(|c| NUMERALS.contains(c)).len();
            let Some(next) = self.below(line).filter(|_| before < line.text.len()) else {
                continue;
            };
            let goes_on = |c: char| NUMERALS.contains(c) || matches!(c, '元' | '圆');
            if !next.text.starts_with(goes_on) {
                continue;
            }
            let Some(next) = self.lines.iter().position(|other| std::ptr::eq(other, next)) else {
                continue;
            };
            let moved = self.lines.get_mut(index).map(|line| line.text.split_off(before));
            if let (Some(moved), Some(next)) = (moved, self.lines.get_mut(next)) {
                next.text.insert_str(0, &moved);
            }
        }
    }

    /// The page in a picture of this height, pixels.
    pub(crate) fn of_height(self, height: f32) -> Self {
        Self { height: Some(height), ..self }
    }

    /// Height of its picture, pixels, where there is one.
    pub(crate) fn height(&self) -> Option<f32> {
        self.height
    }

    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Where the middle of a line stands in what is printed, 0..1 from the left and from the top; `None` where
    /// that has no width or height.
    pub(crate) fn place_of(&self, line: &Line) -> Option<[f32; 2]> {
        let all = self.lines.iter().map(|line| line.bounds);
        let [left, top, right, bottom] =
            all.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])?;
        let [from, above, to, below] = line.bounds;
        let share = |at: f32, from: f32, to: f32| {
            Some((at - from) / (to - from)).filter(|share| share.is_finite())
        };
        let x = share(f32::midpoint(from, to), left, right)?;
        Some([x, share(f32::midpoint(above, below), top, bottom)?])
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
                let behind = without_remark(rest);
                if let Some(value) = accept(behind).or_else(|| accept(rest)) {
                    return Some((value, line));
                }
                let below = self.below(line);
                // What the line's end splits goes on below.
                let whole = below.filter(|_| !behind.is_empty());
                if let Some(value) =
                    whole.and_then(|next| accept(&format!("{behind}{}", next.text)))
                {
                    return Some((value, line));
                }
                let beside = [self.right_of(line), below];
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

    /// A text of several lines behind a label, or to its right: each line's text, and the line. It goes on
    /// below as long as lines follow closely, begin where the text does, and `ends` does not say that something
    /// else begins.
    pub(crate) fn paragraph(
        &self,
        labels: &[String],
        ends: impl Fn(&str) -> bool,
    ) -> Vec<(&str, &Line)> {
        let labelled = labels.iter().find_map(|label| {
            self.lines.iter().find_map(|line| {
                let (_, rest) = line.text.split_once(label.as_str())?;
                Some((line, rest.trim_start_matches([':', ';'])))
            })
        });
        let Some((label, rest)) = labelled else { return Vec::new() };
        let beside = self.right_of(label).filter(|next| !ends(&next.text));
        let first = if rest.is_empty() {
            beside.map(|next| (next.text.as_str(), next))
        } else {
            Some((rest, label))
        };
        let Some((text, mut last)) = first else { return Vec::new() };
        // Behind its label on one line, the text's own edge is not known: the label's is the farthest left.
        let edges = [label.bounds[0], last.bounds[0]];
        let mut lines = vec![(text, last)];
        while lines.len() < PARAGRAPH {
            let height = last.bounds[3] - last.bounds[1];
            let goes_on = |next: &&Line| {
                let left = next.bounds[0];
                let is_close = next.bounds[1] - last.bounds[3] < height;
                let is_aligned = if rest.is_empty() {
                    (left - edges[1]).abs() < height
                } else {
                    left > edges[0] - height && left < label.bounds[0] + LABEL * height
                };
                is_close && is_aligned && !ends(&next.text)
            };
            let Some(next) = self.below(last).filter(goes_on) else { break };
            lines.push((next.text.as_str(), next));
            last = next;
        }
        lines
    }

    /// What stands behind a label on the same line, or to its right; every one, from the top.
    pub(crate) fn beside(
        &self,
        labels: &[String],
        accept: impl Fn(&str) -> Option<String>,
    ) -> Vec<Found<'_>> {
        let mut found = Vec::new();
        for line in &self.lines {
            let value = labels.iter().find_map(|label| {
                let (_, rest) = line.text.split_once(label.as_str())?;
                let right = self.right_of(line).filter(|_| rest.is_empty());
                let right = right.and_then(|next| Some((accept(&next.text)?, next)));
                accept(rest).map(|value| (value, line)).or(right)
            });
            found.extend(value);
        }
        found
    }

    /// The last line, from the top, with the first of the labels that any has, and that label: signatures and
    /// seals stand at a page's foot.
    pub(crate) fn last<'a>(&self, labels: &'a [String]) -> Option<(&Line, &'a str)> {
        labels.iter().find_map(|label| {
            let named = self.lines.iter().rev().find(|line| line.text.contains(label.as_str()));
            named.map(|line| (line, label.as_str()))
        })
    }

    /// The lines on which a label announces something: it stands at the line's end, or before a colon, a
    /// bracket or whatever was written behind it, and not within running text.
    pub(crate) fn labelled<'a>(&'a self, label: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| {
            let Some((before, after)) = line.text.split_once(label) else { return false };
            let is_announced = after.chars().next().is_none_or(|next| ":;()".contains(next));
            let is_short = after.chars().count() <= 8 && before.chars().count() <= 12;
            is_announced || is_short
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
            .filter(|other| other.bounds[0] >= right - (bottom - top) && line.is_in_row_with(other))
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

/// Lines with their rows' numbers, in which the letters of a spaced label (姓　名) that were found one by one stand
/// together: before what the last of them announces.
fn with_whole_labels(placed: Vec<(usize, Line)>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::with_capacity(placed.len());
    let mut row_behind = None;
    for (row, line) in placed.into_iter().rev() {
        let next = lines.last_mut().filter(|_| row_behind == Some(row));
        row_behind = Some(row);
        match next.filter(|next| line.is_letter_before(next)) {
            Some(next) => {
                next.text.insert_str(0, &line.text);
                next.printed.insert_str(0, &line.printed);
            }
            None => lines.push(line),
        }
    }
    lines.reverse();
    lines
}

/// NFKC, no white space, upper case, simplified characters: engines take a simplified character for the
/// traditional one that looks like it.
pub(crate) fn normal(text: &str) -> String {
    let text = text.nfkc().filter(|c| !c.is_whitespace() && !c.is_control());
    hanconv::t2s(text.collect::<String>()).to_uppercase()
}

impl Line {
    /// Whether this is one letter of a label whose last letter the next line begins with.
    fn is_letter_before(&self, next: &Self) -> bool {
        let is_letter = |c: Option<char>| c.is_some_and(is_han);
        let [_, top, right, bottom] = self.bounds;
        let (mut text, mut behind) = (self.text.chars(), next.printed.chars());
        let (letter, last) = (text.next(), behind.next());
        let is_label =
            || SPACED.iter().any(|label| label.chars().eq(letter.into_iter().chain(last)));
        is_letter(letter)
            && text.next().is_none()
            && is_letter(last)
            && (!is_letter(behind.next()) || is_label())
            && next.bounds[0] - right < LETTERS * (bottom - top)
    }

    /// Whether the middle of another line stands where this one leads to.
    fn is_in_row_with(&self, other: &Self) -> bool {
        let middle = |[left, top, right, bottom]: [f32; 4]| {
            [f32::midpoint(left, right), f32::midpoint(top, bottom)]
        };
        let ([x, y], [other_x, other_y]) = (middle(self.bounds), middle(other.bounds));
        let led_to = y + self.falls * (other_x - x);
        (other_y - led_to).abs() <= ROW * (self.bounds[3] - self.bounds[1])
    }
}

/// The level rectangle around regions; `None` around nothing.
pub(crate) fn around(regions: impl Iterator<Item = Quad>) -> Option<Quad> {
    let [left, top, right, bottom] = regions
        .map(|region| region.bounds())
        .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])?;
    Some(Quad::rectangle(left, top, right, bottom))
}

/// How much a line falls to the right on a page that is turned level; none where it is too short to say.
fn falls(region: &Quad, [sine, cosine]: [f32; 2]) -> f32 {
    let [from, to, below, _] = region.corners;
    let [x, y] = [to.x - from.x, to.y - from.y];
    let [across, down] = [x * cosine + y * sine, y * cosine - x * sine];
    let height = (below.x - to.x).hypot(below.y - to.y);
    if across > LONG * height { down / across } else { 0.0 }
}

/// Behind a label's own remark in brackets.
fn without_remark(text: &str) -> &str {
    let inner = text.strip_prefix('(').and_then(|text| text.split_once(')'));
    match inner.filter(|(remark, _)| remark.chars().count() <= REMARK) {
        Some((_, behind)) => behind.trim_start_matches([':', ';']),
        None => text,
    }
}

/// How a page's text runs, as sine and cosine: the mean of its lines, the longer ones more.
fn slope(lines: &[TextLine]) -> [f32; 2] {
    let [mut across, mut down] = [0.0_f32; 2];
    for TextLine { region: Quad { corners: [left, right, ..] }, .. } in lines {
        across += right.x - left.x;
        down += right.y - left.y;
    }
    let length = across.hypot(down);
    if length > 0.0 { [down / length, across / length] } else { [0.0, 1.0] }
}

/// Left, top, right, bottom of a region on a page whose text is turned level.
fn upright(region: &Quad, [sine, cosine]: [f32; 2]) -> [f32; 4] {
    let mut bounds = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    for corner in &region.corners {
        let x = corner.x * cosine + corner.y * sine;
        let y = corner.y * cosine - corner.x * sine;
        bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
    }
    bounds
}
