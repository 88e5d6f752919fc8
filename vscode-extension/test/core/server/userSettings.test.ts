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
