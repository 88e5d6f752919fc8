/**
 * Shows figures beside the heading of each streaming answer: at most twice a second, removed at its
 * end, and never part of the text.
 */
import * as vscode from "vscode";
import { headingLine, meterLine } from "../../core/meter/meterLine.js";
import { isBusy } from "../../core/panes/record.js";
import { Throttle } from "../../core/throttle.js";
import { addressOf, SCHEME } from "../../core/panes/uri.js";
import type { PaneStore } from "../store.js";

const UPDATE_MS = 500;

/** Keeps the figures from widening the line: a narrow pane would scroll sideways to make room for them. */
const UNMEASURED = "none; position: absolute; white-space: pre";

interface HeadingLine {
  readonly messageId: string | undefined;
  readonly line: number;
}

export class MeterLines implements vscode.Disposable {
  private readonly kind = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), margin: "0 0 0 2ch", textDecoration: UNMEASURED },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  /** The headings of streaming answers by pane. */
  private readonly headings = new Map<string, HeadingLine>();
  /** The figures that each editor shows: every other text adds a style to the whole window. */
  private readonly shown = new Map<vscode.TextEditor, string>();
  private readonly throttle = new Throttle(
    () => {
      this.draw();
    },
    () => UPDATE_MS,
  );
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly panes: PaneStore) {
    this.listeners = [
      panes.onRecord((paneId) => {
        this.findHeading(paneId);
        this.throttle.request();
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.throttle.request();
      }),
    ];
  }

  dispose(): void {
    this.throttle.dispose();
    vscode.Disposable.from(...this.listeners, this.kind).dispose();
  }

  /** Finds the heading once for each answer, when it is the last line of the pane's text. */
  private findHeading(paneId: string): void {
    const record = this.panes.record(paneId);
    if (!isBusy(record)) {
      this.headings.delete(paneId);
    } else if (this.headings.get(paneId)?.messageId !== record?.messageId) {
      const line = headingLine(this.panes.text(paneId)?.toString() ?? "");
      this.headings.set(paneId, { messageId: record?.messageId, line });
    }
  }

  private draw(): void {
    const editors = vscode.window.visibleTextEditors;
    for (const editor of this.shown.keys()) {
      if (!editors.includes(editor)) {
        this.shown.delete(editor);
      }
    }
    for (const editor of editors) {
      const place = this.decorationFor(editor);
      if (place === undefined) {
        if (this.shown.delete(editor)) {
          editor.setDecorations(this.kind, []);
        }
      } else if (this.shown.get(editor) !== place.contentText) {
        const { range, contentText } = place;
        editor.setDecorations(this.kind, [{ range, renderOptions: { after: { contentText } } }]);
        this.shown.set(editor, contentText);
      }
    }
  }

  /** Returns the figures and where to show them; `undefined` while the heading is out of sight. */
  private decorationFor(editor: vscode.TextEditor): { range: vscode.Range; contentText: string } | undefined {
    const { uri, lineCount } = editor.document;
    const address = uri.scheme === SCHEME ? addressOf(uri) : undefined;
    const place = address?.kind === "pane" ? this.headings.get(address.paneId) : undefined;
    const record = address && this.panes.record(address.paneId);
    const contentText = record && meterLine(record, this.panes.silentMs(record.pane.id));
    if (place === undefined || contentText === undefined || place.line >= lineCount) {
      return undefined;
    }
    const { end } = editor.document.lineAt(place.line).range;
    const isSeen = editor.visibleRanges.some((range) => range.contains(end));
    return isSeen ? { range: new vscode.Range(end, end), contentText } : undefined;
  }
}
