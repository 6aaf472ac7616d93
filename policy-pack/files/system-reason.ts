const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder",
  EROFS: "its file system is read-only",
  ENOSPC: "its disk is full",
  EDQUOT: "its disk quota is used up",
  EFBIG: "it would be larger than a file may be here",
  ENXIO: "the reader has closed the pipe",
  EEXIST: "another run has written it meanwhile; give each run a file of its own",
};

/** The message of whatever was thrown, for an operation on a file: the system's reason without path and call. */
export function reasonOf(thrown: unknown): string {
  const code = (thrown as { readonly code?: unknown } | undefined)?.code;
  const known = typeof code === "string" ? reasons[code] : undefined;
  return (
    known ?? (thrown instanceof Error ? (thrown.message.split("\n")[0] ?? "") : String(thrown))
  );
}
