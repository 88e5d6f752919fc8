/**
 * Follows the sessions whose panes are open, so that what other clients do in them is shown as it happens.
 *
 * While only this window asks in a session, it is not followed: the events of its runs come with the runs.
 */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { addressOf } from "../core/panes/uri.js";
import type { ChangedEvent, FollowBatch } from "../protocol.js";
import { describe } from "../server/failure.js";
import type { Server } from "../server/server.js";
import { FollowedPanes } from "./followedPanes.js";
import { paneTabs } from "./layout/tabs.js";
import type { PaneStore } from "./store.js";

const FOLLOW = "antiphon.session.follow";

export class SessionFollows implements vscode.Disposable {
  private readonly follows = new Map<string, vscode.CancellationTokenSource>();
  private readonly panes: FollowedPanes;
  /** Sessions in which other clients have been at work. */
  private readonly busy = new Set<string>();
  /** Sessions that are not followed because of a run, which keeps their texts whole. */
  private readonly paused = new Set<string>();
  private readonly emitter = new vscode.EventEmitter<ChangedEvent>();
  private readonly listeners: vscode.Disposable[];

  /** Fires if a session that is open was renamed, tagged or deleted, or has another pane. */
  readonly onSession = this.emitter.event;

  constructor(
    private readonly server: Server,
    private readonly store: PaneStore,
    private readonly log: vscode.LogOutputChannel,
    show: (uri: vscode.Uri) => void,
  ) {
    this.panes = new FollowedPanes(store, show);
    this.listeners = [
      vscode.window.tabGroups.onDidChangeTabs(() => {
        this.update();
      }),
      server.onState(() => {
        this.update();
      }),
      // Its requests are not answered any more: the next server is asked again.
      server.onLost(() => {
        this.busy.clear();
        this.paused.clear();
        this.endAll();
      }),
      store.ownRuns.onChange(() => {
        this.update();
      }),
      server.onChange(({ changes }) => {
        for (const { type, id = "" } of changes) {
          // A run reports its begin before its first answer, and its end after the last.
          if (type === "session" && store.ownRuns.isIn(id) && store.hasOwnAnswer(id)) {
            this.busy.add(id);
            this.update();
          }
        }
      }),
    ];
  }

  dispose(): void {
    this.endAll();
    vscode.Disposable.from(...this.listeners, this.emitter).dispose();
  }

  /** Follows the sessions that are open now, and no others. */
  private update(): void {
    if (!this.server.has(FOLLOW)) {
      this.endAll();
      return;
    }
    const open = new Set(paneTabs().flatMap(({ uri }) => addressOf(uri)?.sessionId ?? []));
    for (const sessionId of [...this.follows.keys(), ...this.paused].filter((each) => !open.has(each))) {
      this.forget(sessionId);
    }
    for (const sessionId of open) {
      if (this.store.ownRuns.isIn(sessionId) && !this.busy.has(sessionId)) {
        this.end(sessionId);
        this.paused.add(sessionId);
      } else if (!this.follows.has(sessionId)) {
        void this.follow(sessionId);
      }
    }
  }

  private async follow(sessionId: string): Promise<void> {
    const cancellation = new vscode.CancellationTokenSource();
    const isOn = (): boolean => this.follows.get(sessionId) === cancellation;
    const token = `antiphon-follow-${randomUUID()}`;
    this.follows.set(sessionId, cancellation);
    try {
      const listening = await this.server.listenToSession(token, ({ events }: FollowBatch) => {
        for (const event of isOn() ? events : []) {
          if (this.panes.apply(event, event.type === "snapshot" && this.paused.delete(sessionId))) {
            this.busy.add(sessionId);
          }
          if (event.type === "changed" && event.what === "session") {
            this.emitter.fire(event);
          }
        }
      });
      try {
        await this.server.execute(FOLLOW, { sessionId, streamToken: token }, cancellation.token);
      } finally {
        listening.dispose();
      }
    } catch (error) {
      if (isOn()) {
        this.log.warn(`a session is not followed: ${describe(error)}`);
      }
    } finally {
      if (isOn()) {
        this.follows.delete(sessionId);
        this.panes.leave(sessionId);
      }
      cancellation.dispose();
    }
  }

  /** Ends what is known of a session that is closed. */
  private forget(sessionId: string): void {
    this.end(sessionId);
    this.panes.forget(sessionId);
    this.busy.delete(sessionId);
    this.paused.delete(sessionId);
  }

  private endAll(): void {
    for (const sessionId of [...this.follows.keys()]) {
      this.end(sessionId);
    }
  }

  private end(sessionId: string): void {
    this.follows.get(sessionId)?.cancel();
    this.follows.delete(sessionId);
    this.panes.leave(sessionId);
  }
}
