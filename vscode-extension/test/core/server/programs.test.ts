import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { test } from "node:test";
import { findOnPath, isProgram, serve, serveByPython, serveByUvx } from "../../../src/core/server/command.js";

function folderWith(...programs: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "antiphon-"));
  for (const program of programs) {
    writeFileSync(join(folder, program), "#!/bin/sh\n");
    chmodSync(join(folder, program), 0o755);
  }
  return folder;
}

test("a Python runs the module of its own packages, never one of the folder it is in", () => {
  assert.deepEqual(serveByPython("py"), { program: "py", args: ["-P", "-m", "antiphon", "serve"] });
  assert.deepEqual(serve("/bin/antiphon"), { program: "/bin/antiphon", args: ["serve"] });
  assert.deepEqual(serveByUvx("uvx"), { program: "uvx", args: ["antiphon", "serve"] });
});

test("on Windows a program is found by the extensions that run, in their order", () => {
  const folder = folderWith("antiphon.BAT", "antiphon.CMD", "uvx.EXE", "tool.exe");
  const env = { Path: folder, PATHEXT: ".COM;.CMD;.BAT" };
  assert.equal(findOnPath("antiphon", env, "win32"), join(folder, "antiphon.CMD"));
  assert.equal(findOnPath("uvx", { PATH: folder }, "win32"), join(folder, "uvx.EXE"));
  assert.equal(findOnPath("tool.exe", env, "win32"), join(folder, "tool.exe"));
  assert.equal(findOnPath("antiphon", env, "linux"), undefined);
});

test("a program below a relative folder is not run: it could be anybody's", () => {
  const folder = relative(process.cwd(), folderWith("antiphon"));
  assert.equal(isProgram(join(folder, "antiphon")), true);
  assert.equal(findOnPath("antiphon", { PATH: folder }, "linux"), undefined);
});

test("the first folder that has the program counts", () => {
  const [first, second] = [folderWith("antiphon"), folderWith("antiphon")];
  assert.equal(findOnPath("antiphon", { PATH: [first, second].join(delimiter) }, "linux"), join(first, "antiphon"));
});

test("a folder, a file that cannot be run and nothing are no programs", { skip: process.platform === "win32" }, () => {
  const folder = folderWith("yes");
  mkdirSync(join(folder, "folder"));
  writeFileSync(join(folder, "text"), "");
  assert.deepEqual(["yes", "folder", "text", "gone"].map((name) => isProgram(join(folder, name))), [true, false, false, false]);
});
