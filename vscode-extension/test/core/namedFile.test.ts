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
