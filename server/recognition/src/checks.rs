//! Check digits, amounts and dates: what can be known to be wrong without knowing the truth.

mod amount;
mod chinese_number;
mod date;
mod plate;
mod uscc;
mod vin;

pub use amount::Money;
pub use chinese_number::amount_in_words;
pub use date::iso_date;
pub use plate::plate;
pub use uscc::{is_valid as is_valid_uscc, repaired as repaired_uscc};
pub use vin::is_valid as is_valid_vin;
