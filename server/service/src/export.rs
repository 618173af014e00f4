//! A merchant's data as a ZIP archive: a page to read, all that is known as JSON, and every picture and file as it came.

use std::fs::File;
use std::io::{Seek, Write};
use std::sync::Arc;

use bailing_credit::Decision;
use bailing_evidence::bundle::Reader;
use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::api::Kept;
use crate::archive;
use crate::item::Item;
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::store::KeyRow;

const README: &str = "您在百灵留下的全部数据\n\n\
data.json      我们知道的一切：材料、读出的内容、授权、操作记录，以及现在的额度和理由\n\
pictures/      您拍的照片\n\
bundles/       照片连同手机签名的原始证据包\n\
imports/       您或合作系统发来的文件\n\n\
All that Bailing keeps of you\n\n\
data.json      all that is known: what you sent, what was read, what you agreed to, what was done, your quota and why\n\
pictures/      the photos that you took\n\
bundles/       the same with your phone's signatures, as they came\n\
imports/       the files that you or the bank's other systems sent\n";

/// The archive, in a file that is gone when it is closed.
pub(crate) async fn archive(
    state: &Shared,
    merchant: &str,
    kept: &Kept,
    decision: &Decision,
) -> Result<File, Problem> {
    let file = tempfile::tempfile_in(&state.spool).map_err(Problem::internal)?;
    let known = serde_json::to_vec_pretty(&json!({ "data": kept, "quota": decision }))
        .map_err(Problem::internal)?;
    let mut zip = Writing(ZipWriter::new(file));
    zip.add("README.txt", README.as_bytes())?;
    zip.add("data.json", &known)?;
    for item in &kept.items {
        let Ok(item) = item.item.parse::<Item>() else { continue };
        // What was erased, or is being erased, is not there.
        let Ok(bytes) = archive::bytes(state, merchant, &item).await else { continue };
        let key = signer(state, &item).await?;
        let state = Arc::clone(state);
        zip = tokio::task::spawn_blocking(move || {
            zip.item(&item, &bytes)?;
            for (at, picture) in pictures(&state, &bytes, key).into_iter().enumerate() {
                let name = format!("pictures/{}-{at}.jpg", hex::encode(item.sha256()));
                zip.add(&name, &picture)?;
            }
            Ok::<_, Problem>(zip)
        })
        .await
        .map_err(Problem::internal)??;
    }
    let mut file = zip.0.finish().map_err(Problem::internal)?;
    file.rewind().map_err(Problem::internal)?;
    Ok(file)
}

/// The key that signed a bundle.
async fn signer(state: &State, item: &Item) -> Result<Option<KeyRow>, Problem> {
    let Item::Bundle(sha256) = item else { return Ok(None) };
    let Some(row) = state.store.bundle(sha256).await? else { return Ok(None) };
    Ok(state.store.key(&row.key_id).await?)
}

/// A bundle's pictures, of which the claims tell how long each is.
fn pictures(state: &State, bundle: &[u8], key: Option<KeyRow>) -> Vec<Vec<u8>> {
    let opened = key.zip(Reader::open(bundle).ok());
    let Some((key, reader)) = opened else { return Vec::new() };
    let Ok((manifest, _)) = state.devices.claims(reader.cose(), &key, &state.origin) else {
        return Vec::new();
    };
    reader.blobs(&manifest).filter_map(Result::ok).collect()
}

struct Writing(ZipWriter<File>);

impl Writing {
    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        // Photos do not shrink.
        let is_text = name.ends_with(".txt") || name.ends_with(".json");
        let method = if is_text { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method);
        self.0.start_file(name, options).map_err(Problem::internal)?;
        self.0.write_all(bytes).map_err(Problem::internal)
    }

    fn item(&mut self, item: &Item, bytes: &[u8]) -> Result<(), Problem> {
        let name = hex::encode(item.sha256());
        match item {
            Item::Import(_) => self.add(&format!("imports/{name}"), bytes),
            Item::Bundle(_) => self.add(&format!("bundles/{name}.bailing"), bytes),
        }
    }
}
