/** Formats how far two runs of a pipeline are apart. */
import { likeness } from "../format/comparison.js";
import { duration, joinParts, money, percent, UNPRICED } from "../format/figures.js";
import type { PaneDrift, PipelineDriftResult } from "../../protocol.js";

/** One answer in both runs. */
export interface DriftRow {
  readonly label: string;
  readonly figures: string;
  /** That another model answered; empty if none did. */
  readonly moved: string;
  readonly pane: PaneDrift;
}

/** Lists the answers that both runs have, step by step. */
export function driftRows({ steps }: PipelineDriftResult): DriftRow[] {
  return steps.flatMap(({ id, panes }) =>
    panes
      .filter(({ left, right }) => left !== "" && right !== "")
      .map((pane) => ({
        label: `${id} · ${pane.title}`,
        figures: joinParts(likeness(pane.similarity), change(pane.cost.map(price)), change(pane.totalMs.map(duration))),
        moved: pane.moved ? pane.model.join(" → ") : "",
        pane,
      })),
  );
}

/** Formats all of it in a line: `3 answers · 87–100% alike · 1 moved model`. */
export function driftLine(drift: PipelineDriftResult): string {
  const rows = driftRows(drift);
  const shares = rows.map(({ pane }) => pane.similarity);
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map(percent);
  const alike = rows.length === 0 ? "" : `${least === most ? (least ?? "") : `${(least ?? "").slice(0, -1)}–${most ?? ""}`} alike`;
  const moved = rows.filter((row) => row.moved !== "").length;
  return joinParts(
    `${rows.length} ${rows.length === 1 ? "answer" : "answers"}`,
    alike,
    moved === 0 ? "" : `${moved} moved ${moved === 1 ? "model" : "models"}`,
    drift.only.length === 0 ? "" : `only in one: ${drift.only.join(", ")}`,
  );
}

function price(amount: string | null): string {
  return amount === null ? UNPRICED : money(amount);
}

function change([left = "", right = ""]: readonly string[]): string {
  return left === right ? left : `${left} → ${right}`;
}
