//! Whatever is killed, cut off, filled up or restarted: a bundle for which a phone got a receipt is decided, once.
//!
//! `BAILING_UPLOADS=2000 cargo test --release -p bailing-tests --test nothing_lost -- --nocapture` for the figures, and the
//! same behind `tests/scale` for PostgreSQL and S3. Without it a hundred are sent.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says so by panicking, has a clock, and prints what it counted"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use bailing_capture::SealedBundle;
use bailing_tests::{Phone, Server, binary, exchange, is_scaled};
use image::{ImageFormat, RgbImage};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::{TempDir, tempdir};

/// Phones that send at once.
const PHONES: usize = 4;

/// Seed of everything that is left to chance, but for when what happens.
const SEED: u64 = 10;

/// Objects that belong to nothing are removed after so long, seconds.
const GRACE: u64 = 20;

/// What is sent to, and what happens to it.
struct Site {
    /// One process, or in the scale form two.
    servers: Vec<RwLock<Server>>,
    /// Where objects lie, if on a disk of its own that can be filled.
    disk: Option<Disk>,
    data: TempDir,
    sending: AtomicBool,
    killed_servers: AtomicU64,
    killed_workers: AtomicU64,
    restarted_databases: AtomicU64,
    full_disks: AtomicU64,
    stopped_buckets: AtomicU64,
    cut_connections: AtomicU64,
    retries: AtomicU64,
    /// Hashes of the bundles for which somebody got a receipt.
    receipts: Mutex<BTreeSet<[u8; 32]>>,
}

fn start(data: &TempDir) -> Server {
    let more = format!("requests_per_second = 100000\norphan_seconds = {GRACE}\n");
    Server::configured(data, &more, None, &["--allow-software-keys", "--workers", "1"])
}

impl Site {
    fn new() -> Self {
        let data = tempdir().expect("a folder");
        let servers = if is_scaled() { 2 } else { 1 };
        let servers = (0..servers).map(|_| RwLock::new(start(&data))).collect();
        let disk = small_disk(&data);
        let zero = AtomicU64::default;
        Self {
            servers,
            disk,
            data,
            sending: AtomicBool::new(true),
            killed_servers: zero(),
            killed_workers: zero(),
            restarted_databases: zero(),
            full_disks: zero(),
            stopped_buckets: zero(),
            cut_connections: zero(),
            retries: zero(),
            receipts: Mutex::default(),
        }
    }

    /// Any of the servers, as a proxy before them chooses.
    fn address(&self, random: &mut ChaCha8Rng) -> String {
        let one = random.random_range(0..self.servers.len());
        self.servers[one].read().expect("no panic").public().to_owned()
    }

    fn count(&self, what: &AtomicU64) {
        what.fetch_add(1, Ordering::SeqCst);
    }

    /// One misfortune after the other until all is sent.
    fn misfortunes(&self) {
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        while self.sending.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(random.random_range(500..2_500)));
            let server = &self.servers[random.random_range(0..self.servers.len())];
            match random.random_range(0..10) {
                0..4 => {
                    let mut server = server.write().expect("no panic");
                    let down = std::mem::replace(&mut *server, start(&self.data));
                    down.kill();
                    self.count(&self.killed_servers);
                }
                4..8 => {
                    for worker in server.read().expect("no panic").workers() {
                        if signal("KILL", worker) {
                            self.count(&self.killed_workers);
                        }
                    }
                }
                8 => self.restart_database(),
                _ => match &self.disk {
                    Some(disk) => self.fill(disk),
                    None => self.stop_bucket(),
                },
            }
        }
    }

    fn fill(&self, disk: &Disk) {
        let file = disk.0.join("filler");
        // Ends with an error: that is what it is for.
        let full = std::fs::File::create(&file).and_then(|mut file| {
            loop {
                file.write_all(&[0; 65_536])?;
            }
        });
        let full: Result<(), _> = full;
        assert!(full.is_err());
        std::thread::sleep(Duration::from_secs(2));
        std::fs::remove_file(&file).expect("room again");
        self.count(&self.full_disks);
    }

    /// The bucket stops answering for a while.
    fn stop_bucket(&self) {
        let Some(folder) = scale_folder() else { return };
        let id = std::fs::read_to_string(folder.join("s3.pid")).expect("its process");
        let id = id.trim().parse().expect("a number");
        signal("STOP", id);
        std::thread::sleep(Duration::from_secs(3));
        signal("CONT", id);
        self.count(&self.stopped_buckets);
    }

    fn restart_database(&self) {
        let Some(folder) = scale_folder() else { return };
        for what in ["stop", "start"] {
            let done = Command::new(folder.join("postgres")).arg(what).output().expect("started");
            assert!(done.status.success(), "{done:?}");
        }
        self.count(&self.restarted_databases);
    }

    /// Sends bundles until each has its receipt.
    fn send(&self, phone: usize, count: usize) {
        let mut random = ChaCha8Rng::seed_from_u64(SEED + 1 + phone as u64);
        let picture = picture(phone);
        let mut phone = self.enrolled(&mut random);
        for _ in 0..count {
            let bundle = loop {
                phone.moved_to(&self.address(&mut random));
                let answer = phone.tickets(1);
                if answer.status == 201 {
                    let ticket = answer.body["tickets"][0].as_str().expect("a ticket").to_owned();
                    let mut picture = picture.clone();
                    let mut unlike = [0; 64];
                    random.fill_bytes(&mut unlike);
                    picture.extend_from_slice(&unlike);
                    break phone.seal_text(&picture, "shop_front", &ticket);
                }
                self.pause();
            };
            loop {
                phone.moved_to(&self.address(&mut random));
                let answer = if random.random_bool(0.4) {
                    self.in_pieces(&phone, &bundle, &mut random)
                } else {
                    phone.put(&bundle).status
                };
                match answer {
                    200 | 201 | 204 => break,
                    // The server was down, its disk full, or another request of ours still had the upload.
                    0 | 404 | 409 | 423 | 429 | 500.. => self.pause(),
                    other => panic!("{other} for a good bundle"),
                }
            }
            self.receipts.lock().expect("no panic").insert(bundle.sha256());
        }
    }

    fn enrolled(&self, random: &mut ChaCha8Rng) -> Phone {
        loop {
            let mut phone = Phone::new(&self.address(random));
            phone.bear_silence();
            if phone.try_enrol("shopkeeper") == 201 {
                return phone;
            }
            self.pause();
        }
    }

    /// Sends a bundle piece by piece, and hangs up in the middle of some. The last status; 0 where it has to be gone on.
    fn in_pieces(&self, phone: &Phone, bundle: &SealedBundle, random: &mut ChaCha8Rng) -> u16 {
        let begun = phone.begin(bundle);
        if begun.status != 201 {
            return begun.status;
        }
        let mut from = begun.offset();
        while from < bundle.bytes.len() {
            let to = bundle.bytes.len().min(from + random.random_range(1_000..9_000));
            if random.random_bool(0.2) {
                hang_up(phone.server(), bundle, from, to);
                self.count(&self.cut_connections);
                return 0;
            }
            let answer = phone.piece(&bundle.sha256(), from, &bundle.bytes[from..to]);
            if answer.status != 204 {
                return answer.status;
            }
            from = answer.offset();
        }
        204
    }

    fn pause(&self) {
        self.count(&self.retries);
        std::thread::sleep(Duration::from_millis(200));
    }

    /// How often each bundle was received and decided, as the log has it.
    fn told(&self) -> BTreeMap<String, [u64; 2]> {
        let server = self.servers[0].read().expect("no panic");
        let (mut told, mut after) = (BTreeMap::new(), 0);
        loop {
            let path = format!("/api/v1/audit?after={after}");
            let answer = exchange(server.operator(), "GET", &path, &[], None);
            assert_eq!(answer.status, 200, "{answer:?}");
            let rows = answer.body["rows"].as_array().expect("rows").clone();
            let Some(last) = rows.last() else { return told };
            after = last["seq"].as_i64().expect("a number");
            for row in rows {
                let which = match row["action"].as_str() {
                    Some("bundle.received") => 0,
                    Some("bundle.decided") => 1,
                    _ => continue,
                };
                let subject = row["subject"].as_str().expect("a subject").to_owned();
                told.entry(subject).or_insert([0; 2])[which] += 1;
            }
        }
    }
}

/// The folder of objects on a disk of its own that can be filled; none where this may not be, or there is no folder.
fn small_disk(data: &TempDir) -> Option<Disk> {
    if is_scaled() {
        return None;
    }
    let folder = data.path().join("data/objects");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=96m", "tmpfs"])
        .arg(&folder)
        .output()
        .is_ok_and(|mounted| mounted.status.success());
    if !mounted {
        println!("skipped: the disk is not filled, because this user may not mount one");
    }
    mounted.then_some(Disk(folder))
}

/// A small disk, unmounted in the end.
struct Disk(PathBuf);

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// A photo that takes no time to look at. Bytes behind its end make another file of it.
fn picture(of: usize) -> Vec<u8> {
    let picture = RgbImage::from_fn(320, 240, |x, y| {
        let value = (x * (3 + of as u32) + y * 5) % 251;
        image::Rgb([value as u8, (value / 2) as u8, 90])
    });
    let mut jpeg = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, ImageFormat::Jpeg).expect("a JPEG");
    jpeg.into_inner()
}

/// Begins to send a piece, and goes.
fn hang_up(server: &str, bundle: &SealedBundle, from: usize, to: usize) {
    let Ok(mut stream) = TcpStream::connect(server.trim_start_matches("http://")) else { return };
    let head = format!(
        "PATCH /api/v1/uploads/{} HTTP/1.1\r\nhost: bank\r\ntus-resumable: 1.0.0\r\n\
         upload-offset: {from}\r\ncontent-type: application/offset+octet-stream\r\n\
         content-length: {}\r\n\r\n",
        hex::encode(bundle.sha256()),
        to - from + 1_000
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(&bundle.bytes[from..to]);
}

fn signal(name: &str, process: u32) -> bool {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).output();
    sent.is_ok_and(|sent| sent.status.success())
}

fn scale_folder() -> Option<PathBuf> {
    is_scaled().then(|| std::env::var_os("BAILING_TEST_FOLDER").map(PathBuf::from)).flatten()
}

/// Files under a folder whose paths hold a word.
fn files(folder: &Path, word: &str) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.path() {
            path if path.is_dir() => files(&path, word),
            path => usize::from(path.to_string_lossy().contains(word)),
        })
        .sum()
}

#[test]
fn what_got_a_receipt_is_decided_once() {
    let uploads: usize =
        std::env::var("BAILING_UPLOADS").ok().and_then(|count| count.parse().ok()).unwrap_or(100);
    let site = Site::new();
    let began = Instant::now();
    std::thread::scope(|scope| {
        let misfortunes = scope.spawn(|| site.misfortunes());
        let phones: Vec<_> = (0..PHONES)
            .map(|phone| {
                let site = &site;
                scope.spawn(move || site.send(phone, uploads.div_ceil(PHONES)))
            })
            .collect();
        for phone in phones {
            phone.join().expect("a phone");
        }
        site.sending.store(false, Ordering::SeqCst);
        misfortunes.join().expect("misfortunes");
    });
    let receipts = site.receipts.lock().expect("no panic").clone();
    let named = |sha256: &[u8; 32]| format!("bundle:{}", hex::encode(sha256));
    // A worker's lease ends a minute after it was killed, and a job that failed waits; as long as one more is decided, none is
    // lost.
    let (mut undecided, mut changed) = (receipts.len(), Instant::now());
    let told = loop {
        let told = site.told();
        let decided = |sha256: &&[u8; 32]| told.get(&named(sha256)).is_some_and(|of| of[1] > 0);
        let left = receipts.len() - receipts.iter().filter(decided).count();
        if left < undecided {
            (undecided, changed) = (left, Instant::now());
        }
        if left == 0 || changed.elapsed() > Duration::from_secs(240) {
            break told;
        }
        std::thread::sleep(Duration::from_secs(1));
    };
    let lost =
        receipts.iter().filter(|sha256| told.get(&named(sha256)).is_none_or(|times| times[1] == 0));
    let doubled = told.values().filter(|times| times[0] > 1 || times[1] > 1);
    let (lost, doubled) = (lost.count(), doubled.count());
    // What belongs to nothing goes after the grace period.
    let objects = match scale_folder() {
        Some(folder) => folder.join("objects/bailing").join(site.prefix()),
        None => site.data.path().join("data/objects"),
    };
    let incoming = objects.join("incoming");
    let patience = Instant::now() + Duration::from_secs(3 * GRACE + 60);
    let kept = || (files(&objects, "/bundles/"), files(&incoming, "") + files(&objects, "#"));
    while kept() != (told.len(), 0) && Instant::now() < patience {
        std::thread::sleep(Duration::from_secs(1));
    }
    let (kept, staged) = kept();
    let audit = site.verify_log();
    let figure = |of: &AtomicU64| of.load(Ordering::SeqCst);
    println!(
        "uploads {}, servers killed {}, workers killed {}, databases restarted {}, disks filled {}, buckets stopped {}, \
         connections cut {}, retries {}, lost {lost}, doubled {doubled}, objects {kept} of {} bundles, half stored {staged}, \
         {:.0} s",
        receipts.len(),
        figure(&site.killed_servers),
        figure(&site.killed_workers),
        figure(&site.restarted_databases),
        figure(&site.full_disks),
        figure(&site.stopped_buckets),
        figure(&site.cut_connections),
        figure(&site.retries),
        told.len(),
        began.elapsed().as_secs_f64(),
    );
    println!("log: {audit}");
    assert_eq!((lost, doubled), (0, 0));
    assert_eq!((kept, staged), (told.len(), 0), "objects that belong to nothing");
    assert!(figure(&site.killed_servers) + figure(&site.killed_workers) > 0, "nothing happened");
}

impl Site {
    fn prefix(&self) -> String {
        bailing_tests::Database::name_of(self.data.path())
    }

    /// The log's chain, followed by the server's own command.
    fn verify_log(&self) -> String {
        let verified = Command::new(binary("bailing-server"))
            .args(["audit", "verify", "--config"])
            .arg(self.data.path().join("server.toml"))
            .arg("--data")
            .arg(self.data.path().join("data"))
            .output()
            .expect("started");
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().replace('\n', " ");
        assert!(verified.status.success(), "{}", said(&verified.stderr));
        said(&verified.stdout)
    }
}
