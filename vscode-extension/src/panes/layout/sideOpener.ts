/** Shows panes that derive from others as tabs in one group of the grid. */
import type * as vscode from "vscode";
import type { Grid } from "./grid.js";

export class SideOpener {
  private readonly uris = new Set<string>();
  private shown: Promise<void> = Promise.resolve();

  constructor(
    private readonly grid: Grid,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Shows a document once, without moving the focus. */
  show(uri: vscode.Uri): void {
    if (this.uris.has(uri.toString())) {
      return;
    }
    this.uris.add(uri.toString());
    this.shown = this.shown
      .then(() => this.grid.showBeside(uri))
      .catch((error: unknown) => {
        this.log.error(`a pane could not be shown: ${String(error)}`);
      });
  }

  /** Shows a document once, when others are shown: the groups of the grid come first. */
  after(others: Promise<void>, uri: vscode.Uri): void {
    if (!this.uris.has(uri.toString())) {
      this.shown = this.shown.then(() => others);
      this.show(uri);
    }
  }

  done(): Promise<void> {
    return this.shown;
  }
}
