//! Connections at once: of all, and of one address, which cannot shut out the others.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::client::{self, Network};

/// The most of one listener; more wait to be accepted.
const MOST: usize = 8_192;

/// An address has one of so many parts of them: a carrier puts thousands of phones behind one.
const PARTS: usize = 4;

/// A listener takes one of so many parts of the files that the process may open, and leaves the others to what is stored.
const OF_FILES: usize = 2;

/// A listener's places.
pub(super) struct Places {
    free: Arc<Semaphore>,
    of_one: usize,
    /// Addresses that have any, and how many.
    held: Arc<Held>,
    proxies: Vec<Network>,
}

type Held = Mutex<HashMap<IpAddr, usize>>;

/// A connection's place, free again when it goes.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    of: Option<(Arc<Held>, IpAddr)>,
}

impl Places {
    /// Proxies of ours speak for many addresses and have no share.
    pub(super) fn new(proxies: Vec<Network>) -> Self {
        Self::of(MOST.min(open_files() / OF_FILES), proxies)
    }

    fn of(all: usize, proxies: Vec<Network>) -> Self {
        let free = Arc::new(Semaphore::new(all));
        Self { free, of_one: all.div_ceil(PARTS), held: Arc::default(), proxies }
    }

    /// Waits for a free place. None only where no more are given out.
    pub(super) async fn free(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    /// Gives a free place to an address; none where that has its share already.
    pub(super) fn give(&self, permit: OwnedSemaphorePermit, peer: IpAddr) -> Option<Place> {
        if client::is_trusted(peer, &self.proxies) {
            return Some(Place { _permit: permit, of: None });
        }
        let address = client::counted(peer.to_canonical());
        let mut held = locked(&self.held);
        let count = held.entry(address).or_default();
        if *count >= self.of_one {
            return None;
        }
        *count += 1;
        Some(Place { _permit: permit, of: Some((Arc::clone(&self.held), address)) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((held, address)) = &self.of else { return };
        let mut held = locked(held);
        match held.get_mut(address) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(held.remove(address)),
        }
    }
}

fn locked(held: &Held) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many files the process may open, which is made as many as the system allows and are of use: what a shell or a service
/// starts with is often 1,024.
fn open_files() -> usize {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        // For the operator's listener, too.
        let wanted = (2 * OF_FILES * MOST) as u64;
        let may = |limit: Option<u64>| limit.map_or(wanted, |limit| limit.min(wanted));
        if may(current) < may(maximum) {
            let raised = Rlimit { current: Some(may(maximum)), maximum };
            if let Err(error) = setrlimit(Resource::Nofile, raised) {
                tracing::warn!(%error, "no more files may be opened than at the start");
            }
        }
        may(getrlimit(Resource::Nofile).current) as usize
    }
    #[cfg(not(unix))]
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    #[tokio::test]
    async fn an_address_has_its_share_and_gets_it_back() {
        let proxy = Network::try_from("10.0.0.0/8".to_owned()).expect("a network");
        let places = Places::of(8, vec![proxy]);
        let take = async |address: &str| {
            let permit = places.free().await.expect("a place");
            places.give(permit, ip(address))
        };
        let one = take("203.0.113.9").await.expect("the first");
        let _two = take("::ffff:203.0.113.9").await.expect("the second");
        assert!(take("203.0.113.9").await.is_none());
        let _three = take("2001:db8:1:2::1").await.expect("another");
        let _four = take("2001:db8:1:2:9::1").await.expect("its second");
        assert!(take("2001:db8:1:2:7::1").await.is_none(), "one household");
        drop(one);
        let _one = take("203.0.113.9").await.expect("free again");
        let through_proxy =
            [take("10.0.0.1").await, take("10.0.0.1").await, take("10.0.0.1").await];
        assert!(through_proxy.iter().all(Option::is_some));
        let last = take("198.51.100.1").await.expect("the last");
        assert_eq!(places.free.available_permits(), 0);
        drop((through_proxy, last));
        assert_eq!(places.free.available_permits(), 4);
        assert_eq!(locked(&places.held).len(), 2, "who has none is not remembered");
    }
}
