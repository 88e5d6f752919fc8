import assert from "node:assert/strict";
import { test } from "node:test";
import { exportedName, formatOf, ignoredParts } from "../../../src/core/prompts/formats.js";

test("the name of another tool's file says its format, and any other name does not", () => {
  assert.equal(formatOf("review.prompt.md"), "prompt.md");
  assert.equal(formatOf("SKILL.md"), "skill.md");
  assert.equal(formatOf("review.prompt.yaml"), "prompt.yml");
  assert.equal(formatOf("promptfooconfig.yml"), "promptfoo");
  assert.equal(formatOf("MYSKILL.md"), undefined);
  assert.equal(formatOf("review.antiphon.md"), undefined);
});

test("an exported prompt has the name that its tool looks for", () => {
  assert.equal(exportedName("prompt.yml", "review"), "review.prompt.yml");
  assert.equal(exportedName("skill.md", "review"), "SKILL.md");
  assert.equal(exportedName("promptfoo", "review"), "promptfooconfig.yaml");
});

test("parts that were left behind are named with their lines, and many are cut short", () => {
  const parts = [1, 2, 3].map((line) => ({ key: `key${line}`, line, reason: "unknown" as const }));
  assert.equal(ignoredParts(parts, 3), "key1 (line 1), key2 (line 2), key3 (line 3)");
  assert.equal(ignoredParts(parts, 2), "key1 (line 1), key2 (line 2), …");
});
