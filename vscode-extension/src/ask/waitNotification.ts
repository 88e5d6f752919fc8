/** Shows a notification if the first answer takes long. */
import * as vscode from "vscode";

const DELAY_MS = 4_000;

/**
 * A notification that nothing has arrived yet, with a button to cancel. It closes with the first text,
 * as the panes show the progress from then on.
 */
export class WaitNotification implements vscode.Disposable {
  private readonly source = new vscode.CancellationTokenSource();
  private readonly timer = setTimeout(() => {
    this.show();
  }, DELAY_MS);
  private stopWaiting: () => void = () => undefined;

  get cancellation(): vscode.CancellationToken {
    return this.source.token;
  }

  end(): void {
    clearTimeout(this.timer);
    this.stopWaiting();
  }

  dispose(): void {
    this.end();
    this.source.dispose();
  }

  private show(): void {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Antiphon waits for the first answer"),
      cancellable: true,
    };
    const ended = new Promise<void>((resolve) => {
      this.stopWaiting = resolve;
    });
    void vscode.window.withProgress(options, (_progress, cancellation) => {
      cancellation.onCancellationRequested(() => {
        this.source.cancel();
      });
      return ended;
    });
  }
}
