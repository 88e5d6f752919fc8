import assert from "node:assert/strict";
import { test } from "node:test";
import { count, dollars, duration, joinParts, price, range } from "../../../src/core/format/figures.js";

test("counts are short and never round up into a wrong unit", () => {
  assert.deepEqual([0, 999, 1000, 1204, 9949, 9950, 34_000, 999_499, 999_500, 1_048_576].map(count), [
    "0", "999", "1k", "1.2k", "9.9k", "10k", "34k", "999k", "1M", "1M",
  ]);
});

test("money has two significant figures below a dollar, and zero is free", () => {
  assert.deepEqual(["0", "0.0031", "0.012", "0.5", "1.256", "0.00000012"].map(dollars), [
    "free", "$0.0031", "$0.012", "$0.50", "$1.26", "<$0.000001",
  ]);
});

test("an unknown price is no price", () => {
  assert.equal(price({ amount: null, currency: "USD", source: "unpriced" }), undefined);
  assert.equal(price(undefined), undefined);
});

test("a range names both ends where they differ", () => {
  assert.equal(range({ min: "0", likely: "0.004", max: "0.012" }), "$0.004–0.012");
  assert.equal(range({ min: "0", likely: "0", max: "0" }), "free");
});

test("durations grow coarser as they grow", () => {
  assert.deepEqual([40, 1234, 12_345, 120_000].map(duration), ["0.0 s", "1.2 s", "12 s", "2 min"]);
});

test("parts that are missing leave no dot behind", () => {
  assert.equal(joinParts("a", undefined, "", "b"), "a · b");
});
