import assert from "node:assert/strict";
import { test } from "node:test";
import { isAtLeast } from "../../../src/core/server/version.js";

test("versions are compared by their numbers, not by their letters", () => {
  const versions = ["0.200.0", "1.9.3", "1.92.2", "1.93.0", "1.139.1-insider", "2.0.0"];
  assert.deepEqual(versions.map((version) => isAtLeast(version, 1, 93)), [false, false, false, true, true, true]);
});

test("a version without its second number is that with a zero", () => {
  assert.deepEqual(["1", "2", ""].map((version) => isAtLeast(version, 1, 0)), [true, true, false]);
  assert.equal(isAtLeast("1", 1, 1), false);
});
