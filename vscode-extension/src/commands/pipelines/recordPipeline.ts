/** Records a session as a pipeline, with texts of it as named inputs. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { inputTexts, isInputName } from "../../core/pipelines/record.js";
import { pipelineDocument } from "../../history/pipelines/pipelineFiles.js";
import type { PipelineResult, RecordedInput, Session } from "../../protocol.js";
import { showWarning } from "../../ui/messages.js";
import { pickSession } from "../history/chooseSession.js";

interface Row extends vscode.QuickPickItem {
  readonly text?: string;
  readonly given?: RecordedInput;
  readonly saves?: true;
}

/** Records a session, saves it in the library and shows it. */
export async function recordPipeline(app: Antiphon, given?: Session): Promise<PipelineResult | undefined> {
  const session = given ?? (await pickSession(app, vscode.l10n.t("Record a session as a pipeline")));
  if (session === undefined) {
    return undefined;
  }
  const { pipeline, notes } = await app.server.execute("antiphon.pipeline.record", { sessionId: session.id });
  const inputs = await chooseInputs(inputTexts(pipeline.steps));
  const name = inputs && (await askName(pipeline.name));
  if (inputs === undefined || name === undefined) {
    return undefined;
  }
  const saved = await app.server.execute("antiphon.pipeline.save", { fromSessionId: session.id, name, inputs });
  app.pipelines.refresh();
  if (notes.length > 0) {
    void showWarning(notes.join(" "));
  }
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(pipelineDocument({ ...saved, ...saved.pipeline })), { preview: false });
  return saved;
}

/** Asks which texts are inputs, until the user saves; `undefined` if they leave. */
async function chooseInputs(texts: readonly string[]): Promise<RecordedInput[] | undefined> {
  const inputs: RecordedInput[] = [];
  for (;;) {
    const picked = await vscode.window.showQuickPick(rowsOf(texts, inputs), {
      title: vscode.l10n.t("Texts that a run is given by name"),
      placeHolder: vscode.l10n.t("Choose a prompt to turn it, or words of it, into an input"),
      ignoreFocusOut: true,
    });
    if (picked === undefined || picked.saves === true) {
      return picked && inputs;
    }
    if (picked.given !== undefined) {
      inputs.splice(inputs.indexOf(picked.given), 1);
    } else {
      const input = await askInput(picked.text ?? "", texts, inputs);
      inputs.push(...(input === undefined ? [] : [input]));
    }
  }
}

function rowsOf(texts: readonly string[], inputs: readonly RecordedInput[]): Row[] {
  const save = { label: `$(save) ${vscode.l10n.t("Save as a pipeline")}`, saves: true } as const;
  const given = inputs.map((input) => ({ label: `$(symbol-variable) {{${input.name}}}`, description: sanitizeForPick(input.text), detail: vscode.l10n.t("Choose it to leave it out"), given: input }));
  return [save, ...given, ...texts.map((text) => ({ label: `$(quote) ${sanitizeForPick(text)}`, text }))];
}

async function askInput(prompt: string, texts: readonly string[], inputs: readonly RecordedInput[]): Promise<RecordedInput | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t("Text of the input"),
    prompt: vscode.l10n.t("Leave what changes from run to run, letter for letter"),
    value: prompt,
    ignoreFocusOut: true,
    validateInput: (value) => (value !== "" && texts.some((each) => each.includes(value)) ? undefined : vscode.l10n.t("No prompt has this text.")),
  });
  const name =
    text &&
    (await vscode.window.showInputBox({
      title: vscode.l10n.t("Name of the input"),
      ignoreFocusOut: true,
      validateInput: (value) => {
        if (!isInputName(value)) {
          return vscode.l10n.t("A name has letters, digits, - and _, and begins with a letter.");
        }
        return inputs.some((input) => input.name === value) ? vscode.l10n.t("This name is another input's.") : undefined;
      },
    }));
  return name === undefined || name === "" || text === undefined ? undefined : { name, text };
}

function askName(value: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Name of the pipeline"),
    value,
    ignoreFocusOut: true,
    validateInput: (name) => (name.trim() === "" ? vscode.l10n.t("A pipeline needs a name.") : undefined),
  });
}
