//! A window that moves over a picture.

/// Rows and columns each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// Its size, pixels.
    pub(crate) size: [usize; 2],
    /// How far it moves at a time, pixels.
    pub(crate) step: [usize; 2],
    /// Pixels of 0 around the picture: top, left, bottom, right.
    pub(crate) around: [usize; 4],
}

impl Window {
    /// Rows and columns of a picture with what is around it.
    pub(crate) fn padded(&self, [rows, columns]: [usize; 2]) -> [usize; 2] {
        let [above, before, below, behind] = self.around;
        [rows + above + below, columns + before + behind]
    }

    /// Places it takes in a picture of so many rows and columns; none where it is larger.
    pub(crate) fn places(&self, picture: [usize; 2]) -> Option<[usize; 2]> {
        let ([rows, columns], [height, width], [down, right]) =
            (self.padded(picture), self.size, self.step);
        let places = |length: usize, size: usize, step: usize| {
            Some(length.checked_sub(size)?.checked_div(step)? + 1)
        };
        Some([places(rows, height, down)?, places(columns, width, right)?])
    }
}
