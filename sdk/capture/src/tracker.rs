//! The page's outline over time, so that it lies still on the merchant's screen while the page does.

use bailing_vision::Quad;

use crate::guidance::moved;

/// Share of the way to what was last seen that the outline goes at each analysis. More trembles with
/// every corner's error, less drags behind a moving page.
const PACE: f32 = 0.4;

/// Movement, as a share of the page's longer side, from which the outline jumps.
const JUMP: f32 = 0.06;

/// How far a corner may move, as a share of the page's longer side, and for how long it must not have
/// moved farther, nanoseconds, to count as steady: slower than 3 % a second, which in a 60th of a second
/// blurs a still of 12 MP by two pixels. Corners that tremble stay within it: they are off by 0.2 %.
const STEADY: f32 = 0.01;
const STEADY_NS: u64 = 300_000_000;

/// How long the outline stays where nothing is found any more, nanoseconds: one frame's doubt does not
/// flicker.
const LINGER_NS: u64 = 200_000_000;

/// Follows the page from analysis to analysis.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tracker {
    shown: Option<Quad>,
    /// Where it lay when it last moved, and when that was.
    anchor: Option<(Quad, u64)>,
    seen_ns: u64,
}

impl Tracker {
    /// What to outline, given what was found at a monotonic time.
    pub(crate) fn follow(&mut self, found: Option<&Quad>, now_ns: u64) -> Option<Quad> {
        let Some(found) = found else {
            self.anchor = None;
            if now_ns.saturating_sub(self.seen_ns) > LINGER_NS {
                self.shown = None;
            }
            return self.shown;
        };
        self.seen_ns = now_ns;
        let found = match &self.shown {
            Some(shown) => named_alike(found, shown),
            None => *found,
        };
        let rests = self
            .anchor
            .is_some_and(|(anchor, _)| moved(&named_alike(&anchor, &found), &found) <= STEADY);
        if !rests {
            self.anchor = Some((found, now_ns));
        }
        self.shown = Some(match &self.shown {
            Some(shown) if moved(shown, &found) <= JUMP => between(shown, &found),
            _ => found,
        });
        self.shown
    }

    /// Whether the page has lain where it is for a while, as far as it was seen last.
    pub(crate) fn is_steady(&self) -> bool {
        self.anchor.is_some_and(|(_, since)| self.seen_ns.saturating_sub(since) >= STEADY_NS)
    }
}

/// The same quad, named from the corner that makes it lie most like another: of a page that is turned by
/// nearly 45° now one corner is top left and now another.
fn named_alike(quad: &Quad, other: &Quad) -> Quad {
    let turned = |by: usize| {
        let mut corners = quad.corners;
        corners.rotate_left(by);
        Quad { corners }
    };
    let all = [0, 1, 2, 3].map(turned);
    let nearest = all.iter().min_by(|a, b| moved(a, other).total_cmp(&moved(b, other)));
    nearest.copied().unwrap_or(*quad)
}

/// A part of the way from one quad to another.
fn between(from: &Quad, to: &Quad) -> Quad {
    let mut corners = from.corners;
    for (corner, to) in corners.iter_mut().zip(to.corners) {
        corner.x += PACE * (to.x - corner.x);
        corner.y += PACE * (to.y - corner.y);
    }
    Quad { corners }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: u64 = 33_000_000;

    fn page(shift: f32) -> Quad {
        Quad::rectangle(100.0 + shift, 100.0, 300.0 + shift, 400.0)
    }

    #[test]
    fn trembling_is_smoothed_and_still_steady() {
        let mut tracker = Tracker::default();
        let mut reach = [f32::MAX, f32::MIN];
        for step in 0..40u16 {
            let shift = if step % 2 == 0 { 1.0 } else { -1.0 };
            let shown = tracker.follow(Some(&page(shift)), u64::from(step) * STEP);
            let left = shown.expect("a page").bounds()[0];
            if step > 10 {
                reach = [reach[0].min(left), reach[1].max(left)];
            }
        }
        assert!(tracker.is_steady());
        assert!(reach[1] - reach[0] < 1.0, "{reach:?}");
    }

    #[test]
    fn a_page_that_moves_is_followed_and_not_steady() {
        let mut tracker = Tracker::default();
        for step in 0..20u16 {
            let shift = f32::from(step) * 8.0;
            let shown = tracker.follow(Some(&page(shift)), u64::from(step) * STEP).expect("a page");
            assert!(!tracker.is_steady());
            assert!((shown.bounds()[0] - 100.0 - shift).abs() < 20.0);
        }
        let far = page(900.0);
        assert_eq!(tracker.follow(Some(&far), 21 * STEP), Some(far));
    }

    #[test]
    fn a_page_lost_for_a_moment_lingers() {
        let mut tracker = Tracker::default();
        tracker.follow(Some(&page(0.0)), 0);
        assert_eq!(tracker.follow(None, STEP), Some(page(0.0)));
        assert!(!tracker.is_steady());
        assert_eq!(tracker.follow(None, 10 * STEP), None);
    }

    #[test]
    fn a_corners_new_name_is_no_movement() {
        let mut tracker = Tracker::default();
        for step in 0..12 {
            let mut page = page(0.5);
            page.corners.rotate_left(step % 2);
            tracker.follow(Some(&page), step as u64 * STEP);
        }
        assert!(tracker.is_steady());
        assert_eq!(
            tracker.follow(Some(&page(0.0)), 13 * STEP).expect("a page").corners[0].x.round(),
            100.0
        );
    }
}
