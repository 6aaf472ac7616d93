/** How long judging runs before it yields, in milliseconds. */
const longestTurn = 50;

/** Carries out work that pauses at each `yield`, so that signals and timers run meanwhile: a large stack takes seconds. */
export async function inTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
  for (let since = performance.now(); ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < longestTurn) continue;
    await new Promise((next) => setImmediate(next));
    since = performance.now();
  }
}

/** Carries out such work at once. */
export function atOnce<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
