import assert from "node:assert/strict";
import { test } from "node:test";
import { namedFile } from "../../src/core/namedFile.js";

test("a comment in the first line names the file of the code", () => {
  assert.equal(namedFile("# retry.py\nimport time\n"), "retry.py");
  assert.equal(namedFile("// src/core/a.ts\n"), "src/core/a.ts");
  assert.equal(namedFile("<!-- index.html -->\n<p>"), "index.html");
  assert.equal(namedFile("/* file: a.css */"), "a.css");
});

test("other comments, code, and paths out of the folder name none", () => {
  for (const code of ["# Retries three times.\n", "import retry\n", "# ../x.py\n", "#!/bin/sh\n", "", "# see a.py for more\n"]) {
    assert.equal(namedFile(code), undefined);
  }
});

test("comments of every language name a file", () => {
  const comments = ["-- a/b.sql", "; a.el", "% a.tex", "  # a.py  ", "// filename: a.ts", "# FILE: a.py", "/* a.css */", "#a.py"];
  assert.deepEqual(comments.map(namedFile), ["a/b.sql", "a.el", "a.tex", "a.py", "a.ts", "a.py", "a.css", "a.py"]);
});

test("only the first line names a file, and an extension has one to ten letters", () => {
  assert.deepEqual(["# a.c", "# a."].map(namedFile), ["a.c", undefined]);
  assert.equal(namedFile("\n# a.py"), undefined);
  assert.equal(namedFile(`# a.${"x".repeat(10)}`), `a.${"x".repeat(10)}`);
  assert.equal(namedFile(`# a.${"x".repeat(11)}`), undefined);
});

test("a folder above is no part of a path, and two dots within a name are", () => {
  assert.equal(namedFile("# a/../b.py"), undefined);
  assert.equal(namedFile("# a..b.py"), "a..b.py");
});
