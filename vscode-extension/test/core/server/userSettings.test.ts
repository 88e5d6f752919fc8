import assert from "node:assert/strict";
import { test } from "node:test";
import { collectSettings, type InspectedSetting } from "../../../src/core/server/userSettings.js";

test("only what was set goes to the server, and a workspace's word never as the user's", () => {
  const found: Record<string, InspectedSetting> = {
    "providers": { globalValue: { local: {} }, workspaceValue: { evil: {} } },
    "timeouts.idleMs": { globalValue: 1, workspaceValue: 2 },
    "timeouts.totalMs": {},
  };
  const { user, live } = collectSettings(
    Object.keys(found),
    (key) => key === "providers",
    (key) => found[key],
  );
  assert.deepEqual(user, { providers: { local: {} }, timeouts: { idleMs: 1 } });
  assert.deepEqual(live, { timeouts: { idleMs: 2 } });
});

test("a folder's value wins over the workspace's, and that over the user's", () => {
  const found: Record<string, InspectedSetting> = {
    "a": { globalValue: 1, workspaceValue: 2, workspaceFolderValue: 3 },
    "b": { globalValue: 1, workspaceValue: 2 },
    "c": { globalValue: 1 },
    "d": { globalValue: true, workspaceValue: true, workspaceFolderValue: false },
    "e": { workspaceFolderValue: 0 },
  };
  const { user, live } = collectSettings(Object.keys(found), () => false, (key) => found[key]);
  assert.deepEqual(live, { a: 3, b: 2, c: 1, d: false, e: 0 });
  assert.deepEqual(user, { a: 1, b: 1, c: 1, d: true });
});

test("settings of one section are together, however deep, and unknown ones are left out", () => {
  const { live } = collectSettings(["a.b.c", "a.b.d", "a.e", "f"], () => false, (key) => (key === "f" ? undefined : { globalValue: key }));
  assert.deepEqual(live, { a: { b: { c: "a.b.c", d: "a.b.d" }, e: "a.e" } });
});
