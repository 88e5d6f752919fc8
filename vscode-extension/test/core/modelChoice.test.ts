import assert from "node:assert/strict";
import { test } from "node:test";
import { applyToggle, choicesOf, chosenModels, lineupNames, matchingLineups, modelBehind, parseParams, presetLine, renameIn } from "../../src/core/modelChoice.js";

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

test("a line-up that is checked is asked with its titles and parameters", () => {
  const careful = { model: "a", title: "careful", params: { temperature: 0.1 } };
  const all = { twice: [careful, "a"], other: ["b"] };
  assert.deepEqual(choicesOf({ lineups: ["twice"], models: ["a", "a"] }, all), [careful, "a"]);
  assert.deepEqual(choicesOf({ lineups: [], models: ["a", "@mine"] }, all), ["a", "@mine"]);
  assert.deepEqual(choicesOf({ lineups: ["gone"], models: ["a"] }, all), ["a"]);
});

test("a preset asks the model that it names, or that its preset names", () => {
  const presets = { one: { model: "a" }, two: { model: "@one" }, self: { model: "@self" }, lost: { model: "@gone" } };
  assert.equal(modelBehind("a", presets), "a");
  assert.equal(modelBehind("@two", presets), "a");
  assert.equal(modelBehind("@self", presets), undefined);
  assert.equal(modelBehind("@lost", presets), undefined);
  assert.equal(modelBehind("@constructor", presets), undefined);
});

test("parameters are written in a line, numbers as numbers, and only those that a preset may have", () => {
  assert.deepEqual(parseParams("temperature=0.2, maxTokens=500 reasoningEffort=high stop=END stop=1"), {
    temperature: 0.2,
    maxTokens: 500,
    reasoningEffort: "high",
    stop: ["END", "1"],
  });
  assert.equal(parseParams("temperature=warm"), undefined);
  assert.equal(parseParams("baseUrl=x"), undefined);
  assert.deepEqual(parseParams("  "), {});
  assert.equal(parseParams("warm"), undefined);
  assert.equal(parseParams("temperature="), undefined);
});

test("a preset is shown with what it asks for", () => {
  assert.equal(presetLine({ model: "a", params: { temperature: 0.2 }, system: "Be brief." }), "a · temperature=0.2 · Be brief.");
  assert.equal(presetLine({ model: "a" }), "a");
});

test("what was chosen with parameters is compared with the default by its names", () => {
  const careful = { model: "a", params: { temperature: 0.1 } };
  assert.deepEqual(chosenModels({ models: [careful], fallback: ["b"] }, ["b"]), [careful]);
});

test("a preset that is renamed keeps its place, title and parameters in a line-up", () => {
  const entries = ["@old", "a", { model: "@old", title: "brief", params: { seed: 7 } }, "@older"];
  assert.deepEqual(renameIn(entries, "@old", "@new"), ["@new", "a", { model: "@new", title: "brief", params: { seed: 7 } }, "@older"]);
});
