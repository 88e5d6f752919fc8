// Bundles the extension, or with `--tests` its tests; `--watch` goes on with every change.
import { readdirSync } from "node:fs";
import { build, context } from "esbuild";

const watch = process.argv.includes("--watch");

/** @type {import("esbuild").BuildOptions} */
const extension = {
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  format: "cjs",
  external: ["vscode"],
  minify: !watch,
  sourcemap: watch,
};

/** @type {import("esbuild").BuildOptions} */
const tests = {
  entryPoints: readdirSync("test").map((name) => `test/${name}`),
  outdir: "dist/test",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  sourcemap: "inline",
};

const options = {
  bundle: true,
  platform: "node",
  target: "node20",
  logLevel: "warning",
  ...(process.argv.includes("--tests") ? tests : extension),
};

if (watch) {
  await (await context(options)).watch();
} else {
  await build(options);
}
