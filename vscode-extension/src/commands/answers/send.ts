/** Commands that send messages of one pane to others. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { rangeSource, pickMessages, type SendSource } from "../../answers/sendSource.js";
import { pickSendMode } from "../../answers/sendMode.js";
import { pickTargets } from "../../answers/sendTarget.js";
import type { Pane, SendToParams, SendToResult } from "../../protocol.js";
import { ensureTrusted } from "../../ui/trust.js";
import { explainNoPane, resolvePane, type Target } from "../panes/target.js";
import { paneAt } from "../panes/choosePanes.js";
import { documentOf } from "../../ui/documents.js";

/** Sends the selection of a pane, or messages of it. A keybinding can pass all parameters. */
export async function sendTo(app: Antiphon, target?: Target | Pane | SendToParams): Promise<SendToResult | undefined> {
  if (isParams(target)) {
    return ensureTrusted() ? deliver(app, target, await panesOf(app, target)) : undefined;
  }
  const editor = vscode.window.activeTextEditor;
  const uri = isPane(target) ? undefined : resolvePane(target);
  if (uri !== undefined && editor?.document.uri.toString() === uri.toString() && !editor.selection.isEmpty) {
    return send(app, rangeSource(uri, editor.selection));
  }
  const pane = await paneAt(app, target ?? uri);
  if (pane === undefined) {
    return explainNoPane();
  }
  const line = editor?.document.uri.toString() === uri?.toString() ? editor?.selection.active.line : undefined;
  // In the first line the cursor has not been moved.
  return send(app, await pickMessages(app.server, pane, line === 0 ? undefined : line));
}

/** Sends a range of a document, which code actions pass; without one, the selection. */
export async function sendPassage(app: Antiphon, uri?: vscode.Uri, range?: vscode.Range): Promise<SendToResult | undefined> {
  return uri === undefined || range === undefined ? sendTo(app, uri) : send(app, rangeSource(uri, range));
}

async function send(app: Antiphon, source: SendSource | undefined): Promise<SendToResult | undefined> {
  if (source === undefined || !ensureTrusted()) {
    return undefined;
  }
  const { session } = await app.server.execute("antiphon.session.open", { sessionId: source.sessionId });
  const targets = await pickTargets(app.panes, app.models, session.panes);
  const mode = targets && (await pickSendMode());
  return mode && deliver(app, { from: source.from, to: targets.to, ...mode }, targets.panes);
}

function deliver(app: Antiphon, params: SendToParams, panes: readonly Pane[]): Promise<SendToResult> {
  const uris = panes.map(({ uri }) => documentOf(uri));
  return app.runs.sendTo(params, uris);
}

async function panesOf(app: Antiphon, { to }: SendToParams): Promise<Pane[]> {
  const panes = (to.paneIds ?? []).map(async (id) => {
    const uri = app.panes.uri(id);
    return uri && (await app.panes.findRecord(uri))?.pane;
  });
  return (await Promise.all(panes)).filter((pane) => pane !== undefined);
}

function isParams(target: unknown): target is SendToParams {
  return typeof target === "object" && target !== null && "from" in target && "to" in target;
}

function isPane(target: unknown): target is Pane {
  return typeof target === "object" && target !== null && "sessionId" in target;
}
