import type { FactOf } from "../graph/fact";
import { nameIn, type At, type Flag } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import { labelOfThing } from "../graph/label";
import { labelOf, type Name } from "../graph/name";
import type { Urn } from "../snapshot/value";
import { countsAsHeld, isEmptyKey, isVerified, isWorkload } from "./holders";
import {
  isOfNoProvider,
  providerMeant,
  providerNamed,
  providerOfEndpoint,
  providerOfFormat,
  providerOfSecret,
  providerOfSetting,
  saysNoOwner,
  type ModelProvider,
} from "./model-providers";
import { asHold } from "./may-hold";
import { contentsOf, type SecretPart } from "./reach";

/** A key of a model provider that a workload is given. */
export interface ModelKey {
  /** Whose it is; undefined where only what it waits for tells which provider is called with it. */
  readonly provider: ModelProvider | undefined;
  readonly workload: Name;
  /** Whether a variable, a secret's name, its value or a setting beside it says whose key it is. */
  readonly by: "variable" | "secret" | "value" | "setting";
  /** The variable or the secret, as people name it. */
  readonly what: string;
  /** What keeps it from being certain: whether the workload is given it, its value, or where the workload calls. */
  readonly doubt?: {
    readonly about: "whether" | "value" | "host";
    readonly waitsFor: readonly Urn[];
  };
}

/** What a fact says of keys of model providers, or that a preview cannot know it. */
export type ModelKeys =
  | { readonly kind: "known"; readonly keys: readonly ModelKey[] }
  | {
      readonly kind: "unknown";
      readonly workload: Name;
      readonly waitsFor: readonly Urn[];
      /** Where what is not known stands, if not in what the workload is given. */
      readonly at?: At;
    };

/** Ways of holding a secret that give a workload no key to call a provider with. */
const otherWays = new Set<FactOf<"holds">["through"]>([
  "legacy key",
  "oauth2 client",
  "image pull",
]);

/** The keys of model providers that a workload is given by what a fact says; for a complete graph. */
export function modelKeysIn(
  graph: Graph,
  fact: FactOf<"holds" | "may-hold" | "literal">,
): ModelKeys {
  switch (fact.kind) {
    case "literal":
      return known(literalKeys(graph, fact));
    case "holds":
      return heldKeys(graph, fact);
    case "may-hold":
      return perhapsKeys(heldKeys(graph, asHold(fact)), fact.waitsFor);
  }
}

/** The keys that a workload is given where it is not known yet whether it is. */
function perhapsKeys(keys: ModelKeys, whether: readonly Urn[]): ModelKeys {
  const withWhether = (waitsFor: readonly Urn[] = []): readonly Urn[] => [
    ...new Set([...whether, ...waitsFor]),
  ];
  if (keys.kind === "unknown") return { ...keys, waitsFor: withWhether(keys.waitsFor) };
  return known(
    keys.keys.map((key) => ({
      ...key,
      doubt: { about: "whether", waitsFor: withWhether(key.doubt?.waitsFor) },
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
  // A key of another vendor, or one that lasts for hours: its format says more than the variable.
  if (graph.facts("formatted", "value", value).some(({ format }) => isOfNoProvider(format))) {
    return [];
  }
  const provider =
    under === undefined
      ? undefined
      : (providerOfSetting(under) ?? providerMeant(settingPath(fact.at.property, under)));
  if (provider === undefined) return [];
  const key = { provider, workload, by: "variable", what } as const;
  if (fact.unknown !== true) return certain(graph, key);
  return certain(graph, { ...key, doubt: { about: "value", waitsFor: fact.waitsFor ?? [] } });
}

/** The names that a setting stands in, its own last; of one that is called otherwise than its place none. */
function settingPath(property: string, under: string): readonly string[] {
  const names = property.split(".");
  return names.at(-1) === under ? names : [];
}

function heldKeys(graph: Graph, fact: FactOf<"holds">): ModelKeys {
  const { workload, secret, under, through } = fact;
  if (fact.apart !== undefined || otherWays.has(through)) return known([]);
  if (fact.isName === true && countsAsHeld(graph, fact) !== "yes") return known([]);
  const named = under === undefined ? undefined : providerOfSetting(under);
  const variable = { workload, by: "variable", what: under ?? "" } as const;
  if (secret.kind === "unknown") {
    if (named !== undefined) return known(certain(graph, { ...variable, provider: named }));
    if (under !== undefined) return known([]);
    return { kind: "unknown", workload, waitsFor: secret.waitsFor };
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
    const stated = keys.length > 0 ? [] : statedKeys(graph, workload, part);
    return known([...keys, ...stated, ...configuredKeys(graph, fact, part)]);
  }
  const stated = fact.by === undefined ? [] : statedBy(graph, workload, fact.by, what);
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

/** The key that the configuration of a model says is a provider's. */
function statedKeys(graph: Graph, workload: Name, part: SecretPart): readonly ModelKey[] {
  const [, ...contents] = contentsOf(graph, part, false);
  if (contents.some(({ name, key }) => key !== undefined && isEmptyKey(graph, name, key)))
    return [];
  return statedBy(graph, workload, part.name, secretLabel(graph, contents[0] ?? part));
}

function statedBy(graph: Graph, workload: Name, config: Name, what: string): readonly ModelKey[] {
  return graph.facts("model-key", "config", config).flatMap((stated) => {
    const provider = stated.provider === undefined ? undefined : providerNamed(stated.provider);
    const { waitsFor } = stated;
    const doubt = waitsFor && { about: "host" as const, waitsFor };
    return [{ provider, workload, by: "setting" as const, what, ...(doubt && { doubt }) }];
  });
}

/** A ConfigMap holds a key only where its text is a credential, or may be one once it is known. */
function configuredKeys(
  graph: Graph,
  fact: FactOf<"holds">,
  { name, key }: SecretPart,
): readonly ModelKey[] {
  const { workload, under, prefix = "" } = fact;
  return graph.facts("literal", "holder", name).flatMap((literal) => {
    if (literal.key === undefined || (key !== undefined && literal.key !== key)) return [];
    const what = under ?? prefix + literal.key;
    const provider = providerOfSetting(what);
    if (provider === undefined) return [];
    const found = { provider, workload, by: "variable", what } as const;
    if (literal.unknown !== true) return certain(graph, found);
    return certain(graph, {
      ...found,
      doubt: { about: "value", waitsFor: literal.waitsFor ?? [] },
    });
  });
}

function providersByFormat(graph: Graph, parts: readonly SecretPart[]): readonly ModelProvider[] {
  return distinct(
    parts.flatMap(({ name }) =>
      graph
        .facts("formatted", "value", name)
        .flatMap(({ format }) => providerOfFormat(format) ?? []),
    ),
  );
}

/** By the keys of a whole Secret, which are variables where it is in the environment and else files. */
function providersByKeys(
  graph: Graph,
  { prefix = "", through }: FactOf<"holds">,
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
 * What a Secret waits for whether it has a key of a provider, and where that stands: all of its keys in the environment, or the value under a
 * name that anybody's key may have.
 */
function unknownKeys(
  graph: Graph,
  { through, under, prefix = "" }: FactOf<"holds">,
  { name, key }: SecretPart,
): readonly { readonly waitsFor: readonly Urn[]; readonly at: At }[] {
  const isWhole = key === undefined;
  if (isWhole && through !== "envFrom") return [];
  const keys = isWhole ? graph.facts("keys", "container", name) : [];
  const values = graph.facts("literal", "holder", name).filter((literal) => {
    if (literal.unknown !== true || literal.key === undefined) return false;
    if (!isWhole && literal.key !== key) return false;
    return saysNoOwner(under ?? prefix + literal.key);
  });
  return [...keys, ...values].flatMap(({ waitsFor, at }) =>
    waitsFor !== undefined && waitsFor.length > 0 ? [{ waitsFor, at }] : [],
  );
}

/** A key that a name tells of, unless the workload calls another host with it; doubtful where that is not known. */
function certain(
  graph: Graph,
  key: ModelKey & { readonly provider: ModelProvider },
): readonly ModelKey[] {
  const elsewhere = callsElsewhere(graph, key.workload, key.provider);
  if (elsewhere.kind === "known") return elsewhere.value ? [] : [key];
  return [{ ...key, doubt: key.doubt ?? { about: "host", waitsFor: elsewhere.waitsFor } }];
}

/** Whether a workload is told to call another host than the provider's, by its own settings or by what it reads. */
function callsElsewhere(graph: Graph, workload: Name, provider: ModelProvider): Flag {
  const told = [...graph.facts("calls", "caller", workload)]
    .filter(({ setting }) => providerOfEndpoint(setting) === provider)
    .map(({ elsewhere }) => elsewhere);
  for (const fact of graph.facts("holds", "workload", workload)) {
    told.push(...toldBy(graph, fact, provider));
  }
  if (told.some((one) => one.kind === "known" && one.value)) return { kind: "known", value: true };
  const unknown = told.filter((one) => one.kind === "unknown");
  if (unknown.length === 0) return { kind: "known", value: false };
  return { kind: "unknown", waitsFor: unknown.flatMap(({ waitsFor }) => waitsFor) };
}

/** What a Secret or ConfigMap that a workload reads says of where it calls. */
function toldBy(graph: Graph, fact: FactOf<"holds">, provider: ModelProvider): readonly Flag[] {
  const { under, key, prefix = "" } = fact;
  const name = nameIn(fact.secret);
  const asks = under !== undefined && providerOfEndpoint(under) === provider;
  if (!asks && (under !== undefined || key !== undefined)) return [];
  const said = name === undefined ? [] : graph.facts("calls", "caller", name);
  const told = said.filter(({ setting }) =>
    asks ? setting === key : providerOfEndpoint(prefix + setting) === provider,
  );
  if (told.length > 0) return told.map(({ elsewhere }) => elsewhere);
  return asks ? [{ kind: "unknown", waitsFor: waitsOf(fact) }] : [];
}

function waitsOf({ secret }: FactOf<"holds">): readonly Urn[] {
  return secret.kind === "unknown" ? secret.waitsFor : urnOf(secret.name);
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
