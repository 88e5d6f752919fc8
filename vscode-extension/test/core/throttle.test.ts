import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Throttle } from "../../src/core/throttle.js";

test("it acts at once, once an interval, and once after the last request", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    let acted = 0;
    const throttle = new Throttle(
      () => {
        acted += 1;
      },
      () => 100,
    );
    throttle.request();
    assert.equal(acted, 1);
    for (let request = 0; request < 30; request++) {
      throttle.request();
      mock.timers.tick(10);
    }
    assert.equal(acted, 4);
    mock.timers.tick(100);
    assert.equal(acted, 4);
    throttle.request();
    assert.equal(acted, 5);
    throttle.request();
    throttle.dispose();
    mock.timers.tick(1000);
    assert.equal(acted, 5);
  } finally {
    mock.timers.reset();
  }
});

test("a flush acts at once if something is pending, and only then", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    let acted = 0;
    const throttle = new Throttle(
      () => {
        acted += 1;
      },
      () => 100,
    );
    throttle.flush();
    assert.deepEqual([acted, throttle.isResting], [0, false]);
    throttle.request();
    throttle.flush();
    assert.deepEqual([acted, throttle.isResting], [1, true]);
    throttle.request();
    throttle.flush();
    throttle.flush();
    assert.equal(acted, 2);
    mock.timers.tick(100);
    assert.deepEqual([acted, throttle.isResting], [2, false]);
    throttle.request();
    throttle.request();
    throttle.dispose();
    assert.equal(throttle.isResting, false);
    throttle.flush();
    assert.equal(acted, 3);
  } finally {
    mock.timers.reset();
  }
});
