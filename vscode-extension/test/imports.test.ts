/** Holds the layers of the folders below `src`, and that no modules import each other in a circle. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import { test } from "node:test";

/** Top to bottom: a folder or file imports what is below it, and those of one layer never each other. */
const LAYERS = [
  ["extension"],
  ["commands"],
  ["antiphon"],
  ["answers", "history"],
  ["ask"],
  ["meter"],
  ["panes"],
  ["server"],
  ["ui"],
  ["core"],
  ["protocol"],
];

const MOST_ENTRIES = 12;
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g;

/** Every module with those that it imports, types included. */
function importGraph(): Map<string, string[]> {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
  const modules = files.filter((path) => path.endsWith(".ts"));
  return new Map(modules.map((path) => [name(path), imported(path, readFileSync(join("src", path), "utf8"))]));
}

function imported(path: string, text: string): string[] {
  const found = [...text.matchAll(IMPORT)].map(([, target = ""]) => normalize(join(dirname(path), target)));
  // The protocol's types are generated, outside of this package.
  return found.filter((target) => !target.startsWith("..")).map(name);
}

function name(path: string): string {
  return path.replace(/\.(ts|js)$/, "");
}

function layerOf(module: string): number {
  const layer = LAYERS.findIndex((names) => names.includes(top(module)));
  assert.notEqual(layer, -1, `${module} is in no layer`);
  return layer;
}

function top(module: string): string {
  return module.split("/", 1)[0] ?? module;
}

/** The modules of the first circle that is found, in order; none if there is no circle. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const finished = new Set<string>();
  const visit = (module: string, path: readonly string[]): string[] => {
    if (path.includes(module)) {
      return [...path.slice(path.indexOf(module)), module];
    }
    if (finished.has(module)) {
      return [];
    }
    for (const next of graph.get(module) ?? []) {
      const circle = visit(next, [...path, module]);
      if (circle.length > 0) {
        return circle;
      }
    }
    finished.add(module);
    return [];
  };
  return [...graph.keys()].map((module) => visit(module, [])).find((circle) => circle.length > 0) ?? [];
}

test("the language client is loaded with the server, not with the extension", () => {
  const value = /^import (?!type )[^;]*"vscode-languageclient\/node";$|^export (?!type )[^;]*"vscode-languageclient\/node";$/m;
  const using = [...importGraph().keys()].filter((module) => value.test(readFileSync(join("src", `${module}.ts`), "utf8")));
  const [client, transport] = ["server/connection/languageClient", "server/connection/webSocketTransport"];
  assert.deepEqual(using.sort(), [client, transport]);
  const importing = [...importGraph()].filter(([, targets]) => targets.includes(transport)).map(([module]) => module);
  assert.deepEqual(importing, [client]);
});

test("imports of types, of several lines and inside of functions count", () => {
  const text = 'import type { A } from "./a.js";\nimport {\n  b,\n} from "../b.js";\nexport type * from "./c.js";\nawait import("./d.js");\nimport "node:fs";';
  assert.deepEqual(imported("folder/module.ts", text), ["folder/a", "b", "folder/c", "folder/d"]);
});

test("a circle is found", () => {
  const graph = new Map([
    ["a", ["b"]],
    ["b", ["c"]],
    ["c", ["b"]],
  ]);
  assert.deepEqual(findCircle(graph), ["b", "c", "b"]);
});

test("no modules import each other in a circle", () => {
  const graph = importGraph();
  assert.ok(graph.size > 50);
  assert.deepEqual(findCircle(graph), []);
});

test("every import names a module that is there", () => {
  const graph = importGraph();
  assert.deepEqual([...graph.values()].flat().filter((module) => !graph.has(module)), []);
});

test("a folder imports only those below it", () => {
  const upwards = [...importGraph()].flatMap(([module, others]) =>
    others
      .filter((other) => top(other) !== top(module) && layerOf(other) <= layerOf(module))
      .map((other) => `${module} imports ${other}`),
  );
  assert.deepEqual(upwards, []);
});

test("no folder has more entries than a reader takes in", () => {
  const paths = ["src", "test"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path.replaceAll("\\", "/"))),
  );
  const folders = new Set(paths.map((path) => dirname(path)));
  assert.deepEqual([...folders].filter((folder) => readdirSync(folder).length > MOST_ENTRIES), []);
});
