import type { MetadataOptions, Text } from "../../facts/fact-values";
import type { Urn } from "../../../core/snapshot/value";

/** Whether pods can read the credentials of their machine from its metadata service. */
export type Reach =
  | { readonly kind: "kept" }
  | {
      readonly kind: "reached";
      /** Whether it answers without a token, which takes no more than a plain request. */
      readonly withoutToken: boolean;
      /** How many hops its answers travel, where that is too many: from a pod it is two. */
      readonly hops: number | undefined;
    }
  /** A property without a known value. */
  | { readonly kind: "unsaid"; readonly property: keyof MetadataOptions }
  | {
      readonly kind: "unknown";
      readonly property: keyof MetadataOptions;
      readonly dependsOn: readonly Urn[];
    };

/** Properties in the order of evaluation. */
const properties = ["httpEndpoint", "httpTokens", "httpPutResponseHopLimit"] as const;

/**
 * Whether pods can read the credentials of their machine, by its options and their defaults.
 *
 * The hop limit applies only to the answer to a request for a token, so it keeps no pod out where no token is required. Source:
 * Amazon EC2 user guide, "Configure the instance metadata options".
 */
export function reachOf(
  given: MetadataOptions | undefined,
  usual: MetadataOptions | undefined,
): Reach {
  const options: MetadataOptions = {
    httpEndpoint: given?.httpEndpoint ?? usual?.httpEndpoint,
    httpTokens: given?.httpTokens ?? usual?.httpTokens,
    httpPutResponseHopLimit: given?.httpPutResponseHopLimit ?? usual?.httpPutResponseHopLimit,
  };
  if (isKnown(options.httpEndpoint, "disabled")) return { kind: "kept" };
  if (options.httpEndpoint?.kind !== "unknown") {
    const withoutToken = isKnown(options.httpTokens, "optional");
    const hops = numberIn(options.httpPutResponseHopLimit);
    const isFar = hops !== undefined && hops > 1;
    if (withoutToken || isFar) {
      return { kind: "reached", withoutToken, hops: isFar ? hops : undefined };
    }
  }
  const [property] = properties.filter((each) => options[each]?.kind !== "known");
  if (property === undefined) return { kind: "kept" };
  const value = options[property];
  if (value?.kind !== "unknown") return { kind: "unsaid", property };
  return { kind: "unknown", property, dependsOn: value.dependsOn };
}

function isKnown(text: Text | undefined, value: string): boolean {
  return text?.kind === "known" && text.text === value;
}

function numberIn(text: Text | undefined): number | undefined {
  return text?.kind === "known" && /^\d+$/.test(text.text) ? Number(text.text) : undefined;
}
