//! Flat panels and wheels in space, and rays that meet them. Metres; y points up.

use crate::colour::{Rgb, mix, scale, smoothstep, srgb};
use crate::homography::length;
use crate::raster::Raster;

/// A point or direction in space.
pub(super) type Vector = [f32; 3];

/// A straight line from a point; the direction has length 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ray {
    pub(super) from: Vector,
    pub(super) towards: Vector,
}

/// What a ray meets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    /// Metres along the ray.
    pub(super) distance: f32,
    pub(super) normal: Vector,
    pub(super) colour: Rgb,
}

/// A painted rectangle in space. Where the paint is [`HOLE`], there is none of it.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    /// Its upper left corner, and the way to its upper right and its lower left one.
    pub(super) corner: Vector,
    pub(super) across: Vector,
    pub(super) down: Vector,
    pub(super) face: Raster,
}

/// The paint that means that the panel is cut out here.
pub(super) const HOLE: Rgb = [-1.0; 3];

/// A wheel whose axle points along z, its outer side towards smaller z.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wheel {
    /// Middle of its outer side.
    pub(super) centre: Vector,
    pub(super) radius: f32,
    pub(super) width: f32,
}

impl Ray {
    pub(super) fn at(&self, distance: f32) -> Vector {
        [0, 1, 2].map(|axis| self.from[axis] + self.towards[axis] * distance)
    }
}

impl Panel {
    pub(super) fn hit(&self, ray: &Ray) -> Option<Hit> {
        let normal = unit(cross(self.across, self.down));
        let slope = dot(ray.towards, normal);
        if slope.abs() < 1e-6 {
            return None;
        }
        let distance = dot(minus(self.corner, ray.from), normal) / slope;
        let inside = minus(ray.at(distance), self.corner);
        let u = dot(inside, self.across) / dot(self.across, self.across);
        let v = dot(inside, self.down) / dot(self.down, self.down);
        if distance < 1e-3 || !(0.0..1.0).contains(&u) || !(0.0..1.0).contains(&v) {
            return None;
        }
        let colour = self.face.sample(u * self.face.width() as f32, v * self.face.height() as f32);
        let normal = if slope > 0.0 { normal.map(|part| -part) } else { normal };
        (colour[0] >= 0.0).then_some(Hit { distance, normal, colour })
    }
}

impl Wheel {
    pub(super) fn hit(&self, ray: &Ray) -> Option<Hit> {
        self.side(ray).or_else(|| self.tread(ray))
    }

    fn side(&self, ray: &Ray) -> Option<Hit> {
        let distance = (self.centre[2] - ray.from[2]) / ray.towards[2];
        let [x, y, _] = minus(ray.at(distance), self.centre);
        let reach = length([x, y]) / self.radius;
        let seen = distance > 1e-3 && reach < 1.0 && ray.towards[2] > 0.0;
        seen.then(|| Hit { distance, normal: [0.0, 0.0, -1.0], colour: rim(reach, y.atan2(x)) })
    }

    fn tread(&self, ray: &Ray) -> Option<Hit> {
        let ([dx, dy, _], [ox, oy, _]) = (ray.towards, minus(ray.from, self.centre));
        let (a, b) = (dx * dx + dy * dy, ox * dx + oy * dy);
        let c = ox * ox + oy * oy - self.radius * self.radius;
        let root = b * b - a * c;
        if root < 0.0 {
            return None;
        }
        let distance = (-b - root.sqrt()) / a;
        let [x, y, z] = minus(ray.at(distance), self.centre);
        let groove = if (z * 40.0).fract() < 0.25 { 0.5 } else { 1.0 };
        (distance > 1e-3 && (0.0..self.width).contains(&z)).then(|| Hit {
            distance,
            normal: [x / self.radius, y / self.radius, 0.0],
            colour: scale(srgb(0x2b2b2c), groove),
        })
    }
}

/// Colour of a wheel's side; `reach` is 1 at the tread.
fn rim(reach: f32, angle: f32) -> Rgb {
    let steel = srgb(0xa9adb2);
    let tyre = mix(srgb(0x2a2a2b), srgb(0x1b1b1c), smoothstep(0.75, 0.98, reach));
    let holes = (angle * 8.0).cos() > 0.45 && (0.36..0.50).contains(&reach);
    let bolts = (angle * 10.0).cos() > 0.72 && (0.235..0.285).contains(&reach);
    match reach {
        _ if reach > 0.62 => tyre,
        _ if reach > 0.58 => scale(steel, 0.5),
        _ if holes => srgb(0x1c1d1f),
        _ if bolts => scale(steel, 0.45),
        _ if reach < 0.2 => scale(steel, 0.65 + reach),
        _ => scale(steel, 0.75 + 0.3 * reach),
    }
}

pub(super) fn dot(a: Vector, b: Vector) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(super) fn minus(a: Vector, b: Vector) -> Vector {
    [0, 1, 2].map(|axis| a[axis] - b[axis])
}

pub(super) fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub(super) fn unit(vector: Vector) -> Vector {
    let length = dot(vector, vector).sqrt();
    vector.map(|part| part / length)
}
