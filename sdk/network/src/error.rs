//! Why a network cannot be read or run.

use thiserror::Error;

/// Why a network cannot be read or run.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NetworkError {
    /// The bytes are no ONNX file, or a damaged one.
    #[error("not a whole ONNX file ({0}): take the file as it was exported")]
    Malformed(&'static str),
    /// The file asks for what this engine does not do.
    #[error("{operator} is not supported here ({why}): export the network with what is")]
    Unsupported {
        /// The operator, as ONNX names it.
        operator: String,
        /// What of it.
        why: &'static str,
    },
    /// The input has another number of values than the network takes.
    #[error("the network takes {wanted} numbers, not {given}: hand over one whole picture")]
    Input {
        /// Values of the network's input.
        wanted: usize,
        /// Values that were given.
        given: usize,
    },
    /// The network has fewer outputs than were asked for.
    #[error("the network has {has} outputs, not {wanted}: ask for those only")]
    Outputs {
        /// Outputs that were asked for.
        wanted: usize,
        /// Outputs that it has.
        has: usize,
    },
    /// A step would have read or written beyond its buffer: a fault of this crate.
    #[error("step {step} of the network left its buffer: report this")]
    Overrun {
        /// Which step of the plan, from 0.
        step: usize,
    },
}

impl NetworkError {
    pub(crate) fn unsupported(operator: &str, why: &'static str) -> Self {
        Self::Unsupported { operator: operator.to_owned(), why }
    }
}
