import assert from "node:assert/strict";
import { test } from "node:test";
import { budgetLine, spentLine, tightest, used } from "../../../src/core/format/budgets.js";
import type { BudgetStatus } from "../../../src/protocol.js";

const budget = (change: Partial<BudgetStatus>): BudgetStatus => ({
  scope: "day",
  limit: "1.00",
  spent: "0.50",
  reserved: "0.10",
  remaining: "0.40",
  action: "block",
  warnAt: "0.8",
  state: "within",
  ...change,
});

test("a budget says what is left, for how long, and for whom", () => {
  assert.equal(budgetLine(budget({})), "$0.40 left of $1.00 today");
  assert.equal(budgetLine(budget({ scope: "run", remaining: "0", provider: "openai" })), "$0.00 left of $1.00 for this run (openai)");
  assert.equal(budgetLine(budget({ scope: "month", model: "openai/gpt-5" })), "$0.40 left of $1.00 this month (openai/gpt-5)");
});

test("a budget says what is spent, and what is held for answers that are running", () => {
  assert.equal(spentLine(budget({})), "$0.50 spent, $0.10 held");
  assert.equal(spentLine(budget({ spent: "0", reserved: "0" })), "$0.00 spent");
});

test("what is held for running answers counts as used, and a budget of nothing is used up", () => {
  assert.equal(used(budget({})), 0.6);
  assert.equal(used(budget({ limit: "0", spent: "0", reserved: "0" })), 1);
  assert.equal(used(budget({ spent: "7" })), 1);
});

test("the tightest budget is that with the least share left", () => {
  const [wide, tight] = [budget({ limit: "100" }), budget({ limit: "0.7" })];
  assert.equal(tightest([wide, tight]), tight);
  assert.equal(tightest([]), undefined);
});

test("a budget of one model is named by the model, though its provider is known", () => {
  assert.equal(budgetLine(budget({ scope: "session", provider: "openai", model: "openai/gpt-5" })), "$0.40 left of $1.00 in this session (openai/gpt-5)");
});

test("the budget with less left comes first, in whatever order they are", () => {
  const [half, tenth, most] = [budget({ spent: "0.4" }), budget({ spent: "0.8" }), budget({ spent: "0" })];
  for (const budgets of [[half, tenth, most], [tenth, most, half], [most, half, tenth]]) {
    assert.equal(tightest(budgets), tenth);
  }
});
