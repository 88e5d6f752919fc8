import assert from "node:assert/strict";
import { test } from "node:test";
import { Silence } from "../../../src/core/panes/silence.js";

test("a pane is silent from its last text to its end", () => {
  let now = 0;
  const silence = new Silence(() => undefined, 1000, () => now);
  assert.equal(silence.ms("a"), 0);
  silence.heard("a");
  now = 4000;
  assert.equal(silence.ms("a"), 4000);
  silence.heard("a");
  assert.equal(silence.ms("a"), 0);
  now = 9000;
  silence.end("a");
  assert.equal(silence.ms("a"), 0);
  silence.dispose();
});

test("a pane that stalls is reported again and again until it ends", async () => {
  const reported: string[] = [];
  await new Promise<void>((resolve) => {
    const silence = new Silence((paneId) => {
      reported.push(paneId);
      if (reported.length === 3) {
        silence.end(paneId);
        resolve();
      }
    }, 5);
    silence.heard("a");
  });
  assert.deepEqual(reported, ["a", "a", "a"]);
});
