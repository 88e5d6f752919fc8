/**
 * Formats a meter as an HTML table that screen readers can read; bars only repeat its figures.
 * Everything that others wrote is escaped, no element has a style or a script, and nothing is loaded.
 */
import type { BudgetStatus, MeterFigures, MeterGroup, MeterResult } from "../../protocol.js";
import { budgetLine, spentLine, used } from "../format/budgets.js";
import { duration, exactCount, speed, sum, tokens, unpricedCount } from "../format/figures.js";
import { sanitize } from "../format/sanitize.js";

const BAR_WIDTH = 100;
const TOKENS = ["In", "Out", "Cached", "Reasoning"];
const COLUMNS = ["Cost", ...TOKENS, "Answers", "First token", "Total", "Speed", "Queued", "Retries"];
const NAMES: Record<MeterGroup, string> = { model: "Model", provider: "Provider", pane: "Pane", session: "Session", day: "Day" };

/** Formats the budgets and one row for each group. */
export function meterHtml(result: MeterResult, groupBy: MeterGroup): string {
  return `${budgetsHtml(result.budgets)}${summaryHtml(result.total)}${tableHtml(result, groupBy)}`;
}

/** Escapes text for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** Draws a bar for a share from 0 to 1, hidden from screen readers. */
export function bar(share: number, kind: string): string {
  const width = (Math.min(1, Math.max(0, share)) * BAR_WIDTH).toFixed(1);
  return (
    `<svg class="bar ${kind}" aria-hidden="true" viewBox="0 0 ${BAR_WIDTH} 6" preserveAspectRatio="none">` +
    `<rect class="whole" width="${BAR_WIDTH}" height="6"/><rect class="part" width="${width}" height="6"/></svg>`
  );
}

function budgetsHtml(budgets: readonly BudgetStatus[]): string {
  if (budgets.length === 0) {
    return "";
  }
  const rows = budgets.map((budget) => {
    const action = budget.action === "block" ? "blocks" : "warns";
    return `<li>${escapeHtml(budgetLine(budget))}<br><span class="note">${spentLine(budget)}; ${action} at its end</span>${bar(used(budget), budget.state)}</li>`;
  });
  return `<h2>Budgets</h2><ul>${rows.join("")}</ul>`;
}

function summaryHtml(total: MeterFigures): string {
  const estimated = total.estimated.answers > 0 ? `, ${total.estimated.answers} of them with estimated figures` : "";
  const unpriced = total.unpriced > 0 ? `, ${unpricedCount(total.unpriced)}` : "";
  const notSent = total.notSent > 0 ? `; ${total.notSent} not sent` : "";
  return `<p class="total"><strong>${cost(total)}</strong> · ${tokens(inputs(total))} in · ${tokens(outputs(total))} out<br><span class="note">${pluralize(total.answers, "answer", "answers")}${estimated}${unpriced}; ${pluralize(total.retries, "retry", "retries")}${notSent}</span></p>`;
}

function tableHtml({ rows, omitted }: MeterResult, groupBy: MeterGroup): string {
  if (rows.length === 0) {
    return "<p>Nothing was asked in this time.</p>";
  }
  const share = shareOf(rows);
  const body = rows.map((row) => {
    const name = escapeHtml(sanitize(row.label ?? row.key));
    const about = row.estimated.answers > 0 ? '<abbr title="partly estimated">≈</abbr>' : "";
    return (
      `<tr role="row"><th role="rowheader" scope="row" title="${escapeHtml(row.key)}">${name}${bar(share(row), "figure")}</th>` +
      cells(row)
        .map((figure, column) => cellHtml(COLUMNS[column] ?? "", figure, about))
        .join("") +
      "</tr>"
    );
  });
  const heads = [NAMES[groupBy], ...COLUMNS].map((name) => `<th role="columnheader" scope="col">${name}</th>`);
  const rest = omitted > 0 ? `<p class="note">${omitted} more are in the total and not shown.</p>` : "";
  return `<table role="table"><caption>By ${NAMES[groupBy].toLowerCase()}; bars: share of the largest</caption><thead role="rowgroup"><tr role="row">${heads.join("")}</tr></thead><tbody role="rowgroup">${body.join("")}</tbody></table>${rest}`;
}

/** Formats a cell with the name of its column, which a narrow view shows in place of the table's head. */
function cellHtml(column: string, figure: string | number, about: string): string {
  const isNothing = figure === "–" || /^0\b(?!\.)/.test(String(figure));
  return `<td role="cell" data-name="${column}"${isNothing ? ' class="nothing"' : ""}>${TOKENS.includes(column) ? about : ""}${figure}</td>`;
}

/** Formats the cells of a row in the order of the columns. Times are means over its answers. */
function cells(row: MeterFigures): (string | number)[] {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = row.usage;
  const { ttftMs, totalMs, queuedMs, tokensPerSecond } = row.latency;
  return [
    cost(row),
    ...[inputTokens, outputTokens, cachedInputTokens, reasoningTokens].map(exactCount),
    row.answers,
    time(ttftMs),
    time(totalMs),
    tokensPerSecond === null ? "–" : speed(tokensPerSecond),
    time(queuedMs),
    row.retries,
  ];
}

function pluralize(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}

/** Returns the share of a row: by cost if anything cost money, else by tokens. */
function shareOf(rows: readonly MeterFigures[]): (row: MeterFigures) => number {
  const paid = rows.some((row) => Number(row.cost.amount ?? 0) > 0);
  const size = (row: MeterFigures): number => (paid ? Number(row.cost.amount ?? 0) : inputs(row) + outputs(row));
  const largest = Math.max(...rows.map(size), Number.MIN_VALUE);
  return (row) => size(row) / largest;
}

function cost(figures: MeterFigures): string {
  return sum(figures.cost.amount, figures.unpriced);
}

function inputs({ usage }: MeterFigures): number {
  return usage.inputTokens + usage.cachedInputTokens;
}

function outputs({ usage }: MeterFigures): number {
  return usage.outputTokens + usage.reasoningTokens;
}

function time(ms: number | null): string {
  return ms === null ? "–" : duration(ms);
}
