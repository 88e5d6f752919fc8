/** Remembers what the user selected last: a prompt file about the selection covers it when it opens. */
import * as vscode from "vscode";
import { PROMPT_LANGUAGE } from "../../core/prompts/promptFile.js";
import type { ContextItem } from "../../protocol.js";
import { selectionItem } from "../context.js";

/** Output and settings have editors of these. */
const NOT_FILES: readonly string[] = ["output", "vscode", "comment"];

export class LastSelection implements vscode.Disposable {
  private last: ContextItem | undefined = itemOf(vscode.window.activeTextEditor);
  private readonly listener = vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
    if (isSource(textEditor)) {
      this.last = itemOf(textEditor);
    }
  });

  /** Returns the selection; `undefined` if nothing is selected. */
  item(): ContextItem | undefined {
    const editor = vscode.window.activeTextEditor;
    return isSource(editor) ? itemOf(editor) : this.last;
  }

  dispose(): void {
    this.listener.dispose();
  }
}

function itemOf(editor: vscode.TextEditor | undefined): ContextItem | undefined {
  return isSource(editor) ? selectionItem(editor) : undefined;
}

function isSource(editor: vscode.TextEditor | undefined): editor is vscode.TextEditor {
  return editor !== undefined && editor.document.languageId !== PROMPT_LANGUAGE && !NOT_FILES.includes(editor.document.uri.scheme);
}
