/** Milliseconds that a request waits for any one thing. */
export const longestWait = 3_000;

/** What did not come in time. */
export class Late extends Error {
  override readonly name = "Late";

  constructor(what: string) {
    super(`${what} does not answer in time`);
  }
}

/**
 * The outcome of work, or {@link Late} where it takes longer than {@link longestWait}. The work itself goes on.
 *
 * @param what does the work, for the message
 */
export async function within<T>(what: string, work: Promise<T> | T): Promise<T> {
  if (!(work instanceof Promise)) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late(what)), longestWait);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
