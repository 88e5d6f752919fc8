/** Lets the editor's language features work on prompt files and pipelines. */
import * as vscode from "vscode";
import type { DocumentSelector, Middleware } from "vscode-languageclient/node";
import { withIcon } from "../core/format/figures.js";
import { SCHEME } from "../core/panes/uri.js";
import { isPromptFile, PIPELINE_LANGUAGE, PROMPT_LANGUAGE } from "../core/prompts/promptFile.js";

/** The scheme of the documents of the user's own pipelines. */
export const PIPELINE_SCHEME = "antiphon-pipeline";

/** Returns the documents that the server serves. Earlier versions of files in a repository are none of them. */
export function selectDocuments(): DocumentSelector {
  const schemes = ["file", "untitled", PIPELINE_SCHEME];
  const written = schemes.flatMap((scheme) => [PROMPT_LANGUAGE, PIPELINE_LANGUAGE].map((language) => ({ scheme, language })));
  return [{ scheme: SCHEME }, ...written];
}

/** Returns whether a document is a prompt that is sent letter for letter. */
function isPlain(document: vscode.TextDocument): boolean {
  const { languageId, isUntitled } = document;
  return languageId === PROMPT_LANGUAGE && !isPromptFile({ languageId, isUntitled, text: document.getText() });
}

/** Removes the lenses that this client has itself, and asks for inputs before a prompt file is run. */
export const promptLenses: Middleware = {
  async provideCodeLenses(document, token, next) {
    if (document.uri.scheme === SCHEME || isPlain(document)) {
      return [];
    }
    const lenses = (await next(document, token)) ?? [];
    return lenses.map((lens) => runWithInputs(lens, document.uri));
  },
};

/** Drops what is wrong with a prompt file from prompts that are not run as one. */
export const quietPlainPrompts: Middleware = {
  handleDiagnostics(uri, diagnostics, next) {
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    next(uri, document !== undefined && isPlain(document) ? [] : diagnostics);
  },
};

function runWithInputs(lens: vscode.CodeLens, uri: vscode.Uri): vscode.CodeLens {
  if (lens.command?.command === "antiphon.prompt.run") {
    lens.command = { title: withIcon("send", lens.command.title), command: "antiphon.runPromptFile", arguments: [uri] };
  }
  return lens;
}
