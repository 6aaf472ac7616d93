/** Milliseconds of processor time that this process has used since it started: a busy machine adds none. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
