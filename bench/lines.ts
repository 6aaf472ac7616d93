/** Something measured, beside what it may be at most. */
export interface Measured {
  readonly what: string;
  readonly value: number;
  readonly most: number;
  /** How the figure is written: a ratio, seconds, milliseconds, or MiB. */
  readonly unit: "x" | "s" | "ms" | "MiB";
  /** The figures it is made of. */
  readonly of: string;
}

/** A line of the result: figure, budget, and whether it is kept. */
export function lineOf({ what, value, most, unit, of }: Measured): string {
  const verdict = value > most ? "over budget" : "within budget";
  const figures = `${figure(value, unit)} (at most ${figure(most, unit)})`;
  return `${what.padEnd(64)} ${figures.padEnd(30)} ${verdict.padEnd(14)} ${of}`;
}

/** A line for what could not be measured, with the reason. */
export function notMeasured(what: string, why: string): string {
  return `${what.padEnd(64)} not measured: ${why}`;
}

/** A line for a figure that has no budget of its own. */
export function told(what: string, figures: string): string {
  return `${what.padEnd(64)} ${figures}`;
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function figure(value: number, unit: Measured["unit"]): string {
  return unit === "MiB" ? `${Math.round(value)} MiB` : `${value.toFixed(2)} ${unit}`;
}
