//! From the nodes of a graph to the steps of a plan.
//!
//! What is known already is computed at once; what only rearranges becomes another view of the same
//! buffer; what limits a layer's outputs becomes a part of the layer.

mod arithmetic;
mod convolution;
mod product;
mod rearrange;

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use crate::NetworkError;
use crate::kernel::{Block, Dimension, Elementwise, Formula, Kernel, LANES, Lane};
use crate::onnx::{Graph, Node};
use crate::plan::{Layout, Output, Plan, Source, Step, Value, blocked_lanes, lanes};
use crate::tensor::{Tensor, dense, volume};

/// Most numbers in one buffer: far beyond what a phone could run.
const MOST: usize = 1 << 24;

#[derive(Clone)]
enum Operand {
    Known(Arc<Tensor>),
    Computed(Value),
}

/// The plan that computes a graph.
pub(crate) fn lower(mut graph: Graph) -> Result<Plan, NetworkError> {
    let constants = mem::take(&mut graph.constants);
    let last: HashMap<&str, usize> = (graph.nodes.iter().enumerate())
        .flat_map(|(index, node)| node.inputs.iter().map(move |name| (name.as_str(), index)))
        .collect();
    let mut lowering = Lowering::of(&graph, constants)?;
    for (index, node) in graph.nodes.iter().enumerate() {
        if !lowering.done.contains(&index) {
            lowering.node(node)?;
        }
        // Weights are large, and each is of one layer.
        for name in node.inputs.iter().filter(|name| last.get(name.as_str()) == Some(&index)) {
            if !graph.outputs.contains(name) {
                lowering.operands.remove(name);
            }
        }
    }
    lowering.finish()
}

struct Lowering<'g> {
    graph: &'g Graph,
    operands: HashMap<String, Operand>,
    /// Nodes that an earlier one has taken in.
    done: Vec<usize>,
    /// Further names of what the present node makes.
    names: Vec<&'g str>,
    plan: Plan,
}

impl<'g> Lowering<'g> {
    fn of(graph: &'g Graph, constants: HashMap<String, Arc<Tensor>>) -> Result<Self, NetworkError> {
        let known = |(name, tensor)| (name, Operand::Known(tensor));
        let mut operands: HashMap<String, _> = constants.into_iter().map(known).collect();
        let mut done = Vec::new();
        for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.is_constant()) {
            let tensor = node.tensor("value").ok_or_else(|| unsupported(node, "no tensor"))?;
            let name = node.outputs.first().ok_or_else(|| unsupported(node, "no output"))?;
            operands.insert(name.clone(), Operand::Known(tensor.clone()));
            done.push(index);
        }
        let inputs = graph.inputs.iter().filter(|(name, _)| !operands.contains_key(name));
        let [(name, shape)] = inputs.collect::<Vec<_>>()[..] else {
            return Err(NetworkError::unsupported("a graph", "not one input"));
        };
        bounded("a graph's input", shape)?;
        let input = Value::dense(Source::Buffer(0), shape.clone());
        operands.insert(name.clone(), Operand::Computed(input));
        let plan = Plan {
            input: shape.clone(),
            steps: Vec::new(),
            constants: Vec::new(),
            buffers: vec![lanes(volume(shape))],
            scratch: 0,
            outputs: Vec::new(),
        };
        Ok(Self { graph, operands, done, names: Vec::new(), plan })
    }

    fn node(&mut self, node: &'g Node) -> Result<(), NetworkError> {
        let made = match node.operator.as_str() {
            // Numbers are floats here, whatever they were in the file.
            "Cast" if node.integer("to") == Some(1) => self.input(node, 0)?,
            "Add" => self.arithmetic(node, Formula::Add)?,
            "Sub" => self.arithmetic(node, Formula::Subtract)?,
            "Mul" => self.arithmetic(node, Formula::Multiply)?,
            "Div" => self.arithmetic(node, Formula::Divide)?,
            "Log" => self.function(node, Formula::Logarithm)?,
            "Relu" | "Clip" => self.clamp(node)?,
            "BatchNormalization" => self.normalisation(node)?,
            "ReduceMean" | "ReduceMax" => self.reduction(node)?,
            "Conv" => self.convolution(node)?,
            "AveragePool" => self.average(node)?,
            "Gemm" => self.layer(node)?,
            "MatMul" => self.product(node)?,
            "Slice" => self.slice(node)?,
            "Gather" => self.pick(node)?,
            "Unsqueeze" => self.unsqueeze(node)?,
            "Concat" => self.concatenation(node)?,
            "Resize" => self.enlargement(node)?,
            _ => return Err(unsupported(node, "an operator that none of the networks has")),
        };
        let [output] = node.outputs.as_slice() else {
            return Err(unsupported(node, "several outputs"));
        };
        for name in self.names.drain(..) {
            self.operands.insert(name.to_owned(), made.clone());
        }
        self.operands.insert(output.clone(), made);
        Ok(())
    }

    fn finish(mut self) -> Result<Plan, NetworkError> {
        for name in &self.graph.outputs {
            let Some(Operand::Computed(value)) = self.operands.get(name.as_str()).cloned() else {
                return Err(NetworkError::unsupported("a graph's output", "nothing computes it"));
            };
            let value = self.strided(&value)?;
            let value = if value.is_dense() { value } else { self.copy(&value)? };
            let Source::Buffer(buffer) = value.source else {
                return Err(NetworkError::unsupported("a graph's output", "nothing computes it"));
            };
            let length = volume(&value.shape);
            self.plan.outputs.push(Output { buffer, first: value.first, length });
        }
        self.plan.share_buffers();
        Ok(self.plan)
    }

    fn optional(&self, node: &Node, index: usize) -> Result<Option<Operand>, NetworkError> {
        match node.inputs.get(index).filter(|name| !name.is_empty()) {
            None => Ok(None),
            Some(name) => match self.operands.get(name.as_str()) {
                Some(operand) => Ok(Some(operand.clone())),
                None => Err(unsupported(node, "an input that nothing before it makes")),
            },
        }
    }

    fn input(&self, node: &Node, index: usize) -> Result<Operand, NetworkError> {
        self.optional(node, index)?.ok_or_else(|| unsupported(node, "an input is missing"))
    }

    fn known(&self, node: &Node, index: usize) -> Result<Arc<Tensor>, NetworkError> {
        match self.input(node, index)? {
            Operand::Known(tensor) => Ok(tensor),
            Operand::Computed(_) => Err(unsupported(node, "an input that is not constant")),
        }
    }

    fn value(&mut self, node: &Node, index: usize) -> Result<Value, NetworkError> {
        let operand = self.input(node, index)?;
        Ok(self.value_of(operand))
    }

    fn value_of(&mut self, operand: Operand) -> Value {
        match operand {
            Operand::Computed(value) => value,
            Operand::Known(tensor) => {
                let source = Source::Constant(self.plan.constants.len());
                let mut constant: Vec<Lane> = vec![[0.0; LANES]; lanes(tensor.values.len())];
                for (place, value) in constant.as_flattened_mut().iter_mut().zip(&tensor.values) {
                    *place = *value;
                }
                self.plan.constants.push(constant);
                Value::dense(source, tensor.shape.clone())
            }
        }
    }

    /// A new buffer.
    fn buffer(&mut self, lanes: usize) -> Result<usize, NetworkError> {
        if lanes == 0 || lanes > MOST / LANES {
            return Err(NetworkError::unsupported("a buffer", "its size"));
        }
        self.plan.buffers.push(lanes);
        Ok(self.plan.buffers.len() - 1)
    }

    /// Memory that a step needs for itself, lanes.
    fn scratch(&mut self, lanes: usize) -> Result<(), NetworkError> {
        if lanes > MOST / LANES {
            return Err(NetworkError::unsupported("a buffer", "its size"));
        }
        self.plan.scratch = self.plan.scratch.max(lanes);
        Ok(())
    }

    fn step(&mut self, kernel: Kernel, inputs: [Source; 2], out: usize) {
        self.plan.steps.push(Step { kernel, inputs, out });
    }

    /// A value with its channels by eights.
    fn blocked(&mut self, value: &Value) -> Result<Value, NetworkError> {
        let (Layout::Strided(strides), Some(lanes)) = (&value.layout, blocked_lanes(&value.shape))
        else {
            return Ok(value.clone());
        };
        let ([_, sides @ ..], [_, strides @ ..]) = (value.shape.as_slice(), strides.as_slice())
        else {
            return Ok(value.clone());
        };
        let (Some(shape), Some(strides)) = (sides.first_chunk(), strides.first_chunk()) else {
            return Ok(value.clone());
        };
        let out = self.buffer(lanes)?;
        let block = Block { shape: *shape, strides: *strides, first: value.first };
        self.step(Kernel::Block(block), [value.source; 2], out);
        Ok(Value {
            source: Source::Buffer(out),
            first: 0,
            shape: value.shape.clone(),
            layout: Layout::Blocked,
        })
    }

    /// A value whose numbers lie somewhere each.
    fn strided(&mut self, value: &Value) -> Result<Value, NetworkError> {
        let (Layout::Blocked, Some(lanes)) = (&value.layout, blocked_lanes(&value.shape)) else {
            return Ok(value.clone());
        };
        let &[_, channels, rows, columns] = value.shape.as_slice() else {
            return Ok(value.clone());
        };
        if channels <= LANES {
            // All in one plane: the numbers may stay where they are.
            let layout = Layout::Strided(vec![0, 1, columns * LANES, LANES]);
            return Ok(Value { layout, ..value.clone() });
        }
        let size = rows * columns;
        if size == 1 {
            // Channels of one pixel lie side by side as it is.
            return Ok(Value::dense(value.source, value.shape.clone()));
        }
        let made = Value::dense(Source::Buffer(self.buffer(lanes)?), value.shape.clone());
        let line = |length, from, to| Dimension { length, inputs: [from, 0], out: to };
        let through = [
            line(lanes / size, size * LANES, size * LANES),
            line(LANES, 1, size),
            line(size, LANES, 1),
        ];
        let copy = Elementwise::new(Formula::Copy, through, [0; 2], 0);
        self.compute(copy, [value.source; 2], made)
    }

    /// A dense copy of a strided value.
    fn copy(&mut self, value: &Value) -> Result<Value, NetworkError> {
        let out = self.buffer(lanes(volume(&value.shape)))?;
        let made = Value::dense(Source::Buffer(out), value.shape.clone());
        self.copy_to(value, out, 0, &dense(&value.shape))?;
        Ok(made)
    }

    /// Copies a strided value to a place in a buffer.
    fn copy_to(
        &mut self,
        value: &Value,
        out: usize,
        first: usize,
        to: &[usize],
    ) -> Result<(), NetworkError> {
        let Layout::Strided(from) = &value.layout else {
            return Err(NetworkError::unsupported("a copy", "channels by eights"));
        };
        let through = value.shape.iter().zip(from).zip(to);
        let through = through.map(|((length, from), to)| Dimension {
            length: *length,
            inputs: [*from, 0],
            out: *to,
        });
        let copy = Elementwise::new(Formula::Copy, through, [value.first, 0], first);
        self.step(Kernel::Elementwise(copy), [value.source; 2], out);
        Ok(())
    }

    fn compute(
        &mut self,
        kernel: Elementwise,
        inputs: [Source; 2],
        made: Value,
    ) -> Result<Value, NetworkError> {
        if let Source::Buffer(out) = made.source {
            self.step(Kernel::Elementwise(kernel), inputs, out);
        }
        Ok(made)
    }
}

fn unsupported(node: &Node, why: &'static str) -> NetworkError {
    NetworkError::unsupported(&node.operator, why)
}

/// Refuses shapes that are empty, open or without bounds.
fn bounded(what: &str, shape: &[usize]) -> Result<(), NetworkError> {
    let all = shape.iter().try_fold(1usize, |all, side| all.checked_mul(*side));
    match all {
        Some(1..=MOST) => Ok(()),
        _ => Err(NetworkError::unsupported(what, "its size")),
    }
}
