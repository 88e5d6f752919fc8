/** Commands that run prompt files. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { pickModels } from "../../ask/models/modelPicker.js";
import { askInputs } from "../../ask/promptFiles/inputBoxes.js";
import { isPrompt } from "../../ask/composer.js";
import { joinParts } from "../../core/format/figures.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { isPromptFile, PROMPT_SUFFIX } from "../../core/prompts/promptFile.js";
import { brokenRules } from "../../core/prompts/inputs.js";
import type { ModelChoice, PromptInfo, PromptReadResult, PromptRunParams, PromptRunResult } from "../../protocol.js";
import { documentOf, findDocument, toWire } from "../../ui/documents.js";
import { showError, showInfo, showWarning } from "../../ui/messages.js";
import { reveal } from "../../ui/reveal.js";
import { ensureTrusted } from "../../ui/trust.js";

type Asked = readonly (string | ModelChoice)[];

/** Runs a prompt file, and asks for the inputs that are missing. A keybinding can pass any of its parameters. */
export function runPromptFile(app: Antiphon, target?: vscode.Uri | PromptRunParams): Promise<PromptRunResult | undefined> {
  return run(app, target, false);
}

/** Runs a prompt file on other models, with all of its inputs asked for. */
export function runPromptFileWith(app: Antiphon, target?: vscode.Uri | PromptRunParams): Promise<PromptRunResult | undefined> {
  return run(app, target, true);
}

async function run(app: Antiphon, target: vscode.Uri | PromptRunParams | undefined, all: boolean): Promise<PromptRunResult | undefined> {
  if (!ensureTrusted()) {
    return undefined;
  }
  const given: PromptRunParams = isParams(target) ? target : {};
  const uri = target instanceof vscode.Uri ? target : given.uri === undefined ? await pickPrompt(app) : documentOf(given.uri);
  if (uri === undefined) {
    return undefined;
  }
  const source = { ...given, ...sourceOf(uri) };
  const read = await app.server.execute("antiphon.prompt.read", { uri: source.uri, ...(source.text !== undefined && { text: source.text }) });
  if (await hasError(read, uri)) {
    return undefined;
  }
  const models = given.models ?? (all ? await pickModels(app.models) : await modelsOf(app, read));
  const inputs = models && (await askInputs(read.name ?? vscode.l10n.t("Prompt file"), read.inputs, given.inputs, all));
  if (models === undefined || inputs === undefined) {
    return undefined;
  }
  const isChosen = models !== read.models;
  const params = { ...source, ...context(app, read, given, uri), inputs, ...(isChosen && { models: [...models] }) };
  return report(await app.runs.prompt(params, models, read.name ?? read.turns.at(-1)?.text ?? ""));
}

/** Returns the models that a file asks: its own, those of the settings, or those chosen in the editor. */
async function modelsOf(app: Antiphon, read: PromptReadResult): Promise<Asked | undefined> {
  if (read.models.length > 0) {
    return read.models;
  }
  const { default: models } = await app.models.list();
  if (models.length > 0) {
    return models;
  }
  const chosen = await app.models.currentOrExplain();
  return chosen.length > 0 ? chosen : pickModels(app.models);
}

/** Returns the selection, if the file is about one, and the files that were added to an open prompt. */
function context(app: Antiphon, read: PromptReadResult, given: PromptRunParams, uri: vscode.Uri): Pick<PromptRunParams, "selection" | "context"> {
  const selection = given.selection ?? (read.context.some(({ entry }) => entry === "@selection") ? app.lastSelection.item() : undefined);
  const document = findDocument(uri);
  const added = [...(given.context ?? []), ...(document === undefined ? [] : app.composer.context(document))];
  return { ...(selection && { selection }), ...(added.length > 0 && { context: added }) };
}

/** Returns the file, with its text as it is in the editor. */
function sourceOf(uri: vscode.Uri): Pick<PromptRunParams, "text"> & { uri: string } {
  const document = findDocument(uri);
  return { uri: toWire(uri), ...(document && { text: document.getText() }) };
}

/** Shows the first error of a file at its place. */
async function hasError({ problems }: PromptReadResult, uri: vscode.Uri): Promise<boolean> {
  const error = problems.find(({ severity }) => severity === "error");
  if (error !== undefined) {
    const { start, end } = error.range;
    void showError(joinParts(`${vscode.workspace.asRelativePath(uri)}:${start.line + 1}`, error.message));
    await reveal(uri, new vscode.Range(start.line, start.character, end.line, end.character));
  }
  return error !== undefined;
}

function report(result: PromptRunResult): PromptRunResult {
  const { expect = [], panes } = result;
  const broken = brokenRules(expect, panes);
  if (broken.length > 0) {
    void showWarning(vscode.l10n.t("{0} of {1} rules are not kept: {2}.", broken.length, expect.length, broken.join("; ")));
  }
  return result;
}

/** Asks the user for a prompt of the library, or the one that is open. */
async function pickPrompt(app: Antiphon): Promise<vscode.Uri | undefined> {
  const { prompts } = await app.server.execute("antiphon.prompt.list", {});
  const sources = { workspace: vscode.l10n.t("Of this workspace"), user: vscode.l10n.t("My prompts"), product: vscode.l10n.t("Of Antiphon") };
  const rows: (vscode.QuickPickItem & { readonly uri?: vscode.Uri })[] = [];
  const open = openPrompt();
  if (open !== undefined) {
    const label = `$(go-to-file) ${sanitizeForPick(vscode.workspace.asRelativePath(open))}`;
    rows.push({ label: vscode.l10n.t("Open now"), kind: vscode.QuickPickItemKind.Separator }, { label, uri: open });
  }
  for (const [source, label] of Object.entries(sources)) {
    const found = prompts.filter((prompt) => prompt.source === source);
    if (found.length > 0) {
      rows.push({ label, kind: vscode.QuickPickItemKind.Separator }, ...found.map(rowOf));
    }
  }
  if (rows.length === 0) {
    void showInfo(vscode.l10n.t("There are no prompt files yet: save a file that ends with {0}.", PROMPT_SUFFIX));
    return undefined;
  }
  const options = { title: vscode.l10n.t("Run a prompt file"), matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(rows, options))?.uri;
}

function rowOf({ name, description, uri }: PromptInfo): vscode.QuickPickItem & { readonly uri: vscode.Uri } {
  return { label: sanitizeForPick(name), ...(description !== undefined && { detail: sanitizeForPick(description) }), uri: documentOf(uri) };
}

function openPrompt(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (!isPrompt(document)) {
    return undefined;
  }
  const { languageId, isUntitled } = document;
  return isPromptFile({ languageId, isUntitled, text: document.getText() }) ? document.uri : undefined;
}

function isParams(target: unknown): target is PromptRunParams {
  return typeof target === "object" && target !== null && !(target instanceof vscode.Uri);
}
