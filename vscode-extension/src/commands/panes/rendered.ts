/** Commands that show a pane rendered, or as its text. */
import type { Antiphon } from "../../antiphon.js";
import { showAs } from "../../panes/layout/tabs.js";
import { explainNoPane, resolvePane, type Target } from "./target.js";

export async function showRendered(_app: Antiphon, target?: Target): Promise<void> {
  const uri = resolvePane(target);
  await (uri === undefined ? explainNoPane() : showAs(uri, true));
}

export async function showText(_app: Antiphon, target?: Target): Promise<void> {
  const uri = resolvePane(target);
  await (uri === undefined ? explainNoPane() : showAs(uri, false));
}
