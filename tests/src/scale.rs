//! The scale form: under `tests/scale` every server that a test starts has a database of its own in a real PostgreSQL and
//! a prefix of its own in the bucket of a real S3-compatible server.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether servers are started in their scale form.
pub fn is_scaled() -> bool {
    std::env::var_os("BAILING_TEST_POSTGRES").is_some()
}

/// What a server's configuration says of both before its tables and after; none where it is not scaled. A server that is
/// started over the same folder again has the same.
#[expect(
    clippy::disallowed_methods,
    reason = "`tests/scale` says by the environment where both are"
)]
pub(crate) fn configuration(folder: &Path) -> Option<[String; 2]> {
    let database = Database::of(folder)?;
    let endpoint = std::env::var("BAILING_TEST_BUCKET").ok()?;
    let (name, url, key) = (name(folder), &database.url, folder.join("key-encryption-key"));
    let first = format!("database = '{url}'\nkey_encryption_key = '{}'\n", key.display());
    let last = format!(
        "\n[bucket]\nname = 'bailing'\nprefix = '{name}'\nregion = 'us-east-1'\n\
         endpoint = '{endpoint}'\n"
    );
    Some([first, last])
}

/// Where the S3-compatible server keeps a server's objects.
pub(crate) fn objects(folder: &Path) -> Option<PathBuf> {
    let all = PathBuf::from(std::env::var_os("BAILING_TEST_FOLDER")?).join("objects/bailing");
    Some(all.join(name(folder)))
}

/// A server's database in PostgreSQL.
#[derive(Clone, Debug)]
pub struct Database {
    url: String,
}

impl Database {
    /// Of the server over that folder, made as needed; none where it is not scaled.
    #[expect(
        clippy::disallowed_methods,
        reason = "`tests/scale` says by the environment where both are"
    )]
    pub fn of(folder: &Path) -> Option<Self> {
        let all = std::env::var("BAILING_TEST_POSTGRES").ok()?;
        let name = name(folder);
        // Whoever starts a server over the folder again finds it there.
        let _ = psql(&all, &format!("CREATE DATABASE {name}"));
        let (server, _) = all.rsplit_once('/').expect("postgres://server/database");
        Some(Self { url: format!("{server}/{name}") })
    }

    /// Its name, which is also the prefix of the server's objects.
    pub fn name_of(folder: &Path) -> String {
        name(folder)
    }

    /// What a statement gives, a line a row.
    pub fn ask(&self, sql: &str) -> Result<String, String> {
        psql(&self.url, sql)
    }
}

fn psql(url: &str, sql: &str) -> Result<String, String> {
    let asked = Command::new("psql")
        .args(["--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"])
        .args(["--command", sql, url])
        .output()
        .map_err(|error| format!("psql: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if asked.status.success() { Ok(text(&asked.stdout)) } else { Err(text(&asked.stderr)) }
}

/// Told by the folder, which is another for every test.
fn name(folder: &Path) -> String {
    let name = folder.file_name().and_then(|name| name.to_str()).expect("a temporary folder");
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    // Names are folded to small letters, which could make two of one.
    let hash =
        name.bytes().fold(0u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    format!("test_{}_{hash:x}", letters.collect::<String>().to_lowercase())
}
