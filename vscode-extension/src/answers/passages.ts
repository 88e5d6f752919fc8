/** Compares passages in the editor's own diff: texts that are no documents by themselves. */
import * as vscode from "vscode";
import type { Grid } from "../panes/layout/grid.js";
import { showWide } from "./diffEditor.js";

const SCHEME = "antiphon-passage";
const MOST = 20;

export interface Passage {
  readonly label: string;
  readonly text: string;
}

export class Passages implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private count = 0;

  constructor(private readonly grid: Grid) {}

  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  async compare(left: Passage, right: Passage): Promise<void> {
    const title = `${left.label} ↔ ${right.label}`;
    await showWide(this.grid, { left: this.add(left), right: this.add(right) }, title);
  }

  private add({ label, text }: Passage): vscode.Uri {
    this.count += 1;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${this.count}/${label.replaceAll("/", "∕")}.md` });
    this.texts.set(uri.toString(), text);
    const [oldest] = this.texts.keys();
    if (this.texts.size > MOST && oldest !== undefined) {
      this.texts.delete(oldest);
    }
    return uri;
  }
}
