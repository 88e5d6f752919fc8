import assert from "node:assert/strict";
import { test } from "node:test";
import { markHighlights, parseSearchQuery } from "../../src/core/searchQuery.js";

test("filters are taken out of the words", () => {
  assert.deepEqual(parseSearchQuery('three role:assistant "a phrase" prim* tag:maths tag:"for Ada" since:2026-11-01'), {
    query: 'three "a phrase" prim*',
    roles: ["assistant"],
    tags: ["maths", "for Ada"],
    since: "2026-11-01",
  });
});

test("a model is named by a part of its id", () => {
  const find = (part: string): string[] => ["demo/terse", "demo/poet"].filter((id) => id.includes(part));
  assert.deepEqual(parseSearchQuery("x model:ter", find), { query: "x", models: ["demo/terse"] });
});

test("what only looks like a filter stays a word", () => {
  for (const line of ["http://model:8", "role:nobody", "amodel:x", '"unbalanced', "AND OR", "'; DROP TABLE"]) {
    assert.equal(parseSearchQuery(line).query, line);
  }
});

test("a filter without a value is no filter yet", () => {
  assert.deepEqual(parseSearchQuery("word model:"), { query: "word" });
});

test("what fits is marked, counted in code points", () => {
  assert.equal(markHighlights({ snippet: "🐍 three primes", highlights: [[2, 7], [8, 14]] }), "🐍 «three» «primes»");
  assert.equal(markHighlights({ snippet: "nothing", highlights: [] }), "nothing");
});
