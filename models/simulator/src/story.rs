//! The invented merchants whose papers the samples are. All papers of one merchant agree.

use crate::error::SimulatorError;
use crate::numbers::{uscc, vin};

/// A company that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// Registered name.
    pub name: &'static str,
    /// Unified social credit code, 18 characters.
    pub uscc: String,
    /// Registered address.
    pub address: &'static str,
    /// Telephone number.
    pub telephone: &'static str,
    /// Bank and account number.
    pub account: &'static str,
}

/// A company that carries other companies' goods with one truck.
#[derive(Clone, Debug)]
pub struct Haulier {
    /// Who owns the truck and is paid.
    pub company: Company,
    /// Who sends the goods and pays.
    pub shipper: Company,
    /// Who receives the goods.
    pub consignee: &'static str,
    /// The truck's number plate.
    pub plate: &'static str,
    /// The truck's identification number, 17 characters.
    pub vin: String,
    /// The truck's make and model.
    pub model: &'static str,
}

/// A company that runs a shop.
#[derive(Clone, Debug)]
pub struct Shopkeeper {
    /// Who is licensed and sells.
    pub company: Company,
    /// Who runs it.
    pub legal_representative: &'static str,
    /// A customer who asks for an invoice.
    pub customer: Company,
}

/// No place has this administrative code, so that no real company can have these numbers.
const REGION: &str = "330399";

impl Haulier {
    /// The sample haulier.
    ///
    /// # Errors
    /// None with the numbers as they stand; a wrong edit of them gives
    /// [`SimulatorError::InventedNumber`].
    pub fn sample() -> Result<Self, SimulatorError> {
        let company = Company {
            name: "云溪市顺远货运有限公司",
            uscc: code("MA7KX4Q2")?,
            address: "浙江省云溪市北岭区货场路118号",
            telephone: "0577-5550 1182",
            account: "云溪银行北岭支行 6229 0000 1182 046",
        };
        let shipper = Company {
            name: "浙江岭川建材有限公司",
            uscc: code("MA6HT83P")?,
            address: "浙江省云溪市东川区工业大道66号",
            telephone: "0577-5550 6606",
            account: "云溪银行东川支行 6229 0000 6606 318",
        };
        Ok(Self {
            company,
            shipper,
            consignee: "江州市恒筑贸易有限公司",
            plate: "浙C7Y682",
            vin: vin::number("LX0TRK8H", "RN026417").ok_or(SimulatorError::InventedNumber)?,
            model: "岭驰牌LC5180XXYA6",
        })
    }
}

impl Shopkeeper {
    /// The sample shopkeeper.
    ///
    /// # Errors
    /// As [`Haulier::sample`].
    pub fn sample() -> Result<Self, SimulatorError> {
        let company = Company {
            name: "云溪市百味食品商行有限公司",
            uscc: code("MA8RW62D")?,
            address: "浙江省云溪市南桥区柳巷街27号",
            telephone: "0577-5550 2707",
            account: "云溪银行南桥支行 6229 0000 2707 553",
        };
        let customer = Company {
            name: "云溪市青禾幼儿园有限公司",
            uscc: code("MA5CL97G")?,
            address: "浙江省云溪市南桥区学苑路9号",
            telephone: "0577-5550 9009",
            account: "云溪银行南桥支行 6229 0000 9009 127",
        };
        Ok(Self { company, legal_representative: "林晓禾", customer })
    }
}

fn code(organisation: &str) -> Result<String, SimulatorError> {
    uscc::company(REGION, organisation).ok_or(SimulatorError::InventedNumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_numbers_pass_their_check_digits() {
        let (haulier, shop) = (Haulier::sample().unwrap(), Shopkeeper::sample().unwrap());
        for company in [&haulier.company, &haulier.shipper, &shop.company, &shop.customer] {
            assert!(uscc::is_valid(&company.uscc), "{}", company.uscc);
        }
        assert!(vin::is_valid(&haulier.vin));
    }
}
