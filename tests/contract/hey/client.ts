// A customer buys and changes, and a provider uploads a sheet, by the client of @hey-api/openapi-ts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createClient, createConfig, type Client } from "./generated/client/index.js";
import * as api from "./generated/sdk.gen.js";
import type { Problem, SetQuantityChange } from "./generated/types.gen.js";

const baseUrl = process.argv[2];
if (baseUrl === undefined) throw new Error("the address of a demo server is missing");

// What is answered, or an error that names the refusal by its type.
function taken<T>(answer: { data: T | undefined; error: Problem | undefined }): T {
  if (answer.error !== undefined) throw new Error(`${answer.error.code}: ${answer.error.detail}`);
  assert.ok(answer.data !== undefined);
  return answer.data;
}

async function of(email: string): Promise<Client> {
  const client = createClient(createConfig({ baseUrl }));
  const body = { email, password: "Kontor-demo-1!" };
  const tokens = taken(await api.logIn({ client, body }));
  return createClient(createConfig({ baseUrl, auth: tokens.access_token }));
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 200));

const client = await of("admin@kunde.cancom.example");
const found = taken(await api.listProducts({ client, query: { q: "Office 365 Enterprise" } }));
const offers = found.data.flatMap((product) => product.skus).flatMap((sku) => sku.offers);
const offer = offers.find((one) => one.kind === "licensed" && one.term === "P1M" && one.price != null);
assert.ok(offer, "an offer for a month that has a price");

const cart = taken(await api.createCart({ client, body: { name: "by hey-api" } }));
const path = { cart_id: cart.id };
taken(await api.addCartLine({ client, path, body: { offer_id: offer.id, quantity: 5 } }));
const preview = taken(await api.previewCart({ client, path }));
assert.deepEqual(preview.problems, []);

const order = taken(
  await api.placeOrder({
    client,
    headers: { "Idempotency-Key": crypto.randomUUID() },
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
const show = async () => taken(await api.showSubscription({ client, path: { subscription_id } }));

for (let tries = 0; (await show()).status !== "active"; tries += 1) {
  assert.ok(tries < 100, "the subscription does not become active");
  await pause();
}

const more: SetQuantityChange = { type: "set_quantity", quantity: 6 };
const change = taken(await api.changeSubscription({ client, path: { subscription_id }, body: more }));
assert.equal(change.request.type, "set_quantity");
for (let tries = 0; (await show()).applying_change_id !== null; tries += 1) {
  assert.ok(tries < 100, "the change is still being applied");
  await pause();
}

const fewer: SetQuantityChange = { type: "set_quantity", quantity: 2, when: "now" };
const { error } = await api.previewChange({ client, path: { subscription_id }, body: fewer });
assert.ok(error?.code === "only_later", `refused with ${error?.code}`);
// The type says that it is there: another code would not compile.
assert.match(error.next_allowed_at ?? "", /^\d{4}-\d\d-\d\dT/);

const provider = await of("provider@cancom.example");
const sheet = new Blob([readFileSync("sheet.csv")]);
const query = { name: "by hey-api", percent_off_retail: "10" };
let job = taken(await api.importPriceList({ client: provider, query, body: sheet }));
for (let tries = 0; job.state === "queued" || job.state === "running"; tries += 1) {
  assert.ok(tries < 100, `the sheet is still ${job.state}`);
  await pause();
  job = taken(await api.showJob({ client: provider, path: { job_id: job.id } }));
}
assert.ok(job.result?.price_list_id, `the sheet was not taken: ${job.problem?.code}`);
console.log(`hey-api: ordered ${order.id}, fewer from ${error.next_allowed_at} on, sheet ${job.result.price_list_id}`);
