import assert from "node:assert/strict";
import { test } from "node:test";
import { headingLine, meterLine, pace } from "../../../src/core/meter/meterLine.js";
import type { PaneRecord } from "../../../src/core/panes/record.js";
import type { Cost, Latency, Pane } from "../../../src/protocol.js";

const usage = { inputTokens: 9, cachedInputTokens: 0, outputTokens: 1000, reasoningTokens: 204, source: "estimated" } as const;
const cost: Cost = { amount: "0.0031", currency: "USD", source: "priced" };
const latency = { tokensPerSecond: 41.6 } as Latency;

function record(more: Partial<PaneRecord>): PaneRecord {
  return { pane: {} as Pane, status: "streaming", ...more };
}

test("an answer that is written says how fast it comes and what it took", () => {
  assert.equal(meterLine(record({ usage, cost, latency })), "▍ 42 tok/s · 1,204 tokens · $0.0031");
});

test("a stalled answer says for how long it has not grown, and has no speed", () => {
  const stalled = meterLine(record({ usage, cost, latency }), 65_000);
  assert.equal(stalled, "▍ no text for 1 min 5 s · 1,204 tokens · $0.0031");
  assert.equal(pace(record({ status: "complete", latency }), 65_000), "42 tok/s");
});

test("an unknown price is named and is never zero", () => {
  assert.equal(meterLine(record({ usage })), "▍ 1,204 tokens");
  assert.equal(meterLine(record({ usage, cost: { ...cost, amount: "0" } })), "▍ 1,204 tokens · $0.00");
  assert.equal(meterLine(record({ usage, cost: { ...cost, amount: null } })), "▍ 1,204 tokens · unpriced");
});

test("there is nothing before the first token and nothing after the last", () => {
  assert.equal(meterLine(record({})), undefined);
  assert.equal(meterLine(record({ usage: { ...usage, outputTokens: 0, reasoningTokens: 0 } })), undefined);
  assert.equal(meterLine(record({ status: "waiting", usage })), undefined);
  assert.equal(meterLine(record({ status: "complete", usage })), undefined);
});

test("the heading of an answer is the last line before it", () => {
  assert.equal(headingLine("## You\n\nWhy?\n\n## poet\n\n"), 4);
  assert.equal(headingLine("## poet"), 0);
  assert.equal(headingLine(""), 0);
});

test("a stream has its speed until it has been silent for three seconds", () => {
  assert.equal(pace(record({ latency }), 2999), "42 tok/s");
  assert.equal(pace(record({ latency }), 3000), "no text for 3 s");
  assert.equal(pace(record({}), 0), "");
});

test("one token is enough for a line, of an answer or of reasoning", () => {
  assert.equal(meterLine(record({ usage: { ...usage, outputTokens: 1, reasoningTokens: 0 } })), "▍ 1 token");
  assert.equal(meterLine(record({ usage: { ...usage, outputTokens: 0, reasoningTokens: 1 } })), "▍ 1 token");
});

test("blanks before the heading are lines too", () => {
  assert.equal(headingLine("\n\n## poet\n \n"), 2);
});
