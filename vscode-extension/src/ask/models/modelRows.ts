/** Builds the rows of the model picker. */
import * as vscode from "vscode";
import { count, joinParts, money } from "../../core/format/figures.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { lineupNames, presetLine } from "../../core/modelChoice.js";
import type { ModelInfo, ModelsResult, Preset } from "../../protocol.js";

export interface Row extends vscode.QuickPickItem {
  /** A model's id, or a preset as `@name`. */
  readonly model?: string;
  readonly lineup?: string;
}

export const RENAME: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon("edit"), tooltip: vscode.l10n.t("Rename the preset…") };
export const DELETE: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon("trash"), tooltip: vscode.l10n.t("Delete the preset") };

/** Builds the rows: the chosen models first, which are not listed again below. */
export function rowsOf({ models, lineups, presets }: ModelsResult, chosen: readonly string[], own: readonly string[] = []): Row[] {
  const rows: Row[] = [];
  const first = models.filter(({ id, available }) => available && chosen.includes(id));
  if (first.length > 0) {
    rows.push(separator(vscode.l10n.t("Chosen")), ...first.map(rowOf));
  }
  const names = Object.entries(presets);
  if (names.length > 0) {
    rows.push(separator(vscode.l10n.t("Presets")), ...names.map(([name, preset]) => presetRow(name, preset, own.includes(name))));
  }
  const named = Object.entries(lineupNames(lineups));
  if (named.length > 0) {
    rows.push(separator(vscode.l10n.t("Line-ups")));
    for (const [name, members] of named) {
      rows.push({ label: `$(list-unordered) ${sanitizeForPick(name)}`, description: sanitizeForPick(members.join(", ")), lineup: name });
    }
  }
  const usable = models.filter((model) => model.available && !first.includes(model));
  for (const provider of new Set(usable.map((model) => model.provider))) {
    rows.push(separator(provider));
    rows.push(...usable.filter((model) => model.provider === provider).map(rowOf));
  }
  const unusable = models.filter(({ available }) => !available);
  if (unusable.length > 0) {
    rows.push(separator(vscode.l10n.t("Not available now")), ...unusable.map(rowOf));
  }
  return rows;
}

/** Only presets of the user's own settings can be changed from here. */
function presetRow(name: string, preset: Preset, isOwn: boolean): Row {
  const buttons = isOwn ? [RENAME, DELETE] : [];
  return { label: `$(bookmark) @${sanitizeForPick(name)}`, description: sanitizeForPick(presetLine(preset)), model: `@${name}`, buttons };
}

function separator(label: string): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function rowOf(model: ModelInfo): Row {
  const detail = model.available ? model.description && sanitizeForPick(model.description) : `$(circle-slash) ${sanitizeForPick(model.reason ?? "")}`;
  return {
    label: sanitizeForPick(model.available ? model.name : model.id),
    // With the id, so that the name of a provider finds its models.
    description: joinParts(model.available ? sanitizeForPick(model.id) : undefined, price(model), window(model)),
    ...(detail !== undefined && { detail }),
    model: model.id,
  };
}

/** Formats the price of a million tokens in and out. */
function price({ inputCostPerMTok: input, outputCostPerMTok: output }: ModelInfo): string | undefined {
  if (input === undefined || output === undefined) {
    return undefined;
  }
  if (Number(input) === 0 && Number(output) === 0) {
    return vscode.l10n.t("free");
  }
  return vscode.l10n.t("{0} in, {1} out per M tokens", money(input), money(output));
}

function window({ contextWindow }: ModelInfo): string | undefined {
  return contextWindow === undefined ? undefined : vscode.l10n.t("{0} context", count(contextWindow));
}
