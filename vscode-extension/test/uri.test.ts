import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf } from "../src/core/uri.js";

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
