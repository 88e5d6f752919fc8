/** Formats numbers, prices and times. */
import type { Cost, CostRange, Latency, Usage } from "../../protocol.js";

const LEAST = 0.000_001;

/** Formats a count: `7`, `1.2k`, `34k`, `1M`. */
export function count(value: number): string {
  if (value < 1000) {
    return String(value);
  }
  const [figure, unit] = value < 999_500 ? [value / 1000, "k"] : [value / 1_000_000, "M"];
  return `${figure < 9.95 ? trimZeros(figure.toFixed(1)) : figure.toFixed(0)}${unit}`;
}

/** Formats an amount: `$0.0031`, `$1.25`, `free`; two significant digits below a dollar. */
export function dollars(amount: string): string {
  const value = Number(amount);
  if (value === 0) {
    return "free";
  }
  if (value >= 1) {
    return `$${value.toFixed(2)}`;
  }
  if (value < LEAST) {
    return `<$${LEAST.toFixed(6)}`;
  }
  const digits = Math.min(6, 1 - Math.floor(Math.log10(value)));
  return `$${trimZeros(value.toFixed(Math.max(2, digits)), 2)}`;
}

export function tokens(value: number): string {
  return `${count(value)} ${value === 1 ? "token" : "tokens"}`;
}

export function answerTokens(usage: Usage): string {
  return tokens(usage.outputTokens + usage.reasoningTokens);
}

/** Formats a speed: `42 tok/s`; `undefined` if nothing was measured. */
export function speed(latency: Latency | undefined): string | undefined {
  const rate = latency?.tokensPerSecond;
  return rate === null || rate === undefined ? undefined : `${count(Math.round(rate))} tok/s`;
}

/** Formats a duration: `0.8 s`, `12 s`, `2 min`. */
export function duration(ms: number): string {
  if (ms < 9950) {
    return `${(ms / 1000).toFixed(1)} s`;
  }
  return ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

/** Formats a price; `undefined` if it is unknown: an unknown price is not zero. */
export function price(cost: Cost | undefined): string | undefined {
  return cost?.amount === null || cost === undefined ? undefined : dollars(cost.amount);
}

/** Formats a range of costs: `$0.004–0.012`, `free`, `≤ $0.02`. */
export function range(cost: CostRange): string {
  const [low, high] = [dollars(cost.likely), dollars(cost.max)];
  return low === high ? low : low === "free" ? `≤ ${high}` : `${low}–${high.slice(1)}`;
}

/** Joins the non-empty parts with a dot between them. */
export function joinParts(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}

/** Joins a codicon and a text; a lens drops a plain space after an icon. */
export function withIcon(name: string, text: string): string {
  return `$(${name})\u00a0${text}`;
}

function trimZeros(figure: string, keep = 0): string {
  const [whole = "", fraction = ""] = figure.split(".");
  const kept = fraction.slice(0, keep) + fraction.slice(keep).replace(/0+$/, "");
  return kept === "" ? whole : `${whole}.${kept}`;
}
