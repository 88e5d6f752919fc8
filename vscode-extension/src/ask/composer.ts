/**
 * Prompts as documents, untitled or `*.antiphon.md`, with a lens above the first line that shows the
 * models and the likely cost.
 */
import * as vscode from "vscode";
import { withIcon } from "../core/format/figures.js";
import type { BroadcastParams, ContextItem } from "../protocol.js";
import type { Server } from "../server/server.js";
import { labelOf } from "./context.js";
import { estimateLine } from "./estimate.js";
import type { Models } from "./models.js";

/** The language of a prompt document. */
export const PROMPT_LANGUAGE = "antiphon";
const TOP = new vscode.Range(0, 0, 0, 0);
const REFRESH_DELAY_MS = 400;

export class Composer implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly contexts = new Map<string, readonly ContextItem[]>();
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly listeners: vscode.Disposable[];
  private timer: ReturnType<typeof setTimeout> | undefined;

  readonly onDidChangeCodeLenses = this.emitter.event;

  constructor(
    private readonly server: Server,
    private readonly models: Models,
  ) {
    this.listeners = [
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === PROMPT_LANGUAGE) {
          clearTimeout(this.timer);
          this.timer = setTimeout(() => {
            this.refresh();
          }, REFRESH_DELAY_MS);
        }
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.contexts.delete(document.uri.toString())),
    ];
  }

  /** Opens a prompt, empty or with the text so far. */
  async open(text: string, context: readonly ContextItem[]): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument({ language: PROMPT_LANGUAGE, content: text });
    this.contexts.set(document.uri.toString(), context);
    const end = document.lineAt(document.lineCount - 1).range.end;
    // Set when the editor opens: later it could move the cursor of a user who is typing.
    const selection = new vscode.Range(end, end);
    return vscode.window.showTextDocument(document, { preview: false, selection });
  }

  context(document: vscode.TextDocument): readonly ContextItem[] {
    return this.contexts.get(document.uri.toString()) ?? [];
  }

  addContext(document: vscode.TextDocument, items: readonly ContextItem[]): void {
    this.contexts.set(document.uri.toString(), [...this.context(document), ...items]);
    this.refresh();
  }

  /** Updates the lens after a change of models or context. */
  refresh(): void {
    this.emitter.fire();
  }

  /** Returns the parameters that sending the prompt would have. */
  async params(document: vscode.TextDocument): Promise<BroadcastParams> {
    const models = await this.models.current();
    return { prompt: document.getText(), models, context: [...this.context(document)] };
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const params = await this.params(document);
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(TOP, { title, command, arguments: [document.uri] });
    const choose = (title: string): vscode.CodeLens => lens(withIcon("settings-gear", title), "antiphon.chooseModels");
    if (params.models === undefined || params.models.length === 0) {
      return [choose(vscode.l10n.t("Choose the models to send this to…"))];
    }
    const line = await estimateLine(this.server, params);
    const context = params.context?.map(labelOf).join(", ") ?? "";
    const attach = context === "" ? vscode.l10n.t("Add context…") : vscode.l10n.t("with {0}", context);
    return [
      lens(withIcon("send", vscode.l10n.t("Send to {0}", line)), "antiphon.sendPrompt"),
      choose(vscode.l10n.t("Models…")),
      lens(withIcon("file-add", attach), "antiphon.addContext"),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.listeners, this.emitter).dispose();
  }
}

/** Returns whether a document is a prompt. */
export function isPrompt(document: vscode.TextDocument | undefined): document is vscode.TextDocument {
  return document?.languageId === PROMPT_LANGUAGE;
}
