//! How a purchase is made, whatever is bought: how it may be paid, and what it is refused for besides what is
//! bought. Orders and changes of subscriptions ask here alike.

use crate::consent::{self, Consent};
use crate::policy::{ConsentRule, PaymentMethod, Rules};
use crate::refusal::Refusal;

/// What the rules of everything that is bought together allow; product keys pay for what is redeemed, nothing else.
pub fn payment_methods<'a>(of: impl Iterator<Item = &'a Rules> + Clone) -> Vec<PaymentMethod> {
    let by_all = |method: &PaymentMethod| of.clone().all(|rules| rules.payment_methods.contains(method));
    PaymentMethod::ALL.iter().copied().filter(|method| *method != PaymentMethod::ProductKey && by_all(method)).collect()
}

/// Missing or outdated consents, then a payment method that is none of those offered, each with the member of
/// the request that is wrong; a method that is not said is not asked for.
pub fn refused(
    texts: &[ConsentRule],
    given: &[Consent],
    methods: &[PaymentMethod],
    method: Option<PaymentMethod>,
) -> Vec<(&'static str, Refusal)> {
    let consents = consent::missing(texts, given).into_iter().map(|refusal| ("consents", refusal));
    let payment = method.filter(|method| !methods.contains(method));
    consents.chain(payment.map(|_| ("payment_method", Refusal::PaymentMethodNotOffered))).collect()
}
