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

/** The heads in an answer of a broker, whose signature is verified by {@link signedHeadsIn} alone. */
export function headsIn(answer: string): readonly Head[] {
  try {
    const { heads } = JSON.parse(answer) as { readonly heads: string };
    const [, payload = ""] = heads.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as {
      readonly heads: readonly Head[];
    };
    const isOne = ({ trail, seq }: Head): boolean =>
      /^[\w-]+$/.test(trail) && Number.isSafeInteger(seq) && seq > 0;
    if (claims.heads.every(isOne)) return claims.heads;
  } catch {
    // Reported below, as heads of another form.
  }
  throw new CouldNotRun("the broker's answer has no signed heads");
}
