/** Saves, renames and deletes presets in the user's settings. */
import * as vscode from "vscode";
import { type Asked, parseParams, renameIn } from "../../core/modelChoice.js";
import type { Preset } from "../../protocol.js";
import { confirm } from "../../ui/messages.js";

type Presets = Readonly<Record<string, Preset>>;

/** Returns the presets of the user's own settings. */
export function ownPresets(): Presets {
  return settings().inspect<Presets>("presets")?.globalValue ?? {};
}

/** Asks for a preset of a model and saves it; returns its name. */
export async function askPreset(model: string): Promise<string | undefined> {
  const name = await askName("");
  if (name === undefined) {
    return undefined;
  }
  const system = await vscode.window.showInputBox({
    title: vscode.l10n.t("System prompt of @{0}", name),
    prompt: vscode.l10n.t("None, if it is empty"),
    ignoreFocusOut: true,
  });
  const line = system === undefined ? undefined : await askParams(name);
  if (system === undefined || line === undefined) {
    return undefined;
  }
  const params = parseParams(line) ?? {};
  const preset = { model, ...(system !== "" && { system }), ...(Object.keys(params).length > 0 && { params }) };
  await write({ ...ownPresets(), [name]: preset });
  return name;
}

/** Renames a preset, in line-ups and among the default models too; returns its new name. */
export async function renamePreset(before: string): Promise<string | undefined> {
  const name = await askName(before);
  const { [before]: preset, ...others } = ownPresets();
  if (name === undefined || preset === undefined) {
    return undefined;
  }
  await write({ ...others, [name]: preset });
  await renameInModels(`@${before}`, `@${name}`);
  return name;
}

/** Deletes a preset, if the user agrees. */
export async function deletePreset(name: string): Promise<boolean> {
  const { [name]: preset, ...others } = ownPresets();
  const detail = vscode.l10n.t("Line-ups and prompt files that name it will not find it.");
  if (preset === undefined || !(await confirm(vscode.l10n.t("Delete “@{0}”?", name), detail, vscode.l10n.t("Delete")))) {
    return false;
  }
  await write(others);
  return true;
}

function askName(before: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Name of the preset"),
    prompt: vscode.l10n.t("It is asked as @name"),
    value: before,
    ignoreFocusOut: true,
    validateInput: (name) => {
      if (!/^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u.test(name)) {
        return vscode.l10n.t("A name has letters, digits, ., - and _.");
      }
      return name !== before && Object.hasOwn(ownPresets(), name) ? vscode.l10n.t("This name is another preset's.") : undefined;
    },
  });
}

function askParams(name: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Parameters of @{0}", name),
    placeHolder: "temperature=0.2 maxTokens=500 reasoningEffort=high",
    prompt: vscode.l10n.t("None, if it is empty"),
    ignoreFocusOut: true,
    validateInput: (value) => (parseParams(value) === undefined ? vscode.l10n.t("Write temperature, maxTokens, topP, seed, stop or reasoningEffort as name=value, with blanks between them.") : undefined),
  });
}

async function renameInModels(before: string, after: string): Promise<void> {
  const lineups = settings().inspect<Record<string, Asked[]>>("lineups")?.globalValue;
  if (lineups !== undefined) {
    const renamed = Object.entries(lineups).map(([name, entries]) => [name, renameIn(entries, before, after)]);
    await settings().update("lineups", Object.fromEntries(renamed), vscode.ConfigurationTarget.Global);
  }
  const models = settings().inspect<string[]>("default")?.globalValue;
  if (models !== undefined) {
    await settings().update("default", renameIn(models, before, after), vscode.ConfigurationTarget.Global);
  }
}

async function write(presets: Presets): Promise<void> {
  await settings().update("presets", presets, vscode.ConfigurationTarget.Global);
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("antiphon.models");
}
