/** Shows panes that derive from others as tabs in one new group beside all others. */
import * as vscode from "vscode";
import { showPane } from "./grid.js";

/** The columns that have a name; further ones do not. */
const COLUMNS = [
  vscode.ViewColumn.One,
  vscode.ViewColumn.Two,
  vscode.ViewColumn.Three,
  vscode.ViewColumn.Four,
  vscode.ViewColumn.Five,
  vscode.ViewColumn.Six,
  vscode.ViewColumn.Seven,
  vscode.ViewColumn.Eight,
] as const;

export class SideOpener {
  private readonly uris = new Set<string>();
  private shown: Promise<void> = Promise.resolve();
  private column: vscode.ViewColumn | undefined;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Shows a document once, without moving the focus. */
  show(uri: vscode.Uri): void {
    if (this.uris.has(uri.toString())) {
      return;
    }
    this.uris.add(uri.toString());
    this.shown = this.shown
      .then(() => {
        this.column ??= nextColumn();
        return showPane(uri, this.column);
      })
      .catch((error: unknown) => {
        this.log.error(`a pane could not be shown: ${String(error)}`);
      });
  }

  done(): Promise<void> {
    return this.shown;
  }
}

function nextColumn(): vscode.ViewColumn {
  return COLUMNS[groups()] ?? vscode.ViewColumn.Nine;
}

/** Counts the groups that show something: an editor without any has an empty one. */
function groups(): number {
  const { all } = vscode.window.tabGroups;
  return all.length === 1 && all[0]?.tabs.length === 0 ? 0 : all.length;
}
