import assert from "node:assert/strict";
import { test } from "node:test";
import { applyToggle, chosenModels, lineupNames, matchingLineups } from "../../src/core/modelChoice.js";

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

test("the last choice comes first, then the default", () => {
  assert.deepEqual(chosenModels({ models: ["b", "gone"], fallback: ["a"] }, ["a"]), ["b", "gone"]);
  assert.deepEqual(chosenModels({ models: ["b"] }, ["a"]), ["b"]);
  assert.deepEqual(chosenModels({ models: [] }, ["a"]), ["a"]);
  assert.deepEqual(chosenModels(undefined, []), []);
});

test("a default that was set after the last choice is what is chosen", () => {
  assert.deepEqual(chosenModels({ models: ["b"], fallback: ["a"] }, ["c"]), ["c"]);
  assert.deepEqual(chosenModels({ models: ["b"], fallback: ["a"] }, []), ["b"]);
});

test("unchecking a line-up keeps the models that are not its own", () => {
  const all = { lineups: ["quick", "other"], models: ["a", "b", "c"] };
  const after = applyToggle(all, { lineups: ["other"], models: ["a", "b", "c"] }, { quick: ["a", "b"], other: ["a", "b", "c"] });
  assert.deepEqual(after, { lineups: [], models: ["c"] });
});

test("a model that is unchecked with its line-up leaves the others chosen", () => {
  const before = { lineups: ["quick"], models: ["a", "b"] };
  assert.deepEqual(applyToggle(before, { lineups: [], models: ["a"] }, lineups), { lineups: [], models: ["a"] });
});

test("a line-up that is not known chooses nothing", () => {
  assert.deepEqual(applyToggle({ lineups: [], models: ["a"] }, { lineups: ["gone"], models: ["a"] }, lineups), { lineups: [], models: [] });
});

test("line-ups are matched by their models in any order, by all of them and no more", () => {
  assert.deepEqual(matchingLineups(["b", "a"], lineups), ["quick"]);
  assert.deepEqual(matchingLineups(["a"], lineups), []);
  assert.deepEqual(matchingLineups(["a", "d"], lineups), []);
});

test("a default in another order is the same default", () => {
  assert.deepEqual(chosenModels({ models: ["x"], fallback: ["a", "b"] }, ["b", "a"]), ["x"]);
});

test("a line-up of models, presets and choices has a name for each", () => {
  const mixed = { all: ["a/one", "@careful", { model: "a/two", title: "Two" }], none: [] };
  assert.deepEqual(lineupNames(mixed), { all: ["a/one", "@careful", "a/two"], none: [] });
});
