//! What is done when an outbox is opened: after a death, and after damage.

use super::hexadecimal::Hexadecimal;
use super::pause::Pause;
use super::state::{Stage, State, StateError, StoredEntry, parse_bundle_file};
use super::vault::VaultError;
use super::{Outbox, OutboxError};

/// A damaged state is kept under this name, for whoever wants to know why.
const DAMAGED: &str = "damaged.state";

impl Outbox {
    /// Reads the state and makes the files agree with it.
    pub(super) fn recover(&mut self, now: i64) -> Result<(), OutboxError> {
        match self.stored() {
            Ok(Some(state)) => self.state = state,
            Ok(None) => self.find_bundles(now, 0)?,
            Err(OutboxError::Damaged) => {
                self.find_bundles(now, 1)?;
            }
            Err(error) => return Err(error),
        }
        let (origin, app_id) = (&self.state.origin, &self.state.app_id);
        if (origin, app_id) != (&self.service.origin, &self.service.app_id) {
            return Err(OutboxError::OtherService);
        }
        self.sweep()?;
        self.check_bundles(now)
    }

    /// The state in the storage, if there is one.
    pub(super) fn stored(&self) -> Result<Option<State>, OutboxError> {
        let bytes = self.vault.read(self.storage.as_ref(), State::NAME, State::LONGEST)?;
        let state = bytes.as_deref().map(State::parse).transpose();
        state.map_err(|error| match error {
            StateError::Newer => OutboxError::Newer,
            StateError::Damaged => OutboxError::Damaged,
        })
    }

    /// Without a state: takes up every bundle that was written whole, and begins anew. `damaged` files were
    /// found.
    fn find_bundles(&mut self, now: i64, damaged: u32) -> Result<(), OutboxError> {
        let mut set_aside = damaged;
        let mut entries = Vec::new();
        for name in self.storage.list()? {
            let Some((number, bundle)) = parse_bundle_file(&name) else { continue };
            match self.vault.length(self.storage.as_ref(), &name) {
                Ok(Some(bytes)) => entries.push(StoredEntry {
                    bundle: Hexadecimal(bundle),
                    number,
                    kinds: Vec::new(),
                    sealed_at: now,
                    bytes,
                    stage: Stage::Waiting,
                    pause: Pause::default(),
                }),
                Ok(None) => {}
                // It goes when what no entry names is swept.
                Err(VaultError::Damaged) => set_aside = set_aside.saturating_add(1),
                Err(error) => return Err(error.into()),
            }
        }
        if entries.is_empty() && set_aside == 0 {
            return Ok(());
        }
        entries.sort_by_key(|entry| entry.number);
        let sealed = entries.last().map_or(0, |entry| entry.number.saturating_add(1));
        if damaged > 0 {
            self.storage.rename(State::NAME, DAMAGED)?;
        }
        self.change(|state| {
            (state.entries, state.sealed, state.set_aside) = (entries, sealed, set_aside);
        })
    }

    /// Removes what a death has left: beginnings of files, and files that no entry names.
    fn sweep(&mut self) -> Result<(), OutboxError> {
        let named = self.state.files();
        for name in self.storage.list()? {
            let ours = name.starts_with("bundle.") || name.starts_with("decision.");
            if name.ends_with(".part") || (ours && !named.contains(&name)) {
                self.storage.remove(&name)?;
            }
        }
        Ok(())
    }

    /// Settles every bundle whose file is missing or has another length: it can never be sent.
    fn check_bundles(&mut self, now: i64) -> Result<(), OutboxError> {
        let mut lost = Vec::new();
        for entry in self.state.waiting() {
            let Some(name) = entry.file() else { continue };
            match self.vault.length(self.storage.as_ref(), &name) {
                Ok(Some(bytes)) if bytes == entry.bytes => {}
                Err(VaultError::Storage(error)) => return Err(error.into()),
                // The state was read with this key: a file that wants another is damaged.
                _ => lost.push(entry.bundle.0),
            }
        }
        for bundle in lost {
            self.lose(&bundle, now)?;
        }
        Ok(())
    }

    /// A bundle's file is damaged: nothing but the pictures, taken again, can replace it.
    pub(super) fn lose(&mut self, bundle: &[u8; 32], now: i64) -> Result<(), OutboxError> {
        self.line.settle(bundle);
        let (code, detail) =
            (OutboxError::Damaged.code().to_owned(), OutboxError::Damaged.to_string());
        self.change(|state| {
            state.set_aside = state.set_aside.saturating_add(1);
            state.settle(bundle, Stage::Refused { at: now, code, detail });
        })
    }
}
