//! What selling a batch charges and revoking it gives back: the same for the preview and for the write.

use crate::App;
use crate::http::problem::{Problem, named};
use crate::ids::New as _;
use domain::access::Scope;
use domain::billing::ChargeKind;
use domain::id::{ChargeId, KeyBatchId, ResellerId};
use domain::marketplace::Doing;
use domain::policy::RoundingRule;
use domain::pricing::Buyer;
use domain::product_key::KeyBatch;
use domain::product_key::sale::{self, Booking, KeyCharge};
use domain::refusal::Refusal;
use domain::tax;
use store::Conn;
use time::OffsetDateTime;

/// Who asks, and when that is in its marketplace.
pub struct Asking<'a> {
    /// Catalogues and marketplaces.
    pub app: &'a App,
    /// Whose batches are seen.
    pub scope: Scope,
    /// A user's or an API client's id.
    pub by: &'a str,
    /// The marketplace's now.
    pub now: OffsetDateTime,
}

impl Asking<'_> {
    /// What a reseller that may buy is charged for a whole batch of which nothing is used: the price that it pays now.
    pub fn of_sale(&self, conn: &mut Conn, batch: &KeyBatch, reseller: ResellerId) -> Result<KeyCharge, Problem> {
        let refuse = |refusal| Problem::refusals(vec![("/reseller_id".to_owned(), refusal)]);
        self.app.marketplaces.lets(batch.marketplace_id, Doing::Buy)?;
        let company = named("/reseller_id", store::resellers::get(conn, &self.scope, reseller))?.value;
        let marketplaces = &self.app.marketplaces;
        let missing = company.onboarding.missing(&marketplaces.organizations(batch.marketplace_id)?.reseller_needs);
        if !missing.is_empty() {
            return Err(refuse(Refusal::ResellerNotReady(missing)));
        }
        sale::sellable(batch, used(conn, &self.scope, batch.id)?)?;
        let catalog = self.app.catalog_in(conn, batch.marketplace_id)?;
        let price = catalog.price(batch.offer_id, Buyer::Reseller(reseller), self.now);
        let price = price.ok_or_else(|| refuse(Refusal::NoPrice))?;
        let rounding = self.rounding(conn, batch)?;
        let seller = marketplaces.get(batch.marketplace_id)?.marketplace.country;
        let tax_rule = company.address.as_ref().map(|address| tax::rule(seller, &address.into(), None));
        sale::charge(batch, reseller, price.unit_price, tax_rule, rounding, self.booking())
            .map_err(|_| Refusal::AmountOutOfRange.into())
    }

    /// What of the price of a batch is given back, as far as its keys were not redeemed; none where it was not sold, or
    /// something was given back already.
    pub fn of_revocation(
        &self,
        conn: &mut Conn,
        batch: &KeyBatch,
        used: u32,
        charges: &[KeyCharge],
    ) -> Result<Option<KeyCharge>, Problem> {
        let sold = charges.iter().find(|charge| charge.kind == ChargeKind::New);
        let Some(sold) = sold.filter(|_| batch.revoked_at.is_none()) else { return Ok(None) };
        sale::credit(sold, used, self.rounding(conn, batch)?, self.booking()).map_err(Problem::internal)
    }

    /// How the offer's policy rounds; as most do where the offer has left the catalogue.
    fn rounding(&self, conn: &mut Conn, batch: &KeyBatch) -> Result<RoundingRule, Problem> {
        let catalog = self.app.catalog_in(conn, batch.marketplace_id)?;
        let policy = catalog.offer(batch.offer_id).and_then(|found| catalog.policy(found.offer, self.now));
        Ok(policy.map_or_else(RoundingRule::default_value, |policy| policy.rules.rounding))
    }

    fn booking(&self) -> Booking {
        Booking { id: ChargeId::new(), by: self.by.to_owned(), at: self.now }
    }
}

/// What was charged for a batch and given back, oldest first.
pub fn charges(conn: &mut Conn, scope: &Scope, id: KeyBatchId) -> Result<Vec<KeyCharge>, Problem> {
    let mut charges = store::key_charges::of_batches(conn, scope, &[id])?;
    Ok(charges.remove(&id).unwrap_or_default())
}

/// How many keys of a batch were redeemed.
pub fn used(conn: &mut Conn, scope: &Scope, id: KeyBatchId) -> Result<u32, Problem> {
    let used = store::product_keys::used(conn, scope, &[id])?;
    Ok(used.get(&id).copied().unwrap_or_default())
}
