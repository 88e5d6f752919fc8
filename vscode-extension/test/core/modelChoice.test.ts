import assert from "node:assert/strict";
import { test } from "node:test";
import { initialModels, applyToggle } from "../../src/core/modelChoice.js";

const lineups = { quick: ["a", "b"], all: ["a", "b", "c"] };

test("checking a line-up chooses exactly its models", () => {
  const after = applyToggle({ lineups: [], models: ["c"] }, { lineups: ["quick"], models: ["c"] }, lineups);
  assert.deepEqual(after, { lineups: ["quick"], models: ["a", "b"] });
});

test("unchecking a line-up leaves out its models", () => {
  const before = { lineups: ["quick"], models: ["a", "b"] };
  assert.deepEqual(applyToggle(before, { lineups: [], models: ["a", "b"] }, lineups), { lineups: [], models: [] });
});

test("choosing a line-up's models by hand checks it", () => {
  const after = applyToggle({ lineups: ["quick"], models: ["a", "b"] }, { lineups: ["quick"], models: ["a", "b", "c"] }, lineups);
  assert.deepEqual(after, { lineups: ["all"], models: ["a", "b", "c"] });
});

test("the last choice comes first, then the server's default; what is gone is left out", () => {
  const available = new Set(["a", "b"]);
  assert.deepEqual(initialModels(["b", "gone"], ["a"], available), ["b"]);
  assert.deepEqual(initialModels(["gone"], ["a", "c"], available), ["a"]);
  assert.deepEqual(initialModels(undefined, [], available), []);
});
