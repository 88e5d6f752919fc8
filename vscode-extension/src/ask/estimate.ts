/** Formats the likely cost of a prompt in one short line. */
import * as vscode from "vscode";
import { budgetLine, tightest } from "../core/format/budgets.js";
import { costRange, joinParts, tokens, unpricedCount } from "../core/format/figures.js";
import type { BroadcastParams } from "../protocol.js";
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
    const { total, budgets, warnings = [] } = await server.execute("antiphon.estimate", params);
    const unpriced = total.unpriced > 0 ? unpricedCount(total.unpriced) : undefined;
    const cost = total.cost === null ? undefined : costRange(total.cost);
    const budget = tightest(budgets);
    const left = budget && budgetLine(budget);
    return joinParts(models, vscode.l10n.t("about {0}", tokens(total.inputTokens)), cost, unpriced, left, ...warnings);
  } catch (error) {
    return joinParts(models, describe(error));
  }
}
