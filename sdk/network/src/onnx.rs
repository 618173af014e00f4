//! What stands in an ONNX file: nodes in the order of their computation, and constants.
//!
//! Field numbers are those of `onnx.proto` (ONNX 1.23), which never change.

use std::collections::HashMap;
use std::sync::Arc;

use crate::NetworkError;
use crate::tensor::{Tensor, volume};
use crate::wire::{Field, Fields};

/// Longest side of a tensor, and most values of one: far beyond what a phone could run.
const LONGEST: u64 = 1 << 20;
const MOST: usize = 1 << 24;

#[derive(Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) constants: HashMap<String, Arc<Tensor>>,
    /// Name and shape.
    pub(crate) inputs: Vec<(String, Vec<usize>)>,
    pub(crate) outputs: Vec<String>,
}

/// One operation. An input that is left out has an empty name.
#[derive(Default)]
pub(crate) struct Node {
    pub(crate) operator: String,
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
    attributes: HashMap<String, Attribute>,
}

#[derive(Default)]
struct Attribute {
    float: Option<f32>,
    integers: Vec<i64>,
    text: String,
    tensor: Option<Arc<Tensor>>,
}

impl Graph {
    pub(crate) fn read(file: &[u8]) -> Result<Self, NetworkError> {
        for field in Fields::of(file) {
            if let (7, field) = field? {
                return Self::of(field.bytes()?);
            }
        }
        Err(NetworkError::Malformed("it has no graph"))
    }

    fn of(message: &[u8]) -> Result<Self, NetworkError> {
        let mut graph = Self::default();
        for field in Fields::of(message) {
            match field? {
                (1, node) => graph.nodes.push(Node::of(node.bytes()?)?),
                (5, tensor) => {
                    let (name, tensor) = tensor_of(tensor.bytes()?)?;
                    graph.constants.insert(name, Arc::new(tensor));
                }
                (11, value) => graph.inputs.push(value_of(value.bytes()?)?),
                (12, value) => graph.outputs.push(value_of(value.bytes()?)?.0),
                _ => {}
            }
        }
        Ok(graph)
    }
}

impl Node {
    fn of(message: &[u8]) -> Result<Self, NetworkError> {
        let mut node = Self::default();
        for field in Fields::of(message) {
            match field? {
                (1, name) => node.inputs.push(name.text()?.to_owned()),
                (2, name) => node.outputs.push(name.text()?.to_owned()),
                (4, name) => name.text()?.clone_into(&mut node.operator),
                (5, attribute) => {
                    let (name, attribute) = attribute_of(attribute.bytes()?)?;
                    node.attributes.insert(name, attribute);
                }
                _ => {}
            }
        }
        Ok(node)
    }

    pub(crate) fn is_constant(&self) -> bool {
        self.operator == "Constant"
    }

    pub(crate) fn integers(&self, name: &str) -> Option<&[i64]> {
        self.attributes.get(name).map(|attribute| attribute.integers.as_slice())
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.integers(name).and_then(|integers| integers.first()).copied()
    }

    pub(crate) fn float(&self, name: &str) -> Option<f32> {
        self.attributes.get(name).and_then(|attribute| attribute.float)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(|attribute| attribute.text.as_str())
    }

    pub(crate) fn tensor(&self, name: &str) -> Option<&Arc<Tensor>> {
        self.attributes.get(name).and_then(|attribute| attribute.tensor.as_ref())
    }
}

fn attribute_of(message: &[u8]) -> Result<(String, Attribute), NetworkError> {
    let (mut name, mut attribute) = (String::new(), Attribute::default());
    for field in Fields::of(message) {
        match field? {
            (1, text) => text.text()?.clone_into(&mut name),
            (2, Field::Four(bytes)) => attribute.float = Some(f32::from_le_bytes(bytes)),
            (3 | 8, numbers) => {
                let signed = numbers.numbers()?.into_iter().map(u64::cast_signed);
                attribute.integers.extend(signed);
            }
            (4, text) => text.text()?.clone_into(&mut attribute.text),
            (5, tensor) => attribute.tensor = Some(Arc::new(tensor_of(tensor.bytes()?)?.1)),
            _ => {}
        }
    }
    Ok((name, attribute))
}

fn tensor_of(message: &[u8]) -> Result<(String, Tensor), NetworkError> {
    let (mut name, mut shape, mut kind, mut raw) = (String::new(), Vec::new(), 0, &[][..]);
    for field in Fields::of(message) {
        match field? {
            (1, lengths) => {
                for length in lengths.numbers()? {
                    shape.push(side(length)?);
                }
            }
            (2, number) => kind = number.number()?,
            (8, text) => text.text()?.clone_into(&mut name),
            (9, bytes) => raw = bytes.bytes()?,
            _ => {}
        }
    }
    let most = shape.iter().try_fold(1usize, |all, side| all.checked_mul(*side));
    if most.is_none_or(|all| all > MOST) {
        return Err(NetworkError::Malformed("a tensor without bounds"));
    }
    let values = numbers(kind, raw)?;
    if values.len() != volume(&shape) {
        return Err(NetworkError::Malformed("a tensor with too few or too many values"));
    }
    Ok((name, Tensor { shape, values }))
}

fn side(length: u64) -> Result<usize, NetworkError> {
    let side = usize::try_from(length).ok().filter(|_| length <= LONGEST);
    side.ok_or(NetworkError::Malformed("a tensor without bounds"))
}

/// A tensor's values from its raw bytes.
fn numbers(kind: u64, raw: &[u8]) -> Result<Vec<f32>, NetworkError> {
    fn all<const N: usize>(raw: &[u8], of: fn([u8; N]) -> f32) -> Option<Vec<f32>> {
        let (numbers, rest) = raw.as_chunks::<N>();
        rest.is_empty().then(|| numbers.iter().copied().map(of).collect())
    }
    let numbers = match kind {
        1 => all(raw, f32::from_le_bytes),
        2 => all(raw, |[byte]| f32::from(byte)),
        3 => all(raw, |bytes| f32::from(i8::from_le_bytes(bytes))),
        6 => all(raw, |bytes| i32::from_le_bytes(bytes) as f32),
        7 => all(raw, |bytes| i64::from_le_bytes(bytes) as f32),
        10 => all(raw, |bytes| half(u16::from_le_bytes(bytes))),
        _ => return Err(NetworkError::unsupported("a constant", "numbers of this type")),
    };
    numbers.ok_or(NetworkError::Malformed("half a number"))
}

/// A float of 16 bits (IEEE 754 binary16), exactly.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2f32.powi(exponent - 25),
    }
}

/// Name and shape of a graph's input or output; a side that is left open is 0.
fn value_of(message: &[u8]) -> Result<(String, Vec<usize>), NetworkError> {
    let (mut name, mut shape) = (String::new(), Vec::new());
    for field in Fields::of(message) {
        match field? {
            (1, text) => text.text()?.clone_into(&mut name),
            (2, kind) => {
                // The type, of a tensor, its shape, each dimension, its length.
                for tensor in of_number(1, kind.bytes()?)? {
                    for sides in of_number(2, tensor.bytes()?)? {
                        for dimension in of_number(1, sides.bytes()?)? {
                            let length = of_number(1, dimension.bytes()?)?;
                            let length = length.first().map_or(Ok(0), |field| field.number())?;
                            shape.push(side(length)?);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok((name, shape))
}

/// A message's fields of one number.
fn of_number(number: u64, message: &[u8]) -> Result<Vec<Field<'_>>, NetworkError> {
    let mut fields = Vec::new();
    for field in Fields::of(message) {
        let (other, field) = field?;
        if other == number {
            fields.push(field);
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn halves_are_exact() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x0001, 5.960_464_5e-8),
            (0x03ff, 6.097_555e-5),
            (0x7bff, 65504.0),
            (0x7c00, f32::INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:#06x}");
        }
        assert!(half(0x7e00).is_nan());
    }
}
