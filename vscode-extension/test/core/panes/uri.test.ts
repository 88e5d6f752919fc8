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

test("an address has every part, and none that is empty", () => {
  for (const path of ["/pane//p/x", "/pane/s//x", "/pane/s/p/", "/message/s/p/m/x/y"]) {
    assert.equal(addressOf({ path }), undefined, path);
  }
});

test("an overview has two parts behind its kind, and a proposal at least five", () => {
  const derived = ["/consensus/A+B/consensus/x", "/consensus/A", "/proposal/M/0/all/file", "/proposal/M/0/all/file/a.py", "/proposal/M/0/all/file/a.py/x", "/pane/a/b", "/pane/1/2/3/4/5"];
  assert.deepEqual(derived.map((path) => isDerived({ path })), [false, false, false, true, true, false, false]);
});

test("only a path of two words with a query has a folder, and other paths are the server's own", () => {
  const query = "pane/S/P";
  assert.deepEqual(["/a/b", "/a", "/a/b/c"].map((path) => folderOf({ path, query })), ["a", undefined, undefined]);
  assert.deepEqual(["/a/b", "/a", "/a/b/c"].map((path) => wirePath({ path, query })), ["/pane/S/P/b", "/a", "/a/b/c"]);
  assert.equal(folderOf({ path: "/a/b", query: "" }), undefined);
  assert.equal(wirePath({ path: "/a/b" }), "/a/b");
});

test("an overview is in a folder of its own, and only one with both parts", () => {
  assert.equal(shownPlace("/consensus/A+B/consensus", () => "x").path, "/“In common”/consensus");
  assert.deepEqual(shownPlace("/consensus/A+B", () => "x"), { path: "/consensus/A+B", query: "" });
});
