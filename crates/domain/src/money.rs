//! Money: exact amounts, and the one place that rounds.
//!
//! Three shapes: [`UnitPrice`] (what one licence costs a billing cycle, up to 6 decimals), [`Amount`]
//! (an exact fraction while computing), [`Money`] (whole minor units, what a document shows).
//! Only [`Amount::round`] goes from exact to rounded.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Micro-units in one unit of currency: unit prices keep six decimals.
const MICROS: i128 = 1_000_000;

macro_rules! currencies {
    ($($variant:ident = $code:literal $decimals:literal),+ $(,)?) => {
        /// The currencies of ISO 4217 (list one, 2026), but for what has no minor unit at all: metals, units of account
        /// and the code for testing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[allow(missing_docs, reason = "ISO 4217 codes say themselves")]
        pub enum Currency { $(#[serde(rename = $code)] $variant),+ }

        impl Currency {
            /// Every currency, in the order of the enum.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The ISO 4217 code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The currency of an ISO 4217 code, in capital letters.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }

            /// How many decimals its minor unit has: the smallest amount on a document.
            pub const fn decimals(self) -> u32 {
                match self { $(Self::$variant => $decimals),+ }
            }
        }
    };
}

// First those that are sold in most, which is the order in which offers are shown.
currencies! {
    Eur = "EUR" 2, Gbp = "GBP" 2, Chf = "CHF" 2, Dkk = "DKK" 2, Nok = "NOK" 2, Sek = "SEK" 2, Pln = "PLN" 2,
    Usd = "USD" 2, Aed = "AED" 2, Afn = "AFN" 2, All = "ALL" 2, Amd = "AMD" 2, Aoa = "AOA" 2, Ars = "ARS" 2,
    Aud = "AUD" 2, Awg = "AWG" 2, Azn = "AZN" 2, Bam = "BAM" 2, Bbd = "BBD" 2, Bdt = "BDT" 2, Bgn = "BGN" 2,
    Bhd = "BHD" 3, Bif = "BIF" 0, Bmd = "BMD" 2, Bnd = "BND" 2, Bob = "BOB" 2, Bov = "BOV" 2, Brl = "BRL" 2,
    Bsd = "BSD" 2, Btn = "BTN" 2, Bwp = "BWP" 2, Byn = "BYN" 2, Bzd = "BZD" 2, Cad = "CAD" 2, Cdf = "CDF" 2,
    Che = "CHE" 2, Chw = "CHW" 2, Clf = "CLF" 4, Clp = "CLP" 0, Cny = "CNY" 2, Cop = "COP" 2, Cou = "COU" 2,
    Crc = "CRC" 2, Cup = "CUP" 2, Cve = "CVE" 2, Czk = "CZK" 2, Djf = "DJF" 0, Dop = "DOP" 2, Dzd = "DZD" 2,
    Egp = "EGP" 2, Ern = "ERN" 2, Etb = "ETB" 2, Fjd = "FJD" 2, Fkp = "FKP" 2, Gel = "GEL" 2, Ghs = "GHS" 2,
    Gip = "GIP" 2, Gmd = "GMD" 2, Gnf = "GNF" 0, Gtq = "GTQ" 2, Gyd = "GYD" 2, Hkd = "HKD" 2, Hnl = "HNL" 2,
    Htg = "HTG" 2, Huf = "HUF" 2, Idr = "IDR" 2, Ils = "ILS" 2, Inr = "INR" 2, Iqd = "IQD" 3, Irr = "IRR" 2,
    Isk = "ISK" 0, Jmd = "JMD" 2, Jod = "JOD" 3, Jpy = "JPY" 0, Kes = "KES" 2, Kgs = "KGS" 2, Khr = "KHR" 2,
    Kmf = "KMF" 0, Kpw = "KPW" 2, Krw = "KRW" 0, Kwd = "KWD" 3, Kyd = "KYD" 2, Kzt = "KZT" 2, Lak = "LAK" 2,
    Lbp = "LBP" 2, Lkr = "LKR" 2, Lrd = "LRD" 2, Lsl = "LSL" 2, Lyd = "LYD" 3, Mad = "MAD" 2, Mdl = "MDL" 2,
    Mga = "MGA" 2, Mkd = "MKD" 2, Mmk = "MMK" 2, Mnt = "MNT" 2, Mop = "MOP" 2, Mru = "MRU" 2, Mur = "MUR" 2,
    Mvr = "MVR" 2, Mwk = "MWK" 2, Mxn = "MXN" 2, Mxv = "MXV" 2, Myr = "MYR" 2, Mzn = "MZN" 2, Nad = "NAD" 2,
    Ngn = "NGN" 2, Nio = "NIO" 2, Npr = "NPR" 2, Nzd = "NZD" 2, Omr = "OMR" 3, Pab = "PAB" 2, Pen = "PEN" 2,
    Pgk = "PGK" 2, Php = "PHP" 2, Pkr = "PKR" 2, Pyg = "PYG" 0, Qar = "QAR" 2, Ron = "RON" 2, Rsd = "RSD" 2,
    Rub = "RUB" 2, Rwf = "RWF" 0, Sar = "SAR" 2, Sbd = "SBD" 2, Scr = "SCR" 2, Sdg = "SDG" 2, Sgd = "SGD" 2,
    Shp = "SHP" 2, Sle = "SLE" 2, Sos = "SOS" 2, Srd = "SRD" 2, Ssp = "SSP" 2, Stn = "STN" 2, Svc = "SVC" 2,
    Syp = "SYP" 2, Szl = "SZL" 2, Thb = "THB" 2, Tjs = "TJS" 2, Tmt = "TMT" 2, Tnd = "TND" 3, Top = "TOP" 2,
    Try = "TRY" 2, Ttd = "TTD" 2, Twd = "TWD" 2, Tzs = "TZS" 2, Uah = "UAH" 2, Ugx = "UGX" 0, Usn = "USN" 2,
    Uyi = "UYI" 0, Uyu = "UYU" 2, Uyw = "UYW" 4, Uzs = "UZS" 2, Ved = "VED" 2, Ves = "VES" 2, Vnd = "VND" 0,
    Vuv = "VUV" 0, Wst = "WST" 2, Xaf = "XAF" 0, Xcd = "XCD" 2, Xcg = "XCG" 2, Xof = "XOF" 0, Xpf = "XPF" 0,
    Yer = "YER" 2, Zar = "ZAR" 2, Zmw = "ZMW" 2, Zwg = "ZWG" 2,
}

impl Currency {
    /// Micro-units in one minor unit: 10,000 in a cent.
    const fn micros_per_minor(self) -> i128 {
        10_i128.pow(6 - self.decimals())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why an amount could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies met in one sum.
    #[error("{0} and {1} cannot be added")]
    CurrencyMismatch(Currency, Currency),
    /// The amount is beyond what can be represented.
    #[error("amount out of range")]
    OutOfRange,
    /// A price is to be made of a suggested retail price, and there is none.
    #[error("there is no suggested retail price")]
    NoRetailPrice,
}

/// How an exact amount becomes whole minor units (X-05, mode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Half a cent goes away from zero (the default).
    HalfUp,
    /// Half a cent goes to the even neighbour.
    HalfEven,
    /// What is less than a cent is dropped, towards zero.
    Down,
}

/// Whole minor units (cents) of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units; negative for credits.
    pub minor: i64,
    /// Whose minor units.
    pub currency: Currency,
}

impl Money {
    /// An amount of minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The sum, when both are of one currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        same(self.currency, other.currency)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::OutOfRange)?;
        Ok(Self::new(minor, self.currency))
    }

    /// The same amount the other way.
    pub const fn negated(self) -> Self {
        Self::new(self.minor.saturating_neg(), self.currency)
    }

    /// The sum of many, zero when there are none.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    /// The same amount, exact.
    pub fn exact(self) -> Amount {
        Amount {
            numerator: i128::from(self.minor) * self.currency.micros_per_minor(),
            denominator: 1,
            currency: self.currency,
        }
    }
}

/// The decimal text without the currency, with its currency's decimals: `39.17`, `4661` yen, `4.661` dinars.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minor < 0 { "-" } else { "" };
        let (minor, decimals) = (self.minor.unsigned_abs(), self.currency.decimals());
        let unit = 10_u64.pow(decimals);
        match usize::try_from(decimals) {
            Ok(0) | Err(_) => write!(f, "{sign}{minor}"),
            Ok(width) => write!(f, "{sign}{}.{:0width$}", minor / unit, minor % unit),
        }
    }
}

/// What one licence costs for one billing cycle; never rounded to the cent (C-46).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnitPrice {
    /// Millionths of the currency's unit; never negative in a price list.
    pub micros: i64,
    /// The currency whose unit it is a millionth of.
    pub currency: Currency,
}

impl UnitPrice {
    /// A price of so many millionths.
    pub const fn from_micros(micros: i64, currency: Currency) -> Self {
        Self { micros, currency }
    }

    /// A price from its decimal, with anything beyond six decimals rounded half up.
    pub fn from_decimal(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let scaled = amount.checked_mul(Decimal::from(1_000_000)).ok_or(MoneyError::OutOfRange)?;
        let whole = scaled.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        let micros = i64::try_from(whole.mantissa()).map_err(|_| MoneyError::OutOfRange)?;
        Ok(Self { micros, currency })
    }

    /// The price as a decimal.
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.micros, 6)
    }

    /// The price of so many licences, exact.
    pub fn times(self, quantity: u32) -> Amount {
        Amount { numerator: i128::from(self.micros) * i128::from(quantity), denominator: 1, currency: self.currency }
    }
}

/// The decimal text without the currency, from its currency's decimals to six: `9.40`, `44.802`, `1235` yen.
impl fmt::Display for UnitPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{:.6}", self.decimal());
        let shortest = text.len() - 6 + self.currency.decimals() as usize;
        while text.len() > shortest && text.ends_with('0') {
            text.pop();
        }
        if text.ends_with('.') {
            text.pop();
        }
        f.write_str(&text)
    }
}

/// An exact fraction of money: never rounded until a document line is made of it. The fraction is always
/// in lowest terms, so that equal amounts have equal fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Millionths of the unit, over the denominator.
    numerator: i128,
    /// Always above zero; a sign is the numerator's.
    denominator: i128,
    currency: Currency,
}

impl Amount {
    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { numerator: 0, denominator: 1, currency }
    }

    /// A decimal number of the currency's units, exact.
    pub fn from_decimal(units: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        Self { numerator: MICROS, denominator: 1, currency }.times_rate(units)
    }

    /// The currency; amounts of two currencies are never summed.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether this amount is more than another.
    pub fn exceeds(self, other: Self) -> Result<bool, MoneyError> {
        let less = self.checked_add(other.times(-1, 1)?)?;
        Ok(less.numerator > 0)
    }

    /// This amount times a fraction; the denominator must be positive.
    pub fn times(self, numerator: i64, denominator: i64) -> Result<Self, MoneyError> {
        if denominator <= 0 {
            return Err(MoneyError::OutOfRange);
        }
        self.over(i128::from(numerator), i128::from(denominator))
    }

    /// This amount times a decimal rate (0.19, 1.2).
    pub fn times_rate(self, rate: Decimal) -> Result<Self, MoneyError> {
        let denominator = 10_i128.checked_pow(rate.scale()).ok_or(MoneyError::OutOfRange)?;
        self.over(rate.mantissa(), denominator)
    }

    fn over(self, numerator: i128, denominator: i128) -> Result<Self, MoneyError> {
        let numerator = self.numerator.checked_mul(numerator).ok_or(MoneyError::OutOfRange)?;
        let denominator = self.denominator.checked_mul(denominator).ok_or(MoneyError::OutOfRange)?;
        let shared = gcd(numerator.unsigned_abs(), denominator.unsigned_abs()) as i128;
        Ok(Self { numerator: numerator / shared, denominator: denominator / shared, currency: self.currency })
    }

    /// The sum, when both are of one currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        same(self.currency, other.currency)?;
        let left = self.numerator.checked_mul(other.denominator);
        let right = other.numerator.checked_mul(self.denominator);
        let numerator =
            left.zip(right).and_then(|(left, right)| left.checked_add(right)).ok_or(MoneyError::OutOfRange)?;
        Self { numerator, denominator: 1, currency: self.currency }
            .over(1, self.denominator.checked_mul(other.denominator).ok_or(MoneyError::OutOfRange)?)
    }

    /// The amount in whole minor units: the only place where money is rounded.
    pub fn round(self, rounding: Rounding) -> Result<Money, MoneyError> {
        let divisor = self.denominator.checked_mul(self.currency.micros_per_minor()).ok_or(MoneyError::OutOfRange)?;
        let minor = divide(self.numerator, divisor, rounding);
        Ok(Money::new(i64::try_from(minor).map_err(|_| MoneyError::OutOfRange)?, self.currency))
    }

    /// The amount as a price of one licence, with anything beyond six decimals rounded half up.
    pub fn unit_price(self) -> Result<UnitPrice, MoneyError> {
        let micros = divide(self.numerator, self.denominator, Rounding::HalfUp);
        Ok(UnitPrice { micros: i64::try_from(micros).map_err(|_| MoneyError::OutOfRange)?, currency: self.currency })
    }

    /// The amount as a price of so many decimals (at most six), for the profiles that round a rate first.
    pub fn round_to_decimals(self, decimals: u8, rounding: Rounding) -> Result<Self, MoneyError> {
        let step = MICROS / 10_i128.pow(u32::from(decimals.min(6)));
        let divisor = self.denominator.checked_mul(step).ok_or(MoneyError::OutOfRange)?;
        let steps = divide(self.numerator, divisor, rounding);
        Ok(Self {
            numerator: steps.checked_mul(step).ok_or(MoneyError::OutOfRange)?,
            denominator: 1,
            currency: self.currency,
        })
    }
}

/// A fraction as a decimal of so many places (at most six), for the profile that rounds the share of days first.
pub fn round_ratio(numerator: i64, denominator: i64, decimals: u8, rounding: Rounding) -> Result<Decimal, MoneyError> {
    if denominator <= 0 {
        return Err(MoneyError::OutOfRange);
    }
    let places = u32::from(decimals.min(6));
    let steps = divide(i128::from(numerator) * 10_i128.pow(places), i128::from(denominator), rounding);
    Decimal::try_from_i128_with_scale(steps, places).map_err(|_| MoneyError::OutOfRange)
}

fn same(left: Currency, right: Currency) -> Result<(), MoneyError> {
    if left == right { Ok(()) } else { Err(MoneyError::CurrencyMismatch(left, right)) }
}

fn divide(numerator: i128, divisor: i128, rounding: Rounding) -> i128 {
    let (quotient, rest) = (numerator / divisor, (numerator % divisor).abs());
    let away = match rounding {
        Rounding::Down => false,
        Rounding::HalfUp => rest >= divisor - rest,
        Rounding::HalfEven => rest > divisor - rest || (rest == divisor - rest && quotient % 2 != 0),
    };
    if away { quotient + numerator.signum() } else { quotient }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn price(text: &str) -> UnitPrice {
        UnitPrice::from_decimal(text.parse().unwrap(), Currency::Eur).unwrap()
    }

    #[test]
    fn x05_each_mode_treats_half_a_cent_in_its_own_way() {
        let cases = [
            ("0.005", [1, 0, 0]),
            ("0.015", [2, 2, 1]),
            ("-0.005", [-1, 0, 0]),
            ("-0.015", [-2, -2, -1]),
            ("0.0149", [1, 1, 1]),
            ("0.0151", [2, 2, 1]),
        ];
        for (amount, expected) in cases {
            let amount = Amount::from_decimal(amount.parse().unwrap(), Currency::Eur).unwrap();
            let modes = [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down];
            assert_eq!(modes.map(|mode| amount.round(mode).unwrap().minor), expected, "{amount:?}");
        }
    }

    #[test]
    fn c46_a_price_shows_two_to_six_decimals() {
        for (given, shown) in [("9.4", "9.40"), ("44.802", "44.802"), ("0.0000005", "0.000001"), ("12", "12.00")] {
            assert_eq!(price(given).to_string(), shown);
        }
    }

    #[test]
    fn money_shows_its_cents() {
        for (minor, shown) in [(4_661, "46.61"), (-5, "-0.05"), (0, "0.00"), (i64::MIN, "-92233720368547758.08")] {
            assert_eq!(Money::new(minor, Currency::Eur).to_string(), shown);
        }
    }

    /// ISO 4217: yen have no minor unit, dinars a thousand fils, and an `Unidad de Fomento` four decimals.
    #[test]
    fn u27_an_amount_has_the_decimals_of_its_currency() {
        for (code, price, minor, shown, unit) in [
            ("EUR", "12.345", 1_235, "12.35", "12.345"),
            ("JPY", "1234.5", 1_235, "1235", "1234.5"),
            ("JPY", "1200", 1_200, "1200", "1200"),
            ("KWD", "1.2345", 1_235, "1.235", "1.2345"),
            ("KWD", "1.2", 1_200, "1.200", "1.200"),
            ("CLF", "0.00005", 1, "0.0001", "0.00005"),
        ] {
            let currency = Currency::from_code(code).unwrap();
            let price = UnitPrice::from_decimal(price.parse().unwrap(), currency).unwrap();
            let money = price.times(1).round(Rounding::HalfUp).unwrap();
            assert_eq!((money.minor, money.to_string(), price.to_string()), (minor, shown.to_owned(), unit.to_owned()));
            assert_eq!(money.exact().round(Rounding::Down), Ok(money));
        }
        assert_eq!(Currency::ALL.len(), 165);
        assert_eq!(["XAU", "XXX", "XTS", "eur"].map(Currency::from_code), [None; 4]);
    }

    #[test]
    fn currencies_do_not_mix() {
        let mismatch = MoneyError::CurrencyMismatch(Currency::Eur, Currency::Pln);
        assert_eq!(Money::zero(Currency::Eur).checked_add(Money::zero(Currency::Pln)), Err(mismatch));
        assert_eq!(Amount::zero(Currency::Eur).checked_add(Amount::zero(Currency::Pln)), Err(mismatch));
        assert_eq!(Money::sum(Currency::Eur, [Money::zero(Currency::Pln)]), Err(mismatch));
    }

    #[test]
    fn what_cannot_be_represented_is_an_error() {
        let most = Money::new(i64::MAX, Currency::Eur);
        assert_eq!(most.checked_add(Money::new(1, Currency::Eur)), Err(MoneyError::OutOfRange));
        assert_eq!(most.exact().times(2, 1).unwrap().round(Rounding::HalfUp), Err(MoneyError::OutOfRange));
        assert_eq!(most.exact().times(1, 0), Err(MoneyError::OutOfRange));
        assert_eq!(UnitPrice::from_decimal(Decimal::MAX, Currency::Eur), Err(MoneyError::OutOfRange));
        assert_eq!(round_ratio(1, 0, 2, Rounding::HalfUp), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn x04_a_rate_or_a_share_can_be_rounded_first() {
        let daily = price("4.00").times(1).times(1, 31).unwrap();
        let rounded = |decimals| daily.round_to_decimals(decimals, Rounding::HalfUp).unwrap().unit_price().unwrap();
        assert_eq!((rounded(2), rounded(3)), (price("0.13"), price("0.129")));
        let share = |decimals| round_ratio(28, 31, decimals, Rounding::HalfUp).unwrap().to_string();
        assert_eq!((share(2), share(4)), ("0.90".to_owned(), "0.9032".to_owned()));
    }

    #[test]
    fn every_currency_has_its_code() {
        for currency in Currency::ALL.iter().copied() {
            assert_eq!(Currency::from_code(currency.code()), Some(currency));
            assert_eq!(serde_json::to_value(currency).unwrap(), currency.code());
        }
        assert_eq!(Currency::from_code("eur"), None);
    }

    fn amounts() -> impl Strategy<Value = Amount> {
        (any::<i64>(), -1_000_i64..1_000, 1_i64..2_000).prop_map(|(micros, numerator, denominator)| {
            UnitPrice::from_micros(micros, Currency::Eur).times(1).times(numerator, denominator).unwrap()
        })
    }

    proptest! {
        #[test]
        fn sums_of_money_do_not_depend_on_the_order(minors in prop::array::uniform3(-1_i64 << 60..1 << 60)) {
            let [a, b, c] = minors.map(|minor| Money::new(minor, Currency::Eur));
            let sum = |left: Money, right: Money| left.checked_add(right).unwrap();
            prop_assert_eq!(sum(sum(a, b), c), sum(a, sum(b, c)));
            prop_assert_eq!(sum(a, b), sum(b, a));
        }

        #[test]
        fn sums_of_exact_amounts_do_not_depend_on_the_order(a in amounts(), b in amounts(), c in amounts()) {
            let sum = |left: Amount, right: Amount| left.checked_add(right).unwrap();
            prop_assert_eq!(sum(sum(a, b), c), sum(a, sum(b, c)));
            prop_assert_eq!(sum(a, b), sum(b, a));
        }

        #[test]
        fn multiplying_and_dividing_gives_the_same_amount_back(amount in amounts(), factor in 1_i64..100_000) {
            prop_assert_eq!(amount.times(factor, 1).unwrap().times(1, factor), Ok(amount));
        }

        #[test]
        fn rounding_moves_by_half_a_cent_at_most(amount in amounts()) {
            let off = |mode| {
                let rounded = amount.round(mode).unwrap().exact();
                let back = amount.times(-1, 1).unwrap();
                rounded.checked_add(back).unwrap()
            };
            for mode in [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down] {
                let off = off(mode);
                let cents = off.numerator.abs() * if mode == Rounding::Down { 1 } else { 2 };
                prop_assert!(cents <= off.denominator * Currency::Eur.micros_per_minor());
            }
        }

        #[test]
        fn a_price_survives_being_written(micros in 0..i64::MAX) {
            let written = UnitPrice::from_micros(micros, Currency::Eur);
            prop_assert_eq!(price(&written.to_string()), written);
        }
    }
}
