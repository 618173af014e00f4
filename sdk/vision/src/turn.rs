//! How a frame has to be turned to be upright.

use crate::{Point, Quad};

/// Quarter turns clockwise. A camera's sensor lies across the phone; who holds it upright gets frames
/// that lie on their side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "there are four")]
pub enum Turn {
    /// The frame is upright.
    #[default]
    None,
    /// A quarter clockwise.
    Right,
    /// Half.
    Over,
    /// A quarter counter-clockwise.
    Left,
}

impl Turn {
    /// Degrees clockwise, as platforms give them; `None` where they are no whole quarters.
    pub fn clockwise(degrees: i32) -> Option<Self> {
        match degrees.rem_euclid(360) {
            0 => Some(Self::None),
            90 => Some(Self::Right),
            180 => Some(Self::Over),
            270 => Some(Self::Left),
            _ => None,
        }
    }

    /// Width and height once turned.
    pub fn size(self, [width, height]: [u32; 2]) -> [u32; 2] {
        match self {
            Self::None | Self::Over => [width, height],
            Self::Right | Self::Left => [height, width],
        }
    }

    /// A place of the frame, whose size is given, in the upright one.
    pub fn point(self, Point { x, y }: Point, [width, height]: [u32; 2]) -> Point {
        let (right, bottom) = (width as f32 - x, height as f32 - y);
        match self {
            Self::None => Point { x, y },
            Self::Right => Point { x: bottom, y: x },
            Self::Over => Point { x: right, y: bottom },
            Self::Left => Point { x: y, y: right },
        }
    }

    /// A quad of the frame in the upright one; its corners keep their order around it, and the first is
    /// again the one that is top left.
    pub fn quad(self, quad: &Quad, size: [u32; 2]) -> Quad {
        let mut corners = quad.corners.map(|corner| self.point(corner, size));
        corners.rotate_right(self as usize);
        Quad { corners }
    }

    /// Where a cell of the upright frame, cut into `parts` each way, lies in the frame.
    pub(crate) fn cell_before(self, [column, row]: [usize; 2], parts: usize) -> [usize; 2] {
        let last = parts.saturating_sub(1);
        let (from_right, from_bottom) = (last.saturating_sub(column), last.saturating_sub(row));
        match self {
            Self::None => [column, row],
            Self::Right => [row, from_right],
            Self::Over => [from_right, from_bottom],
            Self::Left => [from_bottom, column],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(i32, Turn); 4] =
        [(0, Turn::None), (90, Turn::Right), (180, Turn::Over), (-90, Turn::Left)];

    #[test]
    fn a_quad_stays_named_from_its_top_left() {
        let size = [400, 300];
        let quad = Quad::rectangle(10.0, 20.0, 110.0, 60.0);
        for (degrees, turn) in ALL {
            assert_eq!(Turn::clockwise(degrees), Some(turn));
            let turned = turn.quad(&quad, size);
            let [left, top, right, bottom] = turned.bounds();
            assert_eq!(turned, Quad::rectangle(left, top, right, bottom), "{turn:?}");
            let [width, height] = turn.size(size).map(|side| side as f32);
            assert!(left >= 0.0 && top >= 0.0 && right <= width && bottom <= height, "{turn:?}");
        }
        assert_eq!(Turn::clockwise(45), None);
        // What is at the frame's left is on top once it is turned to the right.
        let turned = Turn::Right.quad(&quad, size);
        assert_eq!(turned, Quad::rectangle(240.0, 10.0, 280.0, 110.0));
    }

    #[test]
    fn a_cell_is_where_its_middle_is() {
        for (_, turn) in ALL {
            for (column, row) in [(0, 0), (3, 1), (6, 6)] {
                let [before_column, before_row] = turn.cell_before([column, row], 7);
                let middle = |cell: usize| cell as f32 + 0.5;
                let place = Point { x: middle(before_column), y: middle(before_row) };
                let after = turn.point(place, [7, 7]);
                assert_eq!([after.x, after.y], [middle(column), middle(row)], "{turn:?}");
            }
        }
    }
}
