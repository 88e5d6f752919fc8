/** Remembers the editor of a file that the user was last in: what is taken from a pane goes there. */
import * as vscode from "vscode";
import { SCHEME } from "../core/panes/uri.js";

export class FileEditor implements vscode.Disposable {
  private last = isFile(vscode.window.activeTextEditor) ? vscode.window.activeTextEditor : undefined;
  private readonly listener = vscode.window.onDidChangeActiveTextEditor((editor) => {
    if (isFile(editor)) {
      this.last = editor;
    }
  });

  /** Returns the editor, or any other one of a file that is shown. */
  find(): vscode.TextEditor | undefined {
    const shown = vscode.window.visibleTextEditors.filter(isFile);
    return shown.find((editor) => editor === this.last) ?? shown.find(({ document }) => document === this.last?.document) ?? shown[0];
  }

  /** Puts a text in place of the selection there, in one step to undo, and shows it. */
  async insert(editor: vscode.TextEditor, text: string): Promise<boolean> {
    const { document, viewColumn } = editor;
    const shown = await vscode.window.showTextDocument(document, { ...(viewColumn && { viewColumn }), selection: editor.selection });
    return shown.edit((edit) => {
      edit.replace(shown.selection, text);
    });
  }

  dispose(): void {
    this.listener.dispose();
  }
}

function isFile(editor: vscode.TextEditor | undefined): editor is vscode.TextEditor {
  const scheme = editor?.document.uri.scheme;
  return scheme === "file" || scheme === "untitled" || (scheme !== undefined && scheme !== SCHEME && vscode.workspace.fs.isWritableFileSystem(scheme) === true);
}
