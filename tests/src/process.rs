//! The real server process.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::scale;

/// The repository's root.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository")
}

/// A binary of this workspace, next to the folder that holds the running test, or beside the running binary.
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folders = test.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    let path = folders.clone().find(|path| path.exists()).or_else(|| folders.last());
    let path = path.expect("target/<profile>/deps");
    assert!(
        path.exists(),
        "{} is missing: build it first with `cargo build --release --workspace`",
        path.display()
    );
    path
}

/// The sample photos that this project made.
pub fn samples_folder() -> PathBuf {
    root().join("demo/samples")
}

/// The bytes of one sample photo.
pub fn sample(file: &str) -> Vec<u8> {
    let path = samples_folder().join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The OCR package's folder, or `None` with a word on stderr where it was not fetched.
pub fn ocr_folder() -> Option<PathBuf> {
    let folder = root().join("models/ocr");
    if folder.join("PP-OCRv6_rec_small.onnx").exists() {
        return Some(folder);
    }
    eprintln!("skipped: no OCR package in {}; run models/fetch-ocr", folder.display());
    None
}

/// A running `bailing-server`, killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    public: String,
    operator: String,
    metrics: String,
}

impl Server {
    /// Starts `bailing-server serve` on free ports over `data`, with two merchants, and waits until
    /// it says where it listens.
    pub fn start(data: &TempDir, ocr: Option<&Path>, more: &[&str]) -> Self {
        Self::configured(data, "", ocr, more)
    }

    /// The same, with more in its configuration file.
    pub fn configured(data: &TempDir, toml: &str, ocr: Option<&Path>, more: &[&str]) -> Self {
        Self::launch(Command::new(binary("bailing-server")), data, toml, ocr, more, None)
    }

    /// The same, which may open so many files at once.
    pub fn with_files(data: &TempDir, toml: &str, most: usize) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {most} && exec \"$@\""), "sh"]);
        shell.arg(binary("bailing-server"));
        Self::launch(shell, data, toml, None, &[], None)
    }

    /// The same, which writes all that it has to say, in JSON, into a file.
    pub fn logged(
        data: &TempDir,
        toml: &str,
        ocr: Option<&Path>,
        more: &[&str],
        log: &Path,
    ) -> Self {
        Self::launch(Command::new(binary("bailing-server")), data, toml, ocr, more, Some(log))
    }

    fn launch(
        mut command: Command,
        data: &TempDir,
        toml: &str,
        ocr: Option<&Path>,
        more: &[&str],
        log: Option<&Path>,
    ) -> Self {
        let configuration = data.path().join("server.toml");
        let [first, last] = scale::configuration(data.path()).unwrap_or_default();
        std::fs::write(&configuration, [&first, toml, &last, MERCHANTS].concat())
            .expect("the configuration can be written");
        command
            .arg("serve")
            .args(["--listen", "127.0.0.1:0", "--operator-listen", "127.0.0.1:0", "--json"])
            // The origin is part of what a phone signs, so it must survive a restart on new ports.
            .args(["--origin", ORIGIN])
            .arg("--config")
            .arg(&configuration)
            .arg("--data")
            .arg(data.path().join("data"))
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if let Some(ocr) = ocr {
            command.arg("--ocr").arg(ocr);
        }
        if let Some(log) = log {
            let file = std::fs::File::create(log).expect("a log");
            command.env("RUST_LOG", "debug").args(["--log-format", "json"]).stderr(file);
        }
        let mut child = command.spawn().expect("bailing-server starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).expect("bailing-server speaks");
        let addresses: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("bailing-server ended without saying where it listens"));
        let address =
            |name: &str| format!("http://{}", addresses[name].as_str().unwrap_or_default());
        let [public, operator, metrics] = ["public", "operator", "metrics"].map(address);
        Self { child, public, operator, metrics }
    }

    /// Where phones reach it.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// Where the console is.
    pub fn operator(&self) -> &str {
        &self.operator
    }

    /// Where its metrics are, where that was asked for.
    pub fn metrics(&self) -> &str {
        &self.metrics
    }

    /// The most memory that the process has held, bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).expect("Linux tells");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
        let kib = line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok());
        kib.expect("KiB") * 1_024
    }

    /// Ids of the workers that it keeps beside itself.
    pub fn workers(&self) -> Vec<u32> {
        let children = format!("/proc/{0}/task", self.child.id());
        let Ok(threads) = std::fs::read_dir(children) else { return Vec::new() };
        let of_thread = |thread: std::fs::DirEntry| {
            std::fs::read_to_string(thread.path().join("children")).unwrap_or_default()
        };
        let children: Vec<String> = threads.flatten().map(of_thread).collect();
        children.iter().flat_map(|ids| ids.split_whitespace()).flat_map(str::parse).collect()
    }

    /// SIGTERM, as the system asks a process to end. True where it does within `patience`.
    pub fn stop(mut self, patience: Duration) -> bool {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "the process is there");
        for _ in 0..patience.as_millis() / 50 {
            if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }

    /// SIGKILL: no goodbye, as when the power goes.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Whether a server over `data` has stored all of a bundle: sealed, it is a few bytes longer than it came. That it opens to
/// what was sent, `own_data` tests.
pub fn is_stored(data: &TempDir, sha256: &[u8; 32], length: usize) -> bool {
    let name = hex::encode(sha256);
    let stored = objects_folder(data).join("bundles").join(&name[..2]).join(&name);
    let stored = std::fs::metadata(stored).expect("the object").len();
    let segments = (length as u64).div_ceil(256 * 1024);
    stored == 4 + length as u64 + 16 * segments
}

/// Where a server over `data` keeps its objects: its own folder, or that of the S3-compatible server.
pub fn objects_folder(data: &TempDir) -> PathBuf {
    scale::objects(data.path()).unwrap_or_else(|| data.path().join("data/objects"))
}

/// Names of the bundles that arrive in pieces.
pub fn arriving(data: &TempDir) -> Vec<String> {
    // A bucket has no folder where it has nothing, and may keep an empty one.
    let folder = objects_folder(data).join("incoming");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let holds = |path: PathBuf| path.read_dir().is_ok_and(|mut of| of.next().is_some());
    entries
        .filter(|entry| holds(entry.path()))
        .map(|entry| entry.file_name().into_string().expect("text"))
        .collect()
}

/// What the program's `command` that looks at one picture says of it, with so much memory, bytes. `asked` ends with its line.
pub fn looked_at(command: &str, memory: u64, asked: &str, picture: &[u8]) -> Output {
    let mut process = Command::new(binary("bailing-server"))
        .args([command, "--memory", &memory.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut input = process.stdin.take().expect("its input");
    // One that has ended reads no more.
    let _ = input.write_all(asked.as_bytes()).and_then(|()| input.write_all(picture));
    drop(input);
    process.wait_with_output().expect("it ends")
}

/// The origin that phones sign for.
pub const ORIGIN: &str = "https://bank.example";

const MERCHANTS: &str = r#"
[[merchants]]
id = "haulier"
name = "云溪市顺远货运有限公司"
industry = "road_freight"
base_quota = 100000

[[merchants]]
id = "shopkeeper"
name = "云溪市百味食品商行有限公司"
industry = "general_retail"
base_quota = 50000
"#;
