//! How many frames are looked at: as many as leave the phone time for the rest.

/// Share of the time that analyses may take, in percent. The camera's preview and the app's own drawing
/// need the rest; at 50 a phone that takes 12 ms a frame looks at all of 30 a second, one that takes 60 at
/// eight.
const SHARE: u64 = 50;

/// The longest pause between two analyses, nanoseconds: hints may lag on a slow phone, but never stop.
const LONGEST_PAUSE_NS: u64 = 500_000_000;

/// Says which frames to skip. What is skipped is never looked at: a queue of frames would show the
/// merchant what was seconds ago.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Budget {
    not_before_ns: u64,
}

impl Budget {
    /// Whether a frame that comes now may be analysed.
    pub(crate) fn allows(&self, now_ns: u64) -> bool {
        now_ns >= self.not_before_ns
    }

    /// An analysis took from one moment to another.
    pub(crate) fn spend(&mut self, from_ns: u64, to_ns: u64) {
        let took = to_ns.saturating_sub(from_ns);
        let pause = took.saturating_mul(100 - SHARE) / SHARE;
        self.not_before_ns = to_ns.saturating_add(pause.min(LONGEST_PAUSE_NS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames analysed in a second of 30, where each takes so long.
    fn analysed(milliseconds: u64) -> usize {
        let (mut budget, mut now, mut count) = (Budget::default(), 0, 0);
        for frame in 0..30u64 {
            now = now.max(frame * 33_333_333);
            if budget.allows(now) {
                let end = now + milliseconds * 1_000_000;
                budget.spend(now, end);
                (now, count) = (end, count + 1);
            }
        }
        count
    }

    #[test]
    fn a_slow_phone_looks_at_fewer_frames() {
        assert_eq!(analysed(10), 30);
        assert_eq!(analysed(60), 8);
        assert!((2..=3).contains(&analysed(400)), "{}", analysed(400));
    }

    #[test]
    fn clocks_that_jump_stop_nothing_for_long() {
        let mut budget = Budget::default();
        budget.spend(5, u64::MAX);
        budget.spend(1_000, 0);
        assert!(budget.allows(LONGEST_PAUSE_NS));
    }
}
