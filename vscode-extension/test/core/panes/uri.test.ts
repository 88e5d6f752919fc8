import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, isDerived, messagePath } from "../../../src/core/panes/uri.js";

test("a pane and a message are told apart, however many slashes come first", () => {
  assert.deepEqual(addressOf("/pane/s/p/gpt-5"), { kind: "pane", sessionId: "s", paneId: "p" });
  assert.deepEqual(addressOf("///pane/s/p/gpt-5"), { kind: "pane", sessionId: "s", paneId: "p" });
  assert.deepEqual(addressOf("/message/s/p/m/gpt-5"), { kind: "message", sessionId: "s", paneId: "p", messageId: "m" });
});

test("what is neither is nothing", () => {
  for (const path of ["", "/", "/pane", "/pane/s/p", "/pane/s/p/x/y", "/message/s/p/m", "/other/s/p/x"]) {
    assert.equal(addressOf(path), undefined);
  }
});

test("documents that are made of others are told from panes", () => {
  assert.equal(isDerived("/consensus/A+B/consensus"), true);
  assert.equal(isDerived("/proposal/M/0/all/file%3A%2F%2F%2Fa.py/a.py"), true);
  assert.equal(isDerived("/pane/S/P/terse"), false);
  assert.equal(isDerived("/consensus"), false);
});

test("a message's document is named after its pane's", () => {
  assert.equal(messagePath("/pane/S/P/terse", "M"), "/message/S/P/M/terse");
});
