import { createHmac, randomBytes } from "node:crypto";
import { isAccountId, parseArn } from "../../../core/arn";
import { eksClusterIn, eksScope } from "../../facts/eks-scope";
import { placeOfScope, regionalScope, type Name } from "../../facts/name";
import { knownString, listAt, readThrough } from "../../../core/snapshot/read";
import { nameInUrn, typeInUrn, type Resource } from "../../../core/snapshot/resource";
import { isRecord, type Urn, type Value, type ValueRecord } from "../../../core/snapshot/value";
import type { Settings } from "../../findings/settings";
import { embeddedYaml } from "./embedded-yaml";
import type { Credential } from "../credentials/credential";
import type { ReadContext } from "./reader";
import { RevealedPlaces } from "./revealed-place";
import { valueIn } from "./values";

/** Scope of what uses the provider that Pulumi makes by itself. */
const defaultScope = "default";

/**
 * Creates the context of readers: the resources so far, and the account or cluster of each.
 *
 * @param credentialIn recognises credentials, see {@link ReadContext.credentialIn}
 * @param seen called with each other resource that a reader uses; returns it as the reader is to see it
 * @param key for the names of values in plain text
 */
export function createReadContext(
  settings: Settings,
  credentialIn: (text: string, under: string | undefined) => Credential | undefined,
  seen: (urn: Urn, resource: Resource | undefined) => Resource | undefined = (_urn, it) => it,
  key: Uint8Array = randomBytes(32),
): ReadContext & {
  readonly remember: (resource: Resource) => void;
  /** What readers were shown of a provider's place, by its name among URNs, as it is now. */
  readonly placeAt: (urn: Urn) => Resource | undefined;
  /** How a scope was called while what reveals its account or region had not come. */
  readonly scopesBefore: (scope: string) => readonly string[];
} {
  const resources = new Map<Urn, Resource>();
  const scopes = new Map<Urn, string>();
  const places = new RevealedPlaces();

  /** Where the provider of a resource works, as other resources of it reveal it. */
  function revealedPlace({ type, provider }: Resource): ValueRecord {
    if (type.startsWith("kubernetes:")) return {};
    const place = places.of(scopeOfProvider(provider));
    return seen(place.urn, place)?.inputs ?? {};
  }

  function scopeOf(resource: Resource, find: (provider: Resource) => string | undefined): string {
    const urn = scopeOfProvider(resource.provider);
    if (urn === defaultScope) return urn;
    const provider = resources.get(urn);
    seen(urn, provider);
    let scope = scopes.get(urn);
    if (scope === undefined) {
      scope = (provider && find(provider)) ?? urn;
      scopes.set(urn, scope);
    }
    return scope;
  }

  /** The names of an account and possibly a region, without what other resources of a provider show of them. */
  function placesBefore(place: string): readonly string[] {
    const { account, region } = placeOfScope(place);
    return places.providers().flatMap((urn) => {
      const provider = resources.get(urn);
      const own = (provider && accountOfProvider(provider)) ?? urn;
      const { inputs: revealed } = places.of(urn);
      if (account !== own && account !== revealed["account"]) return [];
      const accounts = [account, own];
      const regions = region === revealed["region"] ? [region, undefined] : [region];
      return accounts.flatMap((each) => regions.map((where) => regionalScope(each, where)));
    });
  }

  return {
    settings,
    credentialIn,
    scopesBefore: (scope) => {
      const cluster = eksClusterIn(scope);
      const before =
        cluster === undefined
          ? placesBefore(scope)
          : placesBefore(cluster.account).map((account) => eksScope({ ...cluster, account }));
      return [...new Set(before)].filter((each) => each !== scope);
    },
    remember: (resource) => {
      resources.set(resource.urn, resource);
      scopes.delete(resource.urn);
      places.remember(scopeOfProvider(resource.provider), resource);
    },
    placeAt: (urn) => places.at(urn),
    resource: (urn) => seen(urn, resources.get(urn)),
    accountOf: (resource) => {
      const scope = scopeOf(resource, accountOfProvider);
      return isAccountId(scope)
        ? scope
        : (knownString(revealedPlace(resource), "account") ?? scope);
    },
    regionOf: (resource) => {
      const { inputs, provider } = resource;
      const own = inputs["region"];
      if (own !== undefined) return knownString(own);
      const stated =
        provider === undefined
          ? undefined
          : knownString(seen(provider, resources.get(provider))?.inputs, "region");
      return stated ?? knownString(revealedPlace(resource), "region");
    },
    clusterOf: (resource) => scopeOf(resource, serverOfProvider),
    literalName: (text): Name =>
      `literal|${createHmac("sha256", key).update(text).digest("base64url")}`,
  };
}

/** The scope of what a provider makes, by the provider. */
function scopeOfProvider(provider: Urn | undefined): string {
  return provider === undefined || isDefaultProvider(provider) ? defaultScope : provider;
}

/** Pulumi names the providers it makes by itself `default`, or `default_` and a version. */
function isDefaultProvider(urn: Urn): boolean {
  return /^default(_|$)/.test(nameInUrn(urn));
}

/** The account that a provider is restricted to: its only allowed one, or that of the role it assumes. */
function accountOfProvider(provider: Resource): string | undefined {
  const allowed = listAt(settingOf(provider, "allowedAccountIds"));
  const only = allowed.length === 1 ? knownString(allowed[0]) : undefined;
  if (only !== undefined) return only;
  const roleArn =
    knownString(settingOf(provider, "assumeRoles"), 0, "roleArn") ??
    knownString(settingOf(provider, "assumeRole"), "roleArn");
  const parsed = roleArn === undefined ? undefined : parseArn(roleArn);
  return parsed?.ok === true ? parsed.arn.account : undefined;
}

/** A setting of a provider: Pulumi hands lists and objects to providers as JSON text. */
function settingOf(provider: Resource, name: string): Value | undefined {
  const text = knownString(provider.inputs, name);
  return text === undefined ? provider.inputs[name] : embeddedYaml(text);
}

/** The API server in a provider's kubeconfig, for the context it chooses. */
function serverOfProvider(provider: Resource): string | undefined {
  if (!typeInUrn(provider.urn).endsWith(":kubernetes")) return undefined;
  const text = valueIn(readThrough(provider.inputs, "kubeconfig"));
  const config = typeof text === "string" ? embeddedYaml(text) : text;
  if (!isRecord(config)) return undefined;
  const chosen = knownString(provider.inputs, "context") ?? knownString(config, "current-context");
  const context = byName(listAt(config, "contexts"), chosen);
  const cluster =
    knownString(provider.inputs, "cluster") ?? knownString(context, "context", "cluster");
  return knownString(byName(listAt(config, "clusters"), cluster), "cluster", "server");
}

function byName(items: readonly Value[], name: string | undefined): Value | undefined {
  if (name === undefined) return items.length === 1 ? items[0] : undefined;
  return items.find((item) => knownString(item, "name") === name);
}
