/** Knows in which sessions runs of this window are open: their events come with the run. */
import * as vscode from "vscode";

export class OwnRuns implements vscode.Disposable {
  private readonly sessions = new Map<string, Set<string>>();
  private readonly emitter = new vscode.EventEmitter<void>();

  /** Fires if a run begins in a session, and if one has ended. */
  readonly onChange = this.emitter.event;

  /** Records that a run, known by its token, answers in a session. */
  began(token: string, sessionId: string): void {
    const sessions = this.sessions.get(token) ?? new Set();
    this.sessions.set(token, sessions);
    if (!sessions.has(sessionId)) {
      sessions.add(sessionId);
      this.emitter.fire();
    }
  }

  /** Records that a run has ended, and that its texts are whole. */
  ended(token: string): void {
    if (this.sessions.delete(token)) {
      this.emitter.fire();
    }
  }

  /** Returns whether a run of this window is open in a session. */
  isIn(sessionId: string): boolean {
    return [...this.sessions.values()].some((sessions) => sessions.has(sessionId));
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
