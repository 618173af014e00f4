//! `bailing-server`: the service, its worker, and what an operator needs around them.
#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use bailing_server::{
    ApartError, AuditError, Config, ConfigError, Ended, Head, PolicyFileError, RotationError,
    Secret, StartError, VerifyError, audit, check, describe_standard_input, draw_standard_input,
    limit_memory, new_policy_key, openapi, rotate, sign_policy, start, verify_here, work,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use time::Date;
use time::macros::format_description;

#[derive(Debug, Parser)]
#[command(name = "bailing-server", version, about = "Verifies, reads and decides evidence bundles")]
struct Arguments {
    /// How the log is written, on stderr
    #[arg(long, global = true, env = "BAILING_LOG_FORMAT", value_enum, default_value_t)]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take bundles over HTTP and decide them
    Serve(Settings),
    /// Decide what servers that share the database have taken in
    #[command(args_override_self = true)]
    Worker {
        #[command(flatten)]
        settings: Settings,
        /// Heed the standard input: a line says that a bundle has come, its end that this process is to end
        #[arg(long, hide = true)]
        heed_standard_input: bool,
    },
    /// Draw a picture for the console, as a process that a server has started
    #[command(hide = true)]
    Draw {
        /// Memory that it may have, bytes
        #[arg(long)]
        memory: u64,
    },
    /// Describe a photo of a class, as a process that a server has started
    #[command(hide = true)]
    Describe {
        /// Memory that it may have, bytes
        #[arg(long)]
        memory: u64,
    },
    /// Make or renew the database, and end
    Migrate(Settings),
    /// Wrap merchants' keys by the newest key-encryption key
    RotateKeys(Settings),
    /// Read the configuration, say what is wrong with it, and end
    CheckConfig(Settings),
    /// Print the description of the HTTP interface
    Openapi,
    /// Verify one bundle against the key that it names, as it was enrolled here, or a key in a file
    Verify {
        #[command(flatten)]
        settings: Settings,
        /// The bundle
        #[arg(value_name = "BUNDLE")]
        bundle: PathBuf,
        /// The public key that should have signed: 65 bytes, an uncompressed point of P-256
        #[arg(long, value_name = "FILE", requires = "app_id")]
        public_key: Option<PathBuf>,
        /// The app that made it
        #[arg(long, requires = "public_key")]
        app_id: Option<String>,
    },
    /// Look after the log of what happened
    #[command(subcommand)]
    Audit(Audit),
    /// Make what the bank asks of its phones; the key never has to be on a server
    #[command(subcommand)]
    Policy(PolicyCommand),
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// Make a key that signs policies, and print the public key for the app and the server
    NewKey {
        /// Where to
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Sign a policy for the phones of one server
    Sign {
        /// TOML with `revision`, `days`, and as wanted `[thresholds]` and `[[tasks]]`
        #[arg(value_name = "DRAFT")]
        draft: PathBuf,
        /// The key that `new-key` made
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Scheme, host and port of the server as phones sign them
        #[arg(long, value_name = "URL")]
        origin: String,
        /// Where to
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Follow the log from its first row and say where it ends, or which row is not what was written
    Verify {
        #[command(flatten)]
        settings: Settings,
        /// A last row that was written down before: a log that was cut off since does not have it
        #[arg(long, value_name = "ROW:HASH")]
        expect: Option<Head>,
    },
}

/// Why a command did not do its job.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error(transparent)]
    Rotation(#[from] RotationError),
    #[error(transparent)]
    Verify(#[from] VerifyError),
    #[error(transparent)]
    Policy(#[from] PolicyFileError),
    #[error(transparent)]
    Apart(#[from] ApartError),
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    #[error("a bundle took too long: another process tries it again")]
    Stuck,
}

/// Every flag overrides the same value of the configuration file.
#[derive(Args, Debug)]
struct Settings {
    /// TOML file; nothing has to be configured
    #[arg(long, env = "BAILING_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where phones reach it
    #[arg(long, env = "BAILING_LISTEN")]
    listen: Option<SocketAddr>,
    /// Where the console is
    #[arg(long, env = "BAILING_OPERATOR_LISTEN")]
    operator_listen: Option<SocketAddr>,
    /// Where the metrics are besides, and nothing else
    #[arg(long, env = "BAILING_METRICS_LISTEN", value_name = "ADDRESS")]
    metrics_listen: Option<SocketAddr>,
    /// Folder of the database and the object store
    #[arg(long, env = "BAILING_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// `postgres://…`, instead of a file in the data folder
    #[arg(long, env = "BAILING_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<String>,
    /// File of the key that wraps merchants' keys, made in the data folder where it is not named
    #[arg(long, env = "BAILING_KEY_ENCRYPTION_KEY", value_name = "FILE")]
    key_encryption_key: Option<PathBuf>,
    /// That key itself, 64 hexadecimal digits: for whoever keeps keys in the environment
    #[arg(long, env = "BAILING_KEY_ENCRYPTION_KEY_TEXT", hide = true, hide_env_values = true)]
    key_encryption_key_text: Option<String>,
    /// Folder of the OCR package that models/fetch-ocr made
    #[arg(long, env = "BAILING_OCR", value_name = "FOLDER")]
    ocr: Option<PathBuf>,
    /// Scheme, host and port as phones sign them
    #[arg(long, env = "BAILING_ORIGIN")]
    origin: Option<String>,
    /// Enrol software keys (grade D) and let them count: for demos only
    #[arg(long)]
    allow_software_keys: bool,
    /// Judge papers on this day (YYYY-MM-DD) instead of today: for demos only
    #[arg(long, value_name = "DATE", value_parser = date)]
    demo_today: Option<Date>,
    /// Processes beside this one that decide bundles; with 0 others do
    #[arg(long, env = "BAILING_WORKERS")]
    workers: Option<u32>,
    /// How long a ticket may be used, seconds
    #[arg(long)]
    ticket_seconds: Option<i64>,
    /// Say where it listens as one JSON line on stdout
    #[arg(long)]
    json: bool,
}

impl Settings {
    fn config(&self) -> Result<Config, ConfigError> {
        let mut config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        config.listen = self.listen.unwrap_or(config.listen);
        config.operator_listen = self.operator_listen.unwrap_or(config.operator_listen);
        config.metrics_listen = self.metrics_listen.or(config.metrics_listen);
        config.ticket_seconds = self.ticket_seconds.unwrap_or(config.ticket_seconds);
        config.allow_software_keys |= self.allow_software_keys;
        config.demo_today = self.demo_today.or(config.demo_today);
        config.work = false;
        config.workers = self.workers.unwrap_or(config.workers);
        if let Some(data) = &self.data {
            config.data.clone_from(data);
        }
        config.database = self.database.clone().map(Secret).or(config.database);
        config.key_encryption_key_text = self.key_encryption_key_text.clone().map(Secret);
        config.ocr = self.ocr.clone().or(config.ocr);
        config.key_encryption_key = self.key_encryption_key.clone().or(config.key_encryption_key);
        config.origin = self.origin.clone().or(config.origin);
        config.check()?;
        Ok(config)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { log_format, command } = Arguments::parse();
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(
        tracing_subscriber::EnvFilter::try_from_default_env()
            .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
    );
    match log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
    match run(command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "bailing-server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Draw { memory } => Ok(draw_standard_input(memory)?),
        Command::Describe { memory } => Ok(describe_standard_input(memory)?),
        Command::Openapi => Ok(say(openapi().trim_end())?),
        Command::Policy(PolicyCommand::NewKey { key }) => Ok(say(&new_policy_key(&key)?)?),
        Command::Policy(PolicyCommand::Sign { draft, key, origin, to }) => {
            let policy = sign_policy(&draft, &key, &origin, &to)?;
            Ok(say(&serde_json::to_string(&policy)?)?)
        }
        Command::Audit(Audit::Verify { settings, expect }) => {
            let (config, json) = (settings.config()?, settings.json);
            let head = audit(&config, expect).await?;
            Ok(say(&if json {
                serde_json::json!({ "rows": head.seq, "head": head.to_string() }).to_string()
            } else {
                format!("{} rows, none changed; the last is\n{head}", head.seq)
            })?)
        }
        Command::Verify { settings, bundle, public_key, app_id } => {
            let (config, json) = (settings.config()?, settings.json);
            let public_key = public_key.as_deref().zip(app_id.as_deref());
            let verification = verify_here(&config, &bundle, public_key).await?;
            Ok(say(&match json {
                true => serde_json::to_string(&verification)?,
                false => serde_json::to_string_pretty(&verification)?,
            })?)
        }
        Command::CheckConfig(settings) => {
            let config = settings.config()?;
            check(&config)?;
            let data = config.data.display();
            Ok(say(&format!("the configuration can be used; data in {data}"))?)
        }
        Command::RotateKeys(settings) => {
            let (config, json) = (settings.config()?, settings.json);
            let (rotated, by) = rotate(&config).await?;
            Ok(say(&if json {
                serde_json::json!({ "rotated": rotated, "key": by }).to_string()
            } else {
                format!("{rotated} keys were wrapped anew; all are by {by} now")
            })?)
        }
        Command::Migrate(settings) => {
            let mut config = settings.config()?;
            config.listen.set_port(0);
            config.operator_listen.set_port(0);
            config.metrics_listen = None;
            start(config).await?.stop().await;
            Ok(())
        }
        Command::Worker { settings, heed_standard_input } => {
            let mut config = settings.config()?;
            if heed_standard_input {
                // Its starter has them.
                config.metrics_listen = None;
            }
            limit_memory(config.worker_memory_bytes).map_err(|source| StartError::System {
                what: "the limit of this process's memory".to_owned(),
                source,
            })?;
            let worker = work(config).await?;
            if heed_standard_input {
                worker.heed_standard_input();
            } else if settings.json {
                say(&serde_json::json!({ "metrics": worker.metrics }).to_string())?;
            }
            match worker.until(stop_asked()).await {
                Ended::Told => Ok(()),
                Ended::Stuck => Err(Failure::Stuck),
            }
        }
        Command::Serve(settings) => {
            let config = settings.config()?;
            let workers = config.workers;
            let mut running = start(config).await?;
            running.keep_workers(workers, &as_worker(&running.origin));
            let (public, operator, metrics) = (running.public, running.operator, running.metrics);
            if settings.json {
                let addresses = serde_json::json!({
                    "public": public, "operator": operator, "metrics": metrics,
                });
                say(&addresses.to_string())?;
            } else {
                say(&format!("phones: {public}\nconsole: http://{operator}"))?;
            }
            stop_asked().await;
            running.stop().await;
            Ok(())
        }
    }
}

/// This process's arguments as a worker's, for the phones of this server.
fn as_worker(origin: &str) -> Vec<OsString> {
    let own = std::env::args_os().skip(2).filter(|argument| argument != "--json");
    let mut arguments: Vec<OsString> = ["worker".into()].into_iter().chain(own).collect();
    // Of two that say the same the last holds.
    let added = ["--heed-standard-input", "--origin", origin];
    arguments.extend(added.map(OsString::from));
    arguments
}

fn date(text: &str) -> Result<Date, time::error::Parse> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
}

fn say(text: &str) -> Result<(), StartError> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{text}")
        .and_then(|()| stdout.flush())
        .map_err(|source| StartError::System { what: "stdout".to_owned(), source })
}

/// Ctrl-C, or the system's wish to end the process.
async fn stop_asked() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
