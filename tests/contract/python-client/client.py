"""A customer buys and changes, and a provider uploads a sheet, by the client of openapi-python-client."""

import datetime
import io
import sys
import time
import uuid
from pathlib import Path
from typing import TypeVar

from generated import AuthenticatedClient, Client
from generated.api.auth import log_in
from generated.api.carts import add_cart_line, create_cart, preview_cart
from generated.api.catalog import list_products
from generated.api.changes import change_subscription, preview_change
from generated.api.jobs import show_job
from generated.api.orders import place_order
from generated.api.price_lists import import_price_list
from generated.api.subscriptions import show_subscription
from generated.models import (
    Cart,
    CartCreate,
    CartLineCreate,
    CartPreview,
    Consent,
    DeadlineProblem,
    DeadlineProblemCode,
    Job,
    JobResult,
    JobState,
    LoginRequest,
    OfferKind,
    Order,
    OrderCreate,
    PaymentMethod,
    ProductPage,
    SetQuantityChange,
    SetQuantityChangeType,
    Subscription,
    SubscriptionChange,
    SubscriptionStatus,
    Term,
    TokenPair,
    When,
)
from generated.types import File

BASE = sys.argv[1]
SHEET = Path(__file__).parent.parent / "sheet.csv"
T = TypeVar("T")


def taken(answer: object, kind: type[T]) -> T:
    """What is answered; a refusal is of another type."""
    assert isinstance(answer, kind), answer
    return answer


def of(email: str) -> AuthenticatedClient:
    body = LoginRequest(email=email, password="Kontor-demo-1!")
    tokens = taken(log_in.sync(client=Client(base_url=BASE), body=body), TokenPair)
    return AuthenticatedClient(base_url=BASE, token=tokens.access_token)


def wait(what: str, done: bool, tries: int) -> bool:
    """Whether to ask once more."""
    assert done or tries < 100, what
    time.sleep(0 if done else 0.2)
    return not done


client = of("admin@kunde.cancom.example")
found = taken(list_products.sync(client=client, q="Office 365 Enterprise"), ProductPage)
offers = [offer for product in found.data for sku in product.skus for offer in sku.offers]
offer = next(one for one in offers if one.kind == OfferKind.LICENSED and one.term == Term.P1M and one.price)

cart = taken(create_cart.sync(client=client, body=CartCreate(name="by openapi-python-client")), Cart)
line = CartLineCreate(offer_id=offer.id, quantity=5)
taken(add_cart_line.sync(cart.id, client=client, body=line), Cart)
preview = taken(preview_cart.sync(cart.id, client=client), CartPreview)
assert preview.problems == []

body = OrderCreate(
    cart_id=cart.id,
    preview_token=preview.preview_token,
    payment_method=PaymentMethod.INVOICE,
    consents=[Consent(kind=one.kind, version=one.version) for one in preview.consents_required],
)
order = taken(place_order.sync(client=client, body=body, idempotency_key=str(uuid.uuid4())), Order)
subscription_id = order.lines[0].subscription_id
assert subscription_id is not None


def show() -> Subscription:
    return taken(show_subscription.sync(subscription_id, client=client), Subscription)


tries = 0
while wait("it does not become active", show().status == SubscriptionStatus.ACTIVE, tries):
    tries += 1

more = SetQuantityChange(type_=SetQuantityChangeType.SET_QUANTITY, quantity=6)
change = taken(change_subscription.sync(subscription_id, client=client, body=more), SubscriptionChange)
assert change.request.type_ == "set_quantity"
tries = 0
while wait("the change is still being applied", show().applying_change_id is None, tries):
    tries += 1

fewer = SetQuantityChange(type_=SetQuantityChangeType.SET_QUANTITY, quantity=2, when=When.NOW)
problem = taken(preview_change.sync(subscription_id, client=client, body=fewer), DeadlineProblem)
assert problem.code == DeadlineProblemCode.ONLY_LATER
# The type says that it is there, and that it is an instant.
assert isinstance(problem.next_allowed_at, datetime.datetime)
assert problem.next_allowed_at > datetime.datetime.now(datetime.timezone.utc)

provider = of("provider@cancom.example")
sheet = File(payload=io.BytesIO(SHEET.read_bytes()))
name = "by openapi-python-client"
job = taken(import_price_list.sync(client=provider, body=sheet, name=name, percent_off_retail="10"), Job)
tries = 0
while wait("the sheet is not read", job.state not in (JobState.QUEUED, JobState.RUNNING), tries):
    job = taken(show_job.sync(job.id, client=provider), Job)
    tries += 1
assert isinstance(job.result, JobResult) and job.result.price_list_id, job.problem
print(
    f"openapi-python-client: ordered {order.id}, fewer from {problem.next_allowed_at} on,"
    f" sheet {job.result.price_list_id}"
)
