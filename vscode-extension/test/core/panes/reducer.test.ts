import assert from "node:assert/strict";
import { test } from "node:test";
import cases from "../../../../clients/protocol/reducer_cases.json";
import { PaneReducer } from "../../../src/core/panes/reducer.js";
import type { StreamEvent } from "../../../src/protocol.js";

type Step =
  | StreamEvent
  | { readonly type: "refresh"; readonly paneId: string }
  | { readonly type: "pulled"; readonly paneId: string; readonly text: string };

interface Case {
  readonly name: string;
  readonly before?: Readonly<Record<string, string>>;
  readonly events: readonly Step[];
  readonly texts: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, string>>;
  readonly gaps: readonly unknown[];
  readonly needsRefresh: readonly string[];
}

for (const example of cases as unknown as Case[]) {
  test(example.name, () => {
    const reducer = new PaneReducer();
    for (const [paneId, text] of Object.entries(example.before ?? {})) {
      reducer.pulled(paneId, text);
    }
    for (const step of example.events) {
      take(reducer, step);
    }
    const texts = reducer.paneIds().map((paneId) => [paneId, reducer.text(paneId)?.toString()]);
    assert.deepEqual(Object.fromEntries(texts), example.texts);
    assert.deepEqual(reducer.messages(), example.messages);
    assert.deepEqual(reducer.gaps, example.gaps);
    assert.deepEqual(reducer.needsRefresh().sort(), example.needsRefresh);
  });
}

test("a pane whose server died needs a refresh and is not answered any more", () => {
  const reducer = new PaneReducer();
  const start = cases[0]?.events[0] as unknown as StreamEvent;
  reducer.apply(start);
  assert.equal(reducer.isAnswering("a"), true);
  reducer.lost("a");
  assert.equal(reducer.isAnswering("a"), false);
  assert.deepEqual(reducer.needsRefresh(), ["a"]);
  reducer.pulled("a", "whole");
  assert.deepEqual(reducer.needsRefresh(), []);
});

test("what is forgotten is not listed, and begins empty if it comes again", () => {
  const reducer = new PaneReducer(() => 7);
  const start = cases[0]?.events[0] as unknown as StreamEvent;
  reducer.apply(start);
  reducer.apply({ type: "token", paneId: "a", messageId: start.messageId, seq: 2, text: "x" });
  assert.equal(reducer.answerText(start.messageId)?.toString(), "x");
  assert.ok((reducer.text("a")?.mtime ?? 0) > 7);
  reducer.forgetAnswer(start.messageId);
  assert.deepEqual([reducer.messages(), reducer.answerText(start.messageId)], [{}, undefined]);
  reducer.forget("a");
  assert.deepEqual([reducer.paneIds(), reducer.text("a"), reducer.isAnswering("a")], [[], undefined, false]);
});

test("a text that was pulled and is the same is not written again", () => {
  const reducer = new PaneReducer(() => 7);
  reducer.pulled("a", "one");
  const changed = reducer.text("a")?.mtime;
  reducer.pulled("a", "one");
  assert.equal(reducer.text("a")?.mtime, changed);
  reducer.pulled("a", "two");
  assert.equal(reducer.text("a")?.toString(), "two");
});

test("a pane is answering until its last message has ended", () => {
  const reducer = new PaneReducer();
  const start = cases[0]?.events[0] as unknown as StreamEvent;
  const later = `${start.messageId}-later`;
  reducer.apply(start);
  reducer.apply({ ...start, messageId: later });
  const ended = { type: "error", paneId: "a", seq: 2, content: "" } as unknown as StreamEvent;
  reducer.apply({ ...ended, messageId: start.messageId });
  assert.equal(reducer.isAnswering("a"), true);
  reducer.apply({ ...ended, messageId: later });
  assert.equal(reducer.isAnswering("a"), false);
});

test("a pane whose server died gets no more text until it is pulled", () => {
  const reducer = new PaneReducer();
  const start = cases[0]?.events[0] as unknown as StreamEvent;
  reducer.apply(start);
  const text = reducer.text("a")?.toString();
  reducer.lost("a");
  reducer.apply({ type: "token", paneId: "a", messageId: start.messageId, seq: 2, text: "x" });
  assert.equal(reducer.text("a")?.toString(), text);
});

function take(reducer: PaneReducer, step: Step): void {
  if (step.type === "refresh") {
    reducer.refreshAnnounced(step.paneId);
  } else if (step.type === "pulled") {
    reducer.pulled(step.paneId, step.text);
  } else {
    reducer.apply(step);
  }
}
