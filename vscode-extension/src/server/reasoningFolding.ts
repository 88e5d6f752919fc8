/**
 * Makes the editor fold reasoning by itself, in every editor and without a command, which would work
 * only in the active one. The editor folds imports if `editor.foldingImportsByDefault` is set, as
 * package.json does for panes; so reasoning is reported as imports once its answer has started.
 */
import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { isAnswered } from "../core/panes/reasoning.js";
import { SCHEME } from "../core/panes/uri.js";

/** The folding kind of reasoning, which panes have nothing else of. */
export const REASONING_KIND = vscode.FoldingRangeKind.Imports;

export const foldReasoning: Middleware = {
  async provideFoldingRanges(document, context, token, next) {
    const ranges = (await next(document, context, token)) ?? [];
    if (document.uri.scheme !== SCHEME) {
      return ranges;
    }
    const lines = Array.from({ length: document.lineCount }, (_, line) => document.lineAt(line).text);
    return ranges.map(({ start, end, kind }) => {
      const answered = kind === vscode.FoldingRangeKind.Comment && isAnswered(lines, end);
      return new vscode.FoldingRange(start, end, answered ? REASONING_KIND : kind);
    });
  },
};
