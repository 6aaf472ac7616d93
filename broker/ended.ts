import type { Live } from "./store/tasks";

/** How long something that was issued may still work, after a revocation. */
const stillWorks: Readonly<Record<string, string>> = {
  task: "refused at the next exchange",
  call: "refused at once by tools that introspect; by others at `until`",
  aws: "AWS refuses it at `until`",
  kubernetes: "refused by the API server once its binding is deleted",
};

/** What has ended, for the answer to who ended it: by kind how many, and how long each may still work. */
export function endedOf(live: Live): Readonly<Record<string, object>> {
  return Object.fromEntries(
    [...live].map(([kind, { count, until }]) => [
      kind,
      { count, until, then: stillWorks[kind] ?? "" },
    ]),
  );
}
