//! The one place where what was read becomes what the quota rests on.

use bailing_credit::{Fact, KINDS};
use bailing_recognition::Recognition;

/// The fact that an accepted picture proves; `None` where its kind proves nothing for a quota.
pub(super) fn of(bundle: &[u8], position: usize, grade: &str, read: &Recognition) -> Option<Fact> {
    let counted =
        [&read.kind, &read.family].into_iter().find(|kind| KINDS.contains(&kind.as_str()));
    counted.map(|kind| Fact {
        id: format!("{}-{position}", hex::encode(bundle)),
        kind: kind.clone(),
        grade: Some(grade.to_owned()),
        fields: read
            .fields
            .iter()
            .map(|(name, field)| (name.clone(), field.value.clone()))
            .collect(),
    })
}
