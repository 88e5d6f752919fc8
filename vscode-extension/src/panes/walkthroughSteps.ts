/** Completes steps of the walkthrough once what they ask for has happened: a command may be refused. */
import * as vscode from "vscode";
import type { PaneStore } from "./store.js";

/** The context keys of the steps, which `package.json` names as their completion events. */
const ASKED = "antiphon.hasAsked";
const FOLLOWED_UP = "antiphon.hasFollowedUp";
const CHOSEN = "antiphon.hasChosenModels";

export class WalkthroughSteps implements vscode.Disposable {
  private readonly asked = new Set<string>();
  private readonly listener: vscode.Disposable;

  constructor(panes: PaneStore) {
    this.listener = panes.onStart((paneId) => {
      complete(this.asked.has(paneId) ? FOLLOWED_UP : ASKED);
      this.asked.add(paneId);
    });
  }

  dispose(): void {
    this.listener.dispose();
  }
}

/** Completes the step of choosing models. */
export function completeChoice(): void {
  complete(CHOSEN);
}

function complete(key: string): void {
  void vscode.commands.executeCommand("setContext", key, true);
}
