import assert from "node:assert/strict";
import { test } from "node:test";
import { SessionNames } from "../../../src/core/panes/sessionNames.js";

test("sessions are named by their question, each by other words", () => {
  const names = new SessionNames();
  names.name("A", "What is counterpoint?");
  names.name("B", "What is counterpoint?");
  names.name("A", "Renamed");
  assert.equal(names.folder("A"), "“What is counterpoint?”");
  assert.equal(names.folder("B"), "“What is counterpoint? (2)”");
});

test("a long question is cut between words, and no character makes a folder", () => {
  const names = new SessionNames();
  names.name("A", "Explain the difference between a/b testing and canaries\nat length");
  assert.equal(names.folder("A"), "“Explain the difference between a∕b…”");
});

test("the results of commands name their sessions", () => {
  const names = new SessionNames();
  names.learn({ session: { id: "A", title: "One" } });
  names.learn({ sessions: [{ id: "B", title: "Two" }] });
  names.learn({ hits: [{ sessionId: "C", title: "Three" }] });
  names.learn(null);
  assert.deepEqual(["A", "B", "C", "D"].map((id) => names.folder(id)), ["“One”", "“Two”", "“Three”", "“Session”"]);
});

test("forty letters are kept whole, and of more the words that fit", () => {
  const names = new SessionNames();
  const words = "One two three four five six seven eighty";
  names.name("A", words);
  names.name("B", `${words}s`);
  names.name("C", "x".repeat(41));
  names.name("D", `${"a".repeat(10)} ${"b".repeat(60)}`);
  names.name("E", `${"a".repeat(20)} ${"b".repeat(60)}`);
  assert.equal(names.folder("A"), `“${words}”`);
  assert.equal(names.folder("B"), "“One two three four five six seven…”");
  assert.equal(names.folder("C"), `“${"x".repeat(20)}…”`);
  assert.equal(names.folder("D"), `“${"a".repeat(10)} ${"b".repeat(9)}…”`);
  assert.equal(names.folder("E"), `“${"a".repeat(20)}…”`);
});

test("one question asked three times has three names", () => {
  const names = new SessionNames();
  assert.deepEqual(["A", "B", "C"].map((id) => names.folder(id)), ["“Session”", "“Session (2)”", "“Session (3)”"]);
});

test("only the first line is in a name, without hidden characters or backslashes", () => {
  const names = new SessionNames();
  names.name("A", "\n  a\\b\\c/d/e\u202e \nmore");
  assert.equal(names.folder("A"), "“a∖b∖c∕d∕e<U+202E>”");
});

test("an open tab keeps its folder, whatever the session is called", () => {
  const names = new SessionNames();
  names.name("A", "Why?");
  names.keep("A", "“Other”");
  names.name("A", "Again");
  assert.equal(names.folder("A"), "“Other”");
});

test("a result without sessions or titles names nothing", () => {
  const names = new SessionNames();
  for (const result of [undefined, "text", {}, { session: { id: "A" } }, { hits: [{ title: "x" }] }]) {
    names.learn(result);
  }
  assert.equal(names.folder("A"), "“Session”");
});

test("a hit is of its session, though it has an id of its own", () => {
  const names = new SessionNames();
  names.learn({ hits: [{ id: "M", sessionId: "A", title: "Why?" }] });
  assert.equal(names.folder("A"), "“Why?”");
});
