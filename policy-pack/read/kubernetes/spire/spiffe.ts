import { notKnown } from "../../../../core/certainty";
import type { Fact } from "../../../facts/fact";
import type { Registration, Seconds, Template, Text } from "../../../facts/fact-values";
import { goSeconds } from "../../../../core/go-duration";
import type { Name } from "../../../facts/name";
import { distinguishesAll } from "../../../domain/spiffe/collision";
import { filledIn } from "../../../domain/spiffe/given-alike";
import { idNames, templateName, type IdNames } from "../../../domain/spiffe/name";
import { parseTemplate } from "../../../domain/spiffe/template";
import { listAt } from "../../../../core/snapshot/read";
import type { Reader } from "../../resource/reader";
import { aliasOf, atOf, type KubeObject } from "../object";
import { componentMembership, readerOf } from "../reader-of";
import { selectorAt } from "../network/selector";
import { textAt, dependenciesAt, type TextRead } from "../text";

/** Default lifetimes of SVIDs, in seconds. Source: spiffe/spire, doc/spire_server.md. */
const defaultSeconds = { "X.509-SVID": 3600, "JWT-SVID": 300 } as const;

/**
 * Reads ClusterSPIFFEIDs: which pods SPIRE gives which SPIFFE ID, and for how long.
 *
 * Source: spiffe/spire-controller-manager, api/v1alpha1/clusterspiffeid_types.go and pkg/spireentry/entries.go.
 */
export const podRegistrationReader: Reader = readerOf({
  name: "spire-cluster-spiffe-id",
  kinds: ["spire.spiffe.io/ClusterSPIFFEID"],
  *facts(object) {
    const found = textAt(object.body, "spec", "className");
    const className: Text = found.kind === "absent" ? { kind: "known", text: "" } : asText(found);
    yield* aliasOf(object);
    yield* componentMembership(object);
    yield* podRegistration(object, { path: ["spec"], className, jwtLifetime: "jwtTtl" });
  },
});

/** The location of a registration of pods. */
interface PodSpec {
  /** Path in the object's body. */
  readonly path: readonly string[];
  readonly className: Text;
  /** The key of the lifetime of JWT-SVIDs. */
  readonly jwtLifetime: string;
}

/** Which pods SPIRE gives which SPIFFE ID, and for how long, by a ClusterSPIFFEID and values of SPIRE's charts. */
export function* podRegistration(
  object: KubeObject,
  { path, className, jwtLifetime }: PodSpec,
): Iterable<Fact> {
  const given = textAt(object.body, ...path, "spiffeIDTemplate");
  const entry: Registration = {
    kind: "pods",
    template: templateOf(given),
    namespaces: selectorAt(object.body, ...path, "namespaceSelector"),
    pods: selectorAt(object.body, ...path, "podSelector"),
    found: templatesAt(object, [...path, "workloadSelectorTemplates"]),
    fallback: fallbackOf(object, path),
  };
  yield* registration(object, [...path, "spiffeIDTemplate"], given, className, entry);
  yield lifetime(object, [...path, "ttl"], "X.509-SVID");
  yield lifetime(object, [...path, jwtLifetime], "JWT-SVID");
}

/**
 * Reads ClusterStaticEntries: which SPIFFE ID SPIRE gives to what its agents find.
 *
 * Source: spiffe/spire-controller-manager, api/v1alpha1/clusterstaticentry_types.go.
 */
export const staticRegistrationReader: Reader = readerOf({
  name: "spire-cluster-static-entry",
  kinds: ["spire.spiffe.io/ClusterStaticEntry"],
  *facts(object) {
    const found = textAt(object.body, "spec", "className");
    const className: Text = found.kind === "absent" ? { kind: "known", text: "" } : asText(found);
    yield* aliasOf(object);
    yield* componentMembership(object);
    yield* staticRegistration(object, ["spec"], className);
  },
});

/**
 * Which SPIFFE ID SPIRE gives by its agents' selectors, and for how long, by a ClusterStaticEntry and values of SPIRE's charts.
 */
export function* staticRegistration(
  object: KubeObject,
  path: readonly string[],
  className: Text,
): Iterable<Fact> {
  const id = textAt(object.body, ...path, "spiffeID");
  const dependsOn = dependenciesAt(object.body, ...path, "selectors");
  const texts = listAt(object.body, ...path, "selectors").map((each) => asText(textAt(each)));
  yield* registration(object, [...path, "spiffeID"], id, className, {
    kind: "static",
    id: asText(id),
    parent: asText(textAt(object.body, ...path, "parentID")),
    selectors: dependsOn === undefined ? texts : undefined,
    dependsOn: dependsOn ?? [],
  });
  yield lifetime(object, [...path, "x509SVIDTTL"], "X.509-SVID");
  yield lifetime(object, [...path, "jwtSVIDTTL"], "JWT-SVID");
}

function* registration(
  object: KubeObject,
  path: readonly string[],
  id: TextRead,
  className: Text,
  entry: Registration,
): Iterable<Fact> {
  // The API server refuses one without an ID.
  if (id.kind === "absent" || (id.kind === "text" && id.text === "")) return;
  const at = atOf(object, path.join("."));
  const names = namesOf(object, id, className, entry.kind);
  yield {
    kind: "registers",
    at,
    registration: object.thing,
    cluster: object.cluster,
    className,
    within: names?.within,
    whole: names?.whole,
    alike: alikeOf(object, className, entry),
    entry,
  };
}

function alikeOf({ cluster }: KubeObject, className: Text, entry: Registration): Name | undefined {
  if (entry.kind !== "pods" || entry.template.kind === "unknown" || className.kind === "unknown") {
    return undefined;
  }
  const { parts } = entry.template;
  // One that gives one ID to all has its name beside those of static entries.
  if (distinguishesAll(parts) || parts.every(({ kind }) => kind !== "field")) return undefined;
  return templateName({ cluster, className: className.text }, filledIn(entry, parts));
}

function namesOf(
  { cluster }: KubeObject,
  id: TextRead,
  className: Text,
  kind: Registration["kind"],
): IdNames | undefined {
  if (id.kind !== "text" || className.kind === "unknown") return undefined;
  const parts =
    kind === "pods" ? parseTemplate(id.text) : [{ kind: "text", text: id.text } as const];
  return idNames({ cluster, className: className.text }, parts);
}

function templatesAt(object: KubeObject, path: readonly string[]): readonly Template[] {
  const dependsOn = dependenciesAt(object.body, ...path);
  if (dependsOn !== undefined) return [{ kind: "unknown", dependsOn }];
  return listAt(object.body, ...path).map((each) => templateOf(textAt(each)));
}

function templateOf(found: TextRead): Template {
  switch (found.kind) {
    case "unknown":
      return notKnown(found);
    case "absent":
      return { kind: "known", parts: [], text: "" };
    case "text":
      return {
        kind: "known",
        parts: parseTemplate(found.text),
        text: found.secret ? undefined : found.text,
      };
  }
}

function fallbackOf(object: KubeObject, path: readonly string[]): boolean | undefined {
  const found = textAt(object.body, ...path, "fallback");
  return found.kind === "unknown" ? undefined : found.kind === "text" && found.text === "true";
}

/** How long SVIDs of an entry last. */
function lifetime(
  object: KubeObject,
  path: readonly string[],
  is: keyof typeof defaultSeconds,
): Fact {
  const property = path.join(".");
  return {
    kind: "token",
    at: atOf(object, property),
    holder: object.thing,
    token: ["svid-at", object.resource.urn, object.path + property].join("|"),
    is,
    longest: secondsIn(textAt(object.body, ...path), defaultSeconds[is]),
  };
}

/** Zero means the default; the API server refuses what is no duration. */
function secondsIn(found: TextRead, usual: number): Seconds {
  if (found.kind === "unknown") return notKnown(found);
  const seconds = found.kind === "text" ? goSeconds(found.text) : undefined;
  return { kind: "known", seconds: seconds === undefined || seconds <= 0 ? usual : seconds };
}

function asText(found: TextRead): Text {
  switch (found.kind) {
    case "text":
      return { kind: "known", text: found.text };
    case "unknown":
      return notKnown(found);
    case "absent":
      return { kind: "known", text: "" };
  }
}
