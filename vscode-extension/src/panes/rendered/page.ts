/** Builds the page of a rendered pane. It loads nothing but its own script and style. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

export function buildPage(webview: vscode.Webview, media: vscode.Uri, title: string): string {
  const nonce = randomBytes(16).toString("base64");
  const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(media, name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)}</title>
<link rel="stylesheet" href="${address("rendered.css")}">
</head>
<body>
<main id="text"></main>
<footer id="state" role="status"></footer>
<script nonce="${nonce}" src="${address("rendered.js")}"></script>
</body>
</html>`;
}
