//! Places that fill a frame: shop fronts, shelves, vehicles in the street. Each is a painted plane
//! seen at an angle, with floor below and sky or ceiling above.

use std::sync::Arc;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::canvas::{Canvas, Ink, Style};
use crate::colour::{Rgb, add, around, mix, multiply, scale, smoothstep};
use crate::document::content as invented;
use crate::fonts::{Face, Fonts};
use crate::homography::Homography;
use crate::noise;
use crate::place::desk::Light;
use crate::place::ground::Ground;
use crate::place::pose::Pose;
use crate::place::room;
use crate::place::shelves::{self, Shelves};
use crate::raster::Raster;
use crate::scene::{Scene, Truth};
use crate::stock::any;

/// What a facade is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A shop from the street.
    Storefront,
    /// Goods on shelves.
    Shelf,
    /// Goods on shelves of which it is known what stands where.
    Stocked,
    /// A van, car or truck from the side.
    Vehicle,
    /// Things in a room or a yard, windows, doors, lamps.
    Room,
}

/// A painted plane that stands upright.
#[derive(Clone, Debug)]
pub struct Facade {
    subject: Subject,
    frame: [usize; 2],
    face: Raster,
    /// Centimetres of the plane.
    size: [f32; 2],
    to_plane: Homography,
    /// Pixels of the face a centimetre of the plane.
    fine: f32,
    shelves: Option<Shelves>,
    floor: Ground,
    above: [Rgb; 2],
    light: Light,
    seed: u32,
}

/// Pixels a centimetre of the plane.
const SCALE: f32 = 2.2;
/// The same where each thing counts.
const FINE: f32 = 4.5;

impl Facade {
    /// One of its kind, invented from the seed; `photographs` are what goods look like, where there
    /// are some.
    #[must_use]
    pub fn any(
        fonts: &Fonts,
        subject: Subject,
        photographs: &[Arc<Raster>],
        frame: [usize; 2],
        light: Light,
        seed: u64,
    ) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let random = &mut random;
        let size = match subject {
            Subject::Storefront => {
                [random.random_range(350.0..700.0), random.random_range(300.0..420.0)]
            }
            Subject::Shelf | Subject::Stocked => {
                [random.random_range(150.0..350.0), random.random_range(150.0..260.0)]
            }
            Subject::Vehicle => {
                [random.random_range(500.0..900.0), random.random_range(300.0..380.0)]
            }
            Subject::Room => [random.random_range(120.0..400.0), random.random_range(120.0..300.0)],
        };
        let wall = Ground::any(random);
        let fine = if subject == Subject::Stocked { FINE } else { SCALE };
        let mut canvas = Canvas::new(fonts, size, fine, wall.colours[0]);
        let mut shelves = None;
        match subject {
            Subject::Storefront => storefront(&mut canvas, size, photographs, random),
            Subject::Shelf => shelf(&mut canvas, size, photographs, random),
            Subject::Stocked => {
                shelves = Some(shelves::paint(&mut canvas, size, photographs, random));
            }
            Subject::Vehicle => vehicle(&mut canvas, size, random),
            Subject::Room => room::paint(&mut canvas, size, photographs, random),
        }
        let pose = Pose {
            roll: random.random_range(-4.0..4.0),
            pitch: random.random_range(-8.0..8.0),
            yaw: random.random_range(-28.0..28.0),
            coverage: 0.95,
            offset: [0.0, 0.0],
        };
        // Nearer than where all of it fits: it goes beyond the frame.
        let near = random.random_range(1.0..1.9);
        let [width, height] = frame.map(|side| side as f32);
        let drift = [0, 1].map(|_| random.random_range(-0.1..0.1));
        let zoom = Homography::new([
            [near, 0.0, f64::from(width) * (0.5 * (1.0 - near) + drift[0])],
            [0.0, near, f64::from(height) * (0.5 * (1.0 - near) + drift[1])],
            [0.0, 0.0, 1.0],
        ]);
        let to_frame = zoom.after(&pose.homography(size, frame));
        let indoors = matches!(subject, Subject::Shelf | Subject::Stocked | Subject::Room);
        let above = if indoors {
            [[0.5; 3], [0.62; 3]]
        } else {
            [[0.75, 0.85, 1.0], [0.95, 0.97, 1.0]]
                .map(|sky| scale(sky, random.random_range(0.5..1.2)))
        };
        Self {
            subject,
            frame,
            face: canvas.into_raster(),
            size,
            to_plane: to_frame.inverse(),
            fine,
            shelves,
            floor: Ground::any(random),
            above,
            light,
            seed: random.random(),
        }
    }
}

fn paint(random: &mut impl Rng) -> Ink {
    let vivid = if random.random_bool(0.6) { 0.5 } else { 0.0 };
    Ink::solid(around(random.random_range(0.1..0.9), vivid, random))
}

fn white() -> Ink {
    Ink::solid([0.85; 3])
}

fn dark() -> Ink {
    Ink::solid([0.03, 0.03, 0.035])
}

fn storefront(
    canvas: &mut Canvas<'_>,
    [width, height]: [f32; 2],
    photographs: &[Arc<Raster>],
    random: &mut impl Rng,
) {
    texture(canvas, [0.0, 0.0, width, height], random);
    let sign = [0.16, random.random_range(0.28..0.4)].map(|share| share * height);
    let ground = paint(random);
    canvas.fill([0.02 * width, sign[0], 0.98 * width, sign[1]], ground);
    let name = invented::company(random);
    let short: String = name.chars().skip(3).take(random.random_range(4..8)).collect();
    let body = (0.75 * (sign[1] - sign[0])).min(0.8 * width / short.chars().count() as f32);
    let light = ground.colour.iter().sum::<f32>() > 1.2;
    let ink = if light { paint(random) } else { white() };
    let style = Style::new(Face::SansBold, body, ink).centred().spaced(0.1 * body);
    canvas.text(width / 2.0, (sign[0] + sign[1]) / 2.0, &short, style);
    let bays = random.random_range(2..6u8);
    let step = width / f32::from(bays);
    let door = random.random_range(0..bays);
    for bay in 0..bays {
        let left = step * f32::from(bay) + 6.0;
        let area = [
            left,
            sign[1] + 8.0,
            left + step - 12.0,
            if bay == door { height } else { 0.92 * height },
        ];
        canvas.fill(area, Ink::solid([0.06, 0.07, 0.075]));
        if bay == door && random.random_bool(0.3) {
            shutter(canvas, area, random);
        } else {
            goods(canvas, area, photographs, random);
            // Glass mirrors the street.
            canvas
                .fill(area, Ink::solid([0.7, 0.78, 0.85]).opacity(random.random_range(0.03..0.3)));
        }
        canvas.frame(area, 5.0, paint(random));
        if bay == door {
            let middle = (area[0] + area[2]) / 2.0;
            canvas.line([middle, area[1]], [middle, area[3]], 4.0, dark());
        }
        if random.random_bool(0.3) {
            let style = Style::new(Face::Hei, 16.0, paint(random)).centred();
            let text: String = invented::company(random).chars().skip(3).take(2).collect();
            canvas.text((area[0] + area[2]) / 2.0, area[1] + 40.0, &text, style);
        }
    }
}

fn shutter(canvas: &mut Canvas<'_>, [left, top, right, bottom]: [f32; 4], random: &mut impl Rng) {
    let ink = paint(random);
    canvas.paint([left, top, right, bottom], ink, |_, y| ((y / 8.0).fract() - 0.8).max(-1.0));
}

/// Rows of goods behind glass or on boards.
fn goods(
    canvas: &mut Canvas<'_>,
    [left, top, right, bottom]: [f32; 4],
    photographs: &[Arc<Raster>],
    random: &mut impl Rng,
) {
    let pitch = random.random_range(28.0..50.0);
    let mut board = top + pitch;
    while board < bottom {
        let mut x = left;
        while x < right - 8.0 {
            let wide = random.random_range(6.0..26.0f32).min(right - x);
            let same = random.random_range(1..5u8);
            let high = pitch * random.random_range(0.35..0.85);
            let (body, label, band) = (paint(random), paint(random), paint(random));
            let picture = if random.random_bool(0.35) { any(photographs, random) } else { None };
            let round = random.random_bool(0.3);
            for _ in 0..same {
                if x + wide > right {
                    break;
                }
                let area = [x + 0.5, board - high, x + wide - 0.5, board];
                if let Some(picture) = picture {
                    canvas.picture(area, picture);
                } else if round {
                    let middle = [x + wide / 2.0, board - high / 2.0];
                    canvas.ellipse(middle, [0.48 * wide, 0.5 * high], body);
                    canvas.fill([area[0], board - 0.6 * high, area[2], board - 0.2 * high], label);
                } else {
                    canvas.fill(area, body);
                    canvas.fill([area[0], board - 0.7 * high, area[2], board - 0.35 * high], label);
                    canvas.fill([area[0], board - 0.9 * high, area[2], board - 0.84 * high], band);
                }
                x += wide;
            }
            x += random.random_range(0.0..8.0);
        }
        canvas.fill([left, board, right, board + 2.5], paint(random));
        let mut tag = left + 4.0;
        while tag < right - 8.0 {
            canvas.fill([tag, board + 0.2, tag + 6.0, board + 3.6], white());
            tag += random.random_range(12.0..40.0);
        }
        board += pitch;
    }
}

fn shelf(
    canvas: &mut Canvas<'_>,
    [width, height]: [f32; 2],
    photographs: &[Arc<Raster>],
    random: &mut impl Rng,
) {
    canvas.fill([0.0, 0.0, width, height], Ink::solid([0.12; 3]));
    goods(canvas, [0.0, 0.0, width, height], photographs, random);
    if random.random_bool(0.5) {
        let x = width * random.random_range(0.2..0.8);
        canvas.fill([x, 0.0, x + 4.0, height], paint(random));
    }
}

fn vehicle(canvas: &mut Canvas<'_>, [width, height]: [f32; 2], random: &mut impl Rng) {
    texture(canvas, [0.0, 0.0, width, 0.75 * height], random);
    canvas.fill([0.0, 0.8 * height, width, height], Ink::solid([0.13; 3]));
    let body = if random.random_bool(0.5) { white() } else { paint(random) };
    let road = 0.9 * height;
    let (left, right) = (0.08 * width, 0.92 * width);
    let truck = random.random_bool(0.6);
    let glass = Ink::solid([0.05, 0.06, 0.07]);
    if truck {
        let roof = random.random_range(0.2..0.4) * height;
        let cab = left + random.random_range(0.16..0.26) * width;
        let lower = road - 0.16 * height;
        canvas.fill(
            [cab + 8.0, roof, right, lower],
            if random.random_bool(0.6) { white() } else { paint(random) },
        );
        canvas.fill([left, roof + 0.12 * height, cab, road - 0.06 * height], body);
        canvas.polygon(
            &[
                [left + 8.0, roof + 0.32 * height],
                [left + 14.0, roof + 0.16 * height],
                [cab - 12.0, roof + 0.16 * height],
                [cab - 12.0, roof + 0.32 * height],
            ],
            glass,
        );
        let name = invented::company(random);
        let style = Style::new(Face::SansBold, 0.08 * height, paint(random)).centred();
        canvas.text((cab + right) / 2.0, (roof + lower) / 2.0, &name, style);
        canvas.fill([left, lower, right, lower + 8.0], dark());
    } else {
        let roof = road - random.random_range(0.42..0.6) * height;
        let belt = roof + 0.2 * height;
        let (a, b) = (left + 0.18 * width, right - 0.12 * width);
        canvas.polygon(
            &[
                [left, belt + 10.0],
                [a, belt - 5.0],
                [a + 0.09 * width, roof],
                [b - 0.05 * width, roof],
                [b + 0.06 * width, belt],
                [right, belt + 14.0],
                [right, road - 22.0],
                [left, road - 22.0],
            ],
            body,
        );
        canvas.polygon(
            &[
                [a + 12.0, belt - 4.0],
                [a + 0.1 * width, roof + 10.0],
                [b - 0.06 * width, roof + 10.0],
                [b, belt - 4.0],
            ],
            glass,
        );
        let middle = (a + b) / 2.0;
        canvas.fill([middle - 4.0, roof, middle + 4.0, belt], body);
        canvas.line([middle, belt], [middle, road - 24.0], 1.2, dark());
    }
    let radius = 0.12 * height;
    for share in [0.2, 0.8] {
        let centre = [left + share * (right - left), road - 0.45 * radius];
        canvas.ellipse(centre, [radius; 2], dark());
        canvas.ellipse(centre, [0.6 * radius; 2], Ink::solid([0.4; 3]));
        canvas.ellipse(centre, [0.2 * radius; 2], dark());
    }
    let plate = [left + 0.02 * width, road - 0.16 * height];
    canvas.fill(
        [plate[0], plate[1], plate[0] + 44.0, plate[1] + 14.0],
        Ink::solid([0.06, 0.1, 0.45]),
    );
    canvas.text(
        plate[0] + 3.0,
        plate[1] + 7.0,
        &invented::plate(random),
        Style::new(Face::Hei, 11.0, white()).condensed(0.8),
    );
}

fn texture(canvas: &mut Canvas<'_>, area: [f32; 4], random: &mut impl Rng) {
    let ground = Ground::any(random);
    let seed = random.random();
    canvas.surface(area, |x, y| ground.reflect([x * 10.0, y * 10.0], seed));
}

impl Scene for Facade {
    fn size(&self) -> [usize; 2] {
        self.frame
    }

    fn radiance(&self, at: [f32; 2]) -> Rgb {
        let [x, y] = self.to_plane.apply(at);
        let [width, height] = self.size;
        let [frame_width, frame_height] = self.frame.map(|side| side as f32);
        let light = self.light.at([at[0] / frame_width, at[1] / frame_height]);
        if (0.0..width).contains(&x) && (0.0..height).contains(&y) {
            let face = self.face.sample(x * self.fine, y * self.fine);
            let grain = 0.92 + 0.16 * noise::fractal(x * 0.3, y * 0.3, 3, self.seed);
            return multiply(scale(face, grain), light);
        }
        if y >= height {
            // The floor comes towards the camera: its pattern widens downwards.
            let depth = 120.0 / (y - height + 60.0);
            let seen =
                self.floor.reflect([(x - width / 2.0) * depth * 10.0, depth * 4000.0], self.seed);
            return multiply(scale(seen, 0.5 + 0.5 * smoothstep(0.0, 60.0, y - height)), light);
        }
        if y < 0.0 {
            return multiply(
                mix(self.above[0], self.above[1], smoothstep(-200.0, 0.0, y)),
                add(light, [0.1; 3]),
            );
        }
        let beside = noise::fractal(x * 0.01, y * 0.01, 4, self.seed ^ 2);
        multiply(scale(self.above[0], 0.15 + 0.4 * beside), light)
    }

    fn truth(&self) -> Truth {
        let place = Truth::of_place(match self.subject {
            Subject::Storefront => "storefront",
            Subject::Shelf | Subject::Stocked => "shelf",
            Subject::Vehicle => "vehicle",
            Subject::Room => "other",
        });
        let to_frame = self.to_plane.inverse();
        let shelf = self.shelves.as_ref().map(|shelves| shelves.seen(&to_frame, self.frame));
        Truth { shelf, ..place }
    }
}
