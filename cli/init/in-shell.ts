/** A path as a shell takes it: in quotes where it has anything but plain characters. */
export function inShell(path: string): string {
  const text = path.startsWith("-") ? `./${path}` : path;
  return /^[\w./@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
