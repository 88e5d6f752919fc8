import assert from "node:assert/strict";
import { test } from "node:test";
import { day } from "../../../src/core/format/day.js";
import { meterPage } from "../../../src/core/meter/meterPage.js";
import { bar, meterHtml } from "../../../src/core/meter/meterTable.js";
import type { MeterFigures, MeterResult } from "../../../src/protocol.js";

const USAGE = { inputTokens: 1000, outputTokens: 200, cachedInputTokens: 200, reasoningTokens: 50, source: "provider" } as const;
const COST = { amount: "0.5", currency: "USD", source: "priced" } as const;

const figures = (change: Partial<MeterFigures> = {}): MeterFigures => ({
  answers: 2,
  notSent: 0,
  requests: 3,
  retries: 1,
  usage: USAGE,
  cost: COST,
  unpriced: 0,
  estimated: { answers: 0, usage: USAGE, cost: COST },
  latency: { queuedMs: 0, ttftMs: 400, totalMs: 2000, tokensPerSecond: 42 },
  ...change,
});

const result = (change: Partial<MeterResult>): MeterResult => ({ total: figures(), rows: [], omitted: 0, budgets: [], ...change });

test("each row has its figures as text", () => {
  const html = meterHtml(result({ rows: [{ ...figures(), key: "demo/terse" }] }), "model");
  const text = html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
  assert.match(text, /demo\/terse \$0\.50 1,000 200 200 50 2 400 ms 2\.0 s 42 tok\/s 0 ms 1 /);
});

test("an unknown price is not nothing", () => {
  const unpriced = figures({ cost: { amount: null, currency: "USD", source: "unpriced" }, unpriced: 2 });
  const html = meterHtml(result({ total: unpriced, rows: [{ ...unpriced, key: "x" }] }), "model");
  assert.match(html, /unpriced/);
  assert.doesNotMatch(html, /\$0|free/);
  assert.match(meterHtml(result({ total: figures({ unpriced: 2 }) }), "model"), /\$0\.50 \+ 2 unpriced/);
});

test("answers that never left are told apart", () => {
  assert.match(meterHtml(result({ total: figures({ notSent: 3 }) }), "model"), /2 answers.*; 3 not sent</);
  assert.doesNotMatch(meterHtml(result({}), "model"), /not sent/);
});

test("nothing that was written by others becomes markup", () => {
  const evil = `<img src="http://evil/x.png" onerror='alert(1)'>`;
  const html = meterHtml(result({ rows: [{ ...figures(), key: evil, label: evil }] }), "session");
  assert.doesNotMatch(html, /<img|onerror='/);
  const budget = { scope: "day", limit: "1", spent: "1", reserved: "0", remaining: "0", action: "block", warnAt: "0.8", state: "spent", model: evil } as const;
  assert.doesNotMatch(meterHtml(result({ budgets: [budget] }), "day"), /<img/);
});

test("the largest row has the whole bar, and no bar leaves its place", () => {
  assert.match(bar(7, "figure"), /class="part" width="100\.0"/);
  assert.match(bar(-1, "figure"), /class="part" width="0\.0"/);
  assert.match(bar(0.25, "figure"), /class="part" width="25\.0"/);
  assert.match(bar(0.25, "figure"), /^<svg class="bar figure" aria-hidden="true"/);
});

test("the page loads nothing and runs nothing but its own script", () => {
  const page = meterPage("abc", [{ value: "model", label: "model" }], [{ value: "today", label: "today" }]);
  assert.match(page, /content="default-src 'none'; style-src 'nonce-abc'; script-src 'nonce-abc'"/);
  assert.doesNotMatch(page, /https?:|unsafe|\son\w+=|\sstyle=/);
});

test("days are those of this machine's time", () => {
  assert.equal(day(new Date(2026, 0, 2, 0, 30)), "2026-01-02");
  assert.equal(day(new Date(2026, 2, 1, 23, 59), 1), "2026-02-28");
});

test("the page offers its choices in their order", () => {
  const page = meterPage("abc", [{ value: "model", label: "model" }, { value: "day", label: "day" }], [{ value: "today", label: "Today" }]);
  assert.match(page, /<select id="group"><option value="model">model<\/option><option value="day">day<\/option><\/select>/);
  assert.match(page, /<select id="span"><option value="today">Today<\/option><\/select>/);
  assert.equal(page.split('nonce="abc"').length, 3);
});
