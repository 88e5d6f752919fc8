/** Budgets as a person reads them. */
import type { BudgetStatus } from "../../protocol.js";
import { dollars } from "./figures.js";

/** `$0.40 left of $1.00 today`, with what it is for where it is not for everything. */
export function budgetLine(budget: BudgetStatus): string {
  const left = Number(budget.remaining) === 0 ? "nothing" : dollars(budget.remaining);
  const whose = budget.model ?? budget.provider;
  const scope = { run: "for this run", session: "in this session", day: "today", month: "this month" }[budget.scope];
  return `${left} left of ${dollars(budget.limit)} ${scope}${whose === undefined ? "" : ` (${whose})`}`;
}

/** `$0.50 spent, $0.10 held`: what is held comes back where answers that are running do not need it. */
export function spentLine({ spent, reserved }: BudgetStatus): string {
  const amount = (value: string): string => (Number(value) === 0 ? "nothing" : dollars(value));
  return `${amount(spent)} spent${Number(reserved) === 0 ? "" : `, ${amount(reserved)} held`}`;
}

/** The share of a budget that is spent or held, from 0 to 1. */
export function used(budget: BudgetStatus): number {
  const limit = Number(budget.limit);
  return limit === 0 ? 1 : Math.min(1, Math.max(0, (Number(budget.spent) + Number(budget.reserved)) / limit));
}

/** The budget of which the least share is left. */
export function tightest(budgets: readonly BudgetStatus[]): BudgetStatus | undefined {
  return [...budgets].sort((one, other) => used(other) - used(one))[0];
}
