import { notKnown } from "../../../core/certainty";
import { isOwnHost, providerOfEndpoint } from "../../domain/secrets/model-providers";
import type { Flag } from "../../facts/fact-values";
import type { Urn } from "../../../core/snapshot/value";

/**
 * Whether a setting sends the calls to a model provider to another host; undefined for settings without a host.
 *
 * The host of a templated URL is unknown.
 */
export function otherHostBy(
  setting: string,
  url: string | { readonly dependsOn: readonly Urn[] },
): Flag | undefined {
  const provider = providerOfEndpoint(setting);
  if (provider === undefined || url === "") return undefined;
  if (typeof url !== "string") return notKnown(url);
  const isOwn = isOwnHost(provider, url);
  return isOwn === undefined ? notKnown() : { kind: "known", value: !isOwn };
}
