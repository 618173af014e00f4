//! Classes that operators enrol from photos, as the worker tells them.

use bailing_recognition::objects::ModelError;
use bailing_vision::still::{Still, StillError};
use bytes::Bytes;
use thiserror::Error;

use crate::state::Shared;

/// Why a photo is not described.
#[derive(Debug, Error)]
pub(crate) enum Undescribed {
    #[error(transparent)]
    Picture(#[from] StillError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("a thread ended early")]
    Thread,
}

/// What the network makes of a photo that classes are told by.
pub(crate) async fn describe(state: &Shared, photo: Bytes) -> Result<Vec<f32>, Undescribed> {
    let state = Shared::clone(state);
    let work = move || {
        let still = Still::decode(&photo)?;
        Ok(state.finder()?.describe(&still.frame())?)
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Undescribed::Thread)?
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
