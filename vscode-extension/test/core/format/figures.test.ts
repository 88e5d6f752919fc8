import assert from "node:assert/strict";
import { test } from "node:test";
import cases from "../../../../clients/protocol/format_cases.json";
import * as figures from "../../../src/core/format/figures.js";
import { describeState, formatQueue, stateWord } from "../../../src/core/format/states.js";
import { formatTime } from "../../../src/core/format/time.js";
import type { PaneRecord, PaneStatus } from "../../../src/core/panes/record.js";
import type { Cost, Pane } from "../../../src/protocol.js";

interface Case {
  readonly value: unknown;
  readonly offsetMinutes?: number;
  readonly text: string;
}

const priced = (amount: string | null): Cost => ({ amount, currency: "USD", source: amount === null ? "unpriced" : "priced" });

const FORMATS: Readonly<Record<string, (value: never, offsetMinutes?: number) => string | undefined>> = {
  count: figures.count,
  exactCount: figures.exactCount,
  tokens: figures.tokens,
  money: figures.money,
  cost: (amount: string | null) => figures.cost(priced(amount)),
  totalCost: (amounts: (string | null)[]) => figures.totalCost(amounts.map(priced)),
  costRange: ([likely, max]: [string, string]) => figures.costRange({ likely, max }),
  duration: figures.duration,
  silence: figures.silence,
  speed: figures.speed,
  percent: figures.percent,
  time: formatTime,
  queue: ([running, ahead]: [number, number]) => formatQueue({ running, ahead }),
};

const { state: states, ...others } = cases;
// Only hovers have the offset, and the server writes them.
const kinds = Object.fromEntries(Object.entries(others).filter(([kind]) => kind !== "timeWithOffset"));

test("no kind of shared case is left out", () => {
  assert.deepEqual(Object.keys(kinds).sort(), Object.keys(FORMATS).sort());
});

for (const [kind, examples] of Object.entries(kinds as Record<string, Case[]>)) {
  test(`every client writes a ${kind} like this`, () => {
    const written = examples.map(({ value, offsetMinutes }) => FORMATS[kind]?.(value as never, offsetMinutes));
    assert.deepEqual(written, examples.map(({ text }) => text));
  });
}

test("every client names the states like this", () => {
  // A pane here has no states of its own for a retry and for reasoning.
  const known = states.filter(({ value }) => value !== "retrying" && value !== "thinking");
  const written = known.map(({ value, failure }) => stateWord(value as PaneStatus, failure));
  assert.deepEqual(written, known.map(({ text }) => text));
});

test("a pane that waits says for what, and streams again without a word of it", () => {
  const pane = { id: "p", sessionId: "s", uri: "antiphon:p", model: "demo/a", title: "a", createdAt: "" } as Pane;
  const waiting: PaneRecord = { pane, status: "waiting" };
  assert.equal(describeState(waiting), "waiting");
  assert.equal(describeState({ ...waiting, queue: { running: 1, ahead: 2 } }), "waits for 1 answer, 2 before it");
  const retry = { attempt: 2, delayMs: 12_000, kind: "rate_limited" };
  assert.equal(describeState({ ...waiting, retry }), "rate limited, attempt 2 in 12 s");
  assert.equal(describeState({ ...waiting, status: "streaming", retry }), "streaming");
});

test("there is no cost before the first figures", () => {
  assert.equal(figures.cost(undefined), undefined);
});

test("without an offset a time is that of this machine", () => {
  const here = new Date(2026, 6, 2, 23, 5);
  assert.equal(formatTime(here.toISOString()), "2026-07-02 23:05");
});

test("parts that are missing leave no dot behind", () => {
  assert.equal(figures.joinParts("a", undefined, "", "b"), "a · b");
});

test("a refund has its sign before the dollar", () => {
  assert.deepEqual([-1.5, -0.5].map(figures.money), ["-$1.50", "-$0.50"]);
});

test("a sum without an answer is empty, and many unpriced answers are separated like other counts", () => {
  assert.equal(figures.sum(null, 0), "");
  assert.equal(figures.sum("0.5", 1204), "$0.50 + 1,204 unpriced");
});

test("reasoning counts as output, and before the first figures there is none", () => {
  const usage = { inputTokens: 9, cachedInputTokens: 0, outputTokens: 2, reasoningTokens: 3, source: "provider" } as const;
  assert.equal(figures.outputTokens(usage), 5);
  assert.equal(figures.outputTokens(undefined), 0);
  assert.equal(figures.answerTokens({ ...usage, outputTokens: 1, reasoningTokens: 0 }), "1 token");
});

test("an icon is joined to its text by a space that is kept", () => {
  assert.equal(figures.withIcon("check", "sent"), "$(check)\u00a0sent");
});
