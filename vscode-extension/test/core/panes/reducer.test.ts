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

function take(reducer: PaneReducer, step: Step): void {
  if (step.type === "refresh") {
    reducer.refreshAnnounced(step.paneId);
  } else if (step.type === "pulled") {
    reducer.pulled(step.paneId, step.text);
  } else {
    reducer.apply(step);
  }
}
