import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, folderOf, isDerived, messagePath, shownPlace, wirePath } from "../../../src/core/panes/uri.js";

test("a pane and a message are told apart, however many slashes come first", () => {
  assert.deepEqual(addressOf({ path: "/pane/s/p/gpt-5" }), { kind: "pane", sessionId: "s", paneId: "p" });
  assert.deepEqual(addressOf({ path: "///pane/s/p/gpt-5" }), { kind: "pane", sessionId: "s", paneId: "p" });
  assert.deepEqual(addressOf({ path: "/message/s/p/m/gpt-5" }), { kind: "message", sessionId: "s", paneId: "p", messageId: "m" });
});

test("what is neither is nothing", () => {
  for (const path of ["", "/", "/pane", "/pane/s/p", "/pane/s/p/x/y", "/message/s/p/m", "/other/s/p/x"]) {
    assert.equal(addressOf({ path }), undefined);
  }
});

test("documents that are made of others are told from panes", () => {
  assert.equal(isDerived({ path: "/consensus/A+B/consensus" }), true);
  assert.equal(isDerived({ path: "/proposal/M/0/all/file%3A%2F%2F%2Fa.py/a.py" }), true);
  assert.equal(isDerived({ path: "/pane/S/P/terse" }), false);
  assert.equal(isDerived({ path: "/consensus" }), false);
});

test("a message's document is named after its pane's", () => {
  assert.equal(messagePath("/pane/S/P/terse", "M"), "/message/S/P/M/terse");
});

test("a document is shown by words and found by its ids", () => {
  for (const path of ["/pane/S/P/terse", "/message/S/P/M/terse", "/consensus/A+B/consensus"]) {
    const shown = shownPlace(path, (sessionId) => `“about ${sessionId}”`);
    assert.match(shown.path, /^\/“[^/]*”\/(terse|consensus)$/);
    assert.equal(wirePath(shown), path);
    assert.deepEqual(addressOf(shown), addressOf({ path }));
    assert.equal(isDerived(shown), isDerived({ path }));
  }
  assert.equal(folderOf(shownPlace("/pane/S/P/terse", () => "“Why?”")), "“Why?”");
});

test("a folder and a proposal are left as they are", () => {
  assert.equal(addressOf({ path: "/“Why?”", query: "pane/S/P" }), undefined);
  const proposal = "/proposal/M/0/all/file%3A%2F%2F%2Fa.py/a.py";
  assert.deepEqual(shownPlace(proposal, () => "x"), { path: proposal, query: "" });
  assert.equal(folderOf({ path: "/pane/S/P/terse" }), undefined);
});
