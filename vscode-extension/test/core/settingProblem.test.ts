import assert from "node:assert/strict";
import { test } from "node:test";
import { settingProblem } from "../../src/core/settingProblem.js";

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
