//! A picture at a whole multiple of its size, each pixel repeated.

use super::Lane;

#[derive(Debug)]
pub(crate) struct Enlarge {
    /// Columns of the input.
    pub(crate) columns: usize,
    /// Lanes of the input.
    pub(crate) lanes: usize,
    /// How often each row and each column is repeated.
    pub(crate) times: [usize; 2],
}

impl Enlarge {
    pub(crate) fn run(&self, input: &[Lane], out: &mut [Lane]) -> Option<()> {
        let [down, right] = self.times;
        let wide = self.columns * right;
        let rows = input.get(..self.lanes)?.chunks_exact(self.columns);
        for (row, out) in rows.zip(out.chunks_exact_mut(down * wide)) {
            let (line, copies) = out.split_at_mut_checked(wide)?;
            for (pixel, places) in row.iter().zip(line.chunks_exact_mut(right)) {
                places.fill(*pixel);
            }
            for copy in copies.chunks_exact_mut(wide) {
                copy.copy_from_slice(line);
            }
        }
        Some(())
    }
}
