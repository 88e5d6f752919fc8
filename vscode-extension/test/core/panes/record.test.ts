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
