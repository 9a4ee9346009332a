// Atlassian's own Connect framework at the same work: verify the webhook, insert one row, answer 204.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const express = require("express");
const ace = require("atlassian-connect-express");
const { Pool } = require("pg");

const { BENCH_PORT, BENCH_POOL, BENCH_INSERT, BENCH_TENANT, BENCH_KEY, BENCH_SECRET, BENCH_TENANT_ID } = process.env;
const base = `http://127.0.0.1:${BENCH_PORT}`;

// The store that its documentation asks for, holding one tenant in memory: nothing is looked up in a database.
const tenants = new Map([[BENCH_KEY, { key: BENCH_TENANT, clientKey: BENCH_KEY, sharedSecret: BENCH_SECRET, baseUrl: base }]]);
ace.store.register("memory", () => ({
  get: async (_, clientKey) => tenants.get(clientKey),
  set: async (_, value, clientKey) => tenants.set(clientKey, value),
  del: async (_, clientKey) => tenants.delete(clientKey),
}));

const app = express();
app.set("env", "production");
app.disable("x-powered-by");
app.disable("etag");
// Raw: to parse the body would only cost it time, since what is kept is the body as it came.
app.use(express.raw({ type: () => true, limit: "26mb" }));

const descriptor = {
  key: BENCH_TENANT,
  name: "Bench",
  baseUrl: base,
  authentication: { type: "jwt" },
  apiVersion: 1,
  modules: {},
};
const addon = ace(app, {
  config: {
    production: {
      port: Number(BENCH_PORT),
      localBaseUrl: base,
      store: { adapter: "memory" },
      watch: false,
      descriptorTransformer: () => descriptor,
    },
  },
});

const pool = new Pool({ max: Number(BENCH_POOL) });
const keep = async (request, response) => {
  const name = request.get("x-atlassian-webhook-identifier");
  const row = [BENCH_TENANT_ID, name, Date.now() * 1000, request.body, name];
  await pool.query({ name: "keep", text: BENCH_INSERT, values: row });
  response.status(204).end();
};
app.post("/webhooks/jira", addon.authenticate(), (request, response, next) => keep(request, response).catch(next));

app.listen(Number(BENCH_PORT), "127.0.0.1", () => console.log("ready"));
