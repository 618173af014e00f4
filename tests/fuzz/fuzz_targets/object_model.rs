#![no_main]

#[path = "../targets.rs"]
mod targets;

// What the engine gives up on is caught and refused; the fuzzer's own hook would end at every such panic.
libfuzzer_sys::fuzz_target!(
    init: drop(std::panic::take_hook()),
    |data: &[u8]| targets::object_model(data)
);
