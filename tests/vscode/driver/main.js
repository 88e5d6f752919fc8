// For tests only: evaluates a posted function body in the extension host, with `vscode`, `args` and
// `require` in its scope. Does nothing unless EDITOR_TEST_DRIVER names the file to publish its port in.
"use strict";
const { randomUUID } = require("node:crypto");
const { renameSync, writeFileSync } = require("node:fs");
const { createServer } = require("node:http");
const vscode = require("vscode");

const AsyncFunction = (async () => undefined).constructor;

async function body(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function answer(request, secret) {
  if (request.headers["x-secret"] !== secret) {
    return { error: "wrong secret" };
  }
  try {
    const { js, args } = JSON.parse(await body(request));
    const value = await new AsyncFunction("vscode", "args", "require", js)(vscode, args, require);
    return { value: value ?? null };
  } catch (error) {
    return { error: String(error?.stack ?? error) };
  }
}

exports.activate = (context) => {
  const file = process.env.EDITOR_TEST_DRIVER;
  if (!file) {
    return;
  }
  const secret = randomUUID();
  const server = createServer(async (request, response) => {
    const result = JSON.stringify(await answer(request, secret));
    response.writeHead(200, { "content-type": "application/json" }).end(result);
  });
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    writeFileSync(`${file}.new`, JSON.stringify({ port, secret }));
    renameSync(`${file}.new`, file);
  });
  context.subscriptions.push({ dispose: () => server.close() });
};
