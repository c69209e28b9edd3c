//! Publishing a draft: its products, SKUs and offers exist, its prices are in force.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids::New as _;
use crate::platform::marketplaces::profile::StoredProfile;
use crate::pricing::price_lists;
use crate::transaction::Write;
use domain::catalog::{Offer, OfferKind, PriceEntry, Product, QuantityLimits, Segment, Sku};
use domain::event::EventKind;
use domain::id::{MarketplaceId, OfferId, PriceListId, ProductId, SkuId};
use domain::money::Currency;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use store::price_lists::{SheetRow, Status, StoredPriceList};
use store::{Conn, catalog};

/// Rows taken at once.
const BATCH: u32 = 500;

/// Publishes a draft whose diff is still true.
pub fn publish(write: &mut Write<'_>, id: PriceListId) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    let marketplace = scope.marketplace();
    // First, so that publishes of a marketplace come one after the other: each sees what the one before it did.
    let version = store::marketplaces::bump_catalog_version(write.tx, marketplace)?;
    let mut record = draft(write, id)?;
    let stored = store::marketplaces::by_id_unscoped(write.tx, marketplace)?;
    if record.catalog_version + 1 != version {
        return Err(Problem::new(Code::PriceListStale));
    }
    if record.rows == 0 {
        return Err(Problem::new(Code::PriceListEmpty));
    }
    let currency = stored.marketplace.currency;
    let profile: StoredProfile = serde_json::from_value(stored.profile).map_err(Problem::internal)?;
    let category = record.margin["category"].as_str().unwrap_or("other").to_owned();
    let mut after = None;
    loop {
        let rows = store::price_lists::rows(write.tx, &scope, id, None, after, BATCH)?;
        let Some(last) = rows.last() else { break };
        after = Some(last.line);
        Batch { marketplace, currency, record: &record, profile: &profile, category: &category }
            .publish(write.tx, &rows)?;
    }
    record.status = Status::Published;
    record.published_at = Some(write.now);
    record.version = store::price_lists::update(write.tx, &record, write.meta.if_match)?;
    let view = price_lists::view::price_list(&record);
    let payload = serde_json::to_value(&view).map_err(Problem::internal)?;
    write.record(EventKind::PriceListPublished, None, view.id.clone(), payload)?;
    Ok(Reply::json(200, &view)?.version(record.version))
}

/// Gives a draft up.
pub fn discard(write: &mut Write<'_>, id: PriceListId) -> Result<Reply, Problem> {
    let mut record = draft(write, id)?;
    record.status = Status::Discarded;
    store::price_lists::update(write.tx, &record, write.meta.if_match)?;
    write.audit("price_list.discarded", None, id.to_string(), None, None)?;
    Ok(Reply::empty())
}

fn draft(write: &mut Write<'_>, id: PriceListId) -> Result<StoredPriceList, Problem> {
    let record = store::price_lists::get(write.tx, &write.identity.scope, id)?;
    if record.status == Status::Draft { Ok(record) } else { Err(Problem::new(Code::PriceListNotDraft)) }
}

/// Some rows of a draft.
struct Batch<'a> {
    marketplace: MarketplaceId,
    currency: Currency,
    record: &'a StoredPriceList,
    profile: &'a StoredProfile,
    category: &'a str,
}

impl Batch<'_> {
    fn publish(&self, tx: &mut Conn, rows: &[SheetRow]) -> Result<(), Problem> {
        let products = self.products(tx, rows)?;
        let skus = self.skus(tx, rows, &products)?;
        let offers = self.offers(tx, rows, &products, &skus)?;
        let entries: Vec<_> = rows.iter().zip(&offers).map(|(row, offer)| self.entry(row, *offer)).collect();
        Ok(catalog::insert_prices(tx, self.marketplace, &entries)?)
    }

    fn products(&self, tx: &mut Conn, rows: &[SheetRow]) -> Result<HashMap<String, ProductId>, Problem> {
        let wanted: Vec<&str> = rows.iter().map(|row| row.product_external_id.as_str()).collect();
        let mut known: HashMap<_, _> =
            catalog::find_products_unscoped(tx, self.marketplace, &wanted)?.into_iter().collect();
        let mut fresh = vec![];
        for row in rows {
            if !known.contains_key(&row.product_external_id) {
                let id = ProductId::new();
                known.insert(row.product_external_id.clone(), id);
                fresh.push(Product {
                    id,
                    external_id: row.product_external_id.clone(),
                    title: row.product_title.clone(),
                    publisher: row.publisher.clone(),
                    description: row.description.clone(),
                    category: self.category.to_owned(),
                    aliases: vec![],
                });
            }
        }
        catalog::insert_products(tx, self.marketplace, &fresh)?;
        Ok(known)
    }

    fn skus(
        &self,
        tx: &mut Conn,
        rows: &[SheetRow],
        products: &HashMap<String, ProductId>,
    ) -> Result<HashMap<(ProductId, String), SkuId>, Problem> {
        let ids: Vec<_> = products.values().copied().collect();
        let found = catalog::find_skus_unscoped(tx, self.marketplace, &ids)?;
        let mut known: HashMap<_, _> =
            found.into_iter().map(|sku| ((sku.product_id, sku.external_id), sku.id)).collect();
        let mut fresh = vec![];
        for row in rows {
            let product_id = products[&row.product_external_id];
            if let Entry::Vacant(place) = known.entry((product_id, row.sku_external_id.clone())) {
                let id = *place.insert(SkuId::new());
                let (external_id, title, description) =
                    (row.sku_external_id.clone(), row.sku_title.clone(), row.description.clone());
                fresh.push(Sku { id, product_id, external_id, title, description });
            }
        }
        catalog::insert_skus(tx, self.marketplace, &fresh)?;
        Ok(known)
    }

    /// The offer of each row, in the rows' order.
    fn offers(
        &self,
        tx: &mut Conn,
        rows: &[SheetRow],
        products: &HashMap<String, ProductId>,
        skus: &HashMap<(ProductId, String), SkuId>,
    ) -> Result<Vec<OfferId>, Problem> {
        let sku_of = |row: &SheetRow| skus[&(products[&row.product_external_id], row.sku_external_id.clone())];
        let ids: Vec<_> = rows.iter().map(sku_of).collect();
        let key = |offer: &Offer| (offer.sku_id, offer.term, offer.billing_cycle, offer.segment, offer.market);
        let found = catalog::find_offers_unscoped(tx, self.marketplace, &ids)?;
        let mut known: HashMap<_, _> = found.iter().map(|offer| (key(offer), offer.id)).collect();
        let (mut fresh, mut ordered) = (vec![], Vec::with_capacity(rows.len()));
        for (row, sku) in rows.iter().zip(ids) {
            let offer = self.offer(row, sku);
            let id = *known.entry(key(&offer)).or_insert_with(|| {
                fresh.push(offer.clone());
                offer.id
            });
            ordered.push(id);
        }
        catalog::insert_offers(tx, self.marketplace, &fresh)?;
        Ok(ordered)
    }

    fn offer(&self, row: &SheetRow, sku_id: SkuId) -> Offer {
        let rule = self
            .profile
            .offer_policies
            .iter()
            .find(|rule| rule.term.0 == row.term && rule.billing_cycle.0 == row.billing_cycle);
        Offer {
            id: OfferId::new(),
            sku_id,
            term: row.term,
            billing_cycle: row.billing_cycle,
            segment: row.segment,
            market: row.market,
            kind: row.kind,
            limits: if row.kind == OfferKind::Trial {
                QuantityLimits { max: 25, ..QuantityLimits::ANY }
            } else {
                QuantityLimits::ANY
            },
            prerequisites: vec![],
            policy_key: rule.map_or_else(|| "default_nce".to_owned(), |rule| rule.policy_key.clone()),
            preselected: self.usual(row) && rule.is_some_and(|rule| rule.preselected),
        }
    }

    /// What most buyers of the marketplace buy: a sheet also has other currencies and segments.
    fn usual(&self, row: &SheetRow) -> bool {
        row.market.currency == self.currency && row.segment == Segment::Commercial
    }

    fn entry(&self, row: &SheetRow, offer_id: OfferId) -> PriceEntry {
        PriceEntry {
            price_list_id: self.record.id,
            offer_id,
            owner: self.record.owner,
            cost: Some(row.cost),
            list_price: row.list_price,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}
