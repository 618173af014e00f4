//! Which vouchers there are and what stands on each.

mod authority;
mod bank;
mod bills;
mod contracts;
mod invoices;
mod others;
mod rights;
mod tax;
mod trade;
mod transport;
mod vehicles;

use super::design::Design;

/// Every design; those of no kind last.
pub(super) fn all() -> impl Iterator<Item = &'static Design> {
    [
        invoices::DESIGNS,
        contracts::DESIGNS,
        trade::DESIGNS,
        transport::DESIGNS,
        vehicles::DESIGNS,
        authority::DESIGNS,
        rights::DESIGNS,
        bank::DESIGNS,
        tax::DESIGNS,
        bills::DESIGNS,
        others::DESIGNS,
    ]
    .into_iter()
    .flatten()
}
