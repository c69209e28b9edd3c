//! An independent reader of explanations (N-02): computes `5 * round(9.40 / 30, 3) * 25` with its own
//! exact fractions and rounds the result once.
//!
//! `explanation := product ("-" product)*`, `product := factor (("*" | "/") factor)*`,
//! `factor := ["-"] number | "(" explanation ")" | "round(" explanation ", " places ")"`.

use domain::money::Rounding;

/// A fraction; the denominator is positive.
#[derive(Clone, Copy)]
struct Fraction(i128, i128);

/// What an explanation comes to, in cents.
pub(crate) fn cents(explanation: &str, mode: Rounding) -> i64 {
    let mut reader = Reader { rest: explanation, mode };
    let value = reader.explanation();
    assert_eq!(reader.rest, "", "unread in {explanation:?}");
    i64::try_from(rounded(value, 2, mode)).unwrap()
}

struct Reader<'a> {
    rest: &'a str,
    mode: Rounding,
}

impl Reader<'_> {
    fn explanation(&mut self) -> Fraction {
        let mut value = self.product();
        while self.skip(" - ") {
            let Fraction(numerator, denominator) = self.product();
            value = reduced(value.0 * denominator - numerator * value.1, value.1 * denominator);
        }
        value
    }

    fn product(&mut self) -> Fraction {
        let mut value = self.factor();
        loop {
            if self.skip(" * ") {
                let Fraction(numerator, denominator) = self.factor();
                value = reduced(value.0 * numerator, value.1 * denominator);
            } else if self.skip(" / ") {
                let Fraction(numerator, denominator) = self.factor();
                assert!(numerator > 0, "division by {numerator} in {:?}", self.rest);
                value = reduced(value.0 * denominator, value.1 * numerator);
            } else {
                return value;
            }
        }
    }

    fn factor(&mut self) -> Fraction {
        if self.skip("(") {
            let inner = self.explanation();
            assert!(self.skip(")"), "no end in {:?}", self.rest);
            return inner;
        }
        if self.skip("-") {
            let Fraction(numerator, denominator) = self.number();
            return Fraction(-numerator, denominator);
        }
        if !self.skip("round(") {
            return self.number();
        }
        let inner = self.explanation();
        assert!(self.skip(", "), "no places in {:?}", self.rest);
        let Fraction(places, _) = self.number();
        assert!(self.skip(")"), "no end in {:?}", self.rest);
        let places = u32::try_from(places).unwrap();
        reduced(rounded(inner, places, self.mode), 10_i128.pow(places))
    }

    fn number(&mut self) -> Fraction {
        let end = self.rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{decimals}").parse().unwrap();
        reduced(digits, 10_i128.pow(u32::try_from(decimals.len()).unwrap()))
    }

    fn skip(&mut self, token: &str) -> bool {
        let found = self.rest.strip_prefix(token);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }
}

fn reduced(numerator: i128, denominator: i128) -> Fraction {
    let (mut a, mut b) = (numerator.abs(), denominator);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    Fraction(numerator / a.max(1), denominator / a.max(1))
}

/// A fraction in units of so many decimal places; below zero as above.
fn rounded(Fraction(numerator, denominator): Fraction, places: u32, mode: Rounding) -> i128 {
    if numerator < 0 {
        return -rounded(Fraction(-numerator, denominator), places, mode);
    }
    let scaled = numerator * 10_i128.pow(places);
    let (down, twice_rest) = (scaled / denominator, scaled % denominator * 2);
    let up = match mode {
        Rounding::Down => false,
        Rounding::HalfUp => twice_rest >= denominator,
        Rounding::HalfEven => twice_rest > denominator || (twice_rest == denominator && down % 2 == 1),
    };
    down + i128::from(up)
}
