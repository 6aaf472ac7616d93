import type { Fact, FactOf } from "../../../facts/fact";
import { goSeconds } from "../../../../core/go-duration";
import { k8sName } from "../../../facts/name";
import { entriesAt, read } from "../../../../core/snapshot/read";
import { isRecord, type Value, type ValueRecord } from "../../../../core/snapshot/value";
import type { ChartValues } from "../helm/helm-values";
import { atOf, spaceOf, type KubeObject } from "../object";
import { podRegistration, staticRegistration } from "./spiffe";
import { nameTextAt, textAt } from "../text";
import type { Reader } from "../../resource/reader";
import { readerOf } from "../reader-of";

/** Types of identities for pods that the values select; the others are for pods of the chart itself. */
const ofOthers = ["base", "raw"];

const identities = ["controllerManager", "identities"];

/** Values with the default lifetime of SVIDs, which a chart writes into the server's configuration. */
const lifetimes = [
  ["defaultX509SvidTTL", "X.509-SVID"],
  ["defaultJwtSvidTTL", "JWT-SVID"],
] as const;

/**
 * The SPIFFE IDs of the controller manager in the values of SPIRE's charts, which a chart makes ClusterSPIFFEIDs and
 * ClusterStaticEntries of, and the default lifetime of SVIDs.
 *
 * Source: spiffe/helm-charts-hardened, charts/spire/charts/spire-server, templates/controller-manager-cluster-ids.yaml,
 * templates/controller-manager-static-entries.yaml, templates/configmap.yaml.
 */
export function* identitiesInValues(release: KubeObject, given: ChartValues): Iterable<Fact> {
  const className = { kind: "known", text: nameOf(release) } as const;
  for (const [path, values] of serversIn(given.value)) {
    const at = [given.path, ...path].join(".");
    const named = (kind: string, list: string, key: string, body: ValueRecord): KubeObject =>
      identity(release, { kind, key, body }, `${at}.${[...identities, list, key].join(".")}.`);
    for (const [key, entry] of entriesAt(values, ...identities, "clusterSPIFFEIDs")) {
      if (!isRecord(entry) || !isGiven(entry)) continue;
      const object = named("ClusterSPIFFEID", "clusterSPIFFEIDs", key, entry);
      yield* podRegistration(object, { path: [], className, jwtLifetime: "jwtTTL" });
    }
    for (const [key, entry] of entriesAt(values, ...identities, "clusterStaticEntries")) {
      if (!isRecord(entry) || !isOn(entry)) continue;
      const object = named("ClusterStaticEntry", "clusterStaticEntries", key, entry);
      yield* staticRegistration(object, [], className);
    }
    for (const [key, of] of lifetimes) {
      const longest = textAt(values, key);
      const seconds = longest.kind === "text" ? goSeconds(longest.text) : undefined;
      if (seconds !== undefined && seconds > 0) {
        yield svidsOf(release, `${at}.${key}`, of, { kind: "known", seconds });
      } else if (longest.kind === "unknown") {
        yield svidsOf(release, `${at}.${key}`, of, longest);
      }
    }
  }
}

function svidsOf(
  release: KubeObject,
  property: string,
  is: FactOf<"token">["is"],
  longest: FactOf<"token">["longest"],
): Fact {
  const at = atOf(release, property);
  const token = ["svid-at", release.resource.urn, at.property].join("|");
  return { kind: "token", at, holder: release.thing, token, is, longest };
}

/** The values of a server's own chart, or of those that a chart of several has under names of their own. */
function* serversIn(value: Value): Iterable<readonly [readonly string[], ValueRecord]> {
  if (!isRecord(value)) return;
  if (isServer(value)) yield [[], value];
  for (const [key, inner] of Object.entries(value)) {
    if (isRecord(inner) && isServer(inner)) yield [[key], inner];
  }
}

function isServer(values: ValueRecord): boolean {
  const has = (...path: readonly string[]): boolean => read(values, ...path).kind !== "absent";
  return has(...identities) || lifetimes.some(([key]) => has(key));
}

function isOn(entry: ValueRecord): boolean {
  const enabled = textAt(entry, "enabled");
  return enabled.kind !== "text" || enabled.text === "true";
}

/** Whether an identity is switched on and has a template of its own; without one it has the default's. */
function isGiven(entry: ValueRecord): boolean {
  const type = textAt(entry, "type");
  if (!isOn(entry) || (type.kind === "text" && !ofOthers.includes(type.text))) return false;
  return textAt(entry, "spiffeIDTemplate").kind !== "absent";
}

interface Identity {
  readonly kind: string;
  readonly key: string;
  readonly body: ValueRecord;
}

function identity(release: KubeObject, { kind, key, body }: Identity, at: string): KubeObject {
  const { cluster } = release;
  const name = `${nameOf(release)}-${key}`;
  return {
    ...release,
    body,
    path: release.path + at,
    group: "spire.spiffe.io",
    kind,
    namespace: { kind: "named", text: "", thing: "" },
    thing: k8sName(cluster, "", kind, name),
    also: undefined,
    label: name,
  };
}

/** What the chart calls its objects by: the namespace and the name of the release. */
function nameOf(release: KubeObject): string {
  const name = nameTextAt(release.body, "metadata", "name") ?? release.resource.name;
  return [spaceOf(release) ?? "default", name].join("-");
}

/** Settings of a SPIRE server for the default lifetime of SVIDs. Source: spiffe/spire, doc/spire_server.md. */
const settings = [
  { of: "X.509-SVID", form: /^[ \t]*"?default_x509_svid_ttl"?\s*[:=]\s*"([^"]*)"/gm },
  { of: "JWT-SVID", form: /^[ \t]*"?default_jwt_svid_ttl"?\s*[:=]\s*"([^"]*)"/gm },
] as const;

/** Longest configuration that is looked at. */
const longestText = 1_000_000;

/** Reads the configuration of a SPIRE server in a ConfigMap: the default lifetime of SVIDs. */
export const spireServerReader: Reader = readerOf({
  name: "spire-server",
  kinds: ["ConfigMap"],
  *facts(object) {
    for (const [key, value] of entriesAt(object.body, "data")) {
      const text = textAt(value);
      if (text.kind !== "text" || text.text.length > longestText) continue;
      if (/"?trust_domain"?\s*[:=]/.test(text.text)) yield* defaults(object, key, text.text);
    }
  },
});

/** Comments of HCL, and texts, in which there are none. */
const commentOrText = /"(?:[^"\\\n]|\\.)*"?|\/\*[^]*?(?:\*\/|$)|(?:#|\/\/)[^\n]*/g;

function* defaults(object: KubeObject, key: string, config: string): Iterable<Fact> {
  const stated = config.replace(commentOrText, (found) => (found.startsWith('"') ? found : " "));
  // HCL has one setting a line; JSON is written so here.
  const lines = stated.replace(/[,{]/g, "$&\n");
  for (const { of, form } of settings) {
    for (const [, duration = ""] of lines.matchAll(form)) {
      const seconds = goSeconds(duration);
      if (seconds === undefined || seconds <= 0) continue;
      const property = `data.${key}`;
      yield {
        kind: "token",
        at: atOf(object, property),
        holder: object.thing,
        token: ["svid-at", object.resource.urn, `${object.path}${property}, ${of}`].join("|"),
        is: of,
        longest: { kind: "known", seconds },
      };
    }
  }
}
