/**
 * Shows panes rendered: the editor's own Markdown engine makes the HTML, and a page of ours that loads
 * nothing shows it and follows the stream.
 */
import * as vscode from "vscode";
import { answerTokens, cost, duration, joinParts } from "../../core/format/figures.js";
import { sanitize } from "../../core/format/sanitize.js";
import { describeState } from "../../core/format/states.js";
import { isBusy, type PaneRecord } from "../../core/panes/record.js";
import { RENDERED } from "../../core/panes/rendered.js";
import { addressOf } from "../../core/panes/uri.js";
import { Throttle } from "../../core/throttle.js";
import type { PaneStore } from "../store.js";
import { buildPage } from "./page.js";

const RENDER = "markdown.api.render";
const LEAST_MS = 150;
/** Rendering rests for this many times as long as it took. */
const RESTS = 4;

interface FromPage {
  readonly type: "ready" | "copy" | "followUp" | "compose" | "text";
  readonly text?: string;
}

export class RenderedPanes implements vscode.CustomReadonlyEditorProvider {
  private readonly media: vscode.Uri;

  constructor(
    extension: vscode.Uri,
    private readonly panes: PaneStore,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.media = vscode.Uri.joinPath(extension, "media");
  }

  register(): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(RENDERED, this, { supportsMultipleEditorsPerDocument: true });
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.media] };
    const rendering = new Rendering(uri, panel, this.panes, this.log);
    panel.onDidDispose(() => {
      rendering.dispose();
    });
    panel.webview.html = buildPage(panel.webview, this.media, uri.path.split("/").at(-1) ?? "");
  }
}

/** One page, updated while its pane changes and it is seen. */
class Rendering implements vscode.Disposable {
  private readonly paneId: string;
  private tookMs = 0;
  private isReady = false;
  private readonly throttle = new Throttle(
    () => void this.render(),
    () => Math.max(LEAST_MS, RESTS * this.tookMs),
  );
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly uri: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    private readonly panes: PaneStore,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.paneId = addressOf(uri)?.paneId ?? "";
    const changed = (paneId: string): void => {
      if (paneId === this.paneId) {
        this.update();
      }
    };
    this.listener = vscode.Disposable.from(
      panes.onText(changed),
      panes.onRecord(changed),
      panel.onDidChangeViewState(() => {
        this.update();
      }),
      panel.webview.onDidReceiveMessage((message: FromPage) => void this.received(message)),
    );
  }

  dispose(): void {
    this.throttle.dispose();
    this.listener.dispose();
  }

  private update(): void {
    if (this.panel.visible && this.isReady) {
      this.throttle.request();
    }
  }

  private async received({ type, text }: FromPage): Promise<void> {
    switch (type) {
      case "ready":
        this.isReady = true;
        this.update();
        return;
      case "copy":
        await vscode.env.clipboard.writeText(text ?? "");
        return;
      case "followUp":
        await vscode.commands.executeCommand("antiphon.followUp", this.uri);
        return;
      case "compose":
        await vscode.commands.executeCommand("antiphon.composeFollowUp", this.uri);
        return;
      case "text":
        await vscode.commands.executeCommand("antiphon.showText", this.uri);
    }
  }

  private async render(): Promise<void> {
    const began = performance.now();
    try {
      const record = await this.panes.findRecord(this.uri);
      const text = await this.panes.load(this.uri, this.paneId);
      const html = await vscode.commands.executeCommand<string>(RENDER, text.toString());
      await this.panel.webview.postMessage({
        html,
        busy: isBusy(record),
        state: record === undefined ? "" : stateLine(record),
        speakers: [vscode.l10n.t("You"), "You", "System", ...(record === undefined ? [] : [lastPart(record.pane.model)])],
        labels: { copy: vscode.l10n.t("Copy") },
      });
    } catch (error) {
      this.log.warn(`a pane could not be rendered: ${String(error)}`);
    }
    this.tookMs = performance.now() - began;
  }
}

function stateLine(record: PaneRecord): string {
  const figures = joinParts(record.usage && answerTokens(record.usage), cost(record.cost), record.latency && duration(record.latency.totalMs));
  const word = vscode.l10n.t(describeState(record));
  return sanitize(joinParts(isBusy(record) ? `▍ ${word}` : word, figures));
}

function lastPart(model: string): string {
  return model.slice(model.indexOf("/") + 1);
}
