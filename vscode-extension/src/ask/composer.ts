/**
 * Prompts as documents, untitled or `*.antiphon.md`, with a lens above the first line that shows the
 * recipients and the likely cost.
 */
import * as vscode from "vscode";
import { withIcon } from "../core/format/figures.js";
import { isPromptFile, PROMPT_LANGUAGE } from "../core/prompts/promptFile.js";
import type { BroadcastParams, ContextItem, Pane } from "../protocol.js";
import type { Server } from "../server/server.js";
import { labelOf } from "./context.js";
import { estimateLine } from "./estimate.js";
import { titlesOf } from "./followUps.js";
import type { Models } from "./models/models.js";
import { BROADCAST, type Prompts, recipient } from "./prompts.js";

const COMPOSED = "antiphon.composed";
const MOST_KEPT = 20;
const TOP = new vscode.Range(0, 0, 0, 0);
const REFRESH_DELAY_MS = 400;

/** What belongs to a prompt besides its text. */
interface Composed {
  readonly context: readonly ContextItem[];
  /** The panes that it goes on with; without them it is broadcast. */
  readonly panes?: readonly Pane[];
}

export class Composer implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly listeners: vscode.Disposable[];
  private timer: ReturnType<typeof setTimeout> | undefined;

  readonly onDidChangeCodeLenses = this.emitter.event;

  constructor(
    private readonly server: Server,
    private readonly models: Models,
    private readonly prompts: Prompts,
    private readonly memory: vscode.Memento,
  ) {
    this.listeners = [
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === PROMPT_LANGUAGE) {
          clearTimeout(this.timer);
          this.timer = setTimeout(() => {
            void this.edited(document);
          }, REFRESH_DELAY_MS);
        }
      }),
    ];
  }

  /** Opens a prompt, empty or with the text so far; with panes it is a follow-up. */
  async open(text: string, context: readonly ContextItem[], panes?: readonly Pane[]): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument({ language: PROMPT_LANGUAGE, content: text });
    await this.compose(document, { context, ...(panes && { panes }) });
    await this.keepDraft(document);
    const end = document.lineAt(document.lineCount - 1).range.end;
    // Set when the editor opens: later it could move the cursor of a user who is typing.
    const selection = new vscode.Range(end, end);
    return vscode.window.showTextDocument(document, { preview: false, selection });
  }

  context(document: vscode.TextDocument): readonly ContextItem[] {
    return this.composed(document).context;
  }

  /** Returns the panes that a prompt goes on with. */
  panes(document: vscode.TextDocument): readonly Pane[] | undefined {
    return this.composed(document).panes;
  }

  /** Returns whose draft the prompt is. */
  recipient(document: vscode.TextDocument): string {
    const panes = this.panes(document);
    return panes === undefined ? BROADCAST : recipient(panes.map(({ id }) => id));
  }

  async addContext(document: vscode.TextDocument, items: readonly ContextItem[]): Promise<void> {
    const composed = this.composed(document);
    await this.compose(document, { ...composed, context: [...composed.context, ...items] });
    this.refresh();
  }

  /** Updates the lens after a change of models or context. */
  refresh(): void {
    this.emitter.fire();
  }

  /** Returns the parameters that sending the prompt would have. */
  async params(document: vscode.TextDocument): Promise<BroadcastParams> {
    const asked = { prompt: document.getText(), context: [...this.context(document)] };
    const panes = this.panes(document);
    const [first] = panes ?? [];
    if (panes !== undefined && first !== undefined) {
      return { ...asked, sessionId: first.sessionId, paneIds: panes.map(({ id }) => id) };
    }
    return { ...asked, models: await this.models.current() };
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(TOP, { title, command, arguments: [document.uri] });
    if (this.isFile(document)) {
      // The server's lens says what it would ask, and at what price.
      return [lens(withIcon("settings-gear", vscode.l10n.t("Run with…")), "antiphon.runPromptFileWith"), this.contextLens(document, lens)];
    }
    const params = await this.params(document);
    const panes = this.panes(document);
    const choose = (title: string): vscode.CodeLens => lens(withIcon("settings-gear", title), "antiphon.chooseModels");
    if (panes === undefined && (params.models ?? []).length === 0) {
      return [choose(vscode.l10n.t("Choose the models to send this to…"))];
    }
    const line = await estimateLine(this.server, params);
    const send = panes === undefined ? vscode.l10n.t("Send to {0}", line) : vscode.l10n.t("Follow up: {0} — {1}", titlesOf(panes), line);
    return [
      lens(withIcon("send", send), "antiphon.sendPrompt"),
      ...(panes === undefined ? [choose(vscode.l10n.t("Models…"))] : []),
      this.contextLens(document, lens),
    ];
  }

  /** Returns whether a document is run as a prompt file: a follow-up never is. */
  isFile(document: vscode.TextDocument): boolean {
    const { languageId, isUntitled } = document;
    return this.panes(document) === undefined && isPromptFile({ languageId, isUntitled, text: document.getText() });
  }

  private contextLens(document: vscode.TextDocument, lens: (title: string, command: string) => vscode.CodeLens): vscode.CodeLens {
    const context = this.context(document).map(labelOf).join(", ");
    const attach = context === "" ? vscode.l10n.t("Add context…") : vscode.l10n.t("with {0}", context);
    return lens(withIcon("file-add", attach), "antiphon.addContext");
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.listeners, this.emitter).dispose();
  }

  private async edited(document: vscode.TextDocument): Promise<void> {
    this.refresh();
    await this.keepDraft(document);
  }

  /** Keeps an untitled prompt as a draft, so that it outlives its tab. */
  private async keepDraft(document: vscode.TextDocument): Promise<void> {
    const prompt = document.getText();
    if (document.isUntitled && !document.isClosed && prompt.trim() !== "") {
      await this.prompts.keep(this.recipient(document), { prompt, context: this.context(document) });
    }
  }

  private composed(document: vscode.TextDocument): Composed {
    return this.all()[document.uri.toString()] ?? { context: [] };
  }

  /** Remembers what belongs to a prompt: the window brings untitled documents back. */
  private async compose(document: vscode.TextDocument, composed: Composed): Promise<void> {
    const uri = document.uri.toString();
    const others = Object.entries(this.all()).filter(([other]) => other !== uri);
    await this.memory.update(COMPOSED, Object.fromEntries([...others, [uri, composed]].slice(-MOST_KEPT)));
  }

  private all(): Readonly<Record<string, Composed>> {
    return this.memory.get<Record<string, Composed>>(COMPOSED) ?? {};
  }
}

/** Returns whether a document is a prompt. */
export function isPrompt(document: vscode.TextDocument | undefined): document is vscode.TextDocument {
  return document?.languageId === PROMPT_LANGUAGE;
}
