//! Orders and receivables as a supply-chain system records them.
//!
//! ```json
//! {"orders": [{"number": "SO-1", "supplier": "…", "buyer": "…", "amount": "1200.00", "date": "2026-03-01",
//!              "status": "received", "received_on": "2026-03-04"}],
//!  "receivables": [{"number": "AR-1", "debtor": "…", "amount": 900, "date": "2026-03-04", "due": "2026-05-04",
//!                   "settled": false}]}
//! ```
//!
//! An order that the merchant supplied and that arrived is turnover: `orders`. Any other shows whom the merchant
//! trades with: `order`. What is `cancelled` or `settled` proves nothing any more and brings no fact. Fields that are
//! not named here are left aside, so that the other system may add some.

use serde::Deserialize;
use serde_json::Number;

use super::{ImportError, MAX_BYTES, MAX_RECORDS, day, fact, money, place, text};
use crate::fact::{Fact, Source};
use crate::names;

#[derive(Deserialize)]
struct Records {
    #[serde(default)]
    orders: Vec<Order>,
    #[serde(default)]
    receivables: Vec<Receivable>,
}

#[derive(Deserialize)]
struct Order {
    number: String,
    supplier: String,
    buyer: String,
    amount: Amount,
    date: String,
    status: Status,
    #[serde(default)]
    received_on: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Status {
    Placed,
    Shipped,
    Received,
    Cancelled,
}

#[derive(Deserialize)]
struct Receivable {
    number: String,
    debtor: String,
    amount: Amount,
    date: String,
    due: String,
    #[serde(default)]
    settled: bool,
}

/// Yuan, as a number or as a decimal text.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Amount {
    Number(Number),
    Text(String),
}

/// The facts of a merchant's orders and receivables; `merchant` is the registered name. All or, with the first record
/// that cannot be read, none.
pub fn orders(bytes: &[u8], merchant: &str) -> Result<Vec<Fact>, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportError::Limit("10 MiB"));
    }
    let records: Records =
        serde_json::from_slice(bytes).map_err(|error| ImportError::of_json(&error))?;
    let (orders, receivables) = (records.orders, records.receivables);
    if orders.len() + receivables.len() > MAX_RECORDS {
        return Err(ImportError::Limit("4,000 records"));
    }
    if orders.is_empty() && receivables.is_empty() {
        return Err(ImportError::Empty);
    }
    let orders = orders.iter().enumerate().map(|(at, order)| order.fact(place(at), merchant));
    let receivables = receivables.iter().enumerate().map(|(at, of)| of.fact(place(at)));
    let mut facts = Vec::new();
    for read in orders.chain(receivables) {
        // A record that is there twice is there once.
        let Some(new) = read? else { continue };
        if !facts.iter().any(|fact: &Fact| fact.id == new.id) {
            facts.push(new);
        }
    }
    Ok(facts)
}

impl Order {
    fn fact(&self, row: u32, merchant: &str) -> Result<Option<Fact>, ImportError> {
        let number = text(&self.number, row, "number")?;
        let supplier = text(&self.supplier, row, "supplier")?;
        let buyer = text(&self.buyer, row, "buyer")?;
        let amount = self.amount.yuan(row)?;
        let date = day(&self.date, row, "date")?;
        let received =
            self.received_on.as_deref().map(|of| day(of, row, "received_on")).transpose()?;
        let consistent = received.is_none_or(|received| received >= date)
            && (self.status == Status::Received || received.is_none());
        if !consistent {
            return Err(ImportError::Unreadable { row, what: "received_on" });
        }
        if self.status == Status::Cancelled {
            return Ok(None);
        }
        let (date, received) = (date.to_string(), received.map(|day| day.to_string()));
        let mut parts = vec![
            ("number", number),
            ("supplier", supplier),
            ("buyer", buyer),
            ("amount", &amount),
            ("date", &date),
        ];
        parts.extend(received.as_deref().map(|received| ("received_on", received)));
        let supplied = self.status == Status::Received && names::same(merchant, supplier);
        let name = if supplied { "orders" } else { "order" };
        Ok(Some(fact(name, &parts, source(number), 1.0)))
    }
}

impl Receivable {
    fn fact(&self, row: u32) -> Result<Option<Fact>, ImportError> {
        let number = text(&self.number, row, "number")?;
        let debtor = text(&self.debtor, row, "debtor")?;
        let amount = self.amount.yuan(row)?;
        let (date, due) = (day(&self.date, row, "date")?, day(&self.due, row, "due")?);
        if due < date {
            return Err(ImportError::Unreadable { row, what: "due" });
        }
        let (date, due) = (date.to_string(), due.to_string());
        let parts = [
            ("number", number),
            ("other", debtor),
            ("amount", &*amount),
            ("date", &*date),
            ("due", &*due),
        ];
        Ok((!self.settled).then(|| fact("receivable", &parts, source(number), 1.0)))
    }
}

impl Amount {
    /// Yuan with two decimals; more than nothing.
    pub(super) fn yuan(&self, row: u32) -> Result<String, ImportError> {
        let fen = match self {
            Self::Number(number) => money::fen(&number.to_string()),
            Self::Text(text) => money::fen(text),
        };
        let fen = fen.filter(|fen| *fen > 0);
        fen.map(money::yuan).ok_or(ImportError::Unreadable { row, what: "amount" })
    }
}

fn source(record: &str) -> Source {
    Source::Partner { system: "orders".to_owned(), record: record.to_owned() }
}
