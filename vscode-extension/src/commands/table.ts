/** Registers every command of the palette and the menus by its id. */
import * as vscode from "vscode";
import type { Antiphon } from "../antiphon.js";
import { Declined } from "../meter/overBudget.js";
import { describe } from "../server/failure.js";
import { ServerFailed, reportServerFailure } from "../server/server.js";
import { ServerNotFound } from "../server/connection/locate.js";
import { showError } from "../ui/messages.js";
import { openSetting } from "../ui/settings.js";
import { composeFromBox, recallPrompt } from "../ask/promptBox.js";
import { composeFollowUp, followUp, followUpAll, followUpChosen, stop, stopAll, waitingFollowUps } from "./panes/followUp.js";
import { regenerateAnswer, regenerateInterrupted, regenerateWith, showEarlierAnswer } from "./panes/regenerate.js";
import { showRendered, showText } from "./panes/rendered.js";
import { addContext, askAboutFiles, broadcastPrompt, chooseModels, newPrompt, sendPrompt } from "./ask.js";
import { comparePipelineRuns } from "./pipelines/drift.js";
import { deletePipeline, duplicatePipeline, editPipeline, exportPipeline, importPipeline, previewPipeline, renamePipeline } from "./pipelines/library.js";
import { recordPipeline } from "./pipelines/recordPipeline.js";
import { resumePipeline, runPipeline, runPipelineWith, stopPipeline } from "./pipelines/runPipeline.js";
import { exportPrompt, importPrompt } from "./prompts/convertPrompt.js";
import { runPromptFile, runPromptFileWith } from "./prompts/runPrompt.js";
import { savePrompt } from "./prompts/savePrompt.js";
import { restartServer, setApiKey, setServerToken, showLog } from "./server.js";
import { acceptCode, applyCode, discardCode } from "./answers/code.js";
import { comparePanes, hideConsensus, showConsensus, toggleComparison } from "./answers/compare.js";
import { comparePassage } from "./answers/comparePassage.js";
import { copyAnswer, copyCode, insertAtCursor, newFile, takePassage } from "./answers/take.js";
import { merge, summarize } from "./answers/digest.js";
import { deleteSession, exportSession, forkSession, importSession, renameSession, shareSession, tagSession } from "./history/editSession.js";
import { deleteApiKey, showKeys } from "./keys.js";
import { openHit, search } from "./history/search.js";
import { sendPassage, sendTo } from "./answers/send.js";
import { chooseLayout, closePanes, openSession } from "./history/openSession.js";

// The ids differ from the server's, which the language client registers in the editor as well.
const COMMANDS = {
  "antiphon.broadcastPrompt": broadcastPrompt,
  "antiphon.newPrompt": newPrompt,
  "antiphon.sendPrompt": sendPrompt,
  "antiphon.addContext": addContext,
  "antiphon.runPromptFile": runPromptFile,
  "antiphon.runPromptFileWith": runPromptFileWith,
  "antiphon.savePrompt": savePrompt,
  "antiphon.importPrompt": importPrompt,
  "antiphon.exportPrompt": exportPrompt,
  "antiphon.askAboutFiles": askAboutFiles,
  "antiphon.chooseModels": chooseModels,
  "antiphon.followUp": followUp,
  "antiphon.followUpAll": followUpAll,
  "antiphon.followUpChosen": followUpChosen,
  "antiphon.composeFollowUp": composeFollowUp,
  "antiphon.waitingFollowUps": waitingFollowUps,
  "antiphon.earlierPrompt": () => {
    recallPrompt("back");
  },
  "antiphon.laterPrompt": () => {
    recallPrompt("forward");
  },
  "antiphon.promptInEditor": composeFromBox,
  "antiphon.regenerateAnswer": regenerateAnswer,
  "antiphon.regenerateWith": regenerateWith,
  "antiphon.regenerateInterrupted": regenerateInterrupted,
  "antiphon.showEarlierAnswer": showEarlierAnswer,
  "antiphon.showRendered": showRendered,
  "antiphon.showText": showText,
  "antiphon.stop": stop,
  "antiphon.stopAll": stopAll,
  "antiphon.openSession": openSession,
  "antiphon.closePanes": closePanes,
  "antiphon.layout": chooseLayout,
  "antiphon.setApiKey": setApiKey,
  "antiphon.setServerToken": setServerToken,
  "antiphon.showLog": showLog,
  "antiphon.restartServer": restartServer,
  "antiphon.comparePanes": comparePanes,
  "antiphon.toggleComparison": toggleComparison,
  "antiphon.showConsensus": showConsensus,
  "antiphon.hideConsensus": hideConsensus,
  "antiphon.sendAnswer": sendTo,
  "antiphon.sendPassage": sendPassage,
  "antiphon.takePassage": takePassage,
  "antiphon.comparePassage": comparePassage,
  "antiphon.copyAnswer": copyAnswer,
  "antiphon.copyCode": copyCode,
  "antiphon.insertAtCursor": insertAtCursor,
  "antiphon.newFileFromAnswer": newFile,
  "antiphon.summarizeAnswers": summarize,
  "antiphon.mergeAnswers": merge,
  "antiphon.recordPipeline": recordPipeline,
  "antiphon.runPipeline": runPipeline,
  "antiphon.runPipelineWith": runPipelineWith,
  "antiphon.stopPipeline": stopPipeline,
  "antiphon.resumePipeline": resumePipeline,
  "antiphon.previewPipeline": previewPipeline,
  "antiphon.editPipeline": editPipeline,
  "antiphon.duplicatePipeline": duplicatePipeline,
  "antiphon.renamePipeline": renamePipeline,
  "antiphon.deletePipeline": deletePipeline,
  "antiphon.importPipeline": importPipeline,
  "antiphon.exportPipeline": exportPipeline,
  "antiphon.comparePipelineRuns": comparePipelineRuns,
  "antiphon.agreeToText": (app: Antiphon, uri?: vscode.Uri) => {
    app.agreement.answer(uri, true);
  },
  "antiphon.declineText": (app: Antiphon, uri?: vscode.Uri) => {
    app.agreement.answer(uri, false);
  },
  "antiphon.searchHistory": search,
  "antiphon.openHit": openHit,
  "antiphon.renameSession": renameSession,
  "antiphon.shareSession": shareSession,
  "antiphon.tagSession": tagSession,
  "antiphon.forkSession": forkSession,
  "antiphon.deleteSession": deleteSession,
  "antiphon.exportSession": exportSession,
  "antiphon.importSession": importSession,
  "antiphon.applyCode": applyCode,
  "antiphon.acceptCode": acceptCode,
  "antiphon.discardCode": discardCode,
  "antiphon.showKeys": showKeys,
  "antiphon.deleteApiKey": deleteApiKey,
  "antiphon.showMeters": () => vscode.commands.executeCommand("antiphon.meters.focus"),
  "antiphon.showOlderSessions": (app: Antiphon) => {
    app.sessions.showMore();
  },
};

export function registerCommands(app: Antiphon): vscode.Disposable[] {
  return Object.entries(COMMANDS).map(([id, run]) =>
    vscode.commands.registerCommand(id, (...args: unknown[]) => runCommand(app, run as Run, args)),
  );
}

type Run = (app: Antiphon, ...args: unknown[]) => unknown;

/** Runs a command and shows its errors; what the user typed is never logged. */
async function runCommand(app: Antiphon, run: Run, args: unknown[]): Promise<unknown> {
  try {
    return await run(app, ...args);
  } catch (error) {
    if (error instanceof ServerNotFound) {
      void explainInstallation(error.message);
    } else if (error instanceof ServerFailed) {
      void reportServerFailure(error.message, app.log);
    } else if (!(error instanceof Declined)) {
      void showError(describe(error));
    }
    return undefined;
  }
}

async function explainInstallation(message: string): Promise<void> {
  const how = vscode.l10n.t("How to Install");
  const settings = vscode.l10n.t("Open Settings");
  const chosen = await showError(message, how, settings);
  if (chosen === how) {
    await vscode.commands.executeCommand("workbench.action.openWalkthrough", "antiphon.antiphon#start");
  } else if (chosen === settings) {
    await openSetting("antiphon.server.path");
  }
}
