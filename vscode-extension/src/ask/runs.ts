/** Runs streaming commands and shows their panes as they start. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { addressOf } from "../core/panes/uri.js";
import { sessionNames } from "../core/panes/sessionNames.js";
import { confirmOverBudget } from "../meter/overBudget.js";
import { SideOpener } from "../panes/layout/sideOpener.js";
import { paneTabs } from "../panes/layout/tabs.js";
import type { Grid } from "../panes/layout/grid.js";
import type { PaneStore } from "../panes/store.js";
import type {
  BroadcastParams,
  Commands,
  DigestResult,
  MergeParams,
  ModelChoice,
  PipelineRunParams,
  PipelineRunResult,
  PromptRunParams,
  PromptRunResult,
  RegenerateParams,
  RunResult,
  SendToParams,
  SendToResult,
  StartEvent,
  StepBatch,
  StepEvent,
  StreamBatch,
  SummarizeParams,
} from "../protocol.js";
import type { Server } from "../server/server.js";
import { GridOpener } from "./gridOpener.js";
import { WaitNotification } from "./waitNotification.js";
import { documentOf } from "../ui/documents.js";

/** The commands that stream. */
type Streaming =
  | "antiphon.broadcast"
  | "antiphon.regenerate"
  | "antiphon.sendTo"
  | "antiphon.summarize"
  | "antiphon.merge"
  | "antiphon.prompt.run"
  | "antiphon.pipeline.run";

/** What to do with the events of a run. */
interface Listener {
  /** What the tabs of a new session are called, until its title is known. */
  readonly title?: string;
  /** Panes that it goes on in. */
  readonly panes?: readonly vscode.Uri[];
  readonly started?: (event: StartEvent) => void;
  readonly step?: (event: StepEvent) => void;
}

export class Runs {
  constructor(
    private readonly server: Server,
    private readonly panes: PaneStore,
    private readonly grid: Grid,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Asks models in new panes, in a grid; `accepted` is called with the first event. */
  async broadcast(params: BroadcastParams, accepted: () => void = () => undefined): Promise<RunResult> {
    const opener = new GridOpener(this.grid, params.models?.map(modelOf) ?? [], this.log);
    try {
      const started = (event: StartEvent): void => {
        accepted();
        opener.started(event);
      };
      return await this.run("antiphon.broadcast", params, { title: params.prompt, started });
    } finally {
      await opener.done();
    }
  }

  /** Runs a prompt file, which asks these models, in new panes, in a grid. */
  async prompt(params: PromptRunParams, models: readonly (string | ModelChoice)[], title: string): Promise<PromptRunResult> {
    const opener = new GridOpener(this.grid, models.map(modelOf), this.log);
    try {
      const started = (event: StartEvent): void => {
        opener.started(event);
      };
      return await this.run("antiphon.prompt.run", params, { title, started });
    } finally {
      await opener.done();
    }
  }

  /** Runs a pipeline; the panes that begin it open in a grid, and those that follow beside them. */
  async pipeline(
    params: PipelineRunParams,
    first: readonly (string | ModelChoice)[],
    { title, step }: Required<Pick<Listener, "title" | "step">>,
  ): Promise<PipelineRunResult> {
    const opener = new GridOpener(this.grid, first.map(modelOf), this.log);
    const side = new SideOpener(this.grid, this.log);
    // A run that is resumed goes on in panes that may be open.
    const seen = new Set(paneTabs().flatMap(({ uri }) => addressOf(uri)?.paneId ?? []));
    let inGrid = 0;
    const started = (event: StartEvent): void => {
      if (seen.has(event.paneId)) {
        return;
      }
      seen.add(event.paneId);
      if (inGrid < first.length) {
        inGrid += 1;
        opener.started(event);
      } else {
        side.after(opener.shown(), documentOf(event.pane.uri));
      }
    };
    try {
      return await this.run("antiphon.pipeline.run", params, { title, started, step });
    } finally {
      await opener.done();
      await side.done();
    }
  }

  /** Replies in existing panes. Their documents are loaded first: a stream only appends. */
  async followUp(panes: readonly vscode.Uri[], params: BroadcastParams, accepted: () => void): Promise<RunResult> {
    await Promise.all(panes.map((uri) => vscode.workspace.openTextDocument(uri)));
    return this.run("antiphon.broadcast", params, { title: params.prompt, panes, started: accepted });
  }

  /** Regenerates the last answer of a pane. */
  async regenerate(pane: vscode.Uri, params: RegenerateParams): Promise<RunResult> {
    await vscode.workspace.openTextDocument(pane);
    return this.run("antiphon.regenerate", params, { panes: [pane] });
  }

  /** Sends messages to existing panes, and to new ones, which open beside. */
  async sendTo(params: SendToParams, panes: readonly vscode.Uri[]): Promise<SendToResult> {
    await Promise.all(panes.map((uri) => vscode.workspace.openTextDocument(uri)));
    const there = new Set(params.to.paneIds);
    const opener = new SideOpener(this.grid, this.log);
    const started = ({ pane }: StartEvent): void => {
      if (!there.has(pane.id)) {
        opener.show(documentOf(pane.uri));
      }
    };
    const result = await this.run("antiphon.sendTo", params, { title: params.prompt ?? "", panes, started });
    for (const pane of result.panes) {
      // Without a question no event was streamed.
      if (!there.has(pane.id)) {
        opener.show(documentOf(pane.uri));
      }
    }
    await opener.done();
    return result;
  }

  /** Summarizes or merges answers in new panes, which open beside. */
  async digest(...request: ["antiphon.summarize", SummarizeParams] | ["antiphon.merge", MergeParams]): Promise<DigestResult> {
    const opener = new SideOpener(this.grid, this.log);
    const started = ({ pane }: StartEvent): void => {
      opener.show(documentOf(pane.uri));
    };
    const [name, params] = request;
    const result = await (name === "antiphon.merge" ? this.run(name, params, { started }) : this.run(name, params, { started }));
    await opener.done();
    return result;
  }

  /** Runs a command, and once more if it exceeds a budget and the user confirms. */
  private async run<Name extends Streaming>(
    name: Name,
    params: Commands[Name]["params"],
    listener: Listener = {},
  ): Promise<Commands[Name]["result"]> {
    try {
      return await this.stream(name, params, listener);
    } catch (error) {
      if (params.allowOverBudget !== true && (await confirmOverBudget(error))) {
        return this.stream(name, { ...params, allowOverBudget: true }, listener);
      }
      throw error;
    }
  }

  private async stream<Name extends Streaming>(
    name: Name,
    params: Commands[Name]["params"],
    { title = "", panes = [], started, step }: Listener,
  ): Promise<Commands[Name]["result"]> {
    const token = `antiphon-${randomUUID()}`;
    const notification = new WaitNotification();
    const seen = new Set<string>();
    const { ownRuns } = this.panes;
    for (const sessionId of panes.flatMap((uri) => addressOf(uri)?.sessionId ?? [])) {
      ownRuns.began(token, sessionId);
    }
    const handle = ({ events }: StreamBatch | StepBatch): void => {
      for (const event of events) {
        if (event.type === "step") {
          step?.(event);
          continue;
        }
        seen.add(event.paneId);
        if (event.type === "start") {
          sessionNames.name(event.pane.sessionId, title);
          ownRuns.began(token, event.pane.sessionId);
        }
        this.panes.apply(event);
        if (event.type === "start") {
          started?.(event);
        } else if (event.type === "token" || event.type === "reasoning") {
          notification.end();
        }
      }
    };
    // Before the request is sent: its first event may arrive with the next bytes.
    const listening = await this.server.listen(token, handle);
    try {
      return await this.server.execute(name, { ...params, streamToken: token }, notification.cancellation);
    } finally {
      listening.dispose();
      notification.dispose();
      await this.panes.settle([...seen]);
      ownRuns.ended(token);
    }
  }
}

function modelOf(choice: string | { readonly model: string }): string {
  return typeof choice === "string" ? choice : choice.model;
}
