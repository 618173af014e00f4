//! Classes that operators enrol from photos, as the worker tells them.

use std::path::PathBuf;

use bailing_recognition::ObjectFinder;
use bailing_vision::still::Still;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::apart::{self, ApartError};
use crate::finder;
use crate::state::Shared;

/// Why a photo is not described.
#[derive(Debug, Error)]
pub(crate) enum Undescribed {
    /// The photo cannot be used, or no network.
    #[error("{}", .0.detail)]
    Refused(Refusal),
    /// It wanted more than there is for one.
    #[error(
        "the photo takes more memory or time than there is for one: take it at a lower setting"
    )]
    TooMuch,
    /// Nothing that the photo can be blamed for.
    #[error(transparent)]
    Failed(ApartError),
    #[error("a thread ended early")]
    Thread,
}

/// What is wrong with a photo.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Refusal {
    /// As listed in `CODES.md`.
    pub(crate) code: String,
    /// What to do.
    pub(crate) detail: String,
}

/// What the network makes of a photo that classes are told by.
pub(crate) async fn describe(state: &Shared, photo: Bytes) -> Result<Vec<f32>, Undescribed> {
    let Some(memory) = state.apart_memory else {
        let state = Shared::clone(state);
        let work = move || features(state.recogniser.objects(), &photo);
        let described = tokio::task::spawn_blocking(work).await;
        return described.map_err(|_| Undescribed::Thread)?.map_err(Undescribed::Refused);
    };
    let _place = state.apart.acquire().await.map_err(|_| Undescribed::Thread)?;
    let answer = match apart::ask("describe", &state.object_models, &photo, memory).await {
        Err(ApartError::Ended | ApartError::Slow) => return Err(Undescribed::TooMuch),
        answer => answer.map_err(Undescribed::Failed)?,
    };
    let described: Result<Vec<f32>, Refusal> =
        serde_json::from_slice(&answer).map_err(|error| Undescribed::Failed(error.into()))?;
    described.map_err(Undescribed::Refused)
}

/// What a process does that describes a photo: reads the installed networks' files and the photo from the standard input, and
/// writes the features, or what is wrong, to the standard output.
///
/// # Errors
///
/// Where either does not work, or no list of files is given.
pub fn describe_standard_input(memory: u64) -> Result<(), ApartError> {
    apart::answer(memory, |installed: Vec<PathBuf>, photo| {
        let described = match finder::open(&installed) {
            Ok(finder) => features(Some(&finder), photo),
            Err(error) => Err(unusable(error.to_string())),
        };
        Ok(serde_json::to_vec(&described)?)
    })
}

fn features(finder: Option<&ObjectFinder>, photo: &[u8]) -> Result<Vec<f32>, Refusal> {
    let finder = finder.ok_or_else(|| unusable("nothing looks for objects".to_owned()))?;
    let still = Still::decode(photo)
        .map_err(|error| Refusal { code: error.code().to_owned(), detail: error.to_string() })?;
    finder.describe(&still.frame()).map_err(|error| unusable(error.to_string()))
}

fn unusable(detail: String) -> Refusal {
    Refusal { code: "object_model_unusable".to_owned(), detail }
}

/// Has the worker tell the classes that are enrolled by now. What other networks made of their photos is
/// worked out anew.
pub(crate) async fn refresh(state: &Shared) -> Result<(), sqlx::Error> {
    let Ok(finder) = state.finder() else { return Ok(()) };
    let changes = state.store.prototype_changes().await?;
    let mut told = state.prototypes_told.lock().await;
    if *told == Some(changes) {
        return Ok(());
    }
    let Ok(model) = finder.describer() else { return Ok(()) };
    let photos = state.store.prototype_photos().await?;
    let mut enrolled = Vec::new();
    for row in state.store.prototypes().await? {
        let mut described = Vec::new();
        for photo in photos.iter().filter(|photo| photo.prototype == row.id) {
            if photo.model == model.name() {
                described.push(photo.features());
                continue;
            }
            let renewed = match state.objects.photo(&photo.sha256).await {
                Ok(bytes) => describe(state, bytes).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            match renewed {
                Ok(features) => {
                    state.store.renew_prototype_photo(photo, model.name(), &features).await?;
                    described.push(features);
                }
                Err(error) => tracing::warn!(%error, prototype = row.id, "a photo is left out"),
            }
        }
        // One with too few photos is not told yet.
        enrolled.extend(finder.enrol(&row.class, &row.label, &described));
    }
    finder.use_prototypes(enrolled);
    *told = Some(changes);
    Ok(())
}
