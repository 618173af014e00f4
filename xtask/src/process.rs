//! Other programs.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// Runs a program whose output the person may read on stderr; stdout stays ours.
pub(crate) fn run(what: &str, command: &mut Command) -> Result<(), Failure> {
    // A failure to hand stderr on is none of the program's.
    let status = command
        .stdout(Stdio::from(std::io::stderr()))
        .status()
        .map_err(|source| start(command, source))?;
    if status.success() { Ok(()) } else { Err(Failure::Ended { what: what.to_owned(), status }) }
}

/// What a program wrote to stdout; its stderr is the person's.
pub(crate) fn read(what: &str, command: &mut Command) -> Result<String, Failure> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|source| start(command, source))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Failure::Ended { what: what.to_owned(), status: output.status })
    }
}

/// A program by its path or, in `PATH`, by its name: whether it starts at all.
pub(crate) fn starts(program: impl AsRef<OsStr>) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Writes `text` as a program that the build tools may call.
pub(crate) fn write_script(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(Failure::file(path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, mode).map_err(Failure::file(path))?;
    }
    Ok(())
}

fn start(command: &Command, source: std::io::Error) -> Failure {
    Failure::Start { program: command.get_program().to_string_lossy().into_owned(), source }
}
