//! Check digits, amounts and dates: what can be known to be wrong without knowing the truth.
//!
//! Every `is_valid` takes a value in its normal form: upper case, no white space, no separators.

mod amount;
mod bank;
mod chinese_number;
mod date;
mod decimal;
mod invoice;
mod look_alikes;
mod organisation_code;
mod phone;
mod plate;
mod region;
mod resident_number;
mod tax;
mod taxpayer_number;
mod uscc;
mod vin;

pub use amount::Money;
pub use bank::{check_account, is_valid_card};
pub use chinese_number::amount_in_words;
pub use date::{ENDLESS, compact_date, end_of_period, iso_date, month};
pub use decimal::Decimal;
pub use invoice::{
    is_valid_check_code, is_valid_code as is_valid_invoice_code,
    is_valid_number as is_valid_invoice_number,
};
pub use look_alikes::only_correction;
pub use organisation_code::is_valid as is_valid_organisation_code;
pub use phone::phone;
pub use plate::{correction as plate_correction, is_valid as is_valid_plate, plate};
pub use region::{Province, agrees as region_agrees};
pub use resident_number::is_valid as is_valid_resident_number;
pub use tax::{tax, tax_agrees, tax_rate};
pub use taxpayer_number::{
    correction as taxpayer_number_correction, is_valid as is_valid_taxpayer_number,
};
pub use uscc::{
    correction as uscc_correction, in_alphabet as uscc_in_alphabet, is_valid as is_valid_uscc,
};
pub use vin::{
    check as check_vin, correction as vin_correction, in_alphabet as vin_in_alphabet,
    is_valid as is_valid_vin,
};

#[cfg(test)]
mod errors;
