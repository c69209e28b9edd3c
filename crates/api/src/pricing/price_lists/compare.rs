//! What a sheet's rows do to what is sold now: each by itself as it is read, and all together once they are in.

use crate::keys::sha256;
use crate::memory::catalogs::catalog::Catalog;
use domain::catalog::{Offer, OfferKind, PriceEntry, PriceOwner, Product, Segment, Sku};
use domain::id::OfferId;
use domain::money::UnitPrice;
use domain::party::Market;
use domain::pricing::{self, Buyer};
use provisioning::price_sheet;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use store::price_lists::{Change, Notes, SheetRow};
use time::OffsetDateTime;

/// Which offer a row is of, in few bytes: a sheet may have a million rows.
type Fingerprint = [u8; 16];

/// Before every start that a sheet can say.
const EARLIEST: OffsetDateTime = time::Date::MIN.midnight().assume_utc();

/// What one row does.
pub struct Compared {
    /// What it changes.
    pub change: Change,
    /// What holds until now.
    pub previous: Option<PriceEntry>,
    /// What the SKU is called until now, where that differs.
    pub previous_title: Option<String>,
    /// What else is to be known; overlaps are known at the end only.
    pub notes: Notes,
}

/// A row that was taken.
#[derive(Clone, Copy)]
pub struct Taken {
    /// Its line in the sheet.
    pub line: i64,
    /// What it changes.
    pub change: Change,
    /// What else is to be known of it.
    pub notes: Notes,
    until: Option<OffsetDateTime>,
}

/// What the rows of a whole sheet speak for: what it does not have of this is gone, of all else it says nothing.
#[derive(PartialEq, Eq, Hash)]
struct Covered {
    market: Market,
    segment: Segment,
    publisher: String,
    /// Licences for a term and those for ever come in sheets of their own.
    perpetual: bool,
}

/// A sheet being compared with the catalogue.
pub struct Comparison {
    catalog: Arc<Catalog>,
    owner: PriceOwner,
    now: OffsetDateTime,
    /// Offers that a list before has closed.
    ended_by_lists: HashSet<OfferId>,
    /// By offer and start: a price is said once.
    taken: BTreeMap<(Fingerprint, OffsetDateTime), Taken>,
    /// Offers with a price that ends, which a row may have to wait for.
    ending: HashMap<Fingerprint, OfferId>,
    covered: HashSet<Covered>,
    /// SKUs of rows that were left out: they are in the sheet all the same.
    left_out: HashSet<(String, String)>,
}

impl Comparison {
    /// Nothing is read yet.
    pub fn new(catalog: Arc<Catalog>, owner: PriceOwner, now: OffsetDateTime, ended_by_lists: Vec<OfferId>) -> Self {
        Self {
            catalog,
            owner,
            now,
            ended_by_lists: ended_by_lists.into_iter().collect(),
            taken: BTreeMap::new(),
            ending: HashMap::new(),
            covered: HashSet::new(),
            left_out: HashSet::new(),
        }
    }

    /// What a row does by itself.
    pub fn row(&self, row: &price_sheet::SheetRow, cost: UnitPrice, price: UnitPrice) -> Compared {
        let (product, sku, offer) = self.known(row);
        let below_cost = price < cost;
        let renamed = self.owner == PriceOwner::Everybody
            && (product.is_some_and(|product| product.title != row.product_title)
                || sku.is_some_and(|sku| (&sku.title, &sku.unit) != (&row.sku_title, &row.unit)));
        let title = |sku: &Sku| renamed.then(|| sku.title.clone()).filter(|title| *title != row.sku_title);
        let previous_title = sku.and_then(title);
        let closed = offer.is_some_and(|offer| offer.sale_ended(self.now).is_some());
        let by_list = offer.is_some_and(|offer| self.ended_by_lists.contains(&offer.id));
        let resumed = by_list && self.owner == PriceOwner::Everybody;
        let notes = Notes { below_cost, overlap: false, renamed, resumed, not_on_sale: closed && !resumed };
        let entries = offer.map_or(&[][..], |offer| self.catalog.prices_of(offer.id));
        let (previous, same) = self.previous(entries, row);
        let previous = previous.filter(|_| !(closed && resumed));
        let change = match &previous {
            None => Change::Added,
            _ if resumed => Change::Changed,
            Some(before) if same || says(before, cost, price, row.valid_until) => Change::Unchanged,
            Some(_) => Change::Changed,
        };
        Compared { change, previous: previous.cloned(), previous_title, notes }
    }

    /// What a row says again, else what holds when it begins; and whether the row does nothing to it, being over.
    fn previous<'a>(&self, entries: &'a [PriceEntry], row: &price_sheet::SheetRow) -> (Option<&'a PriceEntry>, bool) {
        let same_start = entries.iter().filter(|entry| entry.owner == self.owner && entry.valid_from == row.valid_from);
        if let Some(again) = same_start.max_by_key(|entry| entry.price_list_id) {
            return (Some(again), false);
        }
        let buyer = match self.owner {
            PriceOwner::Everybody => Buyer::default(),
            PriceOwner::Reseller(id) => Buyer::Reseller(id),
            // Whether it has a reseller or not: only its own are compared.
            PriceOwner::Customer(id) => Buyer::Resold(Some(id)),
        };
        let holds = pricing::entry(entries, buyer, self.now.max(row.valid_from));
        let over = row.valid_until.is_some_and(|until| until <= self.now);
        (holds.filter(|entry| entry.owner == self.owner), over)
    }

    fn known(&self, row: &price_sheet::SheetRow) -> (Option<&Product>, Option<&Sku>, Option<&Offer>) {
        let Some(node) = self.catalog.by_external_id(&row.product_external_id) else { return (None, None, None) };
        let sku = node.skus.iter().find(|sku| sku.sku.external_id == row.sku_external_id);
        let told = (row.term, row.billing_cycle, row.segment, row.market);
        let said = |offer: &&Offer| (offer.term, offer.billing_cycle, offer.segment, offer.market) == told;
        let offer = sku.and_then(|sku| sku.offers.iter().find(said));
        (Some(&node.product), sku.map(|sku| &sku.sku), offer)
    }

    /// Takes a row in; the one that said its offer's price from the same instant before, and counts no more.
    pub fn take(&mut self, row: &price_sheet::SheetRow, line: i64, does: &Compared) -> Option<Taken> {
        let id = of_row(row);
        let (product, _, offer) = self.known(row);
        let publisher = match row.publisher.as_str() {
            "" => product.map(|product| product.publisher.clone()).unwrap_or_default(),
            publisher => publisher.to_owned(),
        };
        let ends = |entry: &PriceEntry| entry.owner == self.owner && entry.valid_until.is_some();
        let ending = offer.filter(|offer| self.catalog.prices_of(offer.id).iter().any(ends)).map(|offer| offer.id);
        self.ending.extend(ending.map(|offer| (id, offer)));
        let perpetual = row.kind == OfferKind::Perpetual;
        self.covered.insert(Covered { market: row.market, segment: row.segment, publisher, perpetual });
        let taken = Taken { line, change: does.change, notes: does.notes, until: row.valid_until };
        self.taken.insert((id, row.valid_from), taken)
    }

    /// A row that is left out; it may name what is in the sheet.
    pub fn leave_out(&mut self, sku: Option<(String, String)>) {
        self.left_out.extend(sku);
    }

    /// The lines of rows that wait for the end of a price that begins before them.
    pub fn overlaps(&self) -> Vec<i64> {
        let mut lines = Vec::new();
        let all: Vec<_> = self.taken.iter().collect();
        for of_offer in all.chunk_by(|one, other| one.0.0 == other.0.0) {
            let said: Vec<_> =
                of_offer.iter().map(|((_, from), taken)| (*from, taken.until, Some(taken.line))).collect();
            let again = |from| said.binary_search_by_key(&from, |(from, ..)| *from).is_ok();
            let held = self.ending.get(&of_offer[0].0.0).map_or(&[][..], |offer| self.catalog.prices_of(*offer));
            let held = held.iter().filter(|entry| entry.owner == self.owner && !again(entry.valid_from));
            let mut spans: Vec<_> = held.map(|entry| (entry.valid_from, entry.valid_until, None)).collect();
            spans.extend(said.iter().copied());
            spans.sort_unstable_by_key(|(from, ..)| *from);
            let mut busy_until = None;
            for (from, until, line) in spans {
                lines.extend(line.filter(|_| busy_until.is_some_and(|busy| from < busy)));
                busy_until = busy_until.max(until);
            }
        }
        lines.sort_unstable();
        lines
    }

    /// What is sold and a whole sheet does not have, as rows after a line; sold until `end`.
    pub fn missing(&self, after: i64, end: OffsetDateTime) -> Vec<SheetRow> {
        let (mut rows, mut line) = (Vec::new(), after);
        for node in &self.catalog.products {
            for sku in &node.skus {
                let named = (node.product.external_id.clone(), sku.sku.external_id.clone());
                if self.left_out.contains(&named) {
                    continue;
                }
                for offer in sku.offers.iter().filter(|offer| self.covers(&node.product, offer)) {
                    let sold = self.sold(offer, end).filter(|_| !self.says_anything_of(&node.product, &sku.sku, offer));
                    if let Some(entry) = sold {
                        line += 1;
                        rows.push(removed(line, &node.product, &sku.sku, offer, entry, end));
                    }
                }
            }
        }
        rows
    }

    fn covers(&self, product: &Product, offer: &Offer) -> bool {
        self.covered.contains(&Covered {
            market: offer.market,
            segment: offer.segment,
            publisher: product.publisher.clone(),
            perpetual: offer.kind == OfferKind::Perpetual,
        })
    }

    /// The price at which everybody could buy an offer at the end of its sale or later.
    fn sold(&self, offer: &Offer, end: OffsetDateTime) -> Option<&PriceEntry> {
        if offer.end_of_sale.is_some_and(|closed| closed <= end) {
            return None;
        }
        let entries = self.catalog.prices_of(offer.id);
        let later = |entry: &&PriceEntry| {
            entry.owner == PriceOwner::Everybody && entry.valid_until.is_none_or(|until| end < until)
        };
        let next = || entries.iter().filter(later).min_by_key(|entry| entry.valid_from);
        pricing::entry(entries, Buyer::default(), end).or_else(next)
    }

    fn says_anything_of(&self, product: &Product, sku: &Sku, offer: &Offer) -> bool {
        let id = fingerprint(&product.external_id, &sku.external_id, offer);
        self.taken.range((id, EARLIEST)..).next().is_some_and(|((found, _), _)| *found == id)
    }
}

fn says(before: &PriceEntry, cost: UnitPrice, price: UnitPrice, until: Option<OffsetDateTime>) -> bool {
    (before.list_price, before.cost, before.valid_until) == (price, Some(cost), until)
}

/// What becomes of an offer that a whole sheet does not have.
fn removed(
    line: i64,
    product: &Product,
    sku: &Sku,
    offer: &Offer,
    entry: &PriceEntry,
    end: OffsetDateTime,
) -> SheetRow {
    SheetRow {
        line,
        product_external_id: product.external_id.clone(),
        product_title: product.title.clone(),
        publisher: product.publisher.clone(),
        sku_external_id: sku.external_id.clone(),
        sku_title: sku.title.clone(),
        description: sku.description.clone(),
        term: offer.term,
        billing_cycle: offer.billing_cycle,
        segment: offer.segment,
        market: offer.market,
        kind: offer.kind,
        cost: entry.cost.unwrap_or(UnitPrice::from_micros(0, entry.list_price.currency)),
        list_price: entry.list_price,
        valid_from: end,
        valid_until: None,
        change: Change::Removed,
        previous: Some(entry.list_price),
        previous_cost: entry.cost,
        previous_until: entry.valid_until,
        previous_title: None,
        unit: sku.unit.clone(),
        notes: Notes::default(),
    }
}

fn of_row(row: &price_sheet::SheetRow) -> Fingerprint {
    let offer = (row.term.code(), row.billing_cycle.code(), row.segment.code());
    digest(&row.product_external_id, &row.sku_external_id, offer, row.market)
}

fn fingerprint(product: &str, sku: &str, offer: &Offer) -> Fingerprint {
    let told = (offer.term.code(), offer.billing_cycle.code(), offer.segment.code());
    digest(product, sku, told, offer.market)
}

fn digest(product: &str, sku: &str, (term, cycle, segment): (&str, &str, &str), market: Market) -> Fingerprint {
    let Market { country, currency } = market;
    let key = format!("{product} {sku} {term} {cycle} {segment} {country} {currency}");
    let mut short = [0; 16];
    short.copy_from_slice(&sha256(key.as_bytes())[..16]);
    short
}
