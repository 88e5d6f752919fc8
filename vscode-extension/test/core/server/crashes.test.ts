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

test("a death is forgotten once it is older than the window, and not before", () => {
  let now = 0;
  const limit = new CrashLimit(1, 100, () => now);
  assert.equal(limit.crashed(), true);
  now = 100;
  assert.equal(limit.crashed(), false);
  now = 201;
  assert.equal(limit.crashed(), true);
  now = 250;
  assert.equal(limit.crashed(), false);
});

test("a start by the user forgives every death", () => {
  const limit = new CrashLimit(1, 100, () => 0);
  assert.deepEqual([limit.crashed(), limit.crashed()], [true, false]);
  limit.reset();
  assert.equal(limit.crashed(), true);
});

test("several old deaths are forgotten at once, and a limit of none forgives none", () => {
  let now = 0;
  const limit = new CrashLimit(2, 100, () => now);
  limit.crashed();
  limit.crashed();
  now = 101;
  assert.deepEqual([limit.crashed(), limit.crashed(), limit.crashed()], [true, true, false]);
  assert.equal(new CrashLimit(0, 100, () => now).crashed(), false);
});
