//! Shelves drawn here, whose stock can be counted by hand, and pictures without any.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use bailing_recognition::objects::{self, Facing, Shelf, ShelfRow};
use bailing_vision::{Frame, PixelFormat, Quad};
use image::{Rgb, RgbImage};

const WALL: Rgb<u8> = Rgb([205, 200, 190]);
const BOARD: Rgb<u8> = Rgb([120, 90, 60]);

fn look(picture: &RgbImage) -> Option<Shelf> {
    let [width, height] = [picture.width(), picture.height()];
    let frame = Frame::new(picture.as_raw(), width, height, width as usize * 3, PixelFormat::Rgb8);
    objects::shelf(&frame.expect("a picture"))
}

fn fill(picture: &mut RgbImage, [left, top, right, bottom]: [u32; 4], colour: [u8; 3]) {
    for y in top..bottom.min(picture.height()) {
        for x in left..right.min(picture.width()) {
            picture.put_pixel(x, y, Rgb(colour));
        }
    }
}

/// Boards every 180 pixels; on each, from the left, so many things of each colour, 60 pixels wide.
fn drawn(rows: &[&[(u32, [u8; 3])]]) -> RgbImage {
    let mut picture = RgbImage::from_pixel(960, 200 * rows.len() as u32 + 20, WALL);
    for (row, goods) in (0u32..).zip(rows) {
        let board = 200 * row + 180;
        fill(&mut picture, [0, board, 960, board + 20], BOARD.0);
        let mut left = 10;
        for (count, colour) in *goods {
            for _ in 0..*count {
                fill(&mut picture, [left, board - 120, left + 56, board], *colour);
                let label = colour.map(|level| 255 - level);
                fill(&mut picture, [left, board - 80, left + 56, board - 40], label);
                left += 60;
            }
        }
    }
    picture
}

const RED: [u8; 3] = [200, 30, 40];
const GREEN: [u8; 3] = [30, 130, 60];
const BLUE: [u8; 3] = [30, 50, 160];

#[test]
fn what_stands_on_boards_is_counted() {
    let rows: [&[_]; 3] = [&[(7, RED), (8, GREEN)], &[(5, BLUE)], &[(4, GREEN), (11, RED)]];
    let shelf = look(&drawn(&rows)).expect("a shelf");
    let counts: Vec<usize> = shelf.rows.iter().map(|row| row.facings.len()).collect();
    assert_eq!(counts, [15, 5, 15]);
    assert_eq!((shelf.facings, shelf.breadth), (35, 3));
    let expected = 35.0 * 60.0 / (3.0 * 960.0);
    assert!((shelf.fullness - expected).abs() < 0.04, "{} of {expected}", shelf.fullness);
    assert_eq!(shelf.rows.iter().map(|row| row.gaps.len()).max(), Some(1));
}

#[test]
fn no_shelf_is_made_of_other_pictures() {
    let mut band = RgbImage::from_pixel(900, 600, WALL);
    fill(&mut band, [0, 300, 900, 330], BOARD.0);
    let stripes =
        RgbImage::from_fn(900, 600, |x, _| Rgb([if x / 30 % 2 == 0 { 30 } else { 220 }; 3]));
    let noise = RgbImage::from_fn(640, 480, |x, y| {
        Rgb([(x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) as u8; 3])
    });
    let ruled = RgbImage::from_fn(800, 1000, |x, y| {
        Rgb([if y % 50 < 2 || x % 200 < 2 { 20 } else { 240 }; 3])
    });
    for picture in [band, stripes, noise, ruled] {
        assert_eq!(look(&picture), None);
    }
}

#[test]
fn no_size_stops_it() {
    for [width, height] in [[1, 1], [2, 900], [900, 2], [3, 3], [17, 40], [4000, 12]] {
        let _ = look(&RgbImage::from_fn(width, height, |x, y| Rgb([(x * 7 + y * 13) as u8; 3])));
    }
}

#[test]
fn a_shelf_is_written_so() {
    let facing = |left: f32, good| {
        let region = Quad::rectangle(left, 40.0, left + 60.0, 180.0);
        Facing { region, good }
    };
    let row = ShelfRow {
        region: Quad::rectangle(0.0, 20.0, 240.0, 180.0),
        facings: vec![facing(0.0, 0), facing(60.0, 0), facing(120.0, 1)],
        gaps: vec![Quad::rectangle(180.0, 20.0, 240.0, 180.0)],
        fullness: 0.75,
    };
    insta::assert_json_snapshot!(Shelf {
        rows: vec![row],
        facings: 3,
        breadth: 2,
        fullness: 0.75,
        confidence: 0.8,
    });
}
