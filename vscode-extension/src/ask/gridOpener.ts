/** Opens the panes of a broadcast in the grid. */
import * as vscode from "vscode";
import { type Grid, showPane, type Slots } from "../panes/layout/grid.js";
import type { StartEvent } from "../protocol.js";

/** Opens panes in the grid as they start, each in the position of its model. */
export class GridOpener {
  private readonly models: (string | undefined)[];
  private slots: Promise<Slots> | undefined;
  private shown: Promise<void> = Promise.resolve();

  constructor(
    private readonly grid: Grid,
    models: readonly string[],
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.models = [...models];
  }

  started(event: StartEvent): void {
    this.slots ??= this.grid.arrange(this.models.length);
    const slots = this.slots;
    const position = Math.max(0, this.models.indexOf(event.pane.model));
    this.models[position] = undefined;
    const uri = vscode.Uri.parse(event.pane.uri);
    // One at a time, or the editor confuses the groups.
    this.shown = this.shown
      .then(async () => showPane(uri, (await slots).column(position)))
      .catch((error: unknown) => {
        this.log.error(`a pane could not be shown: ${String(error)}`);
      });
  }

  done(): Promise<void> {
    return this.shown;
  }
}
