// The floor of live panes: as many read-only documents that get a token at a time from a timer, each
// with a change every frame in which it grew, their ends kept in view. No server, no lenses, no views.
"use strict";
const vscode = require("vscode");

const FRAME_MS = 33;
const TOKENS = /\s*(?:[A-Za-z0-9]{1,12}|[^\sA-Za-z0-9])|\s+/gu;

class Documents {
  constructor() {
    this.changes = new vscode.EventEmitter();
    this.onDidChangeFile = this.changes.event;
    this.texts = new Map();
    this.mtime = Date.now();
  }

  add(path) {
    this.texts.set(path, "");
    return vscode.Uri.from({ scheme: "naive", path });
  }

  append(token) {
    for (const [path, text] of this.texts) {
      this.texts.set(path, text + token);
    }
    this.mtime += 1;
  }

  show() {
    for (const path of this.texts.keys()) {
      const uri = vscode.Uri.from({ scheme: "naive", path });
      this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    }
  }

  stat({ path }) {
    const text = this.texts.get(path);
    if (text === undefined) {
      throw vscode.FileSystemError.FileNotFound(path);
    }
    return { type: vscode.FileType.File, ctime: 0, mtime: this.mtime, size: Buffer.byteLength(text) };
  }

  readFile({ path }) {
    return Buffer.from(this.texts.get(path) ?? "");
  }

  watch() {
    return { dispose: () => undefined };
  }

  readDirectory() {
    return [];
  }

  refuse() {
    throw vscode.FileSystemError.NoPermissions();
  }
}

for (const name of ["createDirectory", "writeFile", "delete", "rename"]) {
  Documents.prototype[name] = Documents.prototype.refuse;
}

function followEnds({ document }) {
  for (const editor of vscode.window.visibleTextEditors) {
    if (editor.document === document && document.uri.scheme === "naive") {
      const end = document.lineAt(document.lineCount - 1).range.end;
      editor.revealRange(new vscode.Range(end, end));
    }
  }
}

exports.activate = (context) => {
  const documents = new Documents();
  let timers = [];

  async function stream({ layout, count, text, tokensPerSecond }) {
    await vscode.commands.executeCommand("vscode.setEditorLayout", layout);
    for (let pane = 0; pane < count; pane++) {
      const uri = documents.add(`/${Date.now()}-${pane}/answer.md`);
      const options = { viewColumn: 2 + pane, preserveFocus: true, preview: false };
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), options);
    }
    const tokens = text.match(TOKENS);
    const began = performance.now();
    let sent = 0;
    timers = [
      setInterval(() => {
        for (; sent < ((performance.now() - began) * tokensPerSecond) / 1000; sent++) {
          documents.append(tokens[sent % tokens.length]);
        }
      }, 1000 / tokensPerSecond),
      setInterval(() => documents.show(), FRAME_MS),
    ];
  }

  function stop() {
    timers.forEach(clearInterval);
    documents.texts.clear();
  }

  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider("naive", documents, { isReadonly: true }),
    vscode.workspace.onDidChangeTextDocument(followEnds),
    vscode.commands.registerCommand("floor.stream", stream),
    vscode.commands.registerCommand("floor.stop", stop),
  );
};
