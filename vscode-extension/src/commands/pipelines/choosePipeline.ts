/** Finds the pipeline that a command is about. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { joinParts } from "../../core/format/figures.js";
import { PIPELINE_LANGUAGE } from "../../core/prompts/promptFile.js";
import { pipelineIdOf } from "../../history/pipelines/pipelineFiles.js";
import type { PipelineEntry } from "../../protocol.js";
import { showInfo } from "../../ui/messages.js";

/** What a menu, a view or a keybinding passes: a pipeline, its id, or its document. */
export type Target = PipelineEntry | string | vscode.Uri;

/** Returns the pipeline that is named, or asks the user for one; says so if there are none. */
export async function findPipeline(app: Antiphon, target: unknown, title: string): Promise<PipelineEntry | undefined> {
  if (isPipeline(target)) {
    return target;
  }
  const { pipelines } = await app.server.execute("antiphon.pipeline.list", {});
  const id = typeof target === "string" ? target : target instanceof vscode.Uri ? (pipelineIdOf(target) ?? target.toString()) : undefined;
  const named = pipelines.find((entry) => entry.id === id || (entry.uri !== undefined && vscode.Uri.parse(entry.uri).toString() === id));
  return named ?? (id === undefined ? pickPipeline(pipelines, title) : undefined);
}

/** Returns the pipelines that are selected in the view, or the one that a command is about. */
export async function findPipelines(app: Antiphon, target: unknown, selection: unknown, title: string): Promise<PipelineEntry[]> {
  const selected = Array.isArray(selection) ? (selection as unknown[]).filter(isPipeline) : [];
  if (selected.length > 1) {
    return selected;
  }
  const one = await findPipeline(app, target, title);
  return one === undefined ? [] : [one];
}

/** Returns the document of a pipeline that a command is about: the given one, or the one in front. */
export function pipelineInFront(target: unknown): vscode.TextDocument | undefined {
  const active = vscode.window.activeTextEditor?.document;
  const uri = target instanceof vscode.Uri ? target : active?.uri;
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri?.toString());
  return document?.languageId === PIPELINE_LANGUAGE ? document : undefined;
}

async function pickPipeline(pipelines: readonly PipelineEntry[], title: string): Promise<PipelineEntry | undefined> {
  if (pipelines.length === 0) {
    void showInfo(vscode.l10n.t("There are no pipelines yet: record a session as one, or save a file in .antiphon/pipelines."));
    return undefined;
  }
  const rows = pipelines.map((entry) => ({
    label: sanitizeForPick(entry.name),
    description: sanitizeForPick(joinParts(entry.steps.map(({ id }) => id).join(", "), entry.source === "workspace" ? vscode.l10n.t("of this workspace") : "")),
    ...(entry.description !== undefined && { detail: sanitizeForPick(entry.description) }),
    entry,
  }));
  return (await vscode.window.showQuickPick(rows, { title, matchOnDescription: true, matchOnDetail: true }))?.entry;
}

function isPipeline(target: unknown): target is PipelineEntry {
  return typeof target === "object" && target !== null && "sha256" in target && "steps" in target;
}
