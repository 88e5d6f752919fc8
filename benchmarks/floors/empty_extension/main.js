// The floor of activation: one command, no dependency.
"use strict";
const vscode = require("vscode");

exports.activate = (context) => {
  context.subscriptions.push(vscode.commands.registerCommand("floor.nothing", () => undefined));
};
