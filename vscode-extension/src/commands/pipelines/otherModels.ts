/** Asks which steps of a pipeline are to ask other models. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { pickModel, pickOtherModels } from "../../ask/models/modelPicker.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { nameOf } from "../../core/modelChoice.js";
import { asksOne, modelsOfStep, type Overrides } from "../../core/pipelines/models.js";
import type { PipelineResult, PipelineStep } from "../../protocol.js";

interface Row extends vscode.QuickPickItem {
  readonly step?: PipelineStep;
}

/** Lists the steps with their models until the user runs them; `undefined` if they leave. */
export async function chooseOtherModels(app: Antiphon, { pipeline }: Pick<PipelineResult, "pipeline">): Promise<Overrides | undefined> {
  const settings = await app.models.list();
  const others: Record<string, string | string[]> = {};
  const namesOf = (step: PipelineStep): string[] => [others[step.id] ?? (modelsOfStep(step, settings) ?? []).map(nameOf)].flat();
  const asking = pipeline.steps.filter((step) => modelsOfStep(step, settings) !== undefined);
  for (;;) {
    const rows: Row[] = asking.map((step) => ({
      label: `$(${Object.hasOwn(others, step.id) ? "edit" : "circle-outline"}) ${step.id}`,
      description: sanitizeForPick(namesOf(step).join(", ") || vscode.l10n.t("as in the settings")),
      step,
    }));
    const runs: Row = { label: `$(play) ${vscode.l10n.t("Run")}` };
    const title = vscode.l10n.t("{0}: models of the steps", pipeline.name);
    const picked = await vscode.window.showQuickPick([runs, ...rows], { title, ignoreFocusOut: true });
    if (picked?.step === undefined) {
      return picked && others;
    }
    const { step } = picked;
    const about = vscode.l10n.t("Models of {0}", step.id);
    const chosen = asksOne(step) ? await pickModel(app.models, about) : (await pickOtherModels(app.models, about, namesOf(step)))?.map(nameOf);
    if (chosen !== undefined) {
      others[step.id] = chosen;
    }
  }
}
