import assert from "node:assert/strict";
import { mock, test } from "node:test";
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

test("a pane is reported from the interval on, and others go on when one ends", () => {
  mock.timers.enable({ apis: ["setInterval"] });
  try {
    let now = 0;
    const reported: string[] = [];
    const silence = new Silence((paneId) => reported.push(paneId), 1000, () => now);
    const pass = (elapsed: number): void => {
      now += elapsed;
      mock.timers.tick(1000);
    };
    silence.heard("a");
    silence.heard("b");
    pass(999);
    assert.deepEqual(reported, []);
    silence.heard("b");
    pass(1);
    assert.deepEqual(reported, ["a"]);
    silence.end("a");
    pass(999);
    assert.deepEqual(reported, ["a", "b"]);
    silence.end("b");
    silence.heard("c");
    pass(1000);
    assert.deepEqual(reported, ["a", "b", "c"]);
    silence.dispose();
    pass(5000);
    assert.deepEqual([reported, silence.ms("c")], [["a", "b", "c"], 0]);
  } finally {
    mock.timers.reset();
  }
});
