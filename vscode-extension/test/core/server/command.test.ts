import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { findOnPath, isProgram } from "../../../src/core/server/command.js";

test("a program is found in the first absolute folder of PATH that has it", { skip: process.platform === "win32" }, () => {
  const root = mkdtempSync(join(tmpdir(), "antiphon-"));
  const [first, second] = [join(root, "first"), join(root, "second")];
  for (const folder of [first, second]) {
    mkdirSync(folder);
  }
  writeFileSync(join(first, "antiphon"), "no program");
  mkdirSync(join(second, "folder"));
  writeFileSync(join(second, "antiphon"), "#!/bin/sh\n");
  chmodSync(join(second, "antiphon"), 0o755);
  const env = { PATH: [".", "relative", first, second].join(delimiter) };
  assert.equal(findOnPath("antiphon", env, "linux"), join(second, "antiphon"));
  assert.equal(findOnPath("nothing", env, "linux"), undefined);
  assert.equal(findOnPath("antiphon", {}, "linux"), undefined);
  assert.equal(isProgram(join(second, "folder")), false);
});
