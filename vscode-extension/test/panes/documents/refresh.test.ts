import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { RefreshSchedule } from "../../../src/panes/documents/refresh.js";

const SIXTEEN = Array.from({ length: 16 }, (_, pane) => `pane ${pane}`);

/** An editor that needs `takesMs` to show what it is told to read. */
class Editor {
  readonly hidden = new Set<string>();
  readonly told: { readonly at: number; readonly panes: readonly string[] }[] = [];
  bytes = 0;
  takesMs = 10;
  readonly refresh = new RefreshSchedule(
    (panes) => {
      this.told.push({ at: Date.now(), panes });
      setTimeout(() => {
        panes.forEach((pane) => {
          this.refresh.shown(pane);
        });
      }, this.takesMs);
    },
    { isVisible: (pane) => !this.hidden.has(pane), size: () => this.bytes },
    Date.now,
  );

  /** Lets panes grow by a token every 20 ms. */
  stream(panes: readonly string[], ms: number, meanwhile: () => void = () => undefined): void {
    for (let passed = 0; passed < ms; passed += 20) {
      for (const pane of panes) {
        this.refresh.changed(pane);
      }
      meanwhile();
      mock.timers.tick(20);
    }
  }

  /** When a pane was told in the last stretch of time. */
  times(pane: string, since = 0): number[] {
    return this.told.filter(({ at, panes }) => at >= since && panes.includes(pane)).map(({ at }) => at);
  }
}

let editor: Editor;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  editor = new Editor();
});

afterEach(() => {
  editor.refresh.dispose();
  mock.timers.reset();
});

test("the first text of a pane is told at once, whatever streams and whoever types", () => {
  editor.stream(SIXTEEN, 2000, () => {
    editor.refresh.typed();
  });
  editor.refresh.changed("late");
  mock.timers.tick(1);
  assert.equal(editor.times("late").length, 1);
});

test("panes that grow together are told together", () => {
  editor.stream(SIXTEEN, 3000);
  assert.ok(editor.told.length > 5);
  assert.deepEqual(new Set(editor.told.map(({ panes }) => panes.length)), new Set([16]));
});

test("one pane is told as often as people can see, many panes less often", () => {
  editor.stream(["one"], 3000);
  const alone = editor.times("one").length;
  assert.ok(alone > 25 && alone < 40, `${alone} times`);
  const since = Date.now();
  editor.stream(SIXTEEN, 3000);
  const among = editor.times("pane 3", since).length;
  assert.ok(among > 6 && among < 12, `${among} times`);
});

test("nothing is told before the editor shows what it was told, and then it rests as long", () => {
  editor.takesMs = 600;
  editor.stream(SIXTEEN, 6000);
  const times = editor.times("pane 0").slice(2);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  assert.ok(gaps.length > 2);
  assert.ok(Math.min(...gaps) >= 1200, gaps.join(" "));
});

test("an editor that never shows a pane does not stop the others for long", () => {
  editor.takesMs = 1e9;
  editor.stream(SIXTEEN, 6000);
  assert.ok(editor.times("pane 0").length >= 3);
});

test("while a person types a few panes are told at a time, and each has its turn", () => {
  editor.stream(SIXTEEN, 1000, () => {
    editor.refresh.typed();
  });
  const since = Date.now();
  editor.stream(SIXTEEN, 3000, () => {
    editor.refresh.typed();
  });
  const told = editor.told.filter(({ at }) => at >= since);
  assert.ok(told.every(({ panes }) => panes.length <= 4));
  assert.deepEqual([...new Set(told.flatMap(({ panes }) => panes))].sort(), [...SIXTEEN].sort());
});

test("a slow editor has three times as long for the keys as for the panes", () => {
  editor.takesMs = 200;
  editor.stream(SIXTEEN, 6000, () => {
    editor.refresh.typed();
  });
  const times = editor.told.filter(({ panes }) => panes.length <= 4).map(({ at }) => at);
  const gaps = times.slice(2).map((at, index) => at - (times[index + 1] ?? 0));
  assert.ok(gaps.length > 3);
  assert.ok(Math.min(...gaps) >= 800, gaps.join(" "));
});

test("a pane that nobody sees is told once a second, and at once when it comes to sight late", () => {
  editor.hidden.add("pane 0");
  editor.stream(SIXTEEN, 4000);
  assert.ok(editor.times("pane 0").length <= 5);
  const since = Date.now();
  editor.hidden.clear();
  editor.stream(SIXTEEN, 600);
  assert.ok(editor.times("pane 0", since).length > 0);
});

test("a long text is read less often", () => {
  editor.bytes = 500_000;
  editor.stream(["long"], 3000);
  assert.ok(editor.times("long").length <= 7);
});

test("the last change is always told", () => {
  for (const meanwhile of [() => undefined, () => {
    editor.refresh.typed();
  }]) {
    editor.stream(SIXTEEN, 1010, meanwhile);
    const last = Date.now() - 20;
    mock.timers.tick(4000);
    for (const pane of SIXTEEN) {
      assert.ok((editor.times(pane).at(-1) ?? 0) >= last, pane);
    }
  }
});

test("a pane that was forgotten is waited for no longer", () => {
  editor.takesMs = 1e9;
  editor.stream(["gone", "there"], 100);
  const since = Date.now();
  editor.refresh.forget("gone");
  editor.refresh.shown("there");
  editor.stream(["there"], 1000);
  assert.ok(editor.times("there", since).length > 0);
});
