import assert from "node:assert/strict";
import { test } from "node:test";
import { PaneReducer } from "../../../src/core/panes/reducer.js";
import type { StartEvent, TokenEvent } from "../../../src/protocol.js";

const PANE = "pane";
const ANSWER = "answer";

function token(seq: number, at: number, text: string): TokenEvent {
  return { type: "token", paneId: PANE, messageId: ANSWER, seq, at, text };
}

function start(at: number, append: string, more: Partial<StartEvent> = {}): StartEvent {
  const pane = { id: PANE, sessionId: "session", uri: "antiphon:/pane/session/pane/a.md", model: "a", title: "a" };
  return { type: "start", paneId: PANE, messageId: ANSWER, seq: 1, at, append, model: "a", runId: "run", pane: pane as StartEvent["pane"], ...more };
}

function loaded(text: string): PaneReducer {
  const reducer = new PaneReducer();
  reducer.pulled(PANE, text);
  return reducer;
}

test("a followed answer grows where the server has it, from any moment on", () => {
  const reducer = loaded("# You\nHi\n");
  assert.equal(reducer.applyFollowed(start(9, "# a\n")), false);
  assert.equal(reducer.applyFollowed(token(7, 13, "one ")), false);
  assert.equal(reducer.applyFollowed(token(8, 17, "two")), false);
  assert.equal(reducer.text(PANE)?.toString(), "# You\nHi\n# a\none two");
  assert.equal(reducer.answerText(ANSWER)?.toString(), "one two");
  assert.deepEqual(reducer.gaps, []);
});

test("text that was pulled already is not added again", () => {
  const reducer = loaded("one tw");
  assert.equal(reducer.applyFollowed(token(2, 0, "one ")), false);
  assert.equal(reducer.applyFollowed(token(3, 4, "two")), false);
  assert.equal(reducer.text(PANE)?.toString(), "one two");
});

test("a document that is too short is pulled, and nothing is added in the wrong place", () => {
  const reducer = loaded("one ");
  assert.equal(reducer.applyFollowed(token(5, 10, "late")), true);
  assert.equal(reducer.text(PANE)?.toString(), "one ");
  assert.equal(reducer.answerText(ANSWER)?.toString(), "late");
});

test("a pane that is not loaded is neither filled nor pulled", () => {
  const reducer = new PaneReducer();
  assert.equal(reducer.applyFollowed(token(2, 40, "two")), false);
  assert.equal(reducer.text(PANE), undefined);
});

test("a regenerated answer replaces the one before, also in a text that has some of it", () => {
  for (const before of ["# You\n# a\nold", "# You\n# b\nnew o"]) {
    const reducer = loaded(before);
    reducer.applyFollowed(start(6, "# b\n", { cutFrom: { line: 1, character: 0 } }));
    reducer.applyFollowed(token(2, 10, "new one"));
    assert.equal(reducer.text(PANE)?.toString(), "# You\n# b\nnew one");
  }
});

test("lengths are counted as the server counts them, in UTF-16 units", () => {
  const reducer = loaded("𝄞é");
  assert.equal(reducer.applyFollowed(token(2, 3, "!")), false);
  assert.equal(reducer.text(PANE)?.toString(), "𝄞é!");
});

test("an answer that this client's own run streams later is not added twice", () => {
  const reducer = loaded("");
  reducer.applyFollowed(start(0, "# a\n"));
  reducer.applyFollowed(token(2, 4, "one"));
  reducer.apply(start(0, "# a\n"));
  reducer.apply(token(2, 4, "one"));
  reducer.apply(token(3, 7, " two"));
  assert.equal(reducer.text(PANE)?.toString(), "# a\none two");
});

test("a running answer goes on from what the snapshot has of it", () => {
  const reducer = loaded("one ");
  reducer.resume(ANSWER, "one ");
  reducer.applyFollowed(token(9, 4, "two"));
  assert.equal(reducer.answerText(ANSWER)?.toString(), "one two");
});
