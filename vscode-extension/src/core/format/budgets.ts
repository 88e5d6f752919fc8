/** Formats budgets. */
import type { BudgetStatus } from "../../protocol.js";
import { money } from "./figures.js";

/** Formats what is left: `$0.40 left of $1.00 today`, with the model or provider it is limited to. */
export function budgetLine(budget: BudgetStatus): string {
  const whose = budget.model ?? budget.provider;
  const scope = { run: "for this run", session: "in this session", day: "today", month: "this month" }[budget.scope];
  return `${money(budget.remaining)} left of ${money(budget.limit)} ${scope}${whose === undefined ? "" : ` (${whose})`}`;
}

/** Formats what is used: `$0.50 spent, $0.10 held`. Held amounts are released if running answers do not need them. */
export function spentLine({ spent, reserved }: BudgetStatus): string {
  return `${money(spent)} spent${Number(reserved) === 0 ? "" : `, ${money(reserved)} held`}`;
}

/** Returns the share of a budget that is spent or held, from 0 to 1. */
export function used(budget: BudgetStatus): number {
  const limit = Number(budget.limit);
  return limit === 0 ? 1 : Math.min(1, Math.max(0, (Number(budget.spent) + Number(budget.reserved)) / limit));
}

/** Returns the budget with the smallest share left. */
export function tightest(budgets: readonly BudgetStatus[]): BudgetStatus | undefined {
  return [...budgets].sort((one, other) => used(other) - used(one))[0];
}
