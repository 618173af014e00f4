//! Kind and fields from lines that were read before: `interpret < LINES`, what `bailing recognize --json`
//! said. For work on `kinds/`: a page is interpreted in a millisecond and read in two seconds.
#![allow(clippy::expect_used, reason = "an example that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "it prints what it finds")]

use bailing_recognition::{Kinds, Recogniser, TextLine};
use serde::Deserialize;

#[derive(Deserialize)]
struct Read {
    file: String,
    text_lines: Vec<TextLine>,
}

fn main() {
    let recogniser = Recogniser::new(None, Kinds::built_in().expect("kinds"));
    for line in std::io::stdin().lines() {
        let Read { file, text_lines } =
            serde_json::from_str(&line.expect("a line")).expect("what recognize said");
        let mut read = recogniser.interpret(text_lines, None);
        read.text_lines.clear();
        let mut read = serde_json::to_value(read).expect("a recognition");
        read["file"] = file.into();
        println!("{read}");
    }
}
