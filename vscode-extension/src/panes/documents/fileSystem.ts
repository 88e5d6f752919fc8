/**
 * Serves panes and messages as read-only files: the only kind of virtual document that streams without
 * replacing its text, restores its tabs, and can explain that it is read-only.
 */
import * as vscode from "vscode";
import type { PaneText } from "../../core/panes/paneText.js";
import { sanitizeForFile } from "../../core/format/sanitize.js";
import { addressOf, isDerived, SCHEME } from "../../core/panes/uri.js";
import { describe, failureOf } from "../../server/failure.js";
import type { Server } from "../../server/server.js";
import type { MessageTexts } from "./messageTexts.js";
import { RefreshSchedule } from "./refresh.js";
import type { PaneStore } from "../store.js";
import { toWire } from "../../ui/documents.js";

type Address = NonNullable<ReturnType<typeof addressOf>>;

/** The modification time of folders, which do not change. */
const LONG_AGO = 1;
const NEVER = 0;

export class PaneFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changeEmitter = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly refresh = new RefreshSchedule(
    (paneIds) => {
      this.fireChanged(paneIds);
    },
    {
      isVisible: (paneId) => this.visible.has(this.panes.uri(paneId)?.toString() ?? ""),
      size: (paneId) => this.panes.text(paneId)?.size ?? 0,
    },
  );
  /** The modification times of the texts that the editor has read, of open documents. */
  private readonly read = new Map<string, number>();
  private visible = addresses(vscode.window.visibleTextEditors);
  private readonly encoder = new TextEncoder();
  private readonly listener: vscode.Disposable;

  readonly onDidChangeFile = this.changeEmitter.event;

  constructor(
    private readonly panes: PaneStore,
    private readonly messages: MessageTexts,
    private readonly server: Server,
  ) {
    this.listener = vscode.Disposable.from(
      panes.onText((paneId) => {
        // Without an open document there is nothing to read.
        if (this.read.has(paneId)) {
          this.refresh.changed(paneId);
        }
      }),
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        const paneId = paneIdOf(uri);
        if (paneId !== undefined) {
          this.opened(paneId);
        }
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        this.visible = addresses(editors);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.edited(document);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
        if (kind === vscode.TextEditorSelectionChangeKind.Keyboard || kind === vscode.TextEditorSelectionChangeKind.Mouse) {
          this.refresh.typed();
        }
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        const paneId = paneIdOf(uri);
        if (paneId !== undefined) {
          this.read.delete(paneId);
          this.refresh.forget(paneId);
        }
      }),
      messages.onChange((uri) => {
        this.changeEmitter.fire([{ type: vscode.FileChangeType.Changed, uri }]);
      }),
    );
  }

  /** Registers the scheme; typing into a pane offers to follow up. */
  register(): vscode.Disposable {
    const command = "antiphon.followUp";
    const message = new vscode.MarkdownString(
      vscode.l10n.t("Answers are read-only. [Follow up]({0}) to go on with this model.", `command:${command}`),
    );
    message.isTrusted = { enabledCommands: [command] };
    return vscode.workspace.registerFileSystemProvider(SCHEME, this, { isReadonly: message, isCaseSensitive: true });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const address = addressOf(uri);
    if (isDerived(uri)) {
      // It depends on a file, or on streaming answers: it may differ each time.
      return { type: vscode.FileType.File, ctime: 0, mtime: Date.now(), size: (await this.readDerived(uri)).byteLength };
    }
    if (address === undefined) {
      return statFolder(uri);
    }
    const { mtime, size } = await this.withFileErrors(uri, () => this.load(uri, address));
    if (address.kind === "pane" && this.read.get(address.paneId) === mtime) {
      // Time and size are unchanged since its last reading: the editor will not read it.
      this.refresh.shown(address.paneId);
    }
    return { type: vscode.FileType.File, ctime: 0, mtime, size };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const address = addressOf(uri);
    if (isDerived(uri)) {
      return this.readDerived(uri);
    }
    if (address === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const text = await this.withFileErrors(uri, () => this.load(uri, address));
    if (address.kind === "pane") {
      this.read.set(address.paneId, text.mtime);
    }
    return this.encoder.encode(sanitizeForFile(text.toString()));
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.listener.dispose();
    this.refresh.dispose();
    this.changeEmitter.dispose();
  }

  /** Refreshes a document that was read before it was opened, and may have grown since. */
  private opened(paneId: string): void {
    const read = this.read.get(paneId) ?? NEVER;
    this.read.set(paneId, read);
    if (this.panes.text(paneId)?.mtime !== read) {
      this.refresh.changed(paneId);
    }
  }

  private edited(document: vscode.TextDocument): void {
    const paneId = paneIdOf(document.uri);
    if (paneId !== undefined) {
      this.refresh.shown(paneId);
    } else if (document === vscode.window.activeTextEditor?.document) {
      this.refresh.typed();
    }
  }

  private fireChanged(paneIds: readonly string[]): void {
    const uris = paneIds.flatMap((paneId) => this.panes.uri(paneId) ?? []);
    this.changeEmitter.fire(uris.map((uri) => ({ type: vscode.FileChangeType.Changed, uri })));
  }

  private load(uri: vscode.Uri, address: Address): Promise<PaneText> {
    return address.kind === "message"
      ? this.messages.load(uri, address.messageId)
      : this.panes.load(uri, address.paneId);
  }

  private async readDerived(uri: vscode.Uri): Promise<Uint8Array> {
    // Encoded: the URI of a proposal contains another URI.
    const text = await this.withFileErrors(uri, () => this.server.content(uri.query === "" ? uri.toString() : toWire(uri)));
    return this.encoder.encode(sanitizeForFile(text));
  }

  private async withFileErrors<T>(uri: vscode.Uri, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (failureOf(error)?.kind === "not_found") {
        throw vscode.FileSystemError.FileNotFound(uri);
      }
      throw vscode.FileSystemError.Unavailable(describe(error));
    }
  }
}

function addresses(editors: readonly vscode.TextEditor[]): Set<string> {
  return new Set(editors.map(({ document }) => document.uri.toString()));
}

function paneIdOf(uri: vscode.Uri): string | undefined {
  const address = uri.scheme === SCHEME ? addressOf(uri) : undefined;
  return address?.kind === "pane" ? address.paneId : undefined;
}

/** Returns the folders above a document, which the editor asks for as well. */
function statFolder(uri: vscode.Uri): vscode.FileStat {
  if (uri.path.split("/").length <= 4) {
    return { type: vscode.FileType.Directory, ctime: 0, mtime: LONG_AGO, size: 0 };
  }
  throw vscode.FileSystemError.FileNotFound(uri);
}
