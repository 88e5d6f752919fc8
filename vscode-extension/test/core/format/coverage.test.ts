import assert from "node:assert/strict";
import { test } from "node:test";
import { coverageLine } from "../../../src/core/format/coverage.js";

test("what was used is said", () => {
  assert.equal(coverageLine({ used: 2, of: 2, leftOut: [], cut: [] }), "used 2 of 2");
});

test("what was left out or cut is named with its reason", () => {
  const [poet, terse] = ["poet", "terse"].map((title) => ({ paneId: title, title, reason: "why" }));
  assert.ok(poet && terse);
  assert.equal(coverageLine({ used: 1, of: 2, leftOut: [poet], cut: [terse] }), "used 1 of 2. Left out: poet (why). Cut: terse (why)");
});

test("several sources are listed, and what nothing is in is left out", () => {
  const [poet, terse] = ["poet", "terse"].map((title) => ({ paneId: title, title, reason: "why" }));
  assert.ok(poet && terse);
  assert.equal(coverageLine({ used: 1, of: 3, leftOut: [poet, terse], cut: [] }), "used 1 of 3. Left out: poet (why), terse (why)");
  assert.equal(coverageLine({ used: 2, of: 2, leftOut: [], cut: [poet] }), "used 2 of 2. Cut: poet (why)");
});
