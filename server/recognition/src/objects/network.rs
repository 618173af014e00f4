//! Networks from files that nobody vouches for, run by tract within bounds.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tract_onnx::pb::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto};
use tract_onnx::prelude::*;
use tract_onnx::tract_core::internal::Cost;

use super::ModelError;

/// Longest file, bytes: eight times MobileNet in float32.
const FILE_BYTES: usize = 96 * 1024 * 1024;

/// Most nodes of a graph: a detector with everything exported has some 900.
const NODES: usize = 5_000;

/// Most values of one tensor, 128 MiB of float32, and of all weights together.
const VALUES: u64 = 32 * 1024 * 1024;

/// Most multiplications and additions a picture: about two seconds of one core.
const PRODUCTS: i64 = 20_000_000_000;

/// What networks that classify and detect are made of. Nothing that loops, branches, draws lots or makes
/// large tensors of small ones.
#[rustfmt::skip]
const OPERATIONS: [&str; 59] = [
    "Add", "ArgMax", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Constant", "Conv",
    "ConvTranspose", "DepthToSpace", "DequantizeLinear", "Div", "Dropout", "Elu", "Erf", "Exp", "Flatten",
    "Gather", "Gelu", "Gemm", "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "HardSwish", "Identity",
    "InstanceNormalization", "LRN", "LayerNormalization", "LeakyRelu", "Log", "MatMul", "Max", "MaxPool",
    "Min", "Mul", "Neg", "PRelu", "Pad", "Pow", "ReduceMax", "ReduceMean", "ReduceSum", "Relu", "Reshape",
    "Resize", "Shape", "Sigmoid", "Slice", "Softmax", "Softplus", "SpaceToDepth", "Split", "Sqrt", "Squeeze",
    "Sub", "Tanh", "Transpose", "Unsqueeze",
];

/// What may be worked out from weights alone, before there is a picture.
#[rustfmt::skip]
const FOLDED: [&str; 21] = [
    "Add", "Cast", "Clip", "Concat", "DequantizeLinear", "Div", "Gather", "Identity", "Max", "Min", "Mul",
    "Neg", "Pow", "Reshape", "Shape", "Slice", "Sqrt", "Squeeze", "Sub", "Transpose", "Unsqueeze",
];

/// ONNX's numbers of types.
const FLOAT: i32 = 1;
const FLOAT16: i32 = 10;

/// A network that takes one picture, 1 × 3 × height × width.
#[derive(Debug)]
pub(super) struct Network {
    plan: Arc<TypedRunnableModel>,
    size: [usize; 2],
    outputs: Vec<String>,
}

/// One output's values and shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Output {
    pub(super) values: Vec<f32>,
    pub(super) shape: Vec<usize>,
}

impl Network {
    /// Reads an ONNX file for pictures of `size`, height and width.
    pub(super) fn read(file: &[u8], size: [usize; 2]) -> Result<Self, ModelError> {
        if file.len() > FILE_BYTES {
            return Err(ModelError::TooLarge("the file"));
        }
        caught(|| {
            let mut proto = onnx().proto_model_for_read(&mut &*file).map_err(broken)?;
            check(&proto)?;
            widen(&mut proto);
            let outputs = proto.graph.iter().flat_map(|graph| &graph.output);
            let outputs = outputs.map(|output| output.name.clone()).collect();
            Ok(Self { plan: compile(&proto, size)?, size, outputs })
        })
    }

    /// Every output for one picture, planar.
    pub(super) fn run(&self, picture: &[f32]) -> Result<Vec<Output>, ModelError> {
        caught(|| {
            let [height, width] = self.size;
            let input = Tensor::from_shape(&[1, 3, height, width], picture).map_err(broken)?;
            let outputs = self.plan.run(tvec!(input.into_tvalue())).map_err(broken)?;
            outputs
                .iter()
                .map(|output| {
                    let view = output.to_plain_array_view::<f32>().map_err(broken)?;
                    let (values, shape) = (view.iter().copied().collect(), view.shape().to_vec());
                    Ok(Output { values, shape })
                })
                .collect()
        })
    }

    /// One of the outputs of [`Network::run`].
    pub(super) fn output<'a>(
        &self,
        name: &str,
        all: &'a [Output],
    ) -> Result<&'a Output, ModelError> {
        let place = self.outputs.iter().position(|known| known == name);
        place
            .and_then(|place| all.get(place))
            .ok_or_else(|| ModelError::Unusable(format!("no output {name}")))
    }
}

/// A panic of the engine is one more way in which a file can be broken.
fn caught<T>(work: impl FnOnce() -> Result<T, ModelError>) -> Result<T, ModelError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(ModelError::Unusable("the engine gave up".to_owned())))
}

fn broken(error: TractError) -> ModelError {
    ModelError::Unusable(format!("{error:#}"))
}

/// What is checked before the engine sees it: it works out what follows from weights while it reads.
fn check(proto: &ModelProto) -> Result<(), ModelError> {
    let unusable = |reason: &str| Err(ModelError::Unusable(reason.to_owned()));
    let Some(graph) = &proto.graph else { return unusable("no graph") };
    if !proto.functions.is_empty() || !graph.sparse_initializer.is_empty() {
        return unusable("functions and sparse weights are not read");
    }
    if graph.node.len() > NODES {
        return Err(ModelError::TooLarge("the graph"));
    }
    let mut known: HashMap<&str, Known> = HashMap::new();
    let mut weights = 0;
    for tensor in tensors(graph) {
        weights += volume(tensor)?;
    }
    if weights > VALUES {
        return Err(ModelError::TooLarge("the weights"));
    }
    for tensor in &graph.initializer {
        known.insert(&tensor.name, Known::of(tensor));
    }
    for node in &graph.node {
        let named = node.op_type.as_str();
        let standard = ["", "ai.onnx"].contains(&node.domain.as_str());
        if !standard || !OPERATIONS.contains(&named) {
            return Err(ModelError::Unusable(format!("operation {named} is not run")));
        }
        if node
            .attribute
            .iter()
            .any(|attribute| attribute.g.is_some() || !attribute.graphs.is_empty())
        {
            return unusable("a node holds a graph");
        }
        let Some(follows) = follows(node, &known)? else { continue };
        if follows.values > VALUES {
            return Err(ModelError::TooLarge("what follows from the weights"));
        }
        for output in &node.output {
            known.insert(output, follows.clone());
        }
    }
    let inputs = graph.input.iter().filter(|input| !known.contains_key(input.name.as_str()));
    if inputs.count() != 1 {
        return unusable("one input is expected, the picture");
    }
    Ok(())
}

/// A value that is known without a picture.
#[derive(Clone, Debug)]
struct Known {
    /// `None` where only the number of values is bounded.
    shape: Option<Vec<u64>>,
    values: u64,
}

impl Known {
    fn of(tensor: &TensorProto) -> Self {
        let shape: Vec<u64> =
            tensor.dims.iter().map(|side| u64::try_from(*side).unwrap_or_default()).collect();
        let values = shape.iter().product();
        Self { shape: Some(shape), values }
    }

    fn like(values: u64) -> Self {
        Self { shape: None, values }
    }

    /// Of two that are stretched to each other's shape.
    fn stretched(&self, other: &Self) -> Self {
        let (Some(a), Some(b)) = (&self.shape, &other.shape) else {
            return Self::like(self.values.max(1).saturating_mul(other.values.max(1)));
        };
        let at = |shape: &[u64], back: usize| shape.iter().rev().nth(back).copied().unwrap_or(1);
        let sides = a.len().max(b.len());
        let shape: Vec<u64> = (0..sides).rev().map(|back| at(a, back).max(at(b, back))).collect();
        let values = shape.iter().fold(1_u64, |all, side| all.saturating_mul(*side));
        Self { shape: Some(shape), values }
    }
}

/// What a node's outputs are known to be at most, where all its inputs are known.
fn follows(node: &NodeProto, known: &HashMap<&str, Known>) -> Result<Option<Known>, ModelError> {
    match node.op_type.as_str() {
        "Constant" => {
            let tensor = node.attribute.iter().find_map(|attribute| attribute.t.as_ref());
            let few = node.attribute.iter().map(|a| a.floats.len().max(a.ints.len()).max(1));
            return Ok(Some(
                tensor.map_or_else(|| Known::like(few.max().unwrap_or_default() as u64), Known::of),
            ));
        }
        // As many as a tensor has sides.
        "Shape" => return Ok(Some(Known::like(8))),
        _ => {}
    }
    let given = node.input.iter().filter(|name| !name.is_empty());
    let inputs: Option<Vec<&Known>> = given.map(|name| known.get(name.as_str())).collect();
    let Some(inputs) = inputs.filter(|inputs| !inputs.is_empty()) else { return Ok(None) };
    let named = node.op_type.as_str();
    if !FOLDED.contains(&named) {
        return Err(ModelError::Unusable(format!("{named} of weights alone is not run")));
    }
    let sum = inputs.iter().fold(0_u64, |all, input| all.saturating_add(input.values));
    let first = inputs.first().map(|input| (*input).clone());
    Ok(match named {
        "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Max" | "Min" | "DequantizeLinear" => {
            inputs.into_iter().cloned().reduce(|all, input| all.stretched(&input))
        }
        "Cast" | "Identity" | "Neg" | "Sqrt" => first,
        "Gather" => Some(Known::like(
            inputs.iter().fold(1_u64, |all, input| all.saturating_mul(input.values.max(1))),
        )),
        _ => Some(Known::like(sum)),
    })
}

/// Every tensor that a graph holds.
fn tensors(graph: &GraphProto) -> impl Iterator<Item = &TensorProto> {
    let attributes = graph.node.iter().flat_map(|node| &node.attribute);
    let held = attributes
        .flat_map(|attribute: &AttributeProto| attribute.t.iter().chain(&attribute.tensors));
    graph.initializer.iter().chain(held)
}

/// How many values a tensor has, which must all be there.
fn volume(tensor: &TensorProto) -> Result<u64, ModelError> {
    let volume = tensor.dims.iter().try_fold(1_u64, |all, side| {
        all.checked_mul(u64::try_from(*side).ok()?).filter(|values| *values <= VALUES)
    });
    let volume = volume.ok_or(ModelError::TooLarge("a tensor"))?;
    let bytes: u64 = match tensor.data_type {
        FLOAT | 6 | 12 => 4,
        2 | 3 | 9 => 1,
        4 | 5 | FLOAT16 | 16 => 2,
        7 | 11 | 13 => 8,
        _ => return Err(ModelError::Unusable("a tensor of another type".to_owned())),
    };
    let stored = [
        tensor.raw_data.len() as u64 / bytes,
        tensor.float_data.len() as u64,
        tensor.int32_data.len() as u64,
        tensor.int64_data.len() as u64,
        tensor.double_data.len() as u64,
        tensor.uint64_data.len() as u64,
    ];
    if !tensor.external_data.is_empty() || stored.into_iter().max() != Some(volume) {
        return Err(ModelError::Unusable("a tensor's values are not all in the file".to_owned()));
    }
    Ok(volume)
}

/// Has a network that computes in float16 compute in float32, which costs memory and no accuracy.
fn widen(proto: &mut ModelProto) {
    let Some(graph) = &mut proto.graph else { return };
    for tensor in &mut graph.initializer {
        widen_tensor(tensor);
    }
    for node in &mut graph.node {
        for attribute in &mut node.attribute {
            attribute.t.iter_mut().chain(&mut attribute.tensors).for_each(widen_tensor);
            if attribute.name == "to" && attribute.i == i64::from(FLOAT16) {
                attribute.i = i64::from(FLOAT);
            }
        }
    }
}

fn widen_tensor(tensor: &mut TensorProto) {
    if tensor.data_type != FLOAT16 {
        return;
    }
    let wide = |bits: u16| f16::from_bits(bits).to_f32();
    let (pairs, _) = tensor.raw_data.as_chunks::<2>();
    let raw = pairs.iter().map(|pair| wide(u16::from_le_bytes(*pair)));
    let apart = tensor.int32_data.iter().map(|bits| wide((*bits & 0xFFFF) as u16));
    tensor.raw_data = raw.chain(apart).flat_map(f32::to_le_bytes).collect();
    tensor.int32_data.clear();
    tensor.data_type = FLOAT;
}

fn compile(
    proto: &ModelProto,
    [height, width]: [usize; 2],
) -> Result<Arc<TypedRunnableModel>, ModelError> {
    // Exporters write shapes for another size, and types from before widening.
    let onnx = onnx().with_ignore_value_info(true).with_ignore_output_shapes(true);
    let mut model = onnx.model_for_proto_model(proto).map_err(broken)?;
    model.set_input_fact(0, f32::fact([1, 3, height, width]).into()).map_err(broken)?;
    let model = model.into_typed().map_err(broken)?;
    let mut products = 0_i64;
    for node in model.nodes() {
        for output in &node.outputs {
            let sides = output.fact.shape.as_concrete().ok_or_else(|| {
                ModelError::Unusable(
                    "a tensor's size does not follow from the picture's".to_owned(),
                )
            })?;
            let volume = sides.iter().try_fold(1_u64, |all, side| all.checked_mul(*side as u64));
            if volume.is_none_or(|volume| volume > VALUES) {
                return Err(ModelError::TooLarge("a tensor"));
            }
        }
        let inputs = model.node_input_facts(node.id).map_err(broken)?;
        for (cost, count) in node.op.cost(&inputs).map_err(broken)? {
            if let Cost::FMA(_) = cost {
                products = products.saturating_add(count.to_i64().unwrap_or(i64::MAX));
            }
        }
    }
    if products > PRODUCTS {
        return Err(ModelError::TooLarge("what it computes"));
    }
    model.into_optimized().and_then(IntoRunnable::into_runnable).map_err(broken)
}
