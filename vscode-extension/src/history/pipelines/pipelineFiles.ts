/**
 * Serves the user's own pipelines, which are in the database, as files to edit, and texts that are shown
 * before they are saved or run, as files to read.
 */
import * as vscode from "vscode";
import { describe, failureOf } from "../../server/failure.js";
import { PIPELINE_SCHEME } from "../../server/promptDocuments.js";
import type { Server } from "../../server/server.js";

const SHOWN = "shown";
const SUFFIX = ".antiphon.yaml";

interface Known {
  readonly sha256: string;
  readonly mtime: number;
}

export class PipelineFiles implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly shown = new Map<string, string>();
  private readonly known = new Map<string, Known>();
  private count = 0;
  private readonly disposables: vscode.Disposable[];

  readonly onDidChangeFile = this.emitter.event;

  constructor(private readonly server: Server) {
    this.disposables = [
      vscode.workspace.registerFileSystemProvider(PIPELINE_SCHEME, this, { isCaseSensitive: true }),
      server.onChange(({ changes }) => {
        if (changes.some(({ type }) => type === "pipelines")) {
          this.changed();
        }
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.shown.delete(uri.path);
      }),
    ];
  }

  /** Shows a text that cannot be changed, under a name that decides its language. */
  async show(name: string, text: string): Promise<vscode.Uri> {
    const uri = vscode.Uri.from({ scheme: PIPELINE_SCHEME, path: `/${SHOWN}-${(this.count += 1)}/${fileName(name)}` });
    this.shown.set(uri.path, text);
    this.emitter.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    return uri;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const shown = this.shown.get(uri.path);
    if (shown !== undefined) {
      return { type: vscode.FileType.File, ctime: 0, mtime: 1, size: Buffer.byteLength(shown), permissions: vscode.FilePermission.Readonly };
    }
    const { text, mtime } = await this.load(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime, size: Buffer.byteLength(text) };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return new TextEncoder().encode(this.shown.get(uri.path) ?? (await this.load(uri)).text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const pipelineId = pipelineIdOf(uri) ?? "";
    const pipeline = new TextDecoder().decode(content);
    try {
      await this.server.execute("antiphon.pipeline.save", { pipelineId, pipeline });
    } catch (error) {
      throw vscode.FileSystemError.Unavailable(describe(error));
    }
  }

  watch(): vscode.Disposable {
    return { dispose: () => undefined };
  }

  readDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.FileNotADirectory(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables, this.emitter).dispose();
  }

  private async load(uri: vscode.Uri): Promise<{ text: string; mtime: number }> {
    const pipelineId = pipelineIdOf(uri);
    if (pipelineId === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    try {
      const { text, pipeline } = await this.server.execute("antiphon.pipeline.get", { pipelineId });
      const { sha256 } = pipeline;
      const before = this.known.get(pipelineId);
      const mtime = before?.sha256 === sha256 ? before.mtime : Date.now();
      this.known.set(pipelineId, { sha256, mtime });
      return { text, mtime };
    } catch (error) {
      throw failureOf(error)?.kind === "not_found" ? vscode.FileSystemError.FileNotFound(uri) : vscode.FileSystemError.Unavailable(describe(error));
    }
  }

  /** Has the editor read the open pipelines again. */
  private changed(): void {
    const open = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === PIPELINE_SCHEME && !this.shown.has(uri.path));
    if (open.length > 0) {
      this.emitter.fire(open.map(({ uri }) => ({ type: vscode.FileChangeType.Changed, uri })));
    }
  }
}

/** Returns the document of a pipeline: the file of a workspace's, else one of ours. */
export function pipelineDocument({ id, name, uri }: { readonly id: string; readonly name: string; readonly uri?: string }): vscode.Uri {
  return uri === undefined ? vscode.Uri.from({ scheme: PIPELINE_SCHEME, path: `/${id}/${fileName(name + SUFFIX)}` }) : vscode.Uri.parse(uri);
}

/** Returns the id of the pipeline that a document of ours shows. */
export function pipelineIdOf({ scheme, path }: vscode.Uri): string | undefined {
  const [, id = ""] = path.split("/");
  return scheme === PIPELINE_SCHEME && id !== "" && !id.startsWith(`${SHOWN}-`) ? id : undefined;
}

function fileName(name: string): string {
  return name.replaceAll("/", "∕").replaceAll("\\", "∖");
}
