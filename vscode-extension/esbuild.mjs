// Bundles the extension, or with `--tests` its tests; `--watch` goes on with every change.
import { readdirSync, rmSync } from "node:fs";
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
  // All in one folder, whatever folders they are in: Node finds them there in every version.
  entryPoints: readdirSync("test", { recursive: true })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => ({ in: `test/${path}`, out: path.replaceAll(/[\\/]/g, "-").slice(0, -".ts".length) })),
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

if (options.outdir) {
  // A test that was renamed would be run twice.
  rmSync(options.outdir, { recursive: true, force: true });
}

if (watch) {
  await (await context(options)).watch();
} else {
  await build(options);
}
