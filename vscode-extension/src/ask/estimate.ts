/** Formats the likely cost of a prompt in one short line. */
import * as vscode from "vscode";
import { budgetLine, tightest } from "../core/format/budgets.js";
import { costRange, joinParts, tokens, unpricedCount } from "../core/format/figures.js";
import type { BroadcastParams, DigestEstimateParams, EstimateResult } from "../protocol.js";
import { describe } from "../server/failure.js";
import type { Server } from "../server/server.js";

/** Requests the estimate: `3 models · about 1,204 tokens · $0.004–0.012`; the message of the server if it refuses. */
export async function estimateLine(server: Server, params: BroadcastParams): Promise<string> {
  const asked = (params.models?.length ?? 0) + (params.paneIds?.length ?? 0);
  const models = asked === 1 ? vscode.l10n.t("1 model") : vscode.l10n.t("{0} models", asked);
  if (params.prompt.trim() === "") {
    return models;
  }
  try {
    return joinParts(models, quote(await server.execute("antiphon.estimate", params)));
  } catch (error) {
    return joinParts(models, describe(error));
  }
}

/** Requests who would write a summary or a merge, and its cost: `by demo/echo · about 1,204 tokens · $0.004–0.012`. */
export async function digestEstimateLine(server: Server, params: DigestEstimateParams): Promise<string> {
  try {
    const estimate = await server.execute("antiphon.digest.estimate", params);
    const models = [...new Set(estimate.panes.map(({ model }) => model))];
    return joinParts(vscode.l10n.t("by {0}", models.join(", ")), quote(estimate));
  } catch (error) {
    return describe(error);
  }
}

function quote({ total, budgets, warnings = [] }: Pick<EstimateResult, "total" | "budgets" | "warnings">): string {
  const unpriced = total.unpriced > 0 ? unpricedCount(total.unpriced) : undefined;
  const cost = total.cost === null ? undefined : costRange(total.cost);
  const budget = tightest(budgets);
  const left = budget && budgetLine(budget);
  return joinParts(vscode.l10n.t("about {0}", tokens(total.inputTokens)), cost, unpriced, left, ...warnings);
}
