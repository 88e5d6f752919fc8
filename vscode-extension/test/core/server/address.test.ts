import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress } from "../../../src/core/server/address.js";

test("an address says where to connect, whose token is sent, and where the server answers anybody", () => {
  assert.deepEqual(parseAddress("wss://team.example:8443"), {
    url: "wss://team.example:8443/",
    origin: "wss://team.example:8443",
    health: "https://team.example:8443/health",
  });
  assert.deepEqual(parseAddress("ws://127.0.0.1:9000/#x"), {
    url: "ws://127.0.0.1:9000/",
    origin: "ws://127.0.0.1:9000",
    health: "http://127.0.0.1:9000/health",
  });
});

test("a token is not sent unencrypted beyond this machine", () => {
  assert.equal(parseAddress("ws://team.example:9000"), "plain");
  assert.equal(parseAddress("ws://127.0.0.1.example:9000"), "plain");
  assert.equal(typeof parseAddress("ws://[::1]:9000"), "object");
});

test("what is no address of a WebSocket, or has a password in it, is refused", () => {
  for (const text of ["", "team.example", "https://team.example", "wss://", "wss://me:secret@team.example"]) {
    assert.equal(parseAddress(text), "invalid", text);
  }
});
