//! A bundle's vouchers held against each other and against what the merchant proved before.

use std::collections::BTreeSet;

use bailing_recognition::{Contradiction, Document, Recognition};
use bailing_vision::Severity;

use crate::store::Voucher;

/// What a picture says.
pub(super) fn voucher(bundle: &[u8], position: usize, read: &Recognition) -> Option<Voucher> {
    let (bundle, position) = (bundle.to_vec(), i64::try_from(position).ok()?);
    let (kind, facts) = (read.kind.clone(), read.facts.clone());
    Some(Voucher { bundle, position, kind, facts })
}

/// Where new vouchers contradict known ones or each other. What known ones contradict among themselves was said
/// when they came.
pub(super) fn contradictions(known: &[Voucher], new: &[Voucher]) -> Vec<Contradiction> {
    let names: Vec<String> = known.iter().chain(new).map(Voucher::id).collect();
    let documents: Vec<Document<'_>> = known
        .iter()
        .chain(new)
        .zip(&names)
        .map(|(voucher, id)| Document { id, kind: &voucher.kind, facts: &voucher.facts })
        .collect();
    let new: BTreeSet<String> = new.iter().map(Voucher::id).collect();
    let mut found = bailing_recognition::contradictions(&documents);
    found.retain(|found| found.places.iter().any(|place| new.contains(&place.document)));
    found
}

/// The documents that a contradiction leaves in doubt.
pub(super) fn in_doubt(contradictions: &[Contradiction]) -> BTreeSet<&str> {
    contradictions
        .iter()
        .filter(|found| found.signal.severity > Severity::Pass)
        .flat_map(|found| &found.places)
        .map(|place| place.document.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use bailing_recognition::{Kinds, Recogniser, TextLine};
    use bailing_vision::Quad;

    use super::*;

    fn licence(bundle: u8, name: &str) -> Voucher {
        let line = |(row, text): (usize, &str)| {
            let top = row as f32 * 20.0;
            let region = Quad::rectangle(0.0, top, 300.0, top + 10.0);
            TextLine { text: text.to_owned(), confidence: 1.0, region, characters: Vec::new() }
        };
        let name = format!("名称:{name}");
        let lines = ["营业执照", "统一社会信用代码:91350100M000100Y43", &name, "类型:有限责任公司"];
        let recogniser = Recogniser::new(None, Kinds::built_in().expect("the files"));
        let read = recogniser.interpret(lines.into_iter().enumerate().map(line).collect(), None);
        assert_eq!(read.facts.len(), 1, "{read:?}");
        voucher(&[bundle; 32], 0, &read).expect("a voucher")
    }

    #[test]
    fn only_what_is_new_is_said() {
        let [one, other] =
            [licence(1, "云溪市顺远货运有限公司"), licence(2, "浙江岭川建材有限公司")];
        let found = contradictions(std::slice::from_ref(&one), std::slice::from_ref(&other));
        let codes: Vec<&str> = found.iter().map(|found| &*found.signal.code).collect();
        assert_eq!(codes, ["holder_conflict", "party_name_conflict"]);
        assert_eq!(in_doubt(&found).into_iter().collect::<Vec<_>>(), [one.id(), other.id()]);
        let copy = licence(3, "云溪市顺远货运有限公司");
        assert_eq!(contradictions(std::slice::from_ref(&one), std::slice::from_ref(&copy)), []);
        assert_eq!(contradictions(&[one, other], &[]), []);
    }
}
