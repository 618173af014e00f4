//! Pages of which a side lies beyond the frame.

use crate::{Point, Quad};

/// Steps, as shares of the page, in which a side is moved out of the frame, and the most of them.
const STEP: f32 = 0.1;
const FARTHEST: u8 = 40;

/// A page with one side, counted from the top one clockwise, moved along its neighbours until nothing
/// of it lies in a frame of this width and height; `None` where that is too far.
pub(super) fn moved_out(page: &Quad, side: usize, [width, height]: [f32; 2]) -> Option<Quad> {
    // The page turned so that the side is its top one, and turned back.
    let mut corners = page.corners;
    corners.rotate_left(side);
    let [left, right, below_right, below_left] = corners;
    let along = |from: Point, to: Point, share: f32| Point {
        x: from.x + (to.x - from.x) * share,
        y: from.y + (to.y - from.y) * share,
    };
    (1..=FARTHEST).find_map(|step| {
        let share = 1.0 + STEP * f32::from(step);
        let (from, to) = (along(below_left, left, share), along(below_right, right, share));
        let is_seen = (0..=8u8).any(|place| {
            let place = along(from, to, f32::from(place) / 8.0);
            (0.0..width).contains(&place.x) && (0.0..height).contains(&place.y)
        });
        let mut corners = [from, to, below_right, below_left];
        corners.rotate_right(side);
        (!is_seen).then_some(Quad { corners })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_leaves_the_frame_along_its_neighbours() {
        let page = Quad::rectangle(40.0, 30.0, 90.0, 80.0);
        let [left, top, right, bottom] = [3, 0, 1, 2]
            .map(|side| moved_out(&page, side, [100.0, 100.0]).map(|quad| quad.bounds()));
        assert!(left.is_some_and(|[left, rest @ ..]| left < 0.0 && rest == [30.0, 90.0, 80.0]));
        assert!(top.is_some_and(|[a, top, b, c]| top < 0.0 && [a, b, c] == [40.0, 90.0, 80.0]));
        assert!(
            right.is_some_and(|[a, b, right, c]| right >= 100.0 && [a, b, c] == [40.0, 30.0, 80.0])
        );
        assert!(bottom.is_some_and(|[a, b, c, bottom]| bottom >= 100.0 && [a, b, c] == [40.0, 30.0, 90.0]));
        // A speck would have to grow too far.
        assert_eq!(moved_out(&Quad::rectangle(1.0, 1.0, 2.0, 2.0), 2, [100.0, 100.0]), None);
    }
}
