//! How the camera is held over a sheet.

use crate::homography::Homography;

/// How the camera is held over a flat sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Degrees by which the sheet appears turned, clockwise.
    pub roll: f32,
    /// Degrees by which the sheet's upper edge leans away from the camera.
    pub pitch: f32,
    /// Degrees by which the sheet's right edge leans away from the camera.
    pub yaw: f32,
    /// Share of the frame that the sheet covers, 0.1..0.95. Less where its shape does not allow it:
    /// the whole sheet stays in the frame.
    pub coverage: f32,
    /// Where the sheet's middle lies against the frame's, in shares of the frame.
    pub offset: [f32; 2],
}

/// A sheet as a camera sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// Millimetres of the sheet's plane, from its top left corner, to pixels of the frame.
    pub(super) to_frame: Homography,
    /// Where the camera is: millimetres of the sheet's plane, and millimetres above it.
    pub(super) eye: [f32; 3],
}

/// Focal length in shares of the frame's longer side: the main camera of a phone.
const FOCAL: f64 = 0.85;
/// Share of the frame's shorter side that stays free around the sheet.
const MARGIN: f32 = 0.018;

impl Pose {
    /// The map from millimetres of a sheet of this size, from its top left corner, to pixels of a
    /// frame.
    #[must_use]
    pub fn homography(&self, sheet: [f32; 2], frame: [usize; 2]) -> Homography {
        self.view(sheet, frame).to_frame
    }

    /// The same, and where the camera is.
    pub(super) fn view(&self, sheet: [f32; 2], frame: [usize; 2]) -> View {
        // The nearest distance that neither covers too much nor cuts anything off.
        let (mut near, mut far) = (20.0, 5000.0);
        for _ in 0..40 {
            let middle = (near + far) / 2.0;
            let view = self.at_distance(middle, sheet, frame);
            if self.fits(&view.to_frame, sheet, frame) { far = middle } else { near = middle }
        }
        self.at_distance(far, sheet, frame)
    }

    /// Seen from a distance in millimetres, the sheet's outline centred up to the offset.
    fn at_distance(&self, distance: f64, sheet: [f32; 2], frame: [usize; 2]) -> View {
        let [roll, pitch, yaw] =
            [self.roll, self.pitch, self.yaw].map(|angle| f64::from(angle).to_radians());
        let focal = FOCAL * frame[0].max(frame[1]) as f64;
        // Columns of the rotation: where the sheet's x and y axes point.
        let turned = |[x, y, z]: [f64; 3]| {
            let (x, y) = (x * roll.cos() - y * roll.sin(), x * roll.sin() + y * roll.cos());
            let (y, z) = (y * pitch.cos() + z * pitch.sin(), z * pitch.cos() - y * pitch.sin());
            [x * yaw.cos() - z * yaw.sin(), y, z * yaw.cos() + x * yaw.sin()]
        };
        let axes = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(turned);
        let [across, down, _] = axes;
        let middle = [f64::from(sheet[0]) / 2.0, f64::from(sheet[1]) / 2.0];
        let start = [0, 1, 2].map(|axis| {
            let towards = -(across[axis] * middle[0] + down[axis] * middle[1]);
            if axis == 2 { towards + distance } else { towards }
        });
        let view = Homography::new([
            [focal * across[0], focal * down[0], focal * start[0]],
            [focal * across[1], focal * down[1], focal * start[1]],
            [across[2], down[2], start[2]],
        ]);
        let [left, top, right, bottom] = outline(&view, sheet);
        let [width, height] = frame.map(|side| side as f32);
        let to_frame = view.shifted([
            width * (0.5 + self.offset[0]) - (left + right) / 2.0,
            height * (0.5 + self.offset[1]) - (top + bottom) / 2.0,
        ]);
        let along = |axis: [f64; 3]| -> f64 { (0..3).map(|part| axis[part] * start[part]).sum() };
        let [x, y, depth] = axes.map(along);
        View { to_frame, eye: [-x as f32, -y as f32, depth as f32] }
    }

    fn fits(&self, view: &Homography, sheet: [f32; 2], frame: [usize; 2]) -> bool {
        let [width, height] = frame.map(|side| side as f32);
        let margin = MARGIN * width.min(height);
        let [left, top, right, bottom] = outline(view, sheet);
        let inside =
            left >= margin && top >= margin && right <= width - margin && bottom <= height - margin;
        inside && area(&corners(view, sheet)) <= self.coverage * width * height
    }
}

fn corners(view: &Homography, [width, height]: [f32; 2]) -> [[f32; 2]; 4] {
    [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]].map(|corner| view.apply(corner))
}

fn outline(view: &Homography, sheet: [f32; 2]) -> [f32; 4] {
    corners(view, sheet).iter().fold(
        [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY],
        |[left, top, right, bottom], [x, y]| {
            [left.min(*x), top.min(*y), right.max(*x), bottom.max(*y)]
        },
    )
}

fn area(corners: &[[f32; 2]; 4]) -> f32 {
    let mut twice = 0.0;
    for (index, [x, y]) in corners.iter().enumerate() {
        let [next_x, next_y] = corners[(index + 1) % 4];
        twice += x * next_y - next_x * y;
    }
    twice.abs() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_covers_what_was_asked_for_and_stays_inside() {
        let frame = [1200, 1600];
        for coverage in [0.4, 0.55, 0.7] {
            let pose =
                Pose { roll: 4.0, pitch: 12.0, yaw: -6.0, coverage, offset: [0.005, -0.005] };
            let view = pose.homography([210.0, 297.0], frame);
            let corners = corners(&view, [210.0, 297.0]);
            let share = area(&corners) / (1200.0 * 1600.0);
            assert!((share - coverage).abs() < 0.01, "{share} for {coverage}");
            for [x, y] in corners {
                assert!((0.0..1200.0).contains(&x) && (0.0..1600.0).contains(&y), "{x} {y}");
            }
        }
    }

    #[test]
    fn a_leaning_sheet_is_narrower_at_its_far_edge() {
        let pose = Pose { roll: 0.0, pitch: 20.0, yaw: 0.0, coverage: 0.5, offset: [0.0; 2] };
        let [tl, tr, br, bl] =
            corners(&pose.homography([210.0, 297.0], [1200, 1600]), [210.0, 297.0]);
        assert!(tr[0] - tl[0] < br[0] - bl[0]);
    }
}
