// Bundles the extension, or with `--tests` its tests; `--watch` goes on with every change.
import { readdirSync, rmSync } from "node:fs";
import { build, context } from "esbuild";

const watch = process.argv.includes("--watch");

/** Leaves the import of a bundle of its own as it is. @type {import("esbuild").Plugin} */
const ownBundle = {
  name: "own-bundle",
  setup({ onResolve }) {
    onResolve({ filter: /\/languageClient\.js$/ }, () => ({ path: "./languageClient.js", external: true }));
  },
};

/**
 * Leaves out how the library compares the editor's version with the one that it needs: `engines` in the
 * manifest does that before anything is loaded. @type {import("esbuild").Plugin}
 */
const versionChecked = {
  name: "version-checked",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^semver\/functions\/(parse|satisfies)$/ }, ({ path }) => ({ path, namespace: "version-checked" }));
    onLoad({ filter: /.*/, namespace: "version-checked" }, () => ({ contents: "module.exports = () => ({});" }));
  },
};

/** @type {import("esbuild").BuildOptions} */
const extension = {
  entryPoints: ["src/extension.ts", "src/server/connection/languageClient.ts"],
  entryNames: "[name]",
  outdir: "dist",
  format: "cjs",
  external: ["vscode"],
  plugins: [ownBundle, versionChecked],
  // By `require`, which VS Code answers for `vscode`: its `import()` of a file goes another way.
  supported: { "dynamic-import": false },
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

if (options.outdir === tests.outdir) {
  // A test that was renamed would be run twice.
  rmSync(options.outdir, { recursive: true, force: true });
}

if (watch) {
  await (await context(options)).watch();
} else {
  await build(options);
}
