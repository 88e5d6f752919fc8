/** Commands of the library: preview, edit, duplicate, rename, delete, import and export of pipelines. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { previewPage } from "../../core/pipelines/preview.js";
import { pipelineDocument } from "../../history/pipelines/pipelineFiles.js";
import type { PipelineEntry, PipelineImportResult } from "../../protocol.js";
import { readText } from "../../ui/documents.js";
import { confirm, showInfo } from "../../ui/messages.js";
import { type Approval, askApproval } from "./approval.js";
import { findPipeline, findPipelines, type Target } from "./choosePipeline.js";

/** Shows a pipeline as a graph of its steps, with its whole text. */
export async function previewPipeline(app: Antiphon, target?: Target): Promise<void> {
  const entry = await findPipeline(app, target, vscode.l10n.t("Preview a pipeline"));
  if (entry !== undefined) {
    const kept = await app.server.execute("antiphon.pipeline.get", { pipelineId: entry.id });
    await app.pipelineFiles.show(`${entry.name}.md`, previewPage(kept));
  }
}

/** Opens the text of a pipeline; saving it checks and keeps it. */
export async function editPipeline(app: Antiphon, target?: Target): Promise<void> {
  const entry = await findPipeline(app, target, vscode.l10n.t("Edit a pipeline"));
  if (entry !== undefined) {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(pipelineDocument(entry)), { preview: false });
  }
}

export async function renamePipeline(app: Antiphon, target?: Target): Promise<void> {
  const entry = await findPipeline(app, target, vscode.l10n.t("Rename a pipeline"));
  const approval = entry && (await approve(app, entry, vscode.l10n.t("Rename “{0}” of this workspace as it is shown", entry.name)));
  const name = approval && (await vscode.window.showInputBox({ title: vscode.l10n.t("Name of the pipeline"), value: entry.name }));
  if (entry !== undefined && name !== undefined && name.trim() !== "") {
    await app.server.execute("antiphon.pipeline.rename", { pipelineId: entry.id, name: name.trim(), ...approval });
    app.pipelines.refresh();
  }
}

async function approve(app: Antiphon, { id, approved }: PipelineEntry, question: string): Promise<Approval | undefined> {
  return approved ? {} : askApproval(app, await app.server.execute("antiphon.pipeline.get", { pipelineId: id }), question);
}

/** Copies a pipeline among the user's own, or into the folder that is open. */
export async function duplicatePipeline(app: Antiphon, target?: Target): Promise<void> {
  const entry = await findPipeline(app, target, vscode.l10n.t("Duplicate a pipeline"));
  const approval = entry && (await approve(app, entry, vscode.l10n.t("Duplicate “{0}” of this workspace as it is shown", entry.name)));
  if (entry === undefined || approval === undefined) {
    return;
  }
  const rows = [
    { label: vscode.l10n.t("My pipelines"), description: vscode.l10n.t("in every workspace"), to: "user" as const },
    { label: vscode.l10n.t("This workspace"), description: ".antiphon/pipelines", to: "workspace" as const },
  ];
  const hasFolder = (vscode.workspace.workspaceFolders ?? []).length > 0;
  const place = hasFolder ? await vscode.window.showQuickPick(rows, { title: vscode.l10n.t("Where to keep the copy") }) : rows[0];
  if (place !== undefined) {
    await app.server.execute("antiphon.pipeline.duplicate", { pipelineId: entry.id, to: place.to, ...approval });
    app.pipelines.refresh();
  }
}

/** Deletes a pipeline, or all that are selected in the view. */
export async function deletePipeline(app: Antiphon, target?: Target, selection?: unknown): Promise<void> {
  const entries = await findPipelines(app, target, selection, vscode.l10n.t("Delete a pipeline"));
  const [first] = entries;
  if (first === undefined) {
    return;
  }
  const asked = entries.length === 1 ? vscode.l10n.t("Delete “{0}”?", first.name) : vscode.l10n.t("Delete {0} pipelines?", entries.length);
  const detail = vscode.l10n.t("Its runs stay in their sessions. This cannot be undone.");
  if (await confirm(asked, detail, vscode.l10n.t("Delete"))) {
    for (const { id } of entries) {
      await app.server.execute("antiphon.pipeline.delete", { pipelineId: id });
    }
    app.pipelines.refresh();
  }
}

/** Exports a pipeline, or those that are selected in the view as one file. */
export async function exportPipeline(app: Antiphon, target?: Target, selection?: unknown): Promise<void> {
  const entries = await findPipelines(app, target, Array.isArray(selection) ? selection : undefined, vscode.l10n.t("Export a pipeline"));
  const file = entries.length === 0 ? undefined : selection instanceof vscode.Uri ? selection : await askForFile(entries);
  if (file === undefined) {
    return;
  }
  const ids = entries.map(({ id }) => id);
  const [one = ""] = ids;
  const { text } = await app.server.execute("antiphon.pipeline.export", ids.length === 1 ? { pipelineId: one } : { pipelineIds: ids });
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  void showInfo(vscode.l10n.t("Exported to {0}.", vscode.workspace.asRelativePath(file)));
}

/** Imports a pipeline or a bundle, once the user has seen it whole. */
export async function importPipeline(app: Antiphon, file?: unknown): Promise<PipelineImportResult | undefined> {
  const filters = { YAML: ["yaml", "yml"] };
  const title = vscode.l10n.t("Import pipelines");
  const [uri] = file instanceof vscode.Uri ? [file] : ((await vscode.window.showOpenDialog({ filters, openLabel: vscode.l10n.t("Import"), title })) ?? []);
  if (uri === undefined) {
    return undefined;
  }
  const text = await readText(uri);
  const { pipeline, pipelines, sha256 } = await app.server.execute("antiphon.pipeline.import", { text, preview: true });
  const count = Math.max(1, pipelines.length);
  const name = count === 1 ? `${pipeline.name}.antiphon.yaml` : "pipelines.yaml";
  const question = count === 1 ? vscode.l10n.t("Save “{0}” as it is shown", pipeline.name) : vscode.l10n.t("Save these {0} pipelines as they are shown", count);
  if (!(await app.agreement.ask(name, text, question))) {
    return undefined;
  }
  const imported = await app.server.execute("antiphon.pipeline.import", { text, sha256 });
  app.pipelines.refresh();
  return imported;
}

function askForFile(entries: readonly PipelineEntry[]): Thenable<vscode.Uri | undefined> {
  const words = (entries.length === 1 ? entries[0]?.name : undefined)?.match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["pipelines"];
  const name = `${words.join("-").slice(0, 60)}.antiphon.yaml`;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const title = vscode.l10n.t("Export pipelines");
  return vscode.window.showSaveDialog({ title, ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, name) }) });
}
