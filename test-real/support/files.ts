/** Texts by path within a folder. */
export type Files = Readonly<Record<string, string>>;
