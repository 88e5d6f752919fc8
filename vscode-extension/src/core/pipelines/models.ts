/** Finds out which models the steps of a pipeline ask. */
import type { ModelChoice, PipelineStep, StepOutline } from "../../protocol.js";

type Asked = readonly (string | ModelChoice)[];

/** Other models by the step that asks them: one name if the step asks one model. */
export type Overrides = Readonly<Record<string, string | string[]>>;

/** What the settings say. */
export interface ModelSettings {
  readonly default: Asked;
  readonly lineups: Readonly<Record<string, Asked>>;
}

/** Returns the models that a step asks itself; `undefined` if it asks none, or those of panes that are there. */
export function modelsOfStep(step: PipelineStep, { default: models, lineups }: ModelSettings): Asked | undefined {
  switch (step.type) {
    case "broadcast":
      return step.models ?? (step.lineup === undefined ? models : (lineups[step.lineup] ?? []));
    case "send":
      return step.models !== undefined && step.models.length > 0 ? step.models : undefined;
    case "summarize":
    case "merge":
      return step.model === undefined ? [] : [step.model];
    default:
      return undefined;
  }
}

/** Returns whether a step asks one model only. */
export function asksOne({ type }: Pick<PipelineStep, "type">): boolean {
  return type === "summarize" || type === "merge";
}

/** Returns the models of the steps that wait for no other: their panes begin the run. */
export function firstModels(steps: readonly PipelineStep[], graph: readonly StepOutline[], settings: ModelSettings, others: Overrides): Asked {
  const roots = new Set(graph.filter(({ needs }) => needs.length === 0).map(({ id }) => id));
  return steps
    .filter(({ id, type }) => roots.has(id) && type === "broadcast")
    .flatMap((step) => (Object.hasOwn(others, step.id) ? [others[step.id] ?? []].flat() : (modelsOfStep(step, settings) ?? [])));
}
