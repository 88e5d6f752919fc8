/** Keeps the end of a streaming pane in view, unless the user has moved away from it. */
import * as vscode from "vscode";
import { Autoscroll } from "../../core/panes/autoscroll.js";
import { isBusy } from "../../core/panes/record.js";
import { addressOf, SCHEME } from "../../core/panes/uri.js";
import type { PaneStore } from "../store.js";

export class PaneAutoscroll implements vscode.Disposable {
  private readonly states = new Map<string, Autoscroll>();
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly panes: PaneStore) {
    this.listeners = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document.uri.scheme === SCHEME && contentChanges.length > 0) {
          this.grown(document);
        }
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) {
          this.opened(editor);
        }
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor, visibleRanges }) => {
        const [first, last] = [visibleRanges[0], visibleRanges.at(-1)];
        if (first !== undefined && last !== undefined) {
          const undone = this.state(textEditor)?.scrolled(first.start, last.end, endOf(textEditor.document));
          if (undone !== undefined) {
            const top = new vscode.Position(undone.line, undone.character);
            textEditor.revealRange(new vscode.Range(top, top), vscode.TextEditorRevealType.AtTop);
          }
        }
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections, kind }) => {
        const cursor = selections[0]?.active.line;
        if (kind !== undefined && cursor !== undefined) {
          this.state(textEditor)?.cursorMoved(cursor, lastLine(textEditor.document));
        }
      }),
      panes.onStart((paneId) => {
        this.started(paneId);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        for (const key of this.states.keys()) {
          if (key.startsWith(`${document.uri.toString()}#`)) {
            this.states.delete(key);
          }
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.listeners).dispose();
  }

  private grown(document: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document && this.state(editor)?.following === true) {
        this.revealEnd(editor);
      }
    }
  }

  /** Follows the end again: what was asked and its answer appear there. */
  private started(paneId: string): void {
    const uri = this.panes.uri(paneId)?.toString() ?? "";
    for (const [key, state] of this.states) {
      if (key.startsWith(`${uri}#`)) {
        state.follow();
      }
    }
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() === uri && this.state(editor) !== undefined) {
        this.revealEnd(editor);
      }
    }
  }

  /** Scrolls to the end of a pane with a running answer, even if no text arrives at the moment. */
  private opened(editor: vscode.TextEditor): void {
    if (!this.states.has(keyOf(editor)) && this.state(editor) !== undefined) {
      this.revealEnd(editor);
    }
  }

  /** Reveals the last column: of a long wrapped line the first column does not show the end. */
  private revealEnd(editor: vscode.TextEditor): void {
    const end = endOf(editor.document);
    this.state(editor)?.requested();
    editor.revealRange(new vscode.Range(end, end));
  }

  private state(editor: vscode.TextEditor): Autoscroll | undefined {
    const { uri } = editor.document;
    const address = uri.scheme === SCHEME ? addressOf(uri) : undefined;
    if (address === undefined) {
      return undefined;
    }
    const key = keyOf(editor);
    let state = this.states.get(key) ?? this.moved(editor);
    if (state === undefined && isBusy(this.panes.record(address.paneId))) {
      state = new Autoscroll();
      this.states.set(key, state);
    }
    return state;
  }

  /** Finds the state of an editor that was in another column before. */
  private moved(editor: vscode.TextEditor): Autoscroll | undefined {
    const seen = new Set(vscode.window.visibleTextEditors.map(keyOf));
    const former = [...this.states.keys()].find((key) => key.startsWith(`${editor.document.uri.toString()}#`) && !seen.has(key));
    const state = former === undefined ? undefined : this.states.get(former);
    if (former !== undefined && state !== undefined) {
      this.states.delete(former);
      this.states.set(keyOf(editor), state);
    }
    return state;
  }
}

function keyOf({ document, viewColumn }: vscode.TextEditor): string {
  return `${document.uri.toString()}#${String(viewColumn)}`;
}

function endOf(document: vscode.TextDocument): vscode.Position {
  return document.lineAt(lastLine(document)).range.end;
}

function lastLine(document: vscode.TextDocument): number {
  return document.lineCount - 1;
}
