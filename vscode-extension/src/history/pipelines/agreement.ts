/** Asks the user to agree to a text that is shown whole, with lenses above its first line. */
import * as vscode from "vscode";
import { withIcon } from "../../core/format/figures.js";
import { sanitize } from "../../core/format/sanitize.js";
import { PIPELINE_SCHEME } from "../../server/promptDocuments.js";
import type { PipelineFiles } from "./pipelineFiles.js";

const TOP = new vscode.Range(0, 0, 0, 0);
/** Whether a text waits for an answer: `Ctrl+Enter` agrees to it. */
const CONTEXT = "antiphon.agreeing";

interface Question {
  readonly uri: vscode.Uri;
  readonly text: string;
  readonly answer: (agreed: boolean) => void;
}

export class Agreement implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[];
  private questions: readonly Question[] = [];

  readonly onDidChangeCodeLenses = this.emitter.event;

  constructor(private readonly files: PipelineFiles) {
    this.disposables = [
      vscode.languages.registerCodeLensProvider({ scheme: PIPELINE_SCHEME }, this),
      // Whoever closes the text agrees to nothing.
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const { input } of closed) {
          if (input instanceof vscode.TabInputText) {
            this.answer(input.uri, false);
          }
        }
      }),
    ];
  }

  /** Shows a text, and returns whether the user agrees to what the question says. */
  async ask(name: string, text: string, question: string): Promise<boolean> {
    const uri = await this.files.show(name, text);
    const agreed = await new Promise<boolean>((resolve) => {
      this.set([...this.questions, { uri, text: sanitize(question), answer: resolve }]);
    });
    await closeTab(uri);
    return agreed;
  }

  /** Answers the question about a text: by default the one in front. */
  answer(uri: vscode.Uri | undefined, agreed: boolean): void {
    const shown = (uri ?? vscode.window.activeTextEditor?.document.uri)?.toString();
    const question = this.questions.find((each) => each.uri.toString() === shown);
    this.set(this.questions.filter((each) => each !== question));
    question?.answer(agreed);
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const question = this.questions.find((each) => each.uri.toString() === uri.toString());
    if (question === undefined) {
      return [];
    }
    const lens = (title: string, command: string): vscode.CodeLens => new vscode.CodeLens(TOP, { title, command, arguments: [uri] });
    return [
      lens(withIcon("check", vscode.l10n.t("{0} (Ctrl+Enter)", question.text)), "antiphon.agreeToText"),
      lens(withIcon("close", vscode.l10n.t("Do nothing")), "antiphon.declineText"),
    ];
  }

  dispose(): void {
    for (const { answer } of this.questions) {
      answer(false);
    }
    vscode.Disposable.from(...this.disposables, this.emitter).dispose();
  }

  private set(questions: readonly Question[]): void {
    this.questions = questions;
    void vscode.commands.executeCommand("setContext", CONTEXT, questions.length > 0);
    this.emitter.fire();
  }
}

async function closeTab(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const shown = tabs.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());
  await vscode.window.tabGroups.close(shown, true);
}
