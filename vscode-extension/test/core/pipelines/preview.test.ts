import assert from "node:assert/strict";
import { test } from "node:test";
import { drawGraph, previewPage, rounds } from "../../../src/core/pipelines/preview.js";
import type { StepOutline } from "../../../src/protocol.js";

const graph: StepOutline[] = [
  { id: "ask", type: "broadcast", needs: [] },
  { id: "crit", type: "send", needs: ["ask"] },
  { id: "sum", type: "summarize", needs: ["ask", "crit"] },
  { id: "diff", type: "compare", needs: ["ask"] },
];

test("steps that wait for the same ones run in one round", () => {
  assert.deepEqual(
    rounds(graph).map((round) => round.map(({ id }) => id)),
    [["ask"], ["crit", "diff"], ["sum"]],
  );
});

test("a circle of steps is shown all the same", () => {
  const circle: StepOutline[] = [
    { id: "a", type: "ask", needs: ["b"] },
    { id: "b", type: "ask", needs: ["a"] },
  ];
  assert.deepEqual(rounds(circle), [circle]);
});

test("the graph has a line for each step, below those that it waits for", () => {
  assert.deepEqual(drawGraph(graph), [
    "── ask   broadcast",
    "▼",
    "┬─ crit  send       ← ask",
    "└─ diff  compare    ← ask",
    "▼",
    "── sum   summarize  ← ask, crit",
  ]);
});

test("the page has the whole text, whatever is in it, and escapes what somebody wrote", () => {
  const text = "antiphon: pipeline/v1\nname: x\n# ```` four\n";
  const pipeline = {
    id: "1",
    sha256: "2",
    name: "# [x](command:y)",
    inputs: [{ name: "file", required: true }, { name: "reader", required: false, default: "me", enum: ["me", "you"] }],
    steps: [],
  };
  const page = previewPage({ pipeline, text, graph });
  assert.ok(page.startsWith("# \\# \\[x\\]\\(command:y\\)\n"));
  assert.ok(page.endsWith(`\n\`\`\`\`\`yaml\n${text}\`\`\`\`\`\n`));
  assert.ok(page.includes("- **file**\n- **reader**: one of me, you; by default “me”\n"));
});
