/** Opens the panes of a broadcast in the grid. */
import * as vscode from "vscode";
import type { Grid, Slots } from "../panes/layout/grid.js";
import { showPane } from "../panes/layout/tabs.js";
import type { StartEvent } from "../protocol.js";
import { documentOf } from "../ui/documents.js";

/** Opens panes in the grid as they start, each in the position of its model. */
export class GridOpener {
  private readonly models: (string | undefined)[];
  private readonly opened: (vscode.Uri | undefined)[] = [];
  private slots: Promise<Slots> | undefined;
  private showing: Promise<void> = Promise.resolve();

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
    const position = this.positionOf(event.pane.model);
    this.models[position] = undefined;
    const uri = documentOf(event.pane.uri);
    // One at a time, or the editor confuses the groups.
    this.next(async () => {
      await showPane(uri, (await slots).column(position));
      this.opened[position] = uri;
    });
    if (this.models.every((model) => model === undefined)) {
      this.settle(slots);
    }
  }

  /** Resolves when the panes that have started are shown. */
  shown(): Promise<void> {
    return this.showing;
  }

  /** Waits until all panes are shown; also if some of them never started. */
  async done(): Promise<void> {
    if (this.slots !== undefined && this.models.some((model) => model !== undefined)) {
      this.settle(this.slots);
    }
    await this.showing;
  }

  /** Returns the position of a model's pane; a preset's pane has the model that the preset names. */
  private positionOf(model: string): number {
    const named = this.models.indexOf(model);
    const preset = this.models.findIndex((name) => name?.startsWith("@"));
    const free = this.models.findIndex((name) => name !== undefined);
    return [named, preset, free].find((position) => position >= 0) ?? 0;
  }

  /** Brings the first panes in front of those behind them, and looks at the layout. */
  private settle(slots: Promise<Slots>): void {
    this.next(async () => {
      const { groups, ...at } = await slots;
      for (const [position, uri] of this.opened.entries()) {
        if (uri !== undefined && position < groups && this.opened.length > groups) {
          await showPane(uri, at.column(position));
        }
      }
      await this.grid.settle();
    });
  }

  private next(run: () => Promise<void>): void {
    this.showing = this.showing.then(run).catch((error: unknown) => {
      this.log.error(`a pane could not be shown: ${String(error)}`);
    });
  }
}
