/** Runs pipelines, shows how far each is, and remembers their runs. */
import * as vscode from "vscode";
import type { Runs } from "../../ask/runs.js";
import { sanitizeForNotification } from "../../core/format/sanitize.js";
import { applyStep, beginRun, endRun, keepRun, type KeptRun, progressLine, type RunState } from "../../core/pipelines/runState.js";
import type { ModelChoice, PipelineRunParams, PipelineRunResult, StepEvent, StepOutline } from "../../protocol.js";
import type { Server } from "../../server/server.js";

const RUNS = "antiphon.pipelineRuns";

/** What is run. */
export interface Runnable {
  /** Of a text that is not kept, the address of its file. */
  readonly id: string;
  readonly name: string;
  readonly steps: readonly StepOutline[];
}

export class PipelineRuns implements vscode.Disposable {
  private readonly states = new Map<string, RunState>();
  /** Pipelines that are to stop as soon as their run has a name. */
  private readonly stopping = new Set<string>();
  private readonly emitter = new vscode.EventEmitter<string>();

  /** Fires with the id of a pipeline if the state of its run has changed. */
  readonly onChange = this.emitter.event;

  constructor(
    private readonly server: Server,
    private readonly runs: Runs,
    private readonly memory: vscode.Memento,
  ) {}

  /** Returns the state of the last run of this window. */
  state(pipelineId: string): RunState | undefined {
    return this.states.get(pipelineId);
  }

  /** Returns the runs that are known, newest first. */
  kept(pipelineId: string): readonly KeptRun[] {
    return this.memory.get<Record<string, KeptRun[]>>(RUNS)?.[pipelineId] ?? [];
  }

  /** Lists the runs that have ended, newest first: those of other windows and clients too, if the server keeps them. */
  async listEnded(pipelineId: string): Promise<readonly KeptRun[]> {
    await this.server.connect();
    if (!this.server.has("antiphon.pipeline.runs")) {
      return this.kept(pipelineId);
    }
    const { runs } = await this.server.execute("antiphon.pipeline.runs", { pipelineId });
    return runs.flatMap(({ runId, startedAt, status }) => (status === "running" ? [] : [{ runId, startedAt, status }]));
  }

  /** Runs a pipeline, with its progress in a notification that can stop it. Rejects as the server does. */
  async run(pipeline: Runnable, params: PipelineRunParams, first: readonly (string | ModelChoice)[]): Promise<PipelineRunResult> {
    const options = { location: vscode.ProgressLocation.Notification, title: sanitizeForNotification(pipeline.name), cancellable: true };
    return vscode.window.withProgress(options, (progress, cancellation) => {
      cancellation.onCancellationRequested(() => void this.stop(pipeline.id));
      return this.follow(pipeline, params, first, (message) => {
        progress.report({ message });
      });
    });
  }

  /** Stops the run of a pipeline: what came is kept. */
  async stop(pipelineId: string): Promise<void> {
    const runId = this.states.get(pipelineId)?.runId;
    if (runId === undefined) {
      this.stopping.add(pipelineId);
    } else {
      await this.server.execute("antiphon.cancel", { runId });
    }
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private async follow(
    pipeline: Runnable,
    params: PipelineRunParams,
    first: readonly (string | ModelChoice)[],
    report: (message: string) => void,
  ): Promise<PipelineRunResult> {
    const { id, steps } = pipeline;
    const startedAt = new Date().toISOString();
    const before = params.resume === undefined ? undefined : this.states.get(id);
    this.set(id, before === undefined ? beginRun() : { ...before, isRunning: true });
    const step = (event: StepEvent): void => {
      const state = applyStep(this.states.get(id) ?? beginRun(), event);
      this.set(id, state);
      report(progressLine(state, steps));
      if (this.stopping.delete(id)) {
        void this.stop(id);
      }
    };
    try {
      const result = await this.runs.pipeline(params, first, { title: pipeline.name, step });
      this.end(id, result);
      await this.keep(id, { runId: result.runId, startedAt, status: result.status });
      return result;
    } catch (error) {
      this.end(id, undefined);
      throw error;
    } finally {
      this.stopping.delete(id);
    }
  }

  private end(id: string, result: PipelineRunResult | undefined): void {
    const state = this.states.get(id) ?? beginRun();
    this.set(id, endRun(result === undefined ? state : { ...state, runId: result.runId }, result?.steps));
  }

  private set(id: string, state: RunState): void {
    this.states.set(id, state);
    this.emitter.fire(id);
  }

  private async keep(id: string, run: KeptRun): Promise<void> {
    const all = this.memory.get<Record<string, KeptRun[]>>(RUNS) ?? {};
    await this.memory.update(RUNS, { ...all, [id]: keepRun(all[id] ?? [], run) });
  }
}
