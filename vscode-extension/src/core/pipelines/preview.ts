/** Shows a pipeline as a page of Markdown: its steps as a graph, its inputs, and its whole text. */
import { sanitize } from "../format/sanitize.js";
import type { PipelineResult, PromptInput, StepOutline } from "../../protocol.js";

/** Groups steps into rounds: those of one round run at the same time, and wait for those before. */
export function rounds(graph: readonly StepOutline[]): StepOutline[][] {
  const found: StepOutline[][] = [];
  const done = new Set<string>();
  let rest = [...graph];
  while (rest.length > 0) {
    const ready = rest.filter(({ needs }) => needs.every((id) => done.has(id)));
    // A circle, which the server does not save, would never be ready.
    const round = ready.length > 0 ? ready : rest;
    found.push(round);
    for (const { id } of round) {
      done.add(id);
    }
    rest = rest.filter((step) => !round.includes(step));
  }
  return found;
}

/** Draws the graph in letters: a line for each step, below those that it waits for. */
export function drawGraph(graph: readonly StepOutline[]): string[] {
  const ids = Math.max(0, ...graph.map(({ id }) => id.length));
  const types = Math.max(0, ...graph.map(({ type }) => type.length));
  return rounds(graph).flatMap((round, index) => {
    const lines = round.map(({ id, type, needs }, position) => {
      const corner = round.length === 1 ? "──" : position === 0 ? "┬─" : position === round.length - 1 ? "└─" : "├─";
      const line = `${corner} ${id.padEnd(ids)}  ${type.padEnd(types)}`;
      return needs.length === 0 ? line.trimEnd() : `${line}  ← ${needs.join(", ")}`;
    });
    return index === 0 ? lines : ["▼", ...lines];
  });
}

/** Writes the page. */
export function previewPage({ pipeline, text, graph }: Pick<PipelineResult, "pipeline" | "text" | "graph">): string {
  const { name, description, budget, inputs } = pipeline;
  const about = description === undefined ? [] : [escape(description), ""];
  const given = inputs.length === 0 ? [] : ["## Inputs", "", ...inputs.map(inputLine), ""];
  const limit = budget === undefined ? [] : [`A run may cost $${escape(budget)}.`, ""];
  const page = [`# ${escape(name)}`, "", ...about, "## Steps", "", ...fence(drawGraph(graph).join("\n"), "text"), "", ...given, ...limit];
  return [...page, "## Text", "", ...fence(text, "yaml"), ""].join("\n");
}

function inputLine({ name, description, default: value, required, enum: choices }: PromptInput): string {
  const says = [description, choices && `one of ${choices.join(", ")}`, required ? undefined : `by default “${value ?? ""}”`];
  const words = says.filter((part) => part !== undefined).map(escape);
  return words.length === 0 ? `- **${escape(name)}**` : `- **${escape(name)}**: ${words.join("; ")}`;
}

/** Fences a text with more backticks than it has. */
function fence(text: string, language: string): string[] {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const bar = "`".repeat(longest + 1);
  return [`${bar}${language}`, text.replace(/\n$/, ""), bar];
}

/** Escapes what somebody wrote: it makes no heading, link or image. */
function escape(text: string): string {
  return sanitize(text).replace(/[\\`*_{}[\]()#<>!|~]/g, "\\$&");
}
