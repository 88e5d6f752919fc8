/**
 * Formats numbers, costs and durations. `clients/protocol/format_cases.json` holds this module and the
 * other clients to one table of cases.
 */
import type { Cost, CostRange, Usage } from "../../protocol.js";

export const UNPRICED = "unpriced";
const UNITS = [
  { size: 1e3, unit: "k" },
  { size: 1e6, unit: "M" },
  { size: 1e9, unit: "B" },
] as const;
const LARGEST_EXACT = 9999;
const CENT_PLACES = 2;
const MOST_PLACES = 6;
const LEAST = 0.000_001;
/** A stream that has been silent for this long has no speed any more. */
const SILENCE_MS = 3000;
/** Amounts are decimal strings: what is a half in them must not be rounded down as a binary number. */
const ABOVE_HALF = 1 + 1e-12;

/** Formats every digit of a count: `12,340`. */
export function exactCount(value: number): string {
  return separate(String(value));
}

/** Formats a count: `1,204`, from ten thousand on `12.3k`. */
export function count(value: number): string {
  if (value <= LARGEST_EXACT) {
    return exactCount(value);
  }
  const { size, unit } = UNITS.find((each) => value < each.size * 999.95) ?? UNITS[2];
  return trimTenth(Math.floor((value + size / 20) / (size / 10))) + unit;
}

/** Formats a number of tokens: `1 token`, `1,204 tokens`. */
export function tokens(value: number): string {
  return `${count(value)} ${value === 1 ? "token" : "tokens"}`;
}

/** Counts the tokens that the model wrote, reasoning included. */
export function outputTokens(usage: Usage | undefined): number {
  return usage === undefined ? 0 : usage.outputTokens + usage.reasoningTokens;
}

export function answerTokens(usage: Usage): string {
  return tokens(outputTokens(usage));
}

/** Formats US dollars: `$12.30`, or two significant digits below a dollar: `$0.012`. */
export function money(amount: string | number): string {
  const value = Number(amount);
  if (value > 0 && value < LEAST) {
    return "<$0.000001";
  }
  const above = Math.abs(value) * ABOVE_HALF;
  const exponent = value > 0 && value < 1 ? Number(above.toExponential(1).split("e")[1]) : 0;
  const places = Math.min(MOST_PLACES, Math.max(CENT_PLACES, 1 - exponent));
  const [whole = "", digits = ""] = above.toFixed(places).split(".");
  const more = digits.slice(CENT_PLACES).replace(/0+$/, "");
  return `${value < 0 ? "-" : ""}$${separate(whole)}.${digits.slice(0, CENT_PLACES)}${more}`;
}

/** Formats the cost of an answer; an unknown price is not zero. `undefined` before there is one. */
export function cost(value: Cost | undefined): string | undefined {
  return value && (value.amount === null ? UNPRICED : money(value.amount));
}

/** Formats a sum and how many answers are not in it: `$0.012 + 2 unpriced`; empty without any answer. */
export function sum(amount: string | number | null, unpriced: number): string {
  if (amount === null) {
    return unpriced > 0 ? UNPRICED : "";
  }
  return money(amount) + (unpriced > 0 ? ` + ${unpricedCount(unpriced)}` : "");
}

/** Formats how many answers have no known price: `2 unpriced`. */
export function unpricedCount(unpriced: number): string {
  return `${exactCount(unpriced)} ${UNPRICED}`;
}

/** Adds costs up and formats them, with how many of them are unknown. */
export function totalCost(costs: readonly Pick<Cost, "amount">[]): string {
  const priced = costs.flatMap(({ amount }) => (amount === null ? [] : Number(amount)));
  const total = priced.length === 0 ? null : priced.reduce((before, amount) => before + amount, 0);
  return sum(total, costs.length - priced.length);
}

/** Formats a range of costs: `$0.004–0.012`, `up to $0.02`. */
export function costRange({ likely, max }: Pick<CostRange, "likely" | "max">): string {
  const [low, high] = [money(likely), money(max)];
  if (low === high) {
    return low;
  }
  return Number(likely) < LEAST ? `up to ${high}` : `${low}–${high.slice(1)}`;
}

/** Formats a speed: `42 tok/s`; empty if it was not measured. */
export function speed(tokensPerSecond: number | null | undefined): string {
  if (tokensPerSecond === null || tokensPerSecond === undefined) {
    return "";
  }
  const tenths = Math.floor(tokensPerSecond * 10 + 0.5);
  if (tokensPerSecond > 0 && tenths === 0) {
    return "<0.1 tok/s";
  }
  return `${tenths < 100 ? trimTenth(tenths) : count(Math.floor(tokensPerSecond + 0.5))} tok/s`;
}

/** Formats a duration: `300 ms`, `1.2 s`, `12 s`, `1 min 39 s`, `1 h 1 min`. */
export function duration(ms: number): string {
  const whole = Math.floor(ms + 0.5);
  if (whole < 1000) {
    return `${whole} ms`;
  }
  if (whole < 9950) {
    return `${(Math.floor((whole + 50) / 100) / 10).toFixed(1)} s`;
  }
  return wholeSeconds(Math.floor((whole + 500) / 1000));
}

/** Formats how long a stream has been silent: `no text for 12 s`; empty below three seconds. */
export function silence(ms: number): string {
  return ms < SILENCE_MS ? "" : `no text for ${wholeSeconds(Math.floor(ms / 1000))}`;
}

/** Formats a share from 0 to 1: only a whole is `100%`, only nothing is `0%`. */
export function percent(share: number): string {
  if (share === 0 || share === 1) {
    return `${share * 100}%`;
  }
  return `${Math.min(99, Math.max(1, Math.floor(share * 100 + 0.5)))}%`;
}

/** Joins the non-empty parts with a dot between them. */
export function joinParts(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}

/** Joins a codicon and a text; a lens drops a plain space after an icon. */
export function withIcon(name: string, text: string): string {
  return `$(${name})\u00a0${text}`;
}

function separate(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

function trimTenth(tenths: number): string {
  return tenths % 10 === 0 ? String(tenths / 10) : (tenths / 10).toFixed(1);
}

function wholeSeconds(seconds: number): string {
  if (seconds < 60) {
    return `${seconds} s`;
  }
  return seconds < 3600 ? twoUnits(seconds, "min", "s") : twoUnits(Math.floor(seconds / 60), "h", "min");
}

function twoUnits(value: number, large: string, small: string): string {
  const rest = value % 60;
  return `${Math.floor(value / 60)} ${large}${rest > 0 ? ` ${rest} ${small}` : ""}`;
}
