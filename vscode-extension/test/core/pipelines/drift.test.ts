import assert from "node:assert/strict";
import { test } from "node:test";
import { driftLine, driftRows } from "../../../src/core/pipelines/drift.js";
import type { PaneDrift, PipelineDriftResult } from "../../../src/protocol.js";

const pane: PaneDrift = {
  title: "terse",
  left: "antiphon:/message/a/b/c/terse",
  right: "antiphon:/message/d/e/f/terse",
  similarity: 0.87,
  cost: ["0.01", null],
  totalMs: [1900, 2100],
  model: ["gpt-5-0601", "gpt-5-0901"],
  moved: true,
};
const drift: PipelineDriftResult = {
  steps: [
    { id: "ask", panes: [pane, { ...pane, title: "poet", similarity: 1, cost: ["0", "0"], totalMs: [5, 5], moved: false }], status: [], cost: [], totalMs: [] },
    { id: "sum", panes: [{ ...pane, right: "" }], status: [], cost: [], totalMs: [] },
  ],
  only: ["old"],
};

test("an answer that both runs have is a row with what has changed", () => {
  const rows = driftRows(drift);
  assert.deepEqual(
    rows.map(({ label, figures, moved }) => [label, figures, moved]),
    [
      ["ask · terse", "87% alike · $0.01 → unpriced · 1.9 s → 2.1 s", "gpt-5-0601 → gpt-5-0901"],
      ["ask · poet", "100% alike · $0.00 · 5 ms", ""],
    ],
  );
});

test("all of it is a line", () => {
  assert.equal(driftLine(drift), "2 answers · 87–100% alike · 1 moved model · only in one: old");
  assert.equal(driftLine({ steps: [], only: [] }), "0 answers");
});

test("one answer, one share and several models that moved are named as what they are", () => {
  const of = (...panes: PaneDrift[]): PipelineDriftResult => ({ steps: [{ id: "ask", panes, status: [], cost: [], totalMs: [] }], only: [] });
  assert.equal(driftLine(of(pane)), "1 answer · 87% alike · 1 moved model");
  assert.equal(driftLine(of(pane, pane, { ...pane, moved: false })), "3 answers · 87% alike · 2 moved models");
  assert.deepEqual(driftRows(of({ ...pane, left: "" })), []);
});
