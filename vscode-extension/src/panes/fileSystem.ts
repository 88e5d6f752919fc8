/**
 * Panes and messages as read-only files: the one kind of virtual document that streams without
 * replacing what is there, restores its tabs, and tells who types into it what to do instead.
 */
import * as vscode from "vscode";
import type { PaneText } from "../core/pane.js";
import { Throttle } from "../core/throttle.js";
import { addressOf, isDerived, SCHEME } from "../core/uri.js";
import { describe, failureOf } from "../server/failure.js";
import type { Server } from "../server/server.js";
import type { MessageTexts } from "./messages.js";
import type { PaneStore } from "./store.js";

type Address = NonNullable<ReturnType<typeof addressOf>>;

/** The shortest time between two changes; each makes the editor read the whole text. */
const REFRESH_MS = 80;
/** Every change costs the window some milliseconds: with many panes each one waits for longer. */
const REFRESH_MS_PER_PANE = 20;
const REFRESH_MS_PER_KB = 1;
/** Folders do not change. */
const LONG_AGO = 1;

export class PaneFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changeEmitter = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly throttles = new Map<string, Throttle>();
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
        this.changed(paneId);
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
    const address = addressOf(uri.path);
    if (isDerived(uri.path)) {
      // It depends on a file, or on answers that may be streaming: it is another one each time.
      return { type: vscode.FileType.File, ctime: 0, mtime: Date.now(), size: (await this.readDerived(uri)).byteLength };
    }
    if (address === undefined) {
      return folderOrNothing(uri);
    }
    const { mtime, size } = await this.answer(uri, () => this.load(uri, address));
    return { type: vscode.FileType.File, ctime: 0, mtime, size };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const address = addressOf(uri.path);
    if (isDerived(uri.path)) {
      return this.readDerived(uri);
    }
    if (address === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const text = await this.answer(uri, () => this.load(uri, address));
    return this.encoder.encode(text.toString());
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
    for (const throttle of this.throttles.values()) {
      throttle.dispose();
    }
    this.changeEmitter.dispose();
  }

  private changed(paneId: string): void {
    let throttle = this.throttles.get(paneId);
    if (throttle === undefined) {
      throttle = new Throttle(
        () => {
          this.tell(paneId);
        },
        () => this.interval(paneId),
      );
      this.throttles.set(paneId, throttle);
    }
    throttle.request();
  }

  private interval(paneId: string): number {
    const streaming = [...this.throttles.values()].filter((throttle) => throttle.isResting).length;
    const size = this.panes.text(paneId)?.size ?? 0;
    return Math.max(REFRESH_MS, REFRESH_MS_PER_PANE * streaming) + (REFRESH_MS_PER_KB * size) / 1000;
  }

  private tell(paneId: string): void {
    const uri = this.panes.uri(paneId);
    if (uri !== undefined) {
      this.changeEmitter.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    }
  }

  private load(uri: vscode.Uri, address: Address): Promise<PaneText> {
    return address.kind === "message"
      ? this.messages.load(uri, address.messageId)
      : this.panes.load(uri, address.paneId);
  }

  private async readDerived(uri: vscode.Uri): Promise<Uint8Array> {
    // Encoded: a proposal's address has another address in it.
    const text = await this.answer(uri, () => this.server.content(uri.toString()));
    return this.encoder.encode(text);
  }

  private async answer<T>(uri: vscode.Uri, ask: () => Promise<T>): Promise<T> {
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

/** The editor also asks for the folders above a document. */
function folderOrNothing(uri: vscode.Uri): vscode.FileStat {
  if (uri.path.split("/").length <= 4) {
    return { type: vscode.FileType.Directory, ctime: 0, mtime: LONG_AGO, size: 0 };
  }
  throw vscode.FileSystemError.FileNotFound(uri);
}
