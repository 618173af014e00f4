//! Who deals with whom, in what, when and for how much: one story a voucher, so that its codes have
//! right check digits and its amounts agree. Everybody in it is invented.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::calendar::{Day, Written};
use super::design::{Deal, Rows};
use super::ledger::{Flow, Item, flows, items};
use super::people::{Party, Region, Vehicle, person, trade_words};
use crate::numbers::money;

/// A value, as it is printed and as recognition should give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) printed: String,
    pub(super) value: String,
}

impl Shown {
    fn plain(text: impl Into<String>) -> Self {
        let printed = text.into();
        Self { value: printed.clone(), printed }
    }
}

/// What a voucher is about.
pub(super) struct Story {
    random: ChaCha8Rng,
    region: Region,
    buyer: Party,
    seller: Party,
    third: Party,
    vehicle: Vehicle,
    people: [String; 6],
    date: Day,
    items: Vec<Item>,
    flows: Vec<Flow>,
    opening: u64,
    rent: u64,
    word: usize,
    tonnes: [u64; 2],
    dates: Written,
    grouped: bool,
    words_end: [&'static str; 2],
}

impl Story {
    pub(super) fn new(seed: u64, deal: Deal) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let region = Region::new(&mut random);
        let buyer = Party::new(&region, Deal::Goods, &mut random);
        let seller = Party::new(&region, deal, &mut random);
        let third = Party::new(&region, Deal::Freight, &mut random);
        let vehicle = Vehicle::new(&region, &mut random);
        let people = [0; 6].map(|_| person(&mut random));
        let date = Day::of([2022, 1, 10]).plus(random.random_range(0..1700));
        let items = items(deal, &mut random);
        let opening = random.random_range(1_000_000..90_000_000);
        let flows = flows(date, opening, &region, &mut random);
        let dates = [Written::Chinese, Written::Short, Written::Dashes, Written::Slashes];
        let dates = dates[random.random_range(0..4)];
        let tare = random.random_range(700..1600) * 10;
        Self {
            tonnes: [tare, tare + random.random_range(400..3300) * 10],
            rent: random.random_range(8..300) * 10_000,
            word: random.random_range(0..1000),
            grouped: random.random_bool(0.4),
            words_end: [
                if random.random_bool(0.6) { "元" } else { "圆" },
                if random.random_bool(0.8) { "整" } else { "正" },
            ],
            random,
            region,
            buyer,
            seller,
            third,
            vehicle,
            people,
            date,
            items,
            flows,
            opening,
            dates,
        }
    }

    pub(super) fn random(&mut self) -> &mut ChaCha8Rng {
        &mut self.random
    }

    /// As many lines of items or of an account as a table has.
    pub(super) fn limited(&mut self, of: Rows, count: usize) -> usize {
        match of {
            Rows::Items => self.items.truncate(count.max(1)),
            Rows::Flows => self.flows.truncate(count.max(1)),
        }
        self.count(of)
    }

    pub(super) fn count(&self, of: Rows) -> usize {
        match of {
            Rows::Items => self.items.len(),
            Rows::Flows => self.flows.len(),
        }
    }

    /// What a column of a table says in a row; its number from 0.
    pub(super) fn cell(&self, of: Rows, row: usize, column: &str) -> String {
        if column == "row" {
            return (row + 1).to_string();
        }
        match of {
            Rows::Items => {
                self.items.get(row).map(|item| item.column(column, self.date, self.grouped))
            }
            Rows::Flows => self.flows.get(row).map(|flow| flow.column(column, self.grouped)),
        }
        .unwrap_or_default()
    }

    /// Digits and letters after a pattern.
    pub(super) fn pattern(&mut self, pattern: &str) -> Shown {
        let [year, month, day] = self.date.civil();
        let mut text = String::new();
        for sign in pattern.chars() {
            match sign {
                '#' => text.push(char::from(b'0' + self.random.random_range(0..10))),
                '*' => text.push(char::from(b'1' + self.random.random_range(0..9))),
                '@' => {
                    let letter = b"ABCDEFGHJKLMNPQRSTUVWXYZ"[self.random.random_range(0..24)];
                    text.push(char::from(letter));
                }
                '%' => text.push_str(&year.to_string()),
                '&' => text.push_str(&format!("{year}{month:02}{day:02}")),
                other => text.push(other),
            }
        }
        Shown::plain(text)
    }

    /// A variable: its name, perhaps with `.` and a part of it or how it is written.
    pub(super) fn get(&mut self, variable: &str) -> Shown {
        let (name, part) = variable.split_once('.').unwrap_or((variable, ""));
        match name {
            "buyer" => party(&self.buyer, part),
            "seller" => party(&self.seller, part),
            "third" => party(&self.third, part),
            "person" | "clerk" | "checker" | "driver" | "inventor" | "landlord" => {
                let names = ["person", "clerk", "checker", "driver", "inventor", "landlord"];
                let at = names.iter().position(|known| *known == name).unwrap_or_default();
                Shown::plain(self.people[at].clone())
            }
            "region" => Shown::plain(self.region.part(part)),
            "vehicle" => self.vehicle.part(part),
            "date" | "start" | "end" | "until" | "decade" | "founded" | "before" | "registered"
            | "month" => self.day(name, part),
            "time" => {
                let [hour, minute, second] =
                    [7..20, 0..60, 0..60].map(|range| self.random.random_range(range));
                Shown::plain(format!("{hour:02}:{minute:02}:{second:02}"))
            }
            "gross" | "tare" | "weight" | "litres" => self.measured(name, part),
            "word" => Shown::plain(trade_words(part, self.word)),
            "identity" => Shown::plain(self.identity()),
            "patent" => self.patent(part),
            "code" => self.invoice(part),
            "property" => {
                let (sign, city) = (self.region.part("sign"), self.region.part("city"));
                let ([year, ..], number) = (self.date.civil(), self.random.random_range(0..99_999));
                Shown {
                    printed: format!("{sign}（{year}）{city}不动产权第{number:07}号"),
                    value: format!("{number:07}"),
                }
            }
            "count" => Shown::plain(self.random.random_range(2..90).to_string()),
            _ => self.amount(name, part),
        }
    }

    fn day(&self, name: &str, part: &str) -> Shown {
        let day = match name {
            "before" => self.date.plus(-12),
            "start" => self.date.plus(3),
            // The last day of a year, or of what `until` says.
            "end" => self.date.plus(3).end_after(1),
            "until" => self.date.end_after(4),
            "decade" => self.date.end_after(10),
            "founded" => self.date.plus(-1900),
            "registered" => self.date.plus(-700),
            _ => self.date,
        };
        let day = if name == "month" {
            // What is declared is the month before.
            let [year, month, _] = Day::of([day.civil()[0], day.civil()[1], 1]).plus(-1).civil();
            match part {
                "first" => return Shown::dated(Day::of([year, month, 1]), self.dates),
                "last" => {
                    let next = if month == 12 { [year + 1, 1, 1] } else { [year, month + 1, 1] };
                    return Shown::dated(Day::of(next).plus(-1), self.dates);
                }
                _ => return Shown::plain(format!("{year}年{month:02}月")),
            }
        } else {
            day
        };
        let written = match part {
            "cn" => Written::Chinese,
            "short" => Written::Short,
            "dash" => Written::Dashes,
            "dot" => Written::Dots,
            "hanzi" => Written::Numerals,
            _ => self.dates,
        };
        Shown::dated(day, written)
    }

    /// Weights in kilograms or tonnes, fuel in litres.
    fn measured(&mut self, name: &str, part: &str) -> Shown {
        let [tare, gross] = self.tonnes;
        let hundredths = match name {
            "gross" => gross * 100,
            "tare" => tare * 100,
            "weight" => (gross - tare) * 100,
            _ => self.items.first().map_or(0, |item| item.hundredths),
        };
        let unit = part;
        match unit {
            "t" | "吨" => {
                let tonnes = hundredths / 100;
                Shown::plain(format!("{}.{:02}{unit}", tonnes / 1000, tonnes % 1000 / 10))
            }
            "kg" | "" => Shown::plain(format!("{}{unit}", hundredths / 100)),
            _ => Shown::plain(format!(
                "{}.{:02}{}",
                hundredths / 100,
                hundredths % 100,
                unit.trim_start_matches("bare")
            )),
        }
    }

    /// A number of 18 digits as identity cards have it, of no place that there is (GB 11643).
    fn identity(&mut self) -> String {
        let place = self.region.part("code");
        let born = Day::of([1970, 1, 1]).plus(self.random.random_range(0..11_000)).civil();
        let [year, month, day] = born;
        let order = self.random.random_range(100..1000);
        let body = format!("{place}{year}{month:02}{day:02}{order}");
        let sum: u32 = (2..=18)
            .rev()
            .zip(body.chars())
            .map(|(place, digit)| digit.to_digit(10).unwrap_or_default() * (1 << (place - 1)) % 11)
            .sum();
        let check = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize];
        format!("{body}{check}")
    }

    /// Codes of invoices, which begin with province and year, and the number of a digital one.
    fn invoice(&mut self, form: &str) -> Shown {
        let ([year, ..], province) = (self.date.civil(), self.region.part("digits"));
        let year = year % 100;
        let serial = self.random.random_range(10_000_000..99_999_999);
        let batch = serial % 9 + 1;
        Shown::plain(match form {
            "special" => format!("{province}00{year}{batch}130"),
            "roll" => format!("0{province}00{year}00{batch}04"),
            "electronic" => format!("0{province}00{year}00{batch}11"),
            "toll" => format!("1{province}00{year}{:05}", serial % 100_000),
            _ => format!("{}{province}2{:07}{serial}", year.max(21), serial / 7 % 10_000_000),
        })
    }

    /// A patent's number with its check digit; `part` is the sort: 1, 2 or 3.
    fn patent(&mut self, sort: &str) -> Shown {
        let [year, ..] = self.date.plus(-700).civil();
        let serial = self.random.random_range(1_000_000..9_999_999);
        let body = format!("{year}{sort}{serial}");
        let weights = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
        let sum: u32 = body
            .chars()
            .zip(weights)
            .map(|(digit, weight)| digit.to_digit(10).unwrap_or_default() * weight)
            .sum();
        let check = if sum % 11 == 10 { "X".to_owned() } else { (sum % 11).to_string() };
        Shown {
            printed: format!("ZL {year} {sort} {serial}.{check}"),
            value: format!("ZL{body}.{check}"),
        }
    }

    fn amount(&self, name: &str, part: &str) -> Shown {
        let sum = |of: fn(&Item) -> u64| self.items.iter().map(of).sum::<u64>();
        let [tare, gross] = self.tonnes;
        let fen = match name {
            "net" => sum(|item| item.net),
            "tax" => sum(|item| item.tax),
            "total" => sum(|item| item.net + item.tax),
            "rent" => self.rent,
            "year_rent" => 12 * self.rent,
            "deposit" => 2 * self.rent,
            "capital" => self.seller.capital,
            "opening" => self.opening,
            "price" => self.items.first().map_or(0, |item| item.price),
            "freight" => (gross - tare) / 10 * 100,
            // Of those who pay three percent of what they sell.
            "small_tax" => sum(|item| item.net) * 3 / 100,
            "input_tax" => sum(|item| item.tax) * 4 / 5,
            "tax_due" => sum(|item| item.tax) - sum(|item| item.tax) * 4 / 5,
            _ => unreachable!("no variable {name}"),
        };
        let figures = if self.grouped { money::grouped(fen) } else { money::decimal(fen) };
        let value = money::decimal(fen);
        match part {
            "words" => Shown::plain(self.words(fen)),
            "spelt" => Shown { printed: self.words(fen), value },
            "yuan" => Shown { printed: format!("￥{figures}"), value },
            "plain" => Shown { printed: money::decimal(fen), value },
            "wan" => Shown { printed: format!("{}万元", fen / 1_000_000), value },
            _ => Shown { printed: figures, value },
        }
    }

    fn words(&self, fen: u64) -> String {
        let [yuan, whole] = self.words_end;
        money::words(fen).replace('元', yuan).replace('整', whole)
    }
}

impl Shown {
    fn dated(day: Day, written: Written) -> Self {
        Self { printed: day.written(written), value: day.iso() }
    }
}

fn party(party: &Party, part: &str) -> Shown {
    Shown::plain(match part {
        "uscc" => &party.uscc,
        "address" => &party.address,
        "phone" => &party.phone,
        "bank" => &party.bank,
        "account" => &party.account,
        "legal" => &party.legal,
        "shop" => &party.shop,
        _ => &party.name,
    })
}

/// A number between two, a power of ten more often than the next.
pub(super) fn spread(from: u64, to: u64, random: &mut impl Rng) -> u64 {
    let (from, to) = ((from as f64).ln(), (to as f64).ln());
    random.random_range(from..to).exp() as u64
}
