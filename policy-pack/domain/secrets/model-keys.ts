import type { FactOf } from "../../facts/fact";
import { nameIn, type At, type Flag } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import { labelOf, type Name } from "../../facts/name";
import type { Urn } from "../../../core/snapshot/value";
import { countsAsUse, isEmptyKey, isVerified, isWorkload } from "./consumers";
import {
  isOfNoProvider,
  providerByPath,
  providerNamed,
  providerOfEndpoint,
  providerOfFormat,
  providerOfSecret,
  providerOfSetting,
  namesNoOwner,
  type ModelProvider,
} from "./model-providers";
import { asCertain, isCertain, isPossible } from "./possible-use";
import { contentsOf, type SecretPart } from "./reach";

/** A key of a model provider that a workload receives. */
export interface ModelKey {
  /** Its provider; undefined where only its dependencies show which provider is called with it. */
  readonly provider: ModelProvider | undefined;
  readonly workload: Name;
  /** Whether a variable, a secret's name, its value or a setting beside it names the provider. */
  readonly by: "variable" | "secret" | "value" | "setting";
  /** The variable or the secret, as people name it. */
  readonly what: string;
  /** Why it is uncertain: whether the workload receives it, its value, or the host that the workload calls. */
  readonly uncertainty?: {
    readonly about: "whether" | "value" | "host";
    readonly dependsOn: readonly Urn[];
  };
}

/** What a fact contains about keys of model providers, or that it is unknown in a preview. */
export type ModelKeys =
  | { readonly kind: "known"; readonly keys: readonly ModelKey[] }
  | {
      readonly kind: "unknown";
      readonly workload: Name;
      readonly dependsOn: readonly Urn[];
      /** The location of the unknown, if not in what the workload receives. */
      readonly at?: At;
    };

/** Uses of a secret that give a workload no key to call a provider with. */
const otherChannels = new Set<FactOf<"uses">["through"]>([
  "legacy key",
  "oauth2 client",
  "image pull",
]);

/** The keys of model providers that a workload receives by a fact; for a complete graph. */
export function modelKeysIn(graph: Graph, fact: FactOf<"uses" | "literal">): ModelKeys {
  if (fact.kind === "literal") return known(literalKeys(graph, fact));
  if (!isPossible(fact)) return usedKeys(graph, fact);
  return possibleKeys(usedKeys(graph, asCertain(fact)), fact.dependsOn);
}

/** The keys that a workload may receive, where that is not known yet. */
function possibleKeys(keys: ModelKeys, whether: readonly Urn[]): ModelKeys {
  const withWhether = (dependsOn: readonly Urn[] = []): readonly Urn[] => [
    ...new Set([...whether, ...dependsOn]),
  ];
  if (keys.kind === "unknown") return { ...keys, dependsOn: withWhether(keys.dependsOn) };
  return known(
    keys.keys.map((key) => ({
      ...key,
      uncertainty: { about: "whether", dependsOn: withWhether(key.uncertainty?.dependsOn) },
    })),
  );
}

function known(keys: readonly ModelKey[]): ModelKeys {
  return { kind: "known", keys };
}

function literalKeys(graph: Graph, fact: FactOf<"literal">): readonly ModelKey[] {
  const { holder: workload, under, value } = fact;
  if (!isWorkload(graph, workload) || isVerified(graph, fact)) return [];
  const formatted = providersByFormat(graph, [{ name: value, key: undefined }]);
  const what = under ?? "";
  if (formatted.length > 0) {
    return formatted.map((provider) => ({ provider, workload, by: "value", what }));
  }
  // A key of another vendor, or one that lasts for hours: its format is more specific than the variable.
  if (formatsOf(graph, value).some(isOfNoProvider)) return [];
  const provider =
    under === undefined
      ? undefined
      : (providerOfSetting(under) ?? providerByPath(settingPath(fact.at.property, under)));
  if (provider === undefined) return [];
  return certain(graph, { provider, workload, by: "variable", what, ...ofValue(fact) });
}

/** That the value of a literal is unknown, where it is. */
function ofValue({ dependsOn }: FactOf<"literal">): Pick<ModelKey, "uncertainty"> {
  return dependsOn === undefined ? {} : { uncertainty: { about: "value", dependsOn } };
}

/** The names around a setting, its own last; none for one with a name other than its location. */
function settingPath(property: string, under: string): readonly string[] {
  const names = property.split(".");
  return names.at(-1) === under ? names : [];
}

function usedKeys(graph: Graph, fact: FactOf<"uses">): ModelKeys {
  const { workload, secret, under, through } = fact;
  if (fact.exempt !== undefined || otherChannels.has(through)) return known([]);
  if (fact.isName === true && countsAsUse(graph, fact) !== "yes") return known([]);
  const named = under === undefined ? undefined : providerOfSetting(under);
  const variable = { workload, by: "variable", what: under ?? "" } as const;
  if (secret.kind === "unknown") {
    if (named !== undefined) return known(certain(graph, { ...variable, provider: named }));
    if (under !== undefined) return known([]);
    return { kind: "unknown", workload, dependsOn: secret.dependsOn };
  }
  const part = { name: secret.name, key: fact.key };
  if (part.key !== undefined && isEmptyKey(graph, part.name, part.key)) return known([]);
  const parts = contentsOf(graph, part, false);
  const formatted = providersByFormat(graph, parts);
  const what = secretLabel(graph, part);
  const keys: ModelKey[] = formatted.map((provider) => ({
    provider,
    workload,
    by: "value",
    what,
  }));
  if (through === "configuration") {
    const stated = keys.length > 0 ? [] : settingKeys(graph, workload, part);
    return known([...keys, ...stated, ...configuredKeys(graph, fact, part)]);
  }
  const stated = fact.by === undefined ? [] : configuredBy(graph, workload, fact.by, what);
  if (named !== undefined) keys.push(...certain(graph, { ...variable, provider: named }));
  else if (stated.length > 0 && keys.length === 0) keys.push(...stated);
  else {
    const providers = [...providersByKeys(graph, fact, part), ...providersByName(graph, parts)];
    for (const provider of providers) {
      keys.push(...certain(graph, { provider, workload, by: "secret", what }));
    }
  }
  const [unknown] = keys.length > 0 ? [] : unknownKeys(graph, fact, part);
  return unknown === undefined ? known(keys) : { kind: "unknown", workload, ...unknown };
}

/** The key of a provider in the configuration of a model. */
function settingKeys(graph: Graph, workload: Name, part: SecretPart): readonly ModelKey[] {
  const [, ...contents] = contentsOf(graph, part, false);
  if (contents.some(({ name, key }) => key !== undefined && isEmptyKey(graph, name, key)))
    return [];
  return configuredBy(graph, workload, part.name, secretLabel(graph, contents[0] ?? part));
}

function configuredBy(
  graph: Graph,
  workload: Name,
  config: Name,
  what: string,
): readonly ModelKey[] {
  return graph.facts("client-setting", "config", config).flatMap((stated) => {
    if (stated.of !== "model provider") return [];
    const provider = stated.provider === undefined ? undefined : providerNamed(stated.provider);
    const { dependsOn } = stated;
    const uncertainty = dependsOn && { about: "host" as const, dependsOn };
    return [
      { provider, workload, by: "setting" as const, what, ...(uncertainty && { uncertainty }) },
    ];
  });
}

/** A ConfigMap has a key only where its text is a credential, or may be one once it is known. */
function configuredKeys(
  graph: Graph,
  fact: FactOf<"uses">,
  { name, key }: SecretPart,
): readonly ModelKey[] {
  const { workload, under, prefix = "" } = fact;
  return graph.facts("literal", "holder", name).flatMap((literal) => {
    if (literal.key === undefined || (key !== undefined && literal.key !== key)) return [];
    const what = under ?? prefix + literal.key;
    const provider = providerOfSetting(what);
    if (provider === undefined) return [];
    return certain(graph, { provider, workload, by: "variable", what, ...ofValue(literal) });
  });
}

function providersByFormat(graph: Graph, parts: readonly SecretPart[]): readonly ModelProvider[] {
  return distinct(
    parts.flatMap(({ name }) =>
      formatsOf(graph, name).flatMap((format) => providerOfFormat(format) ?? []),
    ),
  );
}

/** The vendors' formats that a value has. */
function formatsOf(graph: Graph, value: Name): readonly string[] {
  return [
    ...graph.facts("literal", "value", value),
    ...graph.facts("contains", "content", value),
  ].flatMap(({ format }) => format ?? []);
}

/** By the keys of a whole Secret, which are variables where it is in the environment and else files. */
function providersByKeys(
  graph: Graph,
  { prefix = "", through }: FactOf<"uses">,
  { name, key }: SecretPart,
): readonly ModelProvider[] {
  if (key !== undefined) return [];
  const before = through === "envFrom" ? prefix : "";
  return distinct(
    graph
      .facts("keys", "container", name)
      .flatMap(({ keys }) => keys.filter((one) => !isEmptyKey(graph, name, one)))
      .flatMap((one) => providerOfSetting(before + one) ?? []),
  );
}

function providersByName(graph: Graph, parts: readonly SecretPart[]): readonly ModelProvider[] {
  return distinct(
    parts.flatMap(({ name, key }) =>
      graph.namesOf(name).flatMap((spelling) => providerOfSecret(labelOf(spelling), key) ?? []),
    ),
  );
}

/**
 * The dependencies of whether a Secret has a key of a provider, and their location: all of its keys in the environment, or the
 * value under a generic name.
 */
function unknownKeys(
  graph: Graph,
  { through, under, prefix = "" }: FactOf<"uses">,
  { name, key }: SecretPart,
): readonly { readonly dependsOn: readonly Urn[]; readonly at: At }[] {
  const isWhole = key === undefined;
  if (isWhole && through !== "envFrom") return [];
  const keys = isWhole ? graph.facts("keys", "container", name) : [];
  const values = graph.facts("literal", "holder", name).filter((literal) => {
    if (literal.key === undefined) return false;
    if (!isWhole && literal.key !== key) return false;
    return namesNoOwner(under ?? prefix + literal.key);
  });
  return [...keys, ...values].flatMap(({ dependsOn, at }) =>
    dependsOn !== undefined && dependsOn.length > 0 ? [{ dependsOn, at }] : [],
  );
}

/** A key that a name indicates, unless the workload calls another host with it; doubtful where that is unknown. */
function certain(
  graph: Graph,
  key: ModelKey & { readonly provider: ModelProvider },
): readonly ModelKey[] {
  const elsewhere = callsOtherHost(graph, key.workload, key.provider);
  if (elsewhere.kind === "known") return elsewhere.value ? [] : [key];
  return [
    { ...key, uncertainty: key.uncertainty ?? { about: "host", dependsOn: elsewhere.dependsOn } },
  ];
}

/** Whether a workload is configured to call another host than the provider's, by its own settings or by what it reads. */
function callsOtherHost(graph: Graph, workload: Name, provider: ModelProvider): Flag {
  const reported = addressesOf(graph, workload)
    .filter(({ setting }) => providerOfEndpoint(setting) === provider)
    .map(({ elsewhere }) => elsewhere);
  for (const fact of graph.facts("uses", "workload", workload).filter(isCertain)) {
    reported.push(...reportedBy(graph, fact, provider));
  }
  if (reported.some((one) => one.kind === "known" && one.value))
    return { kind: "known", value: true };
  const unknown = reported.filter((one) => one.kind === "unknown");
  if (unknown.length === 0) return { kind: "known", value: false };
  return { kind: "unknown", dependsOn: unknown.flatMap(({ dependsOn }) => dependsOn) };
}

/** The addresses of services that a workload or a configuration has. */
function addressesOf(graph: Graph, config: Name) {
  return graph
    .facts("client-setting", "config", config)
    .flatMap((fact) => (fact.of === "address" ? [fact] : []));
}

/** What a Secret or ConfigMap of a workload configures about the host that it calls. */
function reportedBy(graph: Graph, fact: FactOf<"uses">, provider: ModelProvider): readonly Flag[] {
  const { under, key, prefix = "" } = fact;
  const name = nameIn(fact.secret);
  const callsProvider = under !== undefined && providerOfEndpoint(under) === provider;
  if (!callsProvider && (under !== undefined || key !== undefined)) return [];
  const addresses = name === undefined ? [] : addressesOf(graph, name);
  const reported = addresses.filter(({ setting }) =>
    callsProvider ? setting === key : providerOfEndpoint(prefix + setting) === provider,
  );
  if (reported.length > 0) return reported.map(({ elsewhere }) => elsewhere);
  return callsProvider ? [{ kind: "unknown", dependsOn: dependenciesOf(fact) }] : [];
}

function dependenciesOf({ secret }: FactOf<"uses">): readonly Urn[] {
  return secret.kind === "unknown" ? secret.dependsOn : urnOf(secret.name);
}

function urnOf(name: Name | undefined): readonly Urn[] {
  return name?.startsWith("urn:") === true ? [name] : [];
}

function secretLabel(graph: Graph, { name, key }: SecretPart): string {
  const label = labelOfThing(graph, name);
  return key === undefined ? label : `${label}[${key}]`;
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return [...new Set(all)];
}
