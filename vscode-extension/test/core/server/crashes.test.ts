import assert from "node:assert/strict";
import { test } from "node:test";
import { CrashLimit } from "../../../src/core/server/crashes.js";

test("a server is started again until it dies too often within the window", () => {
  let now = 0;
  const limit = new CrashLimit(2, 100, () => now);
  assert.deepEqual([limit.crashed(), limit.crashed(), limit.crashed()], [true, true, false]);
  now = 200;
  assert.equal(limit.crashed(), true);
  limit.crashed();
  limit.reset();
  assert.equal(limit.crashed(), true);
});
