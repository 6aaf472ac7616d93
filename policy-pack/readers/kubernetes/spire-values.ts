import type { Fact } from "../../../core/graph/fact";
import { k8sName } from "../../../core/graph/name";
import { entriesAt, read } from "../../../core/snapshot/read";
import { isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import type { ChartValues } from "./helm-values";
import { spaceOf, type KubeObject } from "./object";
import { podRegistration } from "./spiffe";
import { nameTextAt, textAt } from "./text";

/** Types of identities for pods that the values select; the others are for pods of the chart itself. */
const ofOthers = ["base", "raw"];

const identities = ["controllerManager", "identities", "clusterSPIFFEIDs"];

/**
 * The SPIFFE IDs that the values of SPIRE's charts have its controller manager give to pods, which a chart makes a
 * ClusterSPIFFEID of.
 *
 * Source: spiffe/helm-charts-hardened, charts/spire/charts/spire-server/templates/controller-manager-cluster-ids.yaml.
 */
export function* identitiesInValues(release: KubeObject, given: ChartValues): Iterable<Fact> {
  for (const [path, values] of serversIn(given.value)) {
    const at = [given.path, ...path, ...identities].join(".");
    for (const [key, entry] of entriesAt(values, ...identities)) {
      if (!isRecord(entry) || !isGiven(entry)) continue;
      const object = identity(release, key, entry, `${release.path}${at}.${key}.`);
      const className = { kind: "known", text: nameOf(release) } as const;
      yield* podRegistration(object, { path: [], className, jwtLifetime: "jwtTTL" });
    }
  }
}

/** The values of a server's own chart, or of those that a chart of several has under names of their own. */
function* serversIn(value: Value): Iterable<readonly [readonly string[], ValueRecord]> {
  if (!isRecord(value)) return;
  if (read(value, ...identities).kind !== "absent") yield [[], value];
  for (const [key, inner] of Object.entries(value)) {
    if (isRecord(inner) && read(inner, ...identities).kind !== "absent") yield [[key], inner];
  }
}

/** Whether an identity is switched on and has a template of its own; without one it has the default's. */
function isGiven(entry: ValueRecord): boolean {
  const enabled = textAt(entry, "enabled");
  if (enabled.kind === "text" && enabled.text !== "true") return false;
  const type = textAt(entry, "type");
  if (type.kind === "text" && !ofOthers.includes(type.text)) return false;
  return textAt(entry, "spiffeIDTemplate").kind !== "absent";
}

function identity(release: KubeObject, key: string, body: ValueRecord, path: string): KubeObject {
  const { cluster } = release;
  const name = `${nameOf(release)}-${key}`;
  return {
    ...release,
    body,
    path,
    group: "spire.spiffe.io",
    kind: "ClusterSPIFFEID",
    namespace: { kind: "named", text: "", thing: "" },
    thing: k8sName(cluster, "", "ClusterSPIFFEID", name),
    also: undefined,
    label: name,
  };
}

/** What the chart calls its objects by: the namespace and the name of the release. */
function nameOf(release: KubeObject): string {
  const name = nameTextAt(release.body, "metadata", "name") ?? release.resource.name;
  return [spaceOf(release) ?? "default", name].join("-");
}
