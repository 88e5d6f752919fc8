/** Opens settings where the editor looks for them. */
import * as vscode from "vscode";

/** Shows a setting. In a remote window those of the machine are listed among the remote ones only. */
export async function openSetting(id: string): Promise<void> {
  if (vscode.env.remoteName === undefined) {
    await vscode.commands.executeCommand("workbench.action.openSettings", id);
  } else {
    await vscode.commands.executeCommand("workbench.action.openRemoteSettings", { query: id });
  }
}
