//! A truck in a yard, by daylight.

use std::collections::BTreeMap;

use crate::colour::{Rgb, mix, scale, smoothstep, srgb};
use crate::fonts::Fonts;
use crate::noise;
use crate::place::solid::{Hit, Panel, Ray, Vector, Wheel, cross, dot, minus, unit};
use crate::place::truck;
use crate::scene::{Scene, Truth};
use crate::story::Haulier;

/// The haulier's truck in front of a warehouse: no page to find, a number plate to read.
#[derive(Clone, Debug)]
pub struct Yard {
    frame: [usize; 2],
    panels: Vec<Panel>,
    wheels: Vec<Wheel>,
    plate: String,
    seed: u32,
}

/// Where the photographer stands and looks; metres from the middle of the truck's right corner.
const EYE: Vector = [-4.5, 1.5, -3.1];
const AIM: Vector = [1.35, 1.62, 0.55];
/// Focal length in shares of the frame's width.
const FOCAL: f32 = 0.8;
/// Towards the sun.
const SUN: Vector = [-0.52, 0.66, -0.54];
/// The warehouse's wall stands at this z.
const WALL: f32 = 9.5;

impl Yard {
    /// The truck of a haulier.
    #[must_use]
    pub fn new(fonts: &Fonts, haulier: &Haulier, frame: [usize; 2], seed: u32) -> Self {
        let (panels, wheels) = truck::build(fonts, haulier.company.name, haulier.plate);
        Self { frame, panels, wheels, plate: haulier.plate.to_owned(), seed }
    }

    fn ray(&self, [x, y]: [f32; 2]) -> Ray {
        let [width, height] = self.frame.map(|side| side as f32);
        let forward = unit(minus(AIM, EYE));
        let right = unit(cross(forward, [0.0, 1.0, 0.0]));
        let up = cross(right, forward);
        let (u, v) = ((x - width / 2.0) / (FOCAL * width), (height / 2.0 - y) / (FOCAL * width));
        let towards = [0, 1, 2].map(|axis| forward[axis] + right[axis] * u + up[axis] * v);
        Ray { from: EYE, towards: unit(towards) }
    }

    fn truck(&self, ray: &Ray) -> Option<Hit> {
        let panels = self.panels.iter().filter_map(|panel| panel.hit(ray));
        let wheels = self.wheels.iter().filter_map(|wheel| wheel.hit(ray));
        panels.chain(wheels).min_by(|a, b| a.distance.total_cmp(&b.distance))
    }

    /// 0..1: how much of the sun reaches a point.
    fn sunlit(&self, point: Vector) -> f32 {
        let spread = [[0.0, 0.0], [0.03, 0.02], [-0.03, 0.02], [0.0, -0.035]];
        let open = spread
            .iter()
            .filter(|[x, z]| {
                let towards = unit([SUN[0] + x, SUN[1], SUN[2] + z]);
                self.truck(&Ray { from: point, towards }).is_none()
            })
            .count();
        open as f32 / spread.len() as f32
    }

    fn ground(&self, point: Vector) -> Rgb {
        let [x, _, z] = point;
        let grain = noise::fractal(x * 9.0, z * 9.0, 4, self.seed);
        let stain = noise::fractal(x * 0.5, z * 0.5, 4, self.seed ^ 7);
        let mut colour = mix(srgb(0x86837c), srgb(0x6b6964), stain);
        colour = scale(colour, 0.85 + 0.3 * grain);
        let joint = |along: f32| ((along / 4.5).fract().abs() - 0.5).abs();
        let seam = joint(x + 100.3).min(joint(z + 101.2));
        colour = scale(colour, 0.55 + 0.45 * smoothstep(0.0, 0.006, seam));
        let line = smoothstep(0.09, 0.07, (z + 0.75).abs());
        let worn = smoothstep(0.3, 0.55, noise::fractal(x * 3.0, z * 3.0, 3, self.seed ^ 3));
        colour = mix(colour, srgb(0xd9b43c), line * worn * 0.8);
        let below = smoothstep(-0.3, 0.5, x) * smoothstep(8.2, 7.4, x);
        let hidden = below * smoothstep(-0.5, 0.6, z) * smoothstep(2.9, 1.9, z);
        let sun = self.sunlit(point);
        scale(colour, (0.34 + 0.62 * sun) * (1.0 - 0.62 * hidden))
    }

    fn far(&self, ray: &Ray) -> Rgb {
        let wall = (WALL - ray.from[2]) / ray.towards[2];
        let [x, y, _] = ray.at(wall);
        if wall > 0.0 && (-16.0..26.0).contains(&x) && y < 7.2 {
            return warehouse(x, y);
        }
        let rise = ray.towards[1];
        let heading = ray.towards[0].atan2(ray.towards[2]);
        let trees = 0.055 + 0.05 * noise::fractal(heading * 14.0, 2.0, 4, self.seed);
        if rise < trees {
            let leaf = noise::fractal(heading * 70.0, rise * 160.0, 3, self.seed ^ 1);
            return mix(srgb(0x374a34), srgb(0x6d8062), leaf);
        }
        let cloud = noise::fractal(heading * 2.2, rise * 5.0, 5, self.seed ^ 2);
        let blue = mix(srgb(0xd7e3ec), srgb(0x86b2dc), smoothstep(0.02, 0.5, rise));
        mix(blue, srgb(0xf3f4f4), smoothstep(0.45, 0.68, cloud))
    }
}

/// Ribbed steel with roller doors.
fn warehouse(x: f32, y: f32) -> Rgb {
    let rib = 0.94 + 0.1 * (x * 21.0).sin();
    let mut colour = scale(srgb(0xa6b0b4), rib);
    if y < 1.1 {
        colour = srgb(0x978f84);
    }
    let bay = (x + 40.0) % 8.0;
    if (1.6..5.8).contains(&bay) && y < 4.4 {
        let slat = 0.86 + 0.2 * (y * 6.0).fract();
        colour = scale(srgb(0x4d6f86), slat);
        if !(1.75..5.65).contains(&bay) || y > 4.25 {
            colour = srgb(0x3a3f44);
        }
    }
    if y > 6.7 {
        colour = srgb(0x5a6268);
    }
    scale(colour, 0.72)
}

impl Scene for Yard {
    fn size(&self) -> [usize; 2] {
        self.frame
    }

    fn radiance(&self, at: [f32; 2]) -> Rgb {
        let ray = self.ray(at);
        if let Some(hit) = self.truck(&ray) {
            let facing = dot(hit.normal, unit(SUN)).max(0.0);
            let lit = if facing > 0.0 {
                let point = ray.at(hit.distance);
                let off = [0, 1, 2].map(|axis| point[axis] + hit.normal[axis] * 0.01);
                facing * self.sunlit(off)
            } else {
                0.0
            };
            // Light thrown back by the yard is brighter the lower a surface is.
            let ambient = 0.36 + 0.08 * hit.normal[1];
            let paint = scale(hit.colour, ambient + 0.78 * lit);
            let shine = 0.03 * (1.0 - facing);
            return paint.map(|channel| channel + shine);
        }
        let ground = -ray.from[1] / ray.towards[1];
        if ground > 0.0 {
            let point = ray.at(ground);
            if point[2] < WALL {
                let haze = smoothstep(15.0, 90.0, ground) * 0.6;
                return mix(self.ground(point), srgb(0xc8cfd2), haze);
            }
        }
        self.far(&ray)
    }

    fn truth(&self) -> Truth {
        Truth {
            kind: "vehicle_photo".to_owned(),
            fields: BTreeMap::from([("plate".to_owned(), self.plate.clone())]),
            ..Truth::default()
        }
    }
}
