/** Whether a version, in numbers with dots, is older than another; a missing part counts as zero. */
export function isOlder(version, needed) {
  const parts = (text) => text.split(".").map(Number);
  const [have, want] = [parts(version), parts(needed)];
  for (let i = 0; i < 3; i += 1) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
