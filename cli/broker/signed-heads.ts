import { hashOf } from "../../broker/hash";
import type { Head } from "../../broker/store/store";
import { headsType } from "../../broker/tokens/heads-type";
import { CouldNotRun } from "../failure";
import { readText } from "../files";

/** Heads of a trail that a broker has signed at a time. */
export interface SignedHeads {
  /** When, as ISO 8601. */
  readonly at: string;
  readonly heads: readonly Head[];
}

/**
 * The signed heads of a file: one answer of `agentid trail --heads` in each line. Throws `CouldNotRun` where one has no valid
 * signature by the keys that it came with.
 *
 * They show as much as the place in which the file was kept: a writer of that place can sign heads of another trail.
 */
export async function signedHeadsIn(file: string): Promise<readonly SignedHeads[]> {
  const { createLocalJWKSet, jwtVerify } = await import("jose");
  const lines = readText(file, "the signed heads").split("\n").filter(Boolean);
  return Promise.all(
    lines.map(async (line, index) => {
      try {
        const { heads, keys } = JSON.parse(line) as {
          readonly heads: string;
          readonly keys: Parameters<typeof createLocalJWKSet>[0]["keys"];
        };
        const { payload } = await jwtVerify(heads, createLocalJWKSet({ keys }), {
          ...{ typ: headsType, algorithms: ["ES256"], requiredClaims: ["iat", "heads"] },
        });
        const at = new Date((payload.iat ?? 0) * 1000).toISOString();
        return { at, heads: payload["heads"] as readonly Head[] };
      } catch {
        throw new CouldNotRun(`${file}:${index + 1}: is no answer of \`agentid trail --heads\``);
      }
    }),
  );
}

/** What of signed heads a trail lacks. */
export function missingOf(
  { at, heads }: SignedHeads,
  lines: readonly { readonly trail: string; readonly seq: number }[],
  texts: readonly string[],
): readonly string[] {
  return heads.flatMap(({ trail, seq, hash }) => {
    const found = lines.findIndex((line) => line.trail === trail && line.seq === seq);
    if (found >= 0 && hashOf(texts[found] ?? "") === hash) return [];
    return [`trail ${trail}: line ${seq}, signed ${at}, is missing or changed`];
  });
}
