const refused = (): void => undefined;

/**
 * Has this process pass over SIGUSR1, on which Node opens its debugger: whoever may send the signal, as the judged program
 * may, could then change what is judged.
 *
 * A listener takes the place of Node's own. Source: https://nodejs.org/docs/latest-v20.x/api/process.html#signal-events.
 * On Windows there is no such signal; there `--disable-sigusr1` of Node 22.14 keeps the debugger shut.
 */
export function refuseDebugger(): void {
  if (!process.listeners("SIGUSR1").includes(refused)) process.on("SIGUSR1", refused);
}
