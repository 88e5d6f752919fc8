import assert from "node:assert/strict";
import { test } from "node:test";
import { hasFrontMatter, isPromptFile, promptFileName, promptFileText } from "../../../src/core/prompts/promptFile.js";

test("front matter begins in the first line", () => {
  assert.ok(hasFrontMatter("---\nname: x\n---\nHello"));
  assert.ok(hasFrontMatter("\uFEFF--- \r\nname: x"));
  assert.ok(!hasFrontMatter("\n---\nname: x"));
  assert.ok(!hasFrontMatter("---- a line"));
  assert.ok(!hasFrontMatter("Hello"));
});

test("a saved prompt is a prompt file, and an unsaved one if it has front matter", () => {
  const languageId = "antiphon";
  assert.ok(isPromptFile({ languageId, isUntitled: false, text: "Hello" }));
  assert.ok(isPromptFile({ languageId, isUntitled: true, text: "---\n---\nHello" }));
  assert.ok(!isPromptFile({ languageId, isUntitled: true, text: "Hello" }));
  assert.ok(!isPromptFile({ languageId: "markdown", isUntitled: false, text: "---\n---\nHello" }));
});

test("a file is named by the words of its prompt", () => {
  assert.equal(promptFileName("Review a file!"), "review-a-file.antiphon.md");
  assert.equal(promptFileName("../../etc/passwd"), "etc-passwd.antiphon.md");
  assert.equal(promptFileName("Überblick"), "überblick.antiphon.md");
  assert.equal(promptFileName("…"), "prompt.antiphon.md");
});

test("a prompt is written with its models and its context, quoted", () => {
  const head = { name: 'Say "yes": now', models: ["demo/terse", "@careful"], context: ["../../src/app.py:3-9"] };
  assert.equal(
    promptFileText(head, "Why?"),
    '---\nantiphon: prompt/v1\nname: "Say \\"yes\\": now"\nmodels: ["demo/terse", "@careful"]\ncontext: ["../../src/app.py:3-9"]\n---\nWhy?\n',
  );
  assert.equal(promptFileText({ name: "x", models: [], context: [] }, "Why?\n"), '---\nantiphon: prompt/v1\nname: "x"\n---\nWhy?\n');
});

test("a text that has front matter is written letter for letter", () => {
  const text = "---\nname: own\n---\nWhy?";
  assert.equal(promptFileText({ name: "x", models: ["demo/terse"], context: [] }, text), text);
});
