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
