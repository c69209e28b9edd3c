"""A customer buys and changes, and a provider uploads a sheet, by the client of openapi-generator's python."""

import datetime
import sys
import time
import uuid
from pathlib import Path

from generated import (
    ApiClient,
    ApiException,
    AuthApi,
    CartCreate,
    CartLineCreate,
    CartsApi,
    CatalogApi,
    ChangeRequest,
    ChangesApi,
    Configuration,
    Consent,
    DeadlineProblem,
    JobsApi,
    JobState,
    LoginRequest,
    OfferKind,
    OrderCreate,
    OrdersApi,
    PaymentMethod,
    PriceListsApi,
    Problem,
    SetQuantityChange,
    SubscriptionsApi,
    SubscriptionStatus,
    Term,
    When,
)

BASE = sys.argv[1]
SHEET = Path(__file__).parent.parent / "sheet.csv"


def of(email: str) -> ApiClient:
    login = LoginRequest(email=email, password="Kontor-demo-1!")
    tokens = AuthApi(ApiClient(Configuration(host=BASE))).log_in(login)
    return ApiClient(Configuration(host=BASE, access_token=tokens.access_token))


def wait(what: str, done: bool, tries: int) -> bool:
    """Whether to ask once more."""
    assert done or tries < 100, what
    time.sleep(0 if done else 0.2)
    return not done


customer = of("admin@kunde.cancom.example")
found = CatalogApi(customer).list_products(q="Office 365 Enterprise")
offers = [offer for product in found.data for sku in product.skus for offer in sku.offers]
offer = next(one for one in offers if one.kind == OfferKind.LICENSED and one.term == Term.P1M and one.price)

carts = CartsApi(customer)
cart = carts.create_cart(CartCreate(name="by openapi-generator"))
carts.add_cart_line(cart.id, CartLineCreate(offer_id=offer.id, quantity=5))
preview = carts.preview_cart(cart.id)
assert preview.problems == []

body = OrderCreate(
    cart_id=cart.id,
    preview_token=preview.preview_token,
    payment_method=PaymentMethod.INVOICE,
    consents=[Consent(kind=one.kind, version=one.version) for one in preview.consents_required],
)
order = OrdersApi(customer).place_order(body, idempotency_key=str(uuid.uuid4()))
subscription_id = order.lines[0].subscription_id
assert subscription_id is not None
subscriptions = SubscriptionsApi(customer)

tries = 0
while wait(
    "it does not become active",
    subscriptions.show_subscription(subscription_id).status == SubscriptionStatus.ACTIVE,
    tries,
):
    tries += 1

changes = ChangesApi(customer)
more = SetQuantityChange(type="set_quantity", quantity=6)
change = changes.change_subscription(subscription_id, ChangeRequest(more))
request = change.request.actual_instance
assert isinstance(request, SetQuantityChange) and request.type == "set_quantity"
tries = 0
while wait(
    "the change is still being applied",
    subscriptions.show_subscription(subscription_id).applying_change_id is None,
    tries,
):
    tries += 1

fewer = SetQuantityChange(type="set_quantity", quantity=2, when=When.NOW)
try:
    changes.preview_change(subscription_id, ChangeRequest(fewer))
    raise AssertionError("fewer licences were not refused")
except ApiException as refusal:
    assert isinstance(refusal.data, Problem)
    problem = refusal.data.actual_instance
assert isinstance(problem, DeadlineProblem) and problem.code == "only_later"
# The type says that it is there, and that it is an instant.
assert problem.next_allowed_at is not None
assert problem.next_allowed_at > datetime.datetime.now(datetime.timezone.utc)

provider = of("provider@cancom.example")
job = PriceListsApi(provider).import_price_list("by openapi-generator", SHEET.read_bytes(), percent_off_retail="10")
tries = 0
while wait("the sheet is not read", job.state not in (JobState.QUEUED, JobState.RUNNING), tries):
    job = JobsApi(provider).show_job(job.id)
    tries += 1
assert job.result and job.result.price_list_id, job.problem
print(f"python: ordered {order.id}, fewer from {problem.next_allowed_at} on, sheet {job.result.price_list_id}")
