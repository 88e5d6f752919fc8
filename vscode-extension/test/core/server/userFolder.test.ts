import assert from "node:assert/strict";
import { test } from "node:test";
import { userFolder } from "../../../src/core/server/userFolder.js";

test("the user's folder is the platform's", () => {
  assert.equal(userFolder("linux", {}, "/home/me"), "/home/me/.config/antiphon");
  assert.equal(userFolder("linux", { XDG_CONFIG_HOME: "/c" }, "/home/me"), "/c/antiphon");
  assert.equal(userFolder("linux", { XDG_CONFIG_HOME: "" }, "/home/me"), "/home/me/.config/antiphon");
  assert.equal(userFolder("darwin", {}, "/u/me"), "/u/me/Library/Application Support/antiphon");
  assert.equal(userFolder("win32", { LOCALAPPDATA: "C:\\me\\Local" }, "C:\\me"), "C:\\me\\Local\\antiphon");
  assert.equal(userFolder("win32", {}, "C:\\me"), "C:\\me\\AppData\\Local\\antiphon");
});

test("a configuration file that the user named has the prompts beside it", () => {
  assert.equal(userFolder("linux", { ANTIPHON_CONFIG: "/etc/mine/config.toml" }, "/home/me"), "/etc/mine");
  assert.equal(userFolder("linux", { ANTIPHON_CONFIG: "~/mine.toml" }, "/home/me"), "/home/me");
  assert.equal(userFolder("linux", { ANTIPHON_CONFIG: "" }, "/home/me"), "/home/me/.config/antiphon");
});
