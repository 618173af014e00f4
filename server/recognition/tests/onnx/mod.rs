//! Writes ONNX files of a few nodes, honest and otherwise (protocol buffers, onnx.proto3).

/// A node, with whole-number attributes.
#[derive(Clone)]
pub(crate) struct Node {
    operation: String,
    pub(crate) inputs: Vec<String>,
    outputs: Vec<String>,
    attributes: Vec<Vec<u8>>,
}

/// A weight.
pub(crate) struct Tensor {
    name: &'static str,
    /// ONNX's number of its type: 1 float32, 10 float16.
    kind: i32,
    dims: Vec<i64>,
    values: Vec<f32>,
    /// The other file that its values are said to be in.
    pub(crate) location: Option<&'static str>,
}

impl Node {
    pub(crate) fn new(operation: &str, inputs: &[&str], outputs: &[&str]) -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            operation: operation.to_owned(),
            inputs: owned(inputs),
            outputs: owned(outputs),
            attributes: Vec::new(),
        }
    }

    pub(crate) fn int(mut self, name: &str, value: i64) -> Self {
        let fields = [text(1, name), number(3, value as u64), number(20, 2)];
        self.attributes.push(fields.concat());
        self
    }

    pub(crate) fn ints(mut self, name: &str, values: &[i64]) -> Self {
        let values = values.iter().flat_map(|value| number(8, *value as u64));
        self.attributes.push([text(1, name), values.collect(), number(20, 7)].concat());
        self
    }

    fn written(&self) -> Vec<u8> {
        let inputs = self.inputs.iter().flat_map(|name| text(1, name));
        let outputs = self.outputs.iter().flat_map(|name| text(2, name));
        let attributes = self.attributes.iter().flat_map(|attribute| bytes(5, attribute));
        inputs.chain(outputs).chain(text(4, &self.operation)).chain(attributes).collect()
    }
}

impl Tensor {
    pub(crate) fn floats(name: &'static str, kind: i32, dims: &[i64], values: &[f32]) -> Self {
        Self { name, kind, dims: dims.to_vec(), values: values.to_vec(), location: None }
    }

    fn written(&self) -> Vec<u8> {
        let mut raw = Vec::new();
        for value in &self.values {
            match self.kind {
                10 => raw.extend_from_slice(&half(*value).to_le_bytes()),
                _ => raw.extend_from_slice(&value.to_le_bytes()),
            }
        }
        let mut fields: Vec<u8> =
            self.dims.iter().flat_map(|side| number(1, *side as u64)).collect();
        fields.extend([number(2, self.kind as u64), text(8, self.name)].concat());
        match self.location {
            None => fields.extend(bytes(9, &raw)),
            Some(path) => {
                fields.extend(bytes(13, &[text(1, "location"), text(2, path)].concat()));
                fields.extend(number(14, 1));
            }
        }
        fields
    }
}

/// A file whose one input is `picture`, of type `kind`.
pub(crate) fn graph(
    kind: i32,
    picture: [i64; 4],
    nodes: &[Node],
    tensors: &[Tensor],
    outputs: &[&str],
) -> Vec<u8> {
    let side = |side: &i64| bytes(1, &number(1, *side as u64));
    let shape: Vec<u8> = picture.iter().flat_map(side).collect();
    let tensor = [number(1, kind as u64), bytes(2, &shape)].concat();
    let input = [text(1, "picture"), bytes(2, &bytes(1, &tensor))].concat();
    let mut graph = Vec::new();
    graph.extend(nodes.iter().flat_map(|node| bytes(1, &node.written())));
    graph.extend(text(2, "graph"));
    graph.extend(tensors.iter().flat_map(|tensor| bytes(5, &tensor.written())));
    graph.extend(bytes(11, &input));
    graph.extend(outputs.iter().flat_map(|name| bytes(12, &text(1, name))));
    [number(1, 8), bytes(7, &graph), bytes(8, &number(2, 13))].concat()
}

/// Of numbers that float16 holds exactly, and that are no less than 2^-14.
fn half(value: f32) -> u16 {
    let bits = value.to_bits();
    let exponent = ((bits >> 23) & 0xFF) + 15 - 127;
    (bits >> 16) as u16 & 0x8000 | (exponent as u16) << 10 | (bits >> 13) as u16 & 0x3FF
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut written = Vec::new();
    while value >= 0x80 {
        written.push(value as u8 | 0x80);
        value >>= 7;
    }
    written.push(value as u8);
    written
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(value.len() as u64), value.to_vec()].concat()
}

fn text(field: u64, value: &str) -> Vec<u8> {
    bytes(field, value.as_bytes())
}
