import assert from "node:assert/strict";
import { test } from "node:test";
import cases from "../../../../clients/protocol/reducer_cases.json";
import { reduce, isBusy, type PaneRecord, recordOf } from "../../../src/core/panes/record.js";
import type { Message, Pane, StreamEvent } from "../../../src/protocol.js";

const events = (cases[0]?.events ?? []) as unknown as StreamEvent[];

test("a pane waits, is answered, and ends with its figures", () => {
  const states: (string | undefined)[] = [];
  let record: PaneRecord | undefined;
  for (const event of events) {
    record = reduce(record, event);
    states.push(record?.status);
  }
  assert.deepEqual(states, ["waiting", "streaming", "streaming", "complete"]);
  assert.equal(isBusy(record), false);
  assert.equal(record?.usage?.outputTokens, 5);
});

test("an event of a pane that never started says nothing", () => {
  const token = events[1];
  assert.ok(token);
  assert.equal(reduce(undefined, token), undefined);
});

test("a pane of the history has the state of its last answer that counts", () => {
  const pane = { id: "a" } as Pane;
  const message = (id: string, more: Partial<Message>): Message =>
    ({ id, paneId: "a", role: "assistant", status: "complete", ...more }) as Message;
  const messages = [
    message("1", {}),
    message("2", { status: "interrupted" }),
    message("3", { superseded: true }),
    message("4", { paneId: "b" }),
    message("5", { role: "user" }),
  ];
  const { messageId, status } = recordOf(pane, messages);
  assert.deepEqual([messageId, status], ["2", "interrupted"]);
  assert.equal(recordOf(pane, []).status, "idle");
});

const PANE = { id: "a" } as Pane;
const event = (type: string, more: object): StreamEvent => ({ type, paneId: "a", messageId: "m", seq: 1, ...more }) as unknown as StreamEvent;
const [usage, cost, latency, failure] = ["usage", "cost", "latency", "failure"].map((name) => ({ name }));

test("figures, a retry and a wait leave the state as it is, and say what it waits for", () => {
  const waiting: PaneRecord = { pane: PANE, status: "waiting", messageId: "m" };
  assert.deepEqual(reduce(waiting, event("meter", { usage, cost, latency })), { ...waiting, usage, cost, latency });
  const refused = { kind: "rate_limited" };
  const retrying = reduce(waiting, event("retry", { attempt: 2, delayMs: 900, failure: refused }));
  const retry = { attempt: 2, delayMs: 900, kind: "rate_limited" };
  assert.deepEqual(retrying, { ...waiting, retry, queue: undefined, failure: refused });
  const queued = reduce(retrying, event("wait", { running: 2, ahead: 1 }));
  assert.deepEqual([queued?.status, queued?.queue, queued?.retry], ["waiting", { running: 2, ahead: 1 }, undefined]);
  assert.equal(reduce(queued, event("wait", { running: 0, ahead: 0 }))?.queue, undefined);
  assert.equal(reduce(queued, event("token", { append: "x" }))?.queue, undefined);
});

test("text and reasoning stream, and a record that streams is the same object", () => {
  const waiting: PaneRecord = { pane: PANE, status: "waiting" };
  for (const type of ["token", "reasoning"]) {
    const streaming = reduce(waiting, event(type, { text: "x" }));
    assert.equal(streaming?.status, "streaming");
    assert.equal(reduce(streaming, event(type, { text: "y" })), streaming);
  }
});

test("an end has its own figures, and none of the attempt before", () => {
  const retried: PaneRecord = { pane: PANE, status: "waiting", retry: { attempt: 2, delayMs: 1, kind: "network" }, failure: {} as never };
  assert.deepEqual(reduce(retried, event("error", { failure })), { pane: PANE, status: "failed", messageId: "m", failure });
  const ended = { pane: PANE, status: "truncated", messageId: "m", usage, cost, latency };
  assert.deepEqual(reduce(retried, event("final", { status: "truncated", usage, cost, latency })), ended);
  assert.deepEqual(reduce(retried, event("final", { status: "truncated", usage, cost, latency, failure })), { ...ended, failure });
});

test("the history's last answer has its figures and its failure", () => {
  const last = { id: "1", paneId: "a", role: "assistant", status: "failed", usage, cost, latency, error: failure } as unknown as Message;
  assert.deepEqual(recordOf(PANE, [last]), { pane: PANE, status: "failed", messageId: "1", usage, cost, latency, failure });
  assert.deepEqual(recordOf(PANE, []), { pane: PANE, status: "idle" });
});

test("a pane is busy while it waits or streams", () => {
  const states = (["idle", "waiting", "streaming", "complete", "failed"] as const).map((status) => isBusy({ pane: PANE, status }));
  assert.deepEqual(states, [false, true, true, false, false]);
  assert.equal(isBusy(undefined), false);
});
