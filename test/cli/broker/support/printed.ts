/** What a command printed, and its exit code. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command, and catches what it prints. */
export async function printed(run: () => Promise<number>): Promise<Printed> {
  const kept = { out: "", err: "" };
  const out = process.stdout.write.bind(process.stdout);
  const err = process.stderr.write.bind(process.stderr);
  const into =
    (name: "out" | "err") =>
    (text: string | Uint8Array, ...rest: unknown[]): boolean => {
      kept[name] += String(text);
      const done = rest.find((each) => typeof each === "function") as (() => void) | undefined;
      done?.();
      return true;
    };
  process.stdout.write = into("out");
  process.stderr.write = into("err");
  try {
    return { code: await run(), ...kept };
  } finally {
    process.stdout.write = out;
    process.stderr.write = err;
  }
}
