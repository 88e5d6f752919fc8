/**
 * Has the editor fold thinking by itself, in every editor and without a command, which would reach the
 * active one only. It folds imports where `editor.foldingImportsByDefault` says so, as package.json does
 * for panes; so thinking is told to be of that kind, from when its answer has begun.
 */
import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { isAnswered } from "../core/panes/reasoning.js";
import { SCHEME } from "../core/panes/uri.js";

/** The kind of thinking that is folded, of which panes have nothing else. */
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
