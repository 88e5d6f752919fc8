/** Every command of the palette and of the menus, by its id. */
import * as vscode from "vscode";
import type { Antiphon } from "../context.js";
import { describe } from "../server/failure.js";
import { ServerNotFound } from "../server/locate.js";
import { followUp, followUpAll, followUpChosen, regenerateAnswer, stop, stopAll } from "./answer.js";
import { addContext, askAboutFiles, broadcastPrompt, chooseModels, newPrompt, sendPrompt } from "./ask.js";
import { restartServer, setApiKey, showLog } from "./server.js";
import { chooseLayout, closePanes, openSession } from "./session.js";

// The ids are others than the server's: the language client registers those in the editor as well.
const COMMANDS = {
  "antiphon.broadcastPrompt": broadcastPrompt,
  "antiphon.newPrompt": newPrompt,
  "antiphon.sendPrompt": sendPrompt,
  "antiphon.addContext": addContext,
  "antiphon.askAboutFiles": askAboutFiles,
  "antiphon.chooseModels": chooseModels,
  "antiphon.followUp": followUp,
  "antiphon.followUpAll": followUpAll,
  "antiphon.followUpChosen": followUpChosen,
  "antiphon.regenerateAnswer": regenerateAnswer,
  "antiphon.stop": stop,
  "antiphon.stopAll": stopAll,
  "antiphon.openSession": openSession,
  "antiphon.closePanes": closePanes,
  "antiphon.layout": chooseLayout,
  "antiphon.setApiKey": setApiKey,
  "antiphon.showLog": showLog,
  "antiphon.restartServer": restartServer,
  "antiphon.showOlderSessions": (app: Antiphon) => {
    app.sessions.showMore();
  },
};

export function registerCommands(app: Antiphon): vscode.Disposable[] {
  return Object.entries(COMMANDS).map(([id, run]) =>
    vscode.commands.registerCommand(id, (...args: unknown[]) => answer(app, run as Run, args)),
  );
}

type Run = (app: Antiphon, ...args: unknown[]) => unknown;

/** What goes wrong is said to the person; what a person typed is in no log. */
async function answer(app: Antiphon, run: Run, args: unknown[]): Promise<unknown> {
  try {
    return await run(app, ...args);
  } catch (error) {
    if (error instanceof ServerNotFound) {
      await tellHowToInstall(error.message);
    } else {
      void vscode.window.showErrorMessage(describe(error));
    }
    return undefined;
  }
}

async function tellHowToInstall(message: string): Promise<void> {
  const how = vscode.l10n.t("How to Install");
  const settings = vscode.l10n.t("Open Settings");
  const chosen = await vscode.window.showErrorMessage(message, how, settings);
  if (chosen === how) {
    await vscode.commands.executeCommand("workbench.action.openWalkthrough", "antiphon.antiphon#start");
  } else if (chosen === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "antiphon.server.path");
  }
}
