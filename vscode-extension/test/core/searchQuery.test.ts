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

test("only all:true asks for all, and the last one counts", () => {
  const lines = ["x all:true", "x all:false", "x all:yes", "x all:true all:false", "x all:false all:true", "x"];
  assert.deepEqual(lines.map((line) => parseSearchQuery(line).all), [true, undefined, undefined, undefined, true, undefined]);
  assert.equal("all" in parseSearchQuery("x all:false"), false);
  assert.equal(parseSearchQuery("x all:false").query, "x");
});

test("every filter has its field, repeated ones are lists, and of times the last counts", () => {
  assert.deepEqual(parseSearchQuery("x provider:demo provider:openai until:2026-01-01 until:2026-02-01 since:2025-01-01 since:2025-02-01 role:user role:system model:a model:b"), {
    query: "x",
    models: ["a", "b"],
    providers: ["demo", "openai"],
    roles: ["user", "system"],
    since: "2025-02-01",
    until: "2026-02-01",
  });
});

test("a role without a value stays a word, since it may become one", () => {
  assert.equal(parseSearchQuery("a role:").query, "a role:");
  assert.equal(parseSearchQuery("model:x").query, "");
  assert.deepEqual(parseSearchQuery('a tag:""  b'), { query: "a b" });
});
