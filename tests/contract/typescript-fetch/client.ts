// A customer buys and changes, and a provider uploads a sheet, by the client of openapi-generator's typescript-fetch.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as api from "./generated/index.js";

const basePath = process.argv[2];
if (basePath === undefined) throw new Error("the address of a demo server is missing");

async function of(email: string): Promise<api.Configuration> {
  const auth = new api.AuthApi(new api.Configuration({ basePath }));
  const tokens = await auth.logIn({ loginRequest: { email, password: "Kontor-demo-1!" } });
  return new api.Configuration({ basePath, accessToken: tokens.accessToken });
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 200));

const customer = await of("admin@kunde.cancom.example");
const found = await new api.CatalogApi(customer).listProducts({ q: "Office 365 Enterprise" });
const offers = found.data.flatMap((product) => product.skus).flatMap((sku) => sku.offers);
const offer = offers.find((one) => one.kind === "licensed" && one.term === "P1M" && one.price != null);
assert.ok(offer, "an offer for a month that has a price");

const carts = new api.CartsApi(customer);
const cart = await carts.createCart({ cartCreate: { name: "by typescript-fetch" } });
await carts.addCartLine({ cartId: cart.id, cartLineCreate: { offerId: offer.id, quantity: 5 } });
const preview = await carts.previewCart({ cartId: cart.id });
assert.deepEqual(preview.problems, []);

const order = await new api.OrdersApi(customer).placeOrder({
  idempotencyKey: crypto.randomUUID(),
  orderCreate: {
    cartId: cart.id,
    previewToken: preview.previewToken,
    paymentMethod: "invoice",
    consents: preview.consentsRequired.map(({ kind, version }) => ({ kind, version })),
  },
});
const subscriptionId = order.lines[0]?.subscriptionId;
assert.ok(subscriptionId);
const subscriptions = new api.SubscriptionsApi(customer);
const show = () => subscriptions.showSubscription({ subscriptionId });

for (let tries = 0; (await show()).status !== "active"; tries += 1) {
  assert.ok(tries < 100, "the subscription does not become active");
  await pause();
}

const changes = new api.ChangesApi(customer);
const more: api.ChangeRequest = { type: "set_quantity", quantity: 6 };
const change = await changes.changeSubscription({ subscriptionId, changeRequest: more });
assert.equal(change.request.type, "set_quantity");
for (let tries = 0; (await show()).applyingChangeId !== null; tries += 1) {
  assert.ok(tries < 100, "the change is still being applied");
  await pause();
}

let problem: api.Problem | undefined;
try {
  const fewer: api.ChangeRequest = { type: "set_quantity", quantity: 2, when: "now" };
  await changes.previewChange({ subscriptionId, changeRequest: fewer });
} catch (error) {
  if (!(error instanceof api.ResponseError)) throw error;
  problem = api.ProblemFromJSON(await error.response.json());
}
assert.ok(problem?.code === "only_later", `refused with ${problem?.code}`);
// The type says that it is there, and that it is an instant: another code would not compile.
assert.ok((problem.nextAllowedAt?.getTime() ?? 0) > Date.now());

const provider = await of("provider@cancom.example");
const body = new Blob([readFileSync("sheet.csv")]);
const named = { name: "by typescript-fetch", percentOffRetail: "10" };
let job = await new api.PriceListsApi(provider).importPriceList({ ...named, body });
for (let tries = 0; job.state === "queued" || job.state === "running"; tries += 1) {
  assert.ok(tries < 100, `the sheet is still ${job.state}`);
  await pause();
  job = await new api.JobsApi(provider).showJob({ jobId: job.id });
}
assert.ok(job.result?.priceListId, `the sheet was not taken: ${job.problem?.code}`);
const day = problem.nextAllowedAt?.toISOString();
console.log(`typescript-fetch: ordered ${order.id}, fewer from ${day} on, sheet ${job.result.priceListId}`);
