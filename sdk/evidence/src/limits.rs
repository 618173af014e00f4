//! Every limit on what a bundle may hold. A reader refuses what exceeds one, and names it.

/// Whole bundle, bytes.
pub const BUNDLE_BYTES: usize = 64 * 1024 * 1024;

/// Signed part (COSE_Sign1), bytes: all that a server reads before it verifies.
pub const SIGNED_BYTES: usize = 256 * 1024;

/// All pictures together once decompressed, bytes.
pub const RAW_BYTES: u64 = 64 * 1024 * 1024;

/// A blob's decompressed length by its compressed length.
pub const COMPRESSION_RATIO: u64 = 200;

/// Binary logarithm of the largest zstd window, bytes.
pub const WINDOW_LOG: u32 = 23;

/// Pictures in one bundle.
pub const IMAGES: usize = 32;

/// Models named in one manifest.
pub const MODELS: usize = 16;

/// Signals claimed for one picture.
pub const SIGNALS: usize = 64;

/// Any text in a manifest, bytes of UTF-8.
pub const TEXT_BYTES: usize = 256;

/// A ticket, bytes.
pub const TICKET_BYTES: usize = 512;

/// Nesting of CBOR arrays, maps and tags.
pub const CBOR_DEPTH: usize = 8;

/// CBOR data items in one manifest, keys counted too.
pub const CBOR_ITEMS: usize = 4_096;

/// A policy (COSE_Sign1), bytes.
pub const POLICY_BYTES: usize = 32 * 1024;

/// Tasks in one policy: three times the kinds of proof that there are.
pub const POLICY_TASKS: usize = 128;
