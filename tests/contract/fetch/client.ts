// A customer buys and changes, and a provider uploads a sheet, by openapi-fetch over the types of openapi-typescript:
// what the document says is all it knows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/schema.js";

const baseUrl = process.argv[2];
if (baseUrl === undefined) throw new Error("the address of a demo server is missing");

// What is answered, or an error that names the refusal by its type.
function taken<T>(answer: { data?: T; error?: components["schemas"]["Problem"] }): T {
  if (answer.error !== undefined) throw new Error(`${answer.error.code}: ${answer.error.detail}`);
  assert.ok(answer.data !== undefined);
  return answer.data;
}

const of = async (email: string) => {
  const body = { email, password: "Kontor-demo-1!" };
  const tokens = taken(await createClient<paths>({ baseUrl }).POST("/v1/auth/login", { body }));
  return createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${tokens.access_token}` } });
};

const api = await of("admin@kunde.cancom.example");

const found = taken(await api.GET("/v1/products", { params: { query: { q: "Office 365 Enterprise" } } }));
const offers = found.data.flatMap((product) => product.skus).flatMap((sku) => sku.offers);
const offer = offers.find((one) => one.kind === "licensed" && one.term === "P1Y" && one.price != null);
assert.ok(offer, "an offer for a year that has a price");

const cart = taken(await api.POST("/v1/carts", { body: { name: "by openapi-fetch" } }));
const ofCart = { params: { path: { cart_id: cart.id } } };
taken(await api.POST("/v1/carts/{cart_id}/lines", { ...ofCart, body: { offer_id: offer.id, quantity: 5 } }));
const preview = taken(await api.POST("/v1/carts/{cart_id}/preview", ofCart));
assert.deepEqual(preview.problems, []);

const order = taken(
  await api.POST("/v1/orders", {
    params: { header: { "Idempotency-Key": crypto.randomUUID() } },
    body: {
      cart_id: cart.id,
      preview_token: preview.preview_token,
      payment_method: "invoice",
      consents: preview.consents_required.map(({ kind, version }) => ({ kind, version })),
    },
  }),
);
const subscription_id = order.lines[0]?.subscription_id;
assert.ok(subscription_id);

const ofSubscription = { params: { path: { subscription_id } } };
for (let tries = 0; ; tries += 1) {
  const { status } = taken(await api.GET("/v1/subscriptions/{subscription_id}", ofSubscription));
  if (status === "active") break;
  assert.ok(tries < 100, `the subscription is still ${status}`);
  await new Promise((resolve) => setTimeout(resolve, 200));
}

const change = taken(
  await api.POST("/v1/subscriptions/{subscription_id}/changes", {
    ...ofSubscription,
    body: { type: "set_quantity", quantity: 6 },
  }),
);
assert.equal(change.request.type, "set_quantity");
for (let tries = 0; ; tries += 1) {
  const { applying_change_id } = taken(await api.GET("/v1/subscriptions/{subscription_id}", ofSubscription));
  if (applying_change_id === null) break;
  assert.ok(tries < 100, "the change is still being applied");
  await new Promise((resolve) => setTimeout(resolve, 200));
}

const { error } = await api.POST("/v1/subscriptions/{subscription_id}/changes/preview", {
  ...ofSubscription,
  body: { type: "set_quantity", quantity: 2, when: "now" },
});
assert.ok(error?.code === "only_later", `refused with ${error?.code}`);
// The type says that it is there: another code would not compile.
assert.match(error.next_allowed_at ?? "", /^\d{4}-\d\d-\d\dT/);

const provider = await of("provider@cancom.example");
let job = taken(
  await provider.POST("/v1/price-lists", {
    params: { query: { name: "by openapi-fetch", percent_off_retail: "10" } },
    headers: { "Content-Type": "text/csv" },
    body: readFileSync("sheet.csv", "utf8"),
    // The library makes JSON and forms of bodies; a file goes as it is.
    bodySerializer: (sheet) => sheet,
  }),
);
for (let tries = 0; job.state === "queued" || job.state === "running"; tries += 1) {
  assert.ok(tries < 100, `the sheet is still ${job.state}`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  job = taken(await provider.GET("/v1/jobs/{job_id}", { params: { path: { job_id: job.id } } }));
}
const list = job.result?.price_list_id;
assert.ok(list, `the sheet was not taken: ${job.problem?.code}`);
console.log(`openapi-fetch: ordered ${order.id}, fewer from ${error.next_allowed_at} on, sheet ${list}`);
