//! Android chains made for the tests.

use rcgen::{KeyPair, PublicKeyData};

use super::{
    Authority, CHALLENGE, Certificate, device_key, enumerated, explicit, integer, octets, sequence,
    set, tlv,
};

pub(crate) const KEY_DESCRIPTION: &[u64] = &[1, 3, 6, 1, 4, 1, 11_129, 2, 1, 17];
pub(crate) const PACKAGE: &str = "org.bailing.example";
pub(crate) const SIGNER: [u8; 32] = [7; 32];

/// A key description to be, good until something is changed.
#[derive(Clone)]
pub(crate) struct Description {
    pub(crate) levels: (u64, u64),
    pub(crate) challenge: Vec<u8>,
    pub(crate) package: String,
    pub(crate) signers: Vec<[u8; 32]>,
    pub(crate) application: bool,
    pub(crate) software: Vec<Vec<u8>>,
    pub(crate) purposes: Vec<u64>,
    pub(crate) algorithm: u64,
    pub(crate) origin: Option<u64>,
    pub(crate) boot: Option<(bool, u64)>,
    pub(crate) patch: u64,
    pub(crate) hardware: Vec<Vec<u8>>,
    pub(crate) trailing: Vec<u8>,
}

impl Default for Description {
    fn default() -> Self {
        Self {
            levels: (1, 1),
            challenge: CHALLENGE.to_vec(),
            package: PACKAGE.to_owned(),
            signers: vec![SIGNER],
            application: true,
            software: Vec::new(),
            purposes: vec![2, 3],
            algorithm: 3,
            origin: Some(0),
            boot: Some((true, 0)),
            patch: 202_507,
            hardware: Vec::new(),
            trailing: Vec::new(),
        }
    }
}

impl Description {
    pub(crate) fn der(&self) -> Vec<u8> {
        let package = sequence(&[&octets(self.package.as_bytes()), &integer(7)]);
        let signers: Vec<Vec<u8>> = self.signers.iter().map(|signer| octets(signer)).collect();
        let signers: Vec<&[u8]> = signers.iter().map(Vec::as_slice).collect();
        let application = sequence(&[&set(&[&package]), &set(&signers)]);
        let mut software = self.software.clone();
        if self.application {
            software.push(explicit(709, &octets(&application)));
        }
        let purposes: Vec<Vec<u8>> = self.purposes.iter().map(|of| integer(*of)).collect();
        let purposes: Vec<&[u8]> = purposes.iter().map(Vec::as_slice).collect();
        let mut hardware = vec![
            explicit(1, &set(&purposes)),
            explicit(2, &integer(self.algorithm)),
            explicit(3, &integer(256)),
            explicit(10, &integer(1)),
        ];
        if let Some(origin) = self.origin {
            hardware.push(explicit(702, &integer(origin)));
        }
        if let Some((locked, state)) = self.boot {
            // TRUE as some phones write it.
            let locked = tlv(&[0x01], &[&[u8::from(locked)]]);
            let root = [octets(&[9; 32]), locked, enumerated(state), octets(&[8; 32])].concat();
            hardware.push(explicit(704, &sequence(&[&root])));
        }
        hardware.push(explicit(706, &integer(self.patch)));
        hardware.extend(self.hardware.clone());
        let body = [
            integer(400),
            enumerated(self.levels.0),
            integer(400),
            enumerated(self.levels.1),
            octets(&self.challenge),
            octets(b""),
            sequence(&[&software.concat()]),
            sequence(&[&hardware.concat()]),
        ];
        [sequence(&[&body.concat()]), self.trailing.clone()].concat()
    }

    pub(crate) fn leaf(&self) -> Certificate {
        Certificate::leaf(vec![(KEY_DESCRIPTION.to_vec(), self.der())])
    }
}

/// A factory's authorities, root first: the last one attests.
pub(crate) struct Factory {
    pub(crate) authorities: Vec<Authority>,
}

impl Factory {
    pub(crate) fn new(element: &'static str) -> Self {
        let root = Authority::root();
        let batch = root.issue(&Certificate::authority("Batch", "Tests"));
        let attesting = batch.issue(&Certificate::authority("Attesting", element));
        Self { authorities: vec![root, batch, attesting] }
    }

    /// One that was kept as [`Self::parts`].
    pub(crate) fn kept(element: &'static str, parts: [(Vec<u8>, Vec<u8>); 3]) -> Self {
        let [root, batch, attesting] = parts;
        let kept = |(key, der): (Vec<u8>, Vec<u8>), name, organisation| {
            Authority::kept(&key, &Certificate::authority(name, organisation), der)
        };
        Self {
            authorities: vec![
                kept(root, "Test Root", "Tests"),
                kept(batch, "Batch", "Tests"),
                kept(attesting, "Attesting", element),
            ],
        }
    }

    /// Each authority's key in PKCS #8 and its certificate, root first.
    pub(crate) fn parts(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let part = |authority: &Authority| (authority.pkcs8(), authority.der.clone());
        self.authorities.iter().map(part).collect()
    }

    /// The chain of a new key with this leaf, leaf first, root last.
    pub(crate) fn chain(&self, leaf: &Certificate) -> Vec<Vec<u8>> {
        self.chain_for(device_key(), leaf)
    }

    /// The same, for a key that is there already.
    pub(crate) fn chain_for(&self, key: KeyPair, leaf: &Certificate) -> Vec<Vec<u8>> {
        self.chain_of(&key, leaf)
    }

    /// The same, for a key whose private half is elsewhere.
    pub(crate) fn chain_of(&self, key: &impl PublicKeyData, leaf: &Certificate) -> Vec<Vec<u8>> {
        let attesting = self.authorities.last().expect("one");
        let mut chain = vec![attesting.certify(key, leaf)];
        chain.extend(self.authorities.iter().rev().map(|authority| authority.der.clone()));
        chain
    }
}
