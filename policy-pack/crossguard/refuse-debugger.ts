const refused = (): void => undefined;

/**
 * Makes this process ignore SIGUSR1, on which Node opens its debugger. Otherwise a sender of the signal, possibly the judged
 * program, could change what is judged.
 *
 * A listener replaces Node's own. Source: https://nodejs.org/docs/latest-v20.x/api/process.html#signal-events. On Windows there
 * is no such signal; there `--disable-sigusr1` of Node 22.14 keeps the debugger shut.
 */
export function refuseDebugger(): void {
  if (!process.listeners("SIGUSR1").includes(refused)) process.on("SIGUSR1", refused);
}
