import assert from "node:assert/strict";
import { test } from "node:test";
import { settingProblem } from "../../../src/core/server/settingProblem.js";

const known = (setting: string): boolean => ["antiphon.budgets", "antiphon.timeouts.idleMs"].includes(setting);

test("a problem names the setting that the editor knows, and not where the server read it", () => {
  assert.deepEqual(settingProblem("Antiphon: antiphon.timeouts.idleMs (initializationOptions): must be a whole number.", known), {
    text: "Antiphon: antiphon.timeouts.idleMs: must be a whole number.",
    setting: "antiphon.timeouts.idleMs",
  });
  assert.equal(settingProblem("antiphon.budgets.0.limit: must be an amount", known)?.setting, "antiphon.budgets");
});

test("other messages are none", () => {
  assert.equal(settingProblem("The day's budget is nearly used up.", known), undefined);
  assert.equal(settingProblem("antiphon.other.x: unknown", known), undefined);
});

test("the longest part that the editor knows is the setting, and a workspace's word is left out", () => {
  const both = (setting: string): boolean => ["antiphon.a", "antiphon.a.b"].includes(setting);
  assert.deepEqual(settingProblem("antiphon.a.b.c (workspace): no; antiphon.x (workspace): no", both), {
    text: "antiphon.a.b.c: no; antiphon.x: no",
    setting: "antiphon.a.b",
  });
  assert.equal(settingProblem("myantiphon.a: no", both), undefined);
  assert.equal(settingProblem("antiphon.A: no", both), undefined);
});
