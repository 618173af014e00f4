//! Where a request really comes from: behind a proxy, what that says; nobody else's word counts.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;
use serde::Deserialize;

/// Proxies that a request may have passed; what is said of more is not read.
const HOPS: usize = 16;

/// A network, as `10.0.0.0/8` or `2001:db8::/32`; an address alone is one of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    address: IpAddr,
    /// Leading bits that all its addresses share.
    prefix: u32,
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text.as_str(), None),
        };
        let network = address.parse::<IpAddr>().ok().and_then(|address| {
            let longest = length(address);
            let prefix = prefix.map_or(Some(longest), |prefix| prefix.parse().ok())?;
            (prefix <= longest).then_some(Self { address, prefix })
        });
        network.ok_or_else(|| format!("{text} is no network: write it as 10.0.0.0/8"))
    }
}

impl Network {
    fn holds(&self, address: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
            IpAddr::V6(address) => address.to_bits(),
        };
        self.address.is_ipv4() == address.is_ipv4()
            && (bits(self.address) ^ bits(address)).leading_zeros() >= self.prefix
    }
}

fn length(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address of the client: of the rightmost hop that is no proxy of ours. Every hop writes down whom it heard; what is left
/// of an untrusted one is that one's own invention.
pub(crate) fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let mut client = peer.to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let hops = lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
    for hop in hops.take(HOPS) {
        if !is_trusted(client, trusted) {
            break;
        }
        // What cannot be read was written by somebody beyond our proxies, or by none that we know.
        let Some(heard) = hop_address(hop.trim()) else { break };
        client = heard;
    }
    client
}

/// Whether an address is a proxy's of ours.
pub(crate) fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    trusted.iter().any(|network| network.holds(address.to_canonical()))
}

/// An address as proxies write it: bare, with a port, in brackets.
fn hop_address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(bare, _)| bare);
    let address = bare
        .unwrap_or(text)
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<std::net::SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

/// What a client's requests are counted under: whoever has one IPv6 address has a /64 of them.
pub(crate) fn counted(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::try_from(text.to_owned()).expect(text)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let trusted = [network("10.0.0.0/8"), network("192.0.2.7"), network("2001:db8:1::/48")];
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().expect("a header"));
        }
        address(ip(peer), &headers, &trusted).to_string()
    }

    #[test]
    fn networks_hold_their_addresses() {
        assert!(network("10.0.0.0/8").holds(ip("10.255.0.1")));
        assert!(!network("10.0.0.0/8").holds(ip("11.0.0.1")));
        assert!(network("0.0.0.0/0").holds(ip("203.0.113.1")));
        assert!(!network("0.0.0.0/0").holds(ip("2001:db8::1")));
        assert!(network("192.0.2.7").holds(ip("192.0.2.7")));
        assert!(!network("192.0.2.7").holds(ip("192.0.2.6")));
        assert!(network("2001:db8::/33").holds(ip("2001:db8:7fff::1")));
        assert!(!network("2001:db8::/33").holds(ip("2001:db8:8000::1")));
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/x", "host"] {
            assert!(Network::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_proxies_of_ours_are_believed() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        // What the client says of itself stands left of what our proxy heard.
        assert_eq!(client("10.0.0.1", &["1.1.1.1, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["1.1.1.1", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["1.1.1.1, 198.51.100.1, 192.0.2.7"]), "198.51.100.1");
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(client("2001:db8:1::5", &["[2001:db8:9::1]:443"]), "2001:db8:9::1");
        assert_eq!(client("10.0.0.1", &["unknown, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(client("10.0.0.1", &["198.51.100.1, "]), "10.0.0.1");
        let long = vec!["10.0.0.3"; 1_000].join(", ");
        assert_eq!(client("10.0.0.1", &[&long]), "10.0.0.3");
    }

    #[test]
    fn a_household_counts_once() {
        assert_eq!(counted(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_eq!(counted(ip("203.0.113.9")), ip("203.0.113.9"));
    }
}
