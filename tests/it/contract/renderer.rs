//! A frontend without a rule of its own: it knows what `GET /v1/marketplaces/{slug}` serves and nothing else, fills its
//! forms, and says of every value whether the rules take it.

use regex::Regex;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers that look random, the same in every run.
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// One of `0..n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % n
    }

    pub fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// What is filled in, by pointer; an empty text is left out.
pub type Values = BTreeMap<String, Value>;

/// The rules of a marketplace.
pub struct Rules {
    served: Value,
    patterns: BTreeMap<String, Regex>,
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn text_of(values: &Values, pointer: &str) -> String {
    values.get(pointer).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
}

fn is_filled(values: &Values, pointer: &str) -> bool {
    values.get(pointer).is_some_and(|value| value.is_boolean() || value.as_array().is_some_and(|list| !list.is_empty()))
        || !text_of(values, pointer).is_empty()
}

fn part_is_filled(values: &Values, part: &str) -> bool {
    let part = format!("{part}/");
    values.keys().any(|pointer| pointer.starts_with(&part) && is_filled(values, pointer))
}

/// The pointer of the field that another one comes with.
fn of(with: &Value) -> &str {
    with["pointer"].as_str().unwrap_or_default()
}

/// Whether the other field has one of the options that a field comes with.
fn with_option(values: &Values, field: &Value) -> bool {
    texts(&field["with"]["options"]).contains(&text_of(values, of(&field["with"])))
}

/// The characters of a class of passwords.
fn has_class(class: &str, letter: char) -> bool {
    match class {
        "letter" => letter.is_alphabetic(),
        "upper" => letter.is_uppercase(),
        "lower" => letter.is_lowercase(),
        "digit" => letter.is_ascii_digit(),
        "special" => !letter.is_alphanumeric() && !letter.is_whitespace() && !letter.is_control(),
        other => panic!("a class {other}"),
    }
}

impl Rules {
    /// Reads a marketplace's rules.
    pub fn of(marketplace: &Value) -> Self {
        let served = marketplace["form_rules"].clone();
        let mut patterns = BTreeMap::new();
        let fields =
            served["forms"].as_array().into_iter().flatten().flat_map(|form| form["fields"].as_array()).flatten();
        let of_fields =
            fields.filter(|field| field["kind"] != "password").filter_map(|field| field["pattern"].as_str());
        let of_countries = served["addresses"].as_array().into_iter().flatten();
        let of_countries = of_countries.filter_map(|rule| rule["postal_code_pattern"].as_str());
        for pattern in of_fields.chain(of_countries) {
            let regex = Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            patterns.insert(pattern.to_owned(), regex);
        }
        Self { served, patterns }
    }

    /// A form by its key.
    pub fn form(&self, key: &str) -> Option<Vec<Value>> {
        let mut forms = self.served["forms"].as_array().expect("forms").iter();
        forms.find(|form| form["key"] == key)?["fields"].as_array().cloned()
    }

    fn country(&self, values: &Values, field: &Value) -> Value {
        let country = field["country"].as_str().map(|pointer| text_of(values, pointer)).unwrap_or_default();
        let rules = self.served["addresses"].as_array().expect("addresses");
        rules.iter().find(|rule| rule["country"] == country.as_str()).cloned().unwrap_or(Value::Null)
    }

    fn needed(&self, values: &Values, field: &Value) -> bool {
        let part = field["within"].as_str();
        match field["required"].as_str().expect("required") {
            "always" => part.is_none_or(|part| part_is_filled(values, part)),
            "by_country" => {
                let key = if field["kind"] == "region" { "region_required" } else { "postal_code_required" };
                self.country(values, field)[key] == true
            }
            "instead_of" => !part_is_filled(values, field["instead_of"].as_str().expect("a part")),
            "with_option" => with_option(values, field),
            _ => false,
        }
    }

    /// The pointers of what the rules do not take.
    pub fn wrong(&self, fields: &[Value], values: &Values) -> BTreeSet<String> {
        let refused = fields.iter().filter(|field| {
            let pointer = field["pointer"].as_str().expect("a pointer");
            if !is_filled(values, pointer) {
                return self.needed(values, field);
            }
            let both = field["instead_of"].as_str().is_some_and(|part| part_is_filled(values, part));
            // Where the other field has no option at all, that is what is wrong.
            let with = &field["with"];
            let other = with["pointer"].as_str().and_then(|of| fields.iter().find(|field| field["pointer"] == of));
            let chosen = other.is_some_and(|other| self.takes(values, other, &json!(text_of(values, of(with)))));
            both || (chosen && !with_option(values, field)) || !self.takes(values, field, &values[pointer])
        });
        refused.map(|field| field["pointer"].as_str().expect("a pointer").to_owned()).collect()
    }

    fn takes(&self, values: &Values, field: &Value, value: &Value) -> bool {
        let kind = field["kind"].as_str().expect("a kind");
        if kind == "consents" {
            let given = value.as_array().expect("consents");
            let needed = self.consents();
            return needed.len() == given.len() && needed.iter().all(|consent| given.contains(consent));
        }
        if kind == "flag" {
            return texts(&field["options"]).contains(&value.to_string());
        }
        if kind == "choices" {
            let options = texts(&field["options"]);
            let known = |one: &Value| one.as_str().is_some_and(|one| options.iter().any(|option| option == one));
            return value.as_array().is_some_and(|chosen| chosen.iter().all(known));
        }
        let text = value.as_str().expect("a text");
        if kind == "password" {
            return self.takes_password(text);
        }
        let text = text.trim();
        let short = field["max_length"].as_u64().is_none_or(|most| text.chars().count() as u64 <= most);
        let matches = |pattern: &Value| pattern.as_str().is_none_or(|pattern| self.patterns[pattern].is_match(text));
        let rule = self.country(values, field);
        let by_kind = match kind {
            "country" => texts(&self.served["countries"]).iter().any(|known| known == text),
            "postal_code" => matches(&rule["postal_code_pattern"]) && !text.chars().any(char::is_control),
            "region" => {
                let regions = rule["regions"].as_array().cloned().unwrap_or_default();
                regions.is_empty()
                    || regions
                        .iter()
                        .any(|region| region["code"].as_str().is_some_and(|code| code.eq_ignore_ascii_case(text)))
            }
            "choice" => texts(&field["options"]).iter().any(|option| option == text),
            "iban" => is_iban(text),
            _ => true,
        };
        short && matches(&field["pattern"]) && by_kind
    }

    fn takes_password(&self, text: &str) -> bool {
        let rules = &self.served["password"];
        let number = |name: &str| rules[name].as_u64().expect("a number");
        let has = |class: &String| text.chars().any(|letter| has_class(class, letter));
        let (all, any) = (texts(&rules["all_of"]), texts(&rules["any_of"]));
        let accepted = rules["allowed_specials"]
            .as_str()
            .is_none_or(|specials| text.chars().all(|letter| letter.is_alphanumeric() || specials.contains(letter)));
        let length = text.chars().count() as u64;
        (number("min_length")..=number("max_length")).contains(&length)
            && all.iter().all(has)
            && (any.is_empty() || any.iter().any(has))
            && accepted
    }

    fn consents(&self) -> Vec<Value> {
        let needed = self.served["account_consents"].as_array().expect("consents").iter();
        needed.map(|consent| json!({"kind": consent["kind"], "version": consent["version"]})).collect()
    }

    /// A filled form that the rules take; with everything in it, or with some of what may be left out.
    pub fn fill(&self, fields: &[Value], dice: &mut Dice, whole: bool) -> Values {
        let mut values = Values::new();
        let (countries, others): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field["kind"] == "country");
        let parts: BTreeSet<_> = fields.iter().filter_map(|field| field["within"].as_str()).collect();
        let replaced: BTreeSet<_> = fields.iter().filter_map(|field| field["instead_of"].as_str()).collect();
        let filled: BTreeSet<_> =
            parts.into_iter().filter(|part| dice.coin() || (whole && !replaced.contains(part))).collect();
        for field in countries.into_iter().chain(others) {
            if field["within"].as_str().is_some_and(|part| !filled.contains(part)) {
                continue;
            }
            let pointer = field["pointer"].as_str().expect("a pointer");
            let needed = match field["required"].as_str() {
                Some("always") => true,
                Some("instead_of") => !filled.contains(field["instead_of"].as_str().expect("a part")),
                _ => self.needed(&values, field),
            };
            let free = field["required"] != "instead_of" && field["required"] != "with_option";
            if needed || (free && (whole || dice.coin())) {
                let value = self.value(&values, field, dice);
                values.insert(pointer.to_owned(), value);
            }
        }
        values
    }

    fn value(&self, values: &Values, field: &Value, dice: &mut Dice) -> Value {
        const COUNTRIES: [&str; 8] = ["DE", "PL", "AT", "CH", "SK", "GB", "US", "JP"];
        const VAT_IDS: [&str; 4] = ["DE136695976", "atu 135.856-27", "PL5260001246", "CHE-123.456.788"];
        const IBANS: [&str; 3] =
            ["PL61109010140000071219812874", "DE89 3704 0044 0532 0130 00", "AT611904300234573201"];
        let most = usize::try_from(field["max_length"].as_u64().unwrap_or(20)).expect("a length");
        let rule = self.country(values, field);
        json!(match field["kind"].as_str().expect("a kind") {
            "country" => (*dice.one_of(&COUNTRIES)).to_owned(),
            "vat_id" => (*dice.one_of(&VAT_IDS)).to_owned(),
            "iban" => (*dice.one_of(&IBANS)).to_owned(),
            "choice" => dice.one_of(&texts(&field["options"])).clone(),
            "choices" => {
                let options = texts(&field["options"]);
                let first = dice.below(options.len());
                return json!(options[first..]);
            }
            "consents" => return json!(self.consents()),
            "flag" => return json!(dice.one_of(&texts(&field["options"])) == "true"),
            "password" => self.password(dice),
            "postal_code" if rule["postal_code_pattern"].is_string() => {
                sample(rule["postal_code_pattern"].as_str().expect("a pattern"), dice)
            }
            "region" if rule["regions"].as_array().is_some_and(|regions| !regions.is_empty()) => {
                dice.one_of(rule["regions"].as_array().expect("regions"))["code"].as_str().expect("a code").to_owned()
            }
            _ => match field["pattern"].as_str().filter(|pattern| !pattern.starts_with("^[^")) {
                // Of the other alphabets some letters that domains have.
                Some(pattern) => sample(&pattern.replace(r"\u00a1-\uffef", "äöüßłżé"), dice),
                None => printable(dice, most),
            },
        })
    }

    fn password(&self, dice: &mut Dice) -> String {
        let rules = &self.served["password"];
        let special = rules["allowed_specials"].as_str().unwrap_or("!").chars().next().expect("a character");
        let of = |class: &String| match class.as_str() {
            "letter" | "lower" => 'k',
            "upper" => 'K',
            "digit" => '7',
            _ => special,
        };
        let mut password: String = texts(&rules["all_of"]).iter().chain(&texts(&rules["any_of"])).map(of).collect();
        let least = usize::try_from(rules["min_length"].as_u64().expect("a length")).expect("a length");
        for _ in 0..least + dice.below(10) {
            password.push(*dice.one_of(&['a', 'Z', '3', 'ö', 'Ł']));
        }
        password
    }
}

fn printable(dice: &mut Dice, most: usize) -> String {
    const LETTERS: [char; 14] = ['a', 'k', 'Z', 'ä', 'ß', 'Ł', 'é', '7', '0', '-', '.', '\'', '&', '"'];
    // A name has a letter.
    std::iter::once('k').chain((0..dice.below(most)).map(|_| *dice.one_of(&LETTERS))).collect()
}

/// ISO 13616: country and check digits moved behind the rest, letters as two digits, must leave 1 by 97.
fn is_iban(text: &str) -> bool {
    let text: String = text.chars().filter(|letter| *letter != ' ').collect::<String>().to_uppercase();
    if !text.is_ascii() || text.len() < 15 {
        return false;
    }
    let moved = format!("{}{}", &text[4..], &text[..4]);
    let rest = moved.chars().try_fold(0_u32, |rest, letter| {
        let digit = letter.to_digit(36)?;
        Some((rest * if digit > 9 { 100 } else { 10 } + digit) % 97)
    });
    rest == Some(1)
}

/// A text that matches a pattern of literals, classes, groups and repetitions.
pub fn sample(pattern: &str, dice: &mut Dice) -> String {
    let inner = pattern.trim_start_matches('^').trim_end_matches('$');
    let letters: Vec<char> = inner.chars().collect();
    let (text, end) = alternatives(&letters, 0, dice);
    assert_eq!(end, letters.len(), "{pattern} was not understood");
    text
}

fn alternatives(pattern: &[char], mut at: usize, dice: &mut Dice) -> (String, usize) {
    let mut choices = vec![];
    loop {
        let (text, end) = sequence(pattern, at, dice);
        choices.push(text);
        at = end;
        if pattern.get(at) != Some(&'|') {
            return (dice.one_of(&choices).clone(), at);
        }
        at += 1;
    }
}

fn sequence(pattern: &[char], mut at: usize, dice: &mut Dice) -> (String, usize) {
    let mut text = String::new();
    while at < pattern.len() && !matches!(pattern[at], '|' | ')') {
        let start = at;
        let (_, end) = atom(pattern, start, dice);
        let (least, most, after) = repetition(pattern, end);
        for _ in 0..least + dice.below(most - least + 1) {
            text.push_str(&atom(pattern, start, dice).0);
        }
        at = after;
    }
    (text, at)
}

fn atom(pattern: &[char], at: usize, dice: &mut Dice) -> (String, usize) {
    match pattern[at] {
        '(' => {
            let inner = if pattern[at + 1..].starts_with(&['?', ':']) { at + 3 } else { at + 1 };
            let (text, end) = alternatives(pattern, inner, dice);
            (text, end + 1)
        }
        '[' => {
            let end = at + pattern[at..].iter().position(|letter| *letter == ']').expect("a class ends");
            let (class, mut letters, mut n) = (&pattern[at + 1..end], vec![], 0);
            while n < class.len() {
                if n + 2 < class.len() && class[n + 1] == '-' {
                    letters.extend(class[n]..=class[n + 2]);
                    n += 3;
                } else {
                    letters.push(class[n]);
                    n += 1;
                }
            }
            (dice.one_of(&letters).to_string(), end + 1)
        }
        '\\' => (pattern[at + 1].to_string(), at + 2),
        letter => (letter.to_string(), at + 1),
    }
}

/// How often, and where the pattern goes on; never many more than needed.
fn repetition(pattern: &[char], at: usize) -> (usize, usize, usize) {
    match pattern.get(at) {
        Some('?') => (0, 1, at + 1),
        Some('*') => (0, 2, at + 1),
        Some('+') => (1, 4, at + 1),
        Some('{') => {
            let end = at + pattern[at..].iter().position(|letter| *letter == '}').expect("a count ends");
            let count: String = pattern[at + 1..end].iter().collect();
            let (least, most) = count.split_once(',').unwrap_or((&count, &count));
            let least: usize = least.parse().expect("a number");
            (least, most.parse::<usize>().expect("a number").min(least + 4), end + 1)
        }
        _ => (1, 1, at),
    }
}

/// The request of a filled form: a part of which nothing is filled in is not in it.
pub fn body(values: &Values) -> Value {
    let mut body = Value::Object(Map::new());
    let asked_for = |pointer: &str| match pointer.rsplit_once('/') {
        Some((part, _)) if !part.is_empty() => part_is_filled(values, part),
        _ => true,
    };
    for (pointer, value) in values.iter().filter(|(pointer, _)| asked_for(pointer)) {
        let mut at = &mut body;
        for name in pointer.split('/').skip(1) {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            at = &mut at[name];
        }
        at.clone_from(value);
    }
    body
}
