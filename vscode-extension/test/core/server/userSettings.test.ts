import assert from "node:assert/strict";
import { test } from "node:test";
import { explicitSettings, type Inspected } from "../../../src/core/server/userSettings.js";

test("only what was set goes to the server, and a workspace's word never as the user's", () => {
  const found: Record<string, Inspected> = {
    "providers": { globalValue: { local: {} }, workspaceValue: { evil: {} } },
    "timeouts.idleMs": { globalValue: 1, workspaceValue: 2 },
    "timeouts.totalMs": {},
  };
  const { user, live } = explicitSettings(
    Object.keys(found),
    (key) => key === "providers",
    (key) => found[key],
  );
  assert.deepEqual(user, { providers: { local: {} }, timeouts: { idleMs: 1 } });
  assert.deepEqual(live, { timeouts: { idleMs: 2 } });
});
