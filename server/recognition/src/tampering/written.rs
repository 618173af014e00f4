//! The levels of luma as the file has them (ITU-T T.81 annexes B and F): pixels tell them to the nearest, and
//! where rounding moved one, not at all.

use super::container::ZIGZAG;

/// Coefficients of a block.
const AREA: usize = 64;

/// Symbols of four zeros and of none more (T.81 §F.1.2.2).
const ZEROS: u8 = 0xf0;

/// The levels of every block of luma.
pub(super) struct Written {
    /// Blocks in a row, with those that fill up the last unit.
    columns: usize,
    blocks: Vec<[i16; AREA]>,
}

impl Written {
    /// Reads the only scan of a sequential JPEG of eight bits; `None` of every other one, and of a damaged one.
    pub(super) fn read(encoded: &[u8]) -> Option<Self> {
        let mut rest = encoded.strip_prefix(&[0xff, 0xd8])?;
        let mut reader = Reader::default();
        loop {
            while let [0xff, 0xff, ..] = rest {
                rest = rest.get(1..)?;
            }
            let [0xff, marker, high, low, ..] = rest else { return None };
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let body = rest.get(4..length.checked_add(2)?)?;
            rest = rest.get(length + 2..)?;
            match marker {
                0xc0 | 0xc1 => reader.frame = Some(Layout::read(body)?),
                0xc4 => reader.huffman(body)?,
                0xdd => reader.interval = usize::from(u16::from_be_bytes(*body.first_chunk()?)),
                0xda => return reader.scan(body, rest),
                // Progressive, arithmetic, and what else there is.
                0xc2..=0xcf => return None,
                _ => {}
            }
        }
    }

    /// The levels of a block, natural order: rows of eight, horizontal frequency along a row.
    pub(super) fn block(&self, column: usize, row: usize) -> Option<&[i16; AREA]> {
        self.blocks.get(row * self.columns + column)
    }
}

/// Size and components of a frame.
struct Layout {
    width: usize,
    height: usize,
    components: Vec<Component>,
}

#[derive(Clone, Copy)]
struct Component {
    name: u8,
    across: usize,
    down: usize,
}

impl Layout {
    fn read(body: &[u8]) -> Option<Self> {
        let [8, high, low, wide, narrow, count, rest @ ..] = body else { return None };
        let side = |high, low| usize::from(u16::from_be_bytes([high, low]));
        let component = |entry: &[u8]| {
            let [name, sampling, _] = entry else { return None };
            let (across, down) = (usize::from(sampling >> 4), usize::from(sampling & 15));
            let fits = (1..=4).contains(&across) && (1..=4).contains(&down);
            fits.then_some(Component { name: *name, across, down })
        };
        let mut components =
            rest.chunks_exact(3).map(component).collect::<Option<Vec<Component>>>()?;
        if components.len() != usize::from(*count) || !matches!(components.len(), 1 | 3) {
            return None;
        }
        if let [only] = components.as_mut_slice() {
            (only.across, only.down) = (1, 1);
        }
        Some(Self { width: side(*wide, *narrow), height: side(*high, *low), components })
    }
}

/// What the segments before the scan set up.
#[derive(Default)]
struct Reader {
    frame: Option<Layout>,
    /// Of zero frequency, then of the others.
    tables: [[Option<Huffman>; 4]; 2],
    interval: usize,
}

impl Reader {
    fn huffman(&mut self, mut body: &[u8]) -> Option<()> {
        while let [kind, rest @ ..] = body {
            let counts = rest.first_chunk::<16>()?;
            let total = counts.iter().map(|count| usize::from(*count)).sum::<usize>();
            let symbols = rest.get(16..16 + total)?;
            let tables = self.tables.get_mut(usize::from(kind >> 4))?;
            *tables.get_mut(usize::from(kind & 15))? = Some(Huffman::new(counts, symbols)?);
            body = rest.get(16 + total..)?;
        }
        Some(())
    }

    fn scan(&self, body: &[u8], entropy: &[u8]) -> Option<Written> {
        let frame = self.frame.as_ref()?;
        let [count, rest @ ..] = body else { return None };
        if usize::from(*count) != frame.components.len() {
            return None;
        }
        let chosen = rest.chunks_exact(2).zip(&frame.components).map(|(entry, component)| {
            let [name, tables] = entry else { return None };
            let of =
                |kind: usize, slot: u8| self.tables.get(kind)?.get(usize::from(slot))?.as_ref();
            let tables = [of(0, tables >> 4)?, of(1, tables & 15)?];
            (*name == component.name).then_some((*component, tables))
        });
        let chosen = chosen.collect::<Option<Vec<_>>>()?;
        let most = |side: fn(&Component) -> usize| frame.components.iter().map(side).max();
        let (across, down) = (most(|of| of.across)?, most(|of| of.down)?);
        let units = frame.width.div_ceil(8 * across);
        let luma = frame.components.first()?;
        let columns = units * luma.across;
        let mut bits = Bits::new(entropy);
        let mut blocks = Vec::new();
        let mut before = [0i16; 3];
        for row in 0..frame.height.div_ceil(8 * down) {
            blocks.resize(blocks.len() + columns * luma.down, [0; AREA]);
            for unit in 0..units {
                let done = row * units + unit;
                if self.interval > 0 && done > 0 && done % self.interval == 0 {
                    bits.restart()?;
                    before = [0; 3];
                }
                for (place, (component, tables)) in chosen.iter().enumerate() {
                    let before = before.get_mut(place)?;
                    for part in 0..component.across * component.down {
                        let block = bits.block(tables, before)?;
                        if place == 0 {
                            let line = row * luma.down + part / luma.across;
                            let column = unit * luma.across + part % luma.across;
                            *blocks.get_mut(line * columns + column)? = block;
                        }
                    }
                }
                if bits.is_overdrawn() {
                    return None;
                }
            }
        }
        Some(Written { columns, blocks })
    }
}

/// A code's length and symbol for each sixteen bits that begin with it.
struct Huffman(Vec<[u8; 2]>);

impl Huffman {
    /// T.81 annex C.
    fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut table = vec![[0; 2]; 1 << 16];
        let (mut from, mut symbols) = (0, symbols.iter());
        for (length, count) in (1u8..).zip(counts) {
            for symbol in symbols.by_ref().take(usize::from(*count)) {
                let to = from + (1 << (16 - length));
                table.get_mut(from..to)?.fill([length, *symbol]);
                from = to;
            }
        }
        Some(Self(table))
    }
}

/// Bits of a scan, without the zeros stuffed after 0xff.
struct Bits<'b> {
    rest: &'b [u8],
    /// The next bits, from the top.
    held: u64,
    count: u32,
    /// How many of them were made up after the end.
    made_up: u32,
}

impl<'b> Bits<'b> {
    fn new(rest: &'b [u8]) -> Self {
        Self { rest, held: 0, count: 0, made_up: 0 }
    }

    fn fill(&mut self) {
        while self.count <= 56 {
            let byte = match self.rest {
                [0xff, 0x00, after @ ..] => {
                    self.rest = after;
                    0xff
                }
                [0xff, ..] | [] => {
                    self.made_up += 8;
                    0
                }
                [byte, after @ ..] => {
                    self.rest = after;
                    *byte
                }
            };
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// Bits 1 to 16.
    fn take(&mut self, length: u8) -> u16 {
        let bits = (self.held >> 32 >> (32 - u32::from(length))) as u16;
        self.held <<= length;
        self.count -= u32::from(length);
        bits
    }

    /// A symbol, and the number of so many bits as its low half says (T.81 §F.2.2.1).
    fn coded(&mut self, table: &Huffman) -> Option<(u8, i16)> {
        if self.count < 32 {
            self.fill();
        }
        let [length, symbol] = *table.0.get((self.held >> 48) as usize)?;
        if length == 0 {
            return None;
        }
        self.take(length);
        let wide = symbol & 15;
        if wide == 0 {
            return Some((symbol, 0));
        }
        let bits = i32::from(self.take(wide));
        let value = if bits >> (wide - 1) == 0 { bits - (1 << wide) + 1 } else { bits };
        Some((symbol, value as i16))
    }

    fn block(&mut self, [first, others]: &[&Huffman; 2], before: &mut i16) -> Option<[i16; AREA]> {
        let mut block = [0; AREA];
        let (_, difference) = self.coded(first)?;
        *before = before.wrapping_add(difference);
        *block.first_mut()? = *before;
        let mut place = 1;
        while place < AREA {
            let (symbol, level) = self.coded(others)?;
            if symbol & 15 == 0 {
                if symbol != ZEROS {
                    break;
                }
                place += 16;
                continue;
            }
            place += usize::from(symbol >> 4);
            *block.get_mut(*ZIGZAG.get(place)?)? = level;
            place += 1;
        }
        Some(block)
    }

    /// Goes on behind the next restart marker (T.81 §F.2.2.5 and E.1.4).
    fn restart(&mut self) -> Option<()> {
        let [0xff, 0xd0..=0xd7, after @ ..] = self.rest else { return None };
        *self = Self::new(after);
        Some(())
    }

    /// Whether bits after the end were taken for the picture's.
    fn is_overdrawn(&self) -> bool {
        self.count < self.made_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two blocks of grey, a restart between them: zero frequency 3 and nothing else; 3, and 1 at the next.
    fn grey() -> Vec<u8> {
        // One code of one bit, one of two.
        let codes = |kind: u8, symbols: [u8; 2]| {
            let mut segment = vec![0xff, 0xc4, 0, 21, kind, 1, 1];
            segment.extend([0; 14]);
            segment.extend(symbols);
            segment
        };
        let mut jpeg = vec![0xff, 0xd8];
        jpeg.extend([0xff, 0xc0, 0, 11, 8, 0, 8, 0, 16, 1, 1, 0x11, 0]);
        jpeg.extend(codes(0x00, [2, 0]));
        jpeg.extend(codes(0x10, [0x00, 0x01]));
        jpeg.extend([0xff, 0xdd, 0, 4, 0, 1]);
        jpeg.extend([0xff, 0xda, 0, 8, 1, 1, 0x00, 0, 63, 0]);
        // 0 11, 0, and ones to the byte's end; a restart; 0 11, 10 1, 0, and a one.
        jpeg.extend([0x6f, 0xff, 0xd0, 0x75, 0xff, 0xd9]);
        jpeg
    }

    #[test]
    fn levels_are_read_and_begin_anew_after_a_restart() {
        let written = Written::read(&grey()).unwrap();
        let mut expected = [0; AREA];
        expected[0] = 3;
        assert_eq!(written.block(0, 0), Some(&expected));
        expected[1] = 1;
        assert_eq!(written.block(1, 0), Some(&expected));
    }

    #[test]
    fn what_ends_early_or_is_progressive_is_not_read() {
        let mut jpeg = grey();
        assert!(Written::read(&jpeg[..jpeg.len() - 5]).is_none());
        jpeg[3] = 0xc2;
        assert!(Written::read(&jpeg).is_none());
    }
}
