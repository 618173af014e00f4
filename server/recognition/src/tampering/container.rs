//! What a JPEG says of itself before its first scan (ITU-T T.81 annex B, Exif 2.32).

/// Segments that are looked at; a camera writes about twenty.
const SEGMENTS: usize = 256;

/// Bytes of a segment in which names of programs are looked for.
const SEARCHED: usize = 65_536;

/// Entries of an Exif directory that are read.
const ENTRIES: usize = 256;

/// The header of a JPEG.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Container {
    /// Quantisation of luma, natural order: rows of eight, horizontal frequency along a row.
    pub(super) luma: Option<[u16; 64]>,
    /// Stored width and height.
    pub(super) size: Option<[u32; 2]>,
    /// Whether colour is stored at every pixel (4:4:4).
    pub(super) full_colour: bool,
    /// Exif orientation, 1..=8.
    pub(super) orientation: u8,
    /// Width and height as Exif has them.
    pub(super) exif_size: Option<[u32; 2]>,
    /// Width and height of Exif's thumbnail.
    pub(super) thumbnail: Option<[u32; 2]>,
    /// A program that edits pictures and left its name.
    pub(super) editor: Option<&'static str>,
}

/// Names, lower case, that programs which edit pictures leave in Exif's `Software`, in XMP, and in segments
/// of their own. "Photoshop 3.0" is none: phones write their captions' dates under that heading.
const EDITORS: &[&str] = &[
    "adobe photoshop",
    "adobe lightroom",
    "adobe fireworks",
    "with gimp",
    "gimp 2",
    "gimp 3",
    "paint.net",
    "pixelmator",
    "affinity photo",
    "corel paintshop",
    "acdsee",
    "snapseed",
    "picsart",
    "meitu",
    "美图",
    "xingtu",
    "醒图",
    "photogrid",
    "faceapp",
    "imagemagick",
    "ps express",
];

impl Container {
    /// Reads the header of `encoded`; `None` where it is no JPEG.
    pub(super) fn read(encoded: &[u8]) -> Option<Self> {
        const START_OF_SCAN: u8 = 0xda;
        let mut rest = encoded.strip_prefix(&[0xff, 0xd8])?;
        let mut container = Self { orientation: 1, ..Self::default() };
        let mut tables: [Option<[u16; 64]>; 4] = [None; 4];
        let mut luma = 0u8;
        for _ in 0..SEGMENTS {
            while let [0xff, 0xff, ..] = rest {
                rest = rest.get(1..).unwrap_or_default();
            }
            let [0xff, marker, high, low, ..] = rest else { break };
            if *marker == START_OF_SCAN {
                break;
            }
            let length = usize::from(u16::from_be_bytes([*high, *low])).max(2);
            let Some(body) = rest.get(4..2 + length) else { break };
            match marker {
                0xdb => quantisation(body, &mut tables),
                // Every start of a frame but those of Huffman, arithmetic and reserved tables.
                0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                    if let [_, high, low, wide, narrow, _, _, _, table, ..] = body {
                        let side = |high, low| u32::from(u16::from_be_bytes([high, low]));
                        container.size = Some([side(*wide, *narrow), side(*high, *low)]);
                        luma = *table;
                        container.full_colour = is_full(body);
                    }
                }
                0xe1..=0xef | 0xfe => container.application(body),
                _ => {}
            }
            rest = rest.get(2 + length..).unwrap_or_default();
        }
        container.luma = tables.get(usize::from(luma)).copied().flatten();
        Some(container)
    }

    /// Whether what it says of itself is no camera's: an editor's name, another size than the picture's, a
    /// thumbnail of another shape.
    pub(super) fn contradicts(&self) -> bool {
        let Some([width, height]) = self.size else { return false };
        let other_size = |[other, another]: [u32; 2]| {
            let said = other > 0 && another > 0;
            said && [other, another] != [width, height] && [another, other] != [width, height]
        };
        // Thumbnails have borders where their 4:3 is not the picture's shape.
        let other_shape = |[other, another]: [u32; 2]| {
            let [wide, small] = [[width, height], [other, another]]
                .map(|[a, b]| a.max(b) as f32 / a.min(b).max(1) as f32);
            (wide / small).ln().abs() > 0.05 && (small - 4.0 / 3.0).abs() > 0.05
        };
        self.editor.is_some()
            || self.exif_size.is_some_and(other_size)
            || self.thumbnail.is_some_and(other_shape)
    }

    fn application(&mut self, body: &[u8]) {
        if let Some(exif) = body.strip_prefix(b"Exif\0\0") {
            self.exif(exif);
        } else if self.editor.is_none() {
            self.editor = named(body);
        }
    }

    /// A TIFF file within: its first directory, the one of Exif, and the thumbnail's.
    fn exif(&mut self, tiff: &[u8]) {
        let Some(tiff) = Tiff::new(tiff) else { return };
        let first = tiff.long(4).unwrap_or_default();
        let (entries, next) = tiff.directory(first);
        for entry in &entries {
            match entry.tag {
                0x0112 => self.orientation = u8::try_from(entry.value).unwrap_or(1).clamp(1, 8),
                0x0131 | 0x000b => self.editor = self.editor.or(named(tiff.bytes(entry))),
                0x8769 => {
                    let find = |tag| {
                        let (inner, _) = tiff.directory(entry.value);
                        inner.iter().find(|entry| entry.tag == tag).map(|entry| entry.value)
                    };
                    self.exif_size =
                        find(0xa002).zip(find(0xa003)).map(|(width, height)| [width, height]);
                }
                _ => {}
            }
        }
        let (entries, _) = tiff.directory(next);
        let find = |tag| entries.iter().find(|entry| entry.tag == tag).map(|entry| entry.value);
        let place = find(0x0201).zip(find(0x0202));
        let inside = place.and_then(|(start, length)| {
            let start = start as usize;
            tiff.data.get(start..start.checked_add(length as usize)?)
        });
        // A thumbnail is a JPEG of its own, which holds none.
        let shallow = |jpeg: &[u8]| frame_size(jpeg);
        self.thumbnail = inside.and_then(shallow);
    }
}

/// Whether a frame's three components have one and the same sampling (T.81 §B.2.2).
fn is_full(frame: &[u8]) -> bool {
    let components = frame.get(6..).unwrap_or_default().chunks_exact(3);
    let samplings: Vec<u8> = components.filter_map(|component| component.get(1)).copied().collect();
    matches!(samplings.as_slice(), [first, second, third] if first == second && second == third)
}

/// Width and height of a JPEG.
fn frame_size(jpeg: &[u8]) -> Option<[u32; 2]> {
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
    for _ in 0..SEGMENTS {
        let [0xff, marker, high, low, after @ ..] = rest else { return None };
        if matches!(marker, 0xc0..=0xc3) {
            let [_, high, low, wide, narrow, ..] = after else { return None };
            let side = |high, low| u32::from(u16::from_be_bytes([high, low]));
            return Some([side(*wide, *narrow), side(*high, *low)]);
        }
        let length = usize::from(u16::from_be_bytes([*high, *low])).max(2);
        rest = rest.get(2 + length..)?;
    }
    None
}

fn named(body: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(body.get(..SEARCHED).unwrap_or(body)).to_lowercase();
    EDITORS.iter().copied().find(|name| text.contains(name))
}

/// The tables of a DQT segment, out of their zigzag (T.81 figure A.6).
fn quantisation(mut body: &[u8], tables: &mut [Option<[u16; 64]>; 4]) {
    while let [kind, rest @ ..] = body {
        let wide = kind >> 4 != 0;
        let length = if wide { 128 } else { 64 };
        let Some((values, after)) = rest.split_at_checked(length) else { return };
        let mut table = [1u16; 64];
        for (place, natural) in ZIGZAG.into_iter().enumerate() {
            let at = |index: usize| values.get(index).copied().unwrap_or(1);
            let value = if wide {
                u16::from_be_bytes([at(2 * place), at(2 * place + 1)])
            } else {
                u16::from(at(place))
            };
            if let Some(slot) = table.get_mut(natural) {
                *slot = value.max(1);
            }
        }
        if let Some(slot) = tables.get_mut(usize::from(kind & 15)) {
            *slot = Some(table);
        }
        body = after;
    }
}

pub(super) const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Numbers of either byte order.
struct Tiff<'t> {
    data: &'t [u8],
    big: bool,
}

/// An entry of a directory. Numbers of up to four bytes are their own value, longer things a place.
struct Entry {
    tag: u16,
    count: u32,
    value: u32,
}

impl<'t> Tiff<'t> {
    fn new(data: &'t [u8]) -> Option<Self> {
        match data {
            [b'M', b'M', ..] => Some(Self { data, big: true }),
            [b'I', b'I', ..] => Some(Self { data, big: false }),
            _ => None,
        }
    }

    fn short(&self, at: u32) -> Option<u16> {
        let bytes = self.data.get(at as usize..)?.first_chunk::<2>()?;
        Some(if self.big { u16::from_be_bytes(*bytes) } else { u16::from_le_bytes(*bytes) })
    }

    fn long(&self, at: u32) -> Option<u32> {
        let bytes = self.data.get(at as usize..)?.first_chunk::<4>()?;
        Some(if self.big { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) })
    }

    /// The entries of a directory and where the next one is.
    fn directory(&self, at: u32) -> (Vec<Entry>, u32) {
        let mut entries = Vec::new();
        let Some(count) = self.short(at).filter(|_| at != 0) else { return (entries, 0) };
        let start = |index: u32| at.checked_add(2)?.checked_add(index.checked_mul(12)?);
        for index in 0..u32::from(count).min(ENTRIES as u32) {
            let Some(place) = start(index) else { break };
            let behind = |by: u32| place.checked_add(by);
            let read = || {
                let tag = self.short(place)?;
                let kind = self.short(behind(2)?)?;
                let count = self.long(behind(4)?)?;
                let value = match kind {
                    3 => u32::from(self.short(behind(8)?)?),
                    _ => self.long(behind(8)?)?,
                };
                Some(Entry { tag, count, value })
            };
            let Some(entry) = read() else { break };
            entries.push(entry);
        }
        let next = start(u32::from(count)).and_then(|place| self.long(place)).unwrap_or_default();
        (entries, next)
    }

    fn bytes(&self, entry: &Entry) -> &'t [u8] {
        let start = entry.value as usize;
        let end = start.saturating_add((entry.count as usize).min(SEARCHED));
        self.data.get(start..end.min(self.data.len())).unwrap_or_default()
    }
}
