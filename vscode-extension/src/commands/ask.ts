/** Commands that start a prompt, in an input box or an editor, and choose models. */
import * as vscode from "vscode";
import type { Antiphon } from "../antiphon.js";
import { fileItem, pickFiles, selectionItem } from "../ask/context.js";
import { isPrompt } from "../ask/composer.js";
import { completeChoice } from "../panes/walkthroughSteps.js";
import { pickModels } from "../ask/models/modelPicker.js";
import { askPrompt } from "../ask/promptBox.js";
import { BROADCAST, type Draft } from "../ask/prompts.js";
import type { BroadcastParams, ContextItem, RunResult } from "../protocol.js";
import type { Asked } from "../core/modelChoice.js";
import { runPromptFile } from "./prompts/runPrompt.js";
import { showInfo } from "../ui/messages.js";
import { ensureTrusted } from "../ui/trust.js";

/** Asks models. A keybinding can pass any part of the question. */
export async function broadcastPrompt(
  app: Antiphon,
  argument?: Partial<BroadcastParams> | vscode.Uri,
): Promise<RunResult | undefined> {
  // A menu passes the document that it was opened on.
  const given = argument instanceof vscode.Uri ? {} : (argument ?? {});
  if (!ensureTrusted()) {
    return undefined;
  }
  const context = given.context ?? selectedContext();
  const models = given.models ?? (await defaultModels(app));
  if (models === undefined) {
    return undefined;
  }
  if (given.prompt !== undefined) {
    return app.runs.broadcast({ ...given, prompt: given.prompt, models, context });
  }
  return askAndSend(app, { ...given, models, context });
}

/** Opens a document for a prompt, with the draft that was not sent, and the selection as context. */
export async function newPrompt(app: Antiphon): Promise<void> {
  const { prompt = "", context = [] } = app.prompts.draft(BROADCAST) ?? {};
  const selected = selectedContext();
  await app.composer.open(prompt, selected.length > 0 ? selected : context);
}

/** Sends the prompt of a document, and closes it if it is untitled. */
export async function sendPrompt(app: Antiphon, uri?: vscode.Uri): Promise<RunResult | undefined> {
  const document = promptDocument(uri);
  if (document === undefined) {
    void showInfo(vscode.l10n.t("Write a prompt first: run Antiphon: New Prompt."));
    return undefined;
  }
  if (!ensureTrusted()) {
    return undefined;
  }
  if (document.getText().trim() === "") {
    void showInfo(vscode.l10n.t("The prompt is empty."));
    return undefined;
  }
  if (app.composer.isFile(document)) {
    return runPromptFile(app, document.uri);
  }
  const panes = app.composer.panes(document);
  if (panes === undefined) {
    await app.models.currentOrExplain();
  }
  const params = panes === undefined ? await withModels(app, await app.composer.params(document)) : undefined;
  if (panes === undefined && params === undefined) {
    return undefined;
  }
  const to = app.composer.recipient(document);
  const draft = { prompt: document.getText(), context: app.composer.context(document) };
  if (document.isUntitled) {
    await vscode.window.showTextDocument(document, { preview: false });
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  try {
    return await (params === undefined ? app.followUps.send(draft, panes ?? []) : broadcast(app, params));
  } catch (error) {
    // Unless it was accepted and went wrong later.
    if (document.isUntitled && app.prompts.draft(to)?.prompt === draft.prompt) {
      await app.composer.open(draft.prompt, draft.context, panes);
    }
    throw error;
  }
}

/** Sends a prompt to models; it stays a draft until the server accepts it. */
function broadcast(app: Antiphon, params: BroadcastParams): Promise<RunResult> {
  const draft: Draft = { prompt: params.prompt, context: params.context ?? [] };
  return app.prompts.deliver(BROADCAST, draft, (accepted) => app.runs.broadcast(params, accepted));
}

/** Asks for models if none is chosen. */
async function withModels(app: Antiphon, params: BroadcastParams): Promise<BroadcastParams | undefined> {
  if ((params.models ?? []).length > 0) {
    return params;
  }
  const models = await pickModels(app.models);
  return models && { ...params, models };
}

/** Adds files to the context of the prompt. */
export async function addContext(app: Antiphon, uri?: vscode.Uri): Promise<void> {
  const document = promptDocument(uri);
  const items = await pickFiles();
  if (items === undefined) {
    return;
  }
  if (document === undefined) {
    await app.composer.open("", items);
  } else {
    await app.composer.addContext(document, items);
  }
}

/** Opens a prompt with files of the Explorer as context. */
export async function askAboutFiles(app: Antiphon, first?: vscode.Uri, all?: readonly vscode.Uri[]): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const uris = all ?? (first === undefined ? (active === undefined ? [] : [active]) : [first]);
  await app.composer.open("", uris.map(fileItem));
}

export async function chooseModels(app: Antiphon): Promise<void> {
  if ((await pickModels(app.models)) !== undefined) {
    completeChoice();
  }
  app.composer.refresh();
}

async function askAndSend(app: Antiphon, params: Omit<BroadcastParams, "prompt">): Promise<RunResult | undefined> {
  let models = params.models ?? [];
  let context: readonly ContextItem[] = params.context ?? [];
  for (;;) {
    const answer = await askPrompt(app.server, app.prompts, {
      title: vscode.l10n.t("Broadcast"),
      placeholder: vscode.l10n.t("What do you want to ask?"),
      key: BROADCAST,
      context,
      to: { ...params, models },
      offers: ["models", "compose"],
    });
    if (answer === undefined) {
      return undefined;
    }
    ({ context } = answer);
    if (answer.kind === "send") {
      return broadcast(app, { ...params, prompt: answer.prompt, models, context: [...context] });
    }
    if (answer.kind === "compose") {
      await app.composer.open(answer.prompt, context);
      return undefined;
    }
    models = (await pickModels(app.models)) ?? models;
  }
}

async function defaultModels(app: Antiphon): Promise<Asked[] | undefined> {
  const current = await app.models.currentOrExplain();
  return current.length > 0 ? current : pickModels(app.models);
}

function selectedContext(): ContextItem[] {
  const editor = vscode.window.activeTextEditor;
  const item = isPrompt(editor?.document) ? undefined : selectionItem(editor);
  return item === undefined ? [] : [item];
}

function promptDocument(uri: vscode.Uri | undefined): vscode.TextDocument | undefined {
  const active = vscode.window.activeTextEditor?.document;
  const document =
    uri === undefined
      ? active
      : vscode.workspace.textDocuments.find((candidate) => candidate.uri.toString() === uri.toString());
  return isPrompt(document) ? document : undefined;
}
