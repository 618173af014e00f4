//! What looks for objects: the networks that the operator installed, and the one of goods.

use std::path::{Path, PathBuf};

use bailing_recognition::ObjectFinder;
use bailing_recognition::objects::{ObjectModel, Taxonomy};

use crate::running::StartError;

/// Reads the networks of these files, each with the TOML beside it.
pub(crate) fn open(object_models: &[PathBuf]) -> Result<ObjectFinder, StartError> {
    let taxonomy = Taxonomy::built_in()?;
    let mut installed = Vec::new();
    for path in object_models {
        let failed = |path: &Path| {
            let what = path.display().to_string();
            move |source| StartError::System { what, source }
        };
        let beside = path.with_extension("toml");
        let network = std::fs::read(path).map_err(failed(path))?;
        let description = std::fs::read_to_string(&beside).map_err(failed(&beside))?;
        let model = ObjectModel::read(&network, &description, &taxonomy)
            .map_err(|source| StartError::ObjectModel { path: path.clone(), source })?;
        installed.push(model);
    }
    ObjectFinder::new(taxonomy, installed)
        .map_err(|source| StartError::ObjectModel { path: "goods".into(), source })
}
