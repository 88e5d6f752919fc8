/** Shows the library of pipelines, each with its steps and how far its run is. */
import * as vscode from "vscode";
import { joinParts } from "../../core/format/figures.js";
import { sanitize } from "../../core/format/sanitize.js";
import { isResumable, progressLine, type RunState, stepLine } from "../../core/pipelines/runState.js";
import type { PaneStore } from "../../panes/store.js";
import type { PipelineEntry, StepOutline, StepResult, StepStatus } from "../../protocol.js";
import { describe } from "../../server/failure.js";
import type { Server } from "../../server/server.js";
import { documentOf } from "../../ui/documents.js";
import type { PipelineRuns } from "./pipelineRuns.js";

export interface StepNode {
  readonly pipelineId: string;
  readonly step: StepOutline;
}

export type PipelineNode = PipelineEntry | StepNode;

const ICONS: Readonly<Record<StepStatus, string>> = {
  waiting: "circle-outline",
  running: "sync~spin",
  complete: "check",
  partial: "warning",
  failed: "error",
  skipped: "debug-step-over",
  cancelled: "circle-slash",
};

const COLORS: Partial<Readonly<Record<StepStatus, string>>> = {
  running: "charts.blue",
  complete: "charts.green",
  failed: "list.errorForeground",
};

const LOOK_EVERY_MS = 2000;
const FOLDER = [".antiphon", "pipelines"];

export class PipelinesView implements vscode.TreeDataProvider<PipelineNode>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<undefined>();
  private readonly listeners: vscode.Disposable[];

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly server: Server,
    private readonly runs: PipelineRuns,
    private readonly panes: PaneStore,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const refresh = (): void => {
      this.refresh();
    };
    // Of a new folder the editor may report no file that is in it.
    const files = vscode.workspace.createFileSystemWatcher("**/{.antiphon,.antiphon/pipelines,.antiphon/pipelines/*.antiphon.yaml}");
    const tree = vscode.window.createTreeView("antiphon.pipelines", { treeDataProvider: this, canSelectMany: true });
    this.listeners = [
      tree,
      tree.onDidChangeVisibility(({ visible }) => {
        if (visible) {
          this.refresh();
        }
      }),
      this.lookWhileVisible(tree),
      files,
      files.onDidCreate(refresh),
      files.onDidChange(refresh),
      files.onDidDelete(refresh),
      server.onChange(({ changes }) => {
        if (changes.some(({ type }) => type === "pipelines")) {
          this.refresh();
        }
      }),
      server.onState((state) => {
        if (state === "running") {
          this.refresh();
        }
      }),
      runs.onChange(refresh),
    ];
  }

  refresh(): void {
    this.emitter.fire(undefined);
  }

  /** Compares the names and times of the workspace's files. The editor does not report every change of them, and watches not every folder. */
  private lookWhileVisible(tree: vscode.TreeView<PipelineNode>): vscode.Disposable {
    let seen: string | undefined;
    const look = async (): Promise<void> => {
      const found = await stampFiles();
      if (seen !== undefined && found !== seen) {
        this.refresh();
      }
      seen = found;
    };
    const timer = setInterval(() => {
      if (tree.visible) {
        void look();
      }
    }, LOOK_EVERY_MS);
    return new vscode.Disposable(() => {
      clearInterval(timer);
    });
  }

  async getChildren(node?: PipelineNode): Promise<PipelineNode[]> {
    if (node !== undefined) {
      return "steps" in node ? node.steps.map((step) => ({ pipelineId: node.id, step })) : [];
    }
    try {
      return (await this.server.execute("antiphon.pipeline.list", {})).pipelines;
    } catch (error) {
      this.log.warn(`pipelines could not be listed: ${describe(error)}`);
      return [];
    }
  }

  getTreeItem(node: PipelineNode): vscode.TreeItem {
    return "steps" in node ? this.pipelineItem(node) : this.stepItem(node);
  }

  dispose(): void {
    vscode.Disposable.from(...this.listeners, this.emitter).dispose();
  }

  private pipelineItem(entry: PipelineEntry): vscode.TreeItem {
    const state = this.runs.state(entry.id);
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(sanitize(entry.name), entry.steps.length === 0 ? None : state === undefined ? Collapsed : Expanded);
    // Another id once it runs: the editor would keep it collapsed.
    item.id = `${entry.id}${state === undefined ? "" : "+"}`;
    item.contextValue = state === undefined ? "pipeline" : state.isRunning ? "runningPipeline" : isResumable(state) ? "unfinishedPipeline" : "pipeline";
    item.iconPath = new vscode.ThemeIcon(state?.isRunning === true ? "sync~spin" : "type-hierarchy-sub");
    item.description = this.describe(entry, state);
    item.tooltip = sanitize([entry.name, entry.description, ...entry.inputs.map(({ name }) => `{{${name}}}`)].filter(Boolean).join(" · "));
    item.command = { title: vscode.l10n.t("Preview"), command: "antiphon.previewPipeline", arguments: [entry] };
    return item;
  }

  private describe({ source, approved, steps }: PipelineEntry, state: RunState | undefined): string {
    if (state?.isRunning === true) {
      return progressLine(state, steps);
    }
    return joinParts(source === "workspace" ? vscode.l10n.t("of this workspace") : "", approved ? "" : vscode.l10n.t("not approved yet"));
  }

  private stepItem({ pipelineId, step }: StepNode): vscode.TreeItem {
    const result = this.runs.state(pipelineId)?.steps[step.id];
    const status = result?.status ?? "waiting";
    const color = COLORS[status];
    const item = new vscode.TreeItem(step.id);
    item.id = `${pipelineId}#${step.id}`;
    item.contextValue = "pipelineStep";
    item.iconPath = new vscode.ThemeIcon(ICONS[status], color === undefined ? undefined : new vscode.ThemeColor(color));
    item.description = joinParts(step.type, stepLine(result));
    item.tooltip = sanitize(joinParts(step.needs.length === 0 ? step.type : `${step.type} ← ${step.needs.join(", ")}`, result?.failure?.message));
    const command = result && this.commandOf(result);
    if (command !== undefined) {
      item.command = command;
    }
    return item;
  }

  /** Returns what a click on a step shows: its first pane, its comparison or its overview. */
  private commandOf({ paneIds, comparison, consensus }: StepResult): vscode.Command | undefined {
    const title = vscode.l10n.t("Show");
    if (comparison !== undefined) {
      return { title, command: "vscode.diff", arguments: [documentOf(comparison.left), documentOf(comparison.right)] };
    }
    const [paneId] = paneIds;
    const uri = consensus !== undefined ? documentOf(consensus.uri) : paneId === undefined ? undefined : this.panes.uri(paneId);
    return uri && { title, command: "vscode.open", arguments: [uri] };
  }
}

async function stampFiles(): Promise<string> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => vscode.Uri.joinPath(uri, ...FOLDER));
  return (await Promise.all(folders.map(stampFolder))).join("\n");
}

async function stampFolder(folder: vscode.Uri): Promise<string> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    const files = entries.map(([name]) => vscode.Uri.joinPath(folder, name));
    return (await Promise.all(files.map(async (file) => `${file.path} ${(await vscode.workspace.fs.stat(file)).mtime}`))).join("\n");
  } catch {
    return ""; // no folder, or a file that went meanwhile: the next look sees what is there then
  }
}
