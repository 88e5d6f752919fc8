import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeHtml, meterHtml } from "../../../src/core/meter/meterTable.js";
import type { BudgetStatus, MeterFigures, MeterGroup, MeterResult, MeterRow } from "../../../src/protocol.js";

const NOTHING = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0, source: "provider" } as const;
const UNPRICED = { amount: null, currency: "USD", source: "unpriced" } as const;
const FREE = { amount: "0", currency: "USD", source: "priced" } as const;

const figures = (change: Partial<MeterFigures> = {}): MeterFigures => ({
  answers: 1,
  notSent: 0,
  requests: 1,
  retries: 0,
  usage: NOTHING,
  cost: FREE,
  unpriced: 0,
  estimated: { answers: 0, usage: NOTHING, cost: FREE },
  latency: { queuedMs: 0, ttftMs: null, totalMs: 0, tokensPerSecond: null },
  ...change,
});

const rowOf = (key: string, change: Partial<MeterFigures> = {}): MeterRow => ({ ...figures(change), key });
const result = (rows: MeterRow[], change: Partial<MeterResult> = {}): MeterResult => ({ total: figures(), rows, omitted: 0, budgets: [], ...change });
const barsOf = (html: string): string[] => [...html.matchAll(/class="part" width="([\d.]+)"/g)].map(([, width]) => width ?? "");
const cost = (amount: string): Partial<MeterFigures> => ({ cost: { ...FREE, amount } });
const written = (outputTokens: number): Partial<MeterFigures> => ({ usage: { ...NOTHING, outputTokens } });

test("bars compare costs if anything cost money, else tokens of every kind", () => {
  assert.deepEqual(barsOf(meterHtml(result([rowOf("a", cost("0.4")), rowOf("b", { ...cost("0.1"), ...written(9) })]), "model")), ["100.0", "25.0"]);
  const used = { inputTokens: 10, cachedInputTokens: 20, outputTokens: 30, reasoningTokens: 40, source: "provider" } as const;
  assert.deepEqual(barsOf(meterHtml(result([rowOf("a", { usage: used }), rowOf("b", written(25))]), "model")), ["100.0", "25.0"]);
  assert.deepEqual(barsOf(meterHtml(result([rowOf("a", { cost: UNPRICED }), rowOf("b", cost("2"))]), "model")), ["0.0", "100.0"]);
  const unpriced = [100, 25].map((tokens) => rowOf("a", { cost: UNPRICED, ...written(tokens) }));
  assert.deepEqual(barsOf(meterHtml(result(unpriced), "model")), ["100.0", "25.0"]);
  assert.deepEqual(barsOf(meterHtml(result([rowOf("a")]), "model")), ["0.0"]);
});

test("what is nothing is hidden in a narrow view, and what is little is not", () => {
  const latency = { queuedMs: 0, ttftMs: null, totalMs: 400, tokensPerSecond: 0.4 };
  const html = meterHtml(result([rowOf("a", { latency, ...written(7) })]), "model");
  const nothing = [...html.matchAll(/data-name="([^"]+)" class="nothing">([^<]*)</g)].map(([, name, text]) => `${name ?? ""} ${text ?? ""}`);
  assert.deepEqual(nothing, ["In 0", "Cached 0", "Reasoning 0", "First token –", "Queued 0 ms", "Retries 0"]);
  assert.match(html, /data-name="Cost">\$0\.00<.*data-name="Out">7<.*data-name="Total">400 ms<.*data-name="Speed">0\.4 tok\/s</);
});

test("a speed that was not measured is a dash", () => {
  assert.match(meterHtml(result([rowOf("a")]), "model"), /data-name="Speed" class="nothing">–</);
});

test("only tokens of estimated rows are marked", () => {
  const estimated = { answers: 1, usage: NOTHING, cost: FREE };
  const [plain, marked] = [rowOf("a"), rowOf("b", { estimated })].map((row) => meterHtml(result([row]), "model").split("≈").length - 1);
  assert.deepEqual([plain, marked], [0, 4]);
});

test("the sum counts answers and retries, one of them without an s", () => {
  const html = (change: Partial<MeterFigures>): string => meterHtml(result([], { total: figures(change) }), "model");
  assert.match(html({}), />1 answer; 0 retries</);
  assert.match(html({ answers: 2, retries: 1 }), />2 answers; 1 retry</);
  assert.match(html({ unpriced: 1 }), />1 answer, 1 unpriced; 0 retries</);
  const estimated = { answers: 1, usage: NOTHING, cost: FREE };
  assert.match(html({ answers: 2, estimated, unpriced: 3, notSent: 1 }), />2 answers, 1 of them with estimated figures, 3 unpriced; 0 retries; 1 not sent</);
  const usage = { inputTokens: 1, cachedInputTokens: 2, outputTokens: 4, reasoningTokens: 8, source: "provider" } as const;
  assert.match(html({ usage }), /> · 3 tokens in · 12 tokens out</);
});

test("rows that are left out are counted, and no rows are no table", () => {
  assert.match(meterHtml(result([rowOf("a")], { omitted: 1 }), "model"), /1 more are in the total and not shown/);
  assert.doesNotMatch(meterHtml(result([rowOf("a")]), "model"), /not shown/);
  assert.match(meterHtml(result([]), "model"), /<p>Nothing was asked in this time\.<\/p>$/);
});

test("the head names the groups and every column", () => {
  const heads = (group: MeterGroup): string[] =>
    [...meterHtml(result([rowOf("a")]), group).matchAll(/scope="col">([^<]*)</g)].map(([, name]) => name ?? "");
  assert.deepEqual(heads("pane"), ["Pane", "Cost", "In", "Out", "Cached", "Reasoning", "Answers", "First token", "Total", "Speed", "Queued", "Retries"]);
  assert.match(meterHtml(result([rowOf("a")]), "day"), /<caption>By day;/);
});

test("a row is named by its label, and its id is in the tooltip", () => {
  const html = meterHtml(result([{ ...rowOf("01KEY"), label: "a\u202e" }]), "pane");
  assert.match(html, /title="01KEY">a&#60;U\+202E&#62;</);
});

test("budgets say what happens at their end, with a bar in the colour of their state", () => {
  const budget: BudgetStatus = { scope: "day", limit: "1", spent: "0.5", reserved: "0", remaining: "0.5", action: "block", warnAt: "0.8", state: "within" };
  const html = meterHtml(result([], { budgets: [budget, { ...budget, action: "warn", spent: "1.2", state: "spent" }] }), "model");
  assert.match(html, /^<h2>Budgets<\/h2>.*\$0\.50 spent; blocks at its end.*\$1\.20 spent; warns at its end/);
  assert.match(html, /class="bar within"/);
  assert.match(html, /class="bar spent"/);
  assert.deepEqual(barsOf(html), ["50.0", "100.0"]);
  assert.doesNotMatch(meterHtml(result([]), "model"), /Budgets/);
});

test("every sign that HTML gives a meaning is escaped", () => {
  assert.equal(escapeHtml(`&<>"'a`), "&#38;&#60;&#62;&#34;&#39;a");
});
