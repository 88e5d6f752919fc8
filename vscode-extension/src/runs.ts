/** Runs: a command that streams, the panes that it shows as they start, and its end. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { mayGoOver } from "./meter/overBudget.js";
import { Beside } from "./panes/beside.js";
import { type Grid, show, type Slots } from "./panes/grid.js";
import type { PaneStore } from "./panes/store.js";
import type {
  BroadcastParams,
  Commands,
  DigestResult,
  MergeParams,
  RegenerateParams,
  RunResult,
  SendToParams,
  SendToResult,
  StartEvent,
  StreamBatch,
  SummarizeParams,
} from "./protocol.js";
import type { Server } from "./server/server.js";

/** The commands that stream. */
type Streaming = "antiphon.broadcast" | "antiphon.regenerate" | "antiphon.sendTo" | "antiphon.summarize" | "antiphon.merge";

const PATIENCE_MS = 4_000;

export class Runs {
  constructor(
    private readonly server: Server,
    private readonly panes: PaneStore,
    private readonly grid: Grid,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Asks models in new panes, which are laid out as a grid. */
  async broadcast(params: BroadcastParams): Promise<RunResult> {
    const opening = new Opening(this.grid, params.models?.map(modelOf) ?? [], this.log);
    const result = await this.run("antiphon.broadcast", params, (event) => {
      opening.started(event);
    });
    await opening.done();
    return result;
  }

  /** Goes on with panes that are there. Their documents are loaded first: a stream only appends. */
  async followUp(prompt: string, panes: readonly vscode.Uri[], params: BroadcastParams): Promise<RunResult> {
    await Promise.all(panes.map((uri) => vscode.workspace.openTextDocument(uri)));
    return this.run("antiphon.broadcast", { ...params, prompt });
  }

  /** Asks for the last answer of a pane again. */
  async regenerate(pane: vscode.Uri, params: RegenerateParams): Promise<RunResult> {
    await vscode.workspace.openTextDocument(pane);
    return this.run("antiphon.regenerate", params);
  }

  /** Sends what was said into panes that are there, and into new ones, which open beside. */
  async sendTo(params: SendToParams, panes: readonly vscode.Uri[]): Promise<SendToResult> {
    await Promise.all(panes.map((uri) => vscode.workspace.openTextDocument(uri)));
    const there = new Set(params.to.paneIds);
    const beside = new Beside(this.log);
    const result = await this.run("antiphon.sendTo", params, ({ pane }) => {
      if (!there.has(pane.id)) {
        beside.show(vscode.Uri.parse(pane.uri));
      }
    });
    for (const pane of result.panes) {
      // Where nothing was asked nothing has streamed.
      if (!there.has(pane.id)) {
        beside.show(vscode.Uri.parse(pane.uri));
      }
    }
    await beside.done();
    return result;
  }

  /** Sums up or merges answers in new panes, which open beside. */
  async digest(...request: ["antiphon.summarize", SummarizeParams] | ["antiphon.merge", MergeParams]): Promise<DigestResult> {
    const beside = new Beside(this.log);
    const started = ({ pane }: StartEvent): void => {
      beside.show(vscode.Uri.parse(pane.uri));
    };
    const [name, params] = request;
    const result = await (name === "antiphon.merge" ? this.run(name, params, started) : this.run(name, params, started));
    await beside.done();
    return result;
  }

  /** Runs a command; where a budget does not allow it, once more if the person says so. */
  private async run<Name extends Streaming>(
    name: Name,
    params: Commands[Name]["params"],
    started: (event: StartEvent) => void = () => undefined,
  ): Promise<Commands[Name]["result"]> {
    try {
      return await this.stream(name, params, started);
    } catch (error) {
      if (params.allowOverBudget !== true && (await mayGoOver(error))) {
        return this.stream(name, { ...params, allowOverBudget: true }, started);
      }
      throw error;
    }
  }

  private async stream<Name extends Streaming>(
    name: Name,
    params: Commands[Name]["params"],
    started: (event: StartEvent) => void,
  ): Promise<Commands[Name]["result"]> {
    const token = `antiphon-${randomUUID()}`;
    const patience = new Patience();
    const seen = new Set<string>();
    const take = ({ events }: StreamBatch): void => {
      for (const event of events) {
        seen.add(event.paneId);
        this.panes.apply(event);
        if (event.type === "start") {
          started(event);
        } else if (event.type === "token" || event.type === "reasoning") {
          patience.end();
        }
      }
    };
    // Before the request leaves: its first event may come with the next bytes.
    const listening = await this.server.listen(token, take);
    try {
      return await this.server.execute(name, { ...params, streamToken: token }, patience.cancellation);
    } finally {
      listening.dispose();
      patience.dispose();
      await this.panes.settle([...seen]);
    }
  }
}

/**
 * Says that nothing has come yet, with a way to give up, where the first text takes long. Once there
 * is text the panes themselves say how it goes: a notification would only lie over them.
 */
class Patience implements vscode.Disposable {
  private readonly source = new vscode.CancellationTokenSource();
  private readonly timer = setTimeout(() => {
    this.tell();
  }, PATIENCE_MS);
  private stopWaiting: () => void = () => undefined;

  get cancellation(): vscode.CancellationToken {
    return this.source.token;
  }

  end(): void {
    clearTimeout(this.timer);
    this.stopWaiting();
  }

  dispose(): void {
    this.end();
    this.source.dispose();
  }

  private tell(): void {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Antiphon waits for the first answer"),
      cancellable: true,
    };
    const ended = new Promise<void>((resolve) => {
      this.stopWaiting = resolve;
    });
    void vscode.window.withProgress(options, (_progress, cancellation) => {
      cancellation.onCancellationRequested(() => {
        this.source.cancel();
      });
      return ended;
    });
  }
}

/** Puts panes into the grid as they start, each into the place of its model. */
class Opening {
  private readonly places: (string | undefined)[];
  private slots: Promise<Slots> | undefined;
  private shown: Promise<void> = Promise.resolve();

  constructor(
    private readonly grid: Grid,
    models: readonly string[],
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.places = [...models];
  }

  started(event: StartEvent): void {
    this.slots ??= this.grid.arrange(this.places.length);
    const slots = this.slots;
    const place = Math.max(0, this.places.indexOf(event.pane.model));
    this.places[place] = undefined;
    const uri = vscode.Uri.parse(event.pane.uri);
    // One after the other, or the editor mixes up which group is meant.
    this.shown = this.shown
      .then(async () => show(uri, (await slots).column(place)))
      .catch((error: unknown) => {
        this.log.error(`a pane could not be shown: ${String(error)}`);
      });
  }

  done(): Promise<void> {
    return this.shown;
  }
}

function modelOf(choice: string | { readonly model: string }): string {
  return typeof choice === "string" ? choice : choice.model;
}
