import assert from "node:assert/strict";
import type { ApiServer } from "./servers/api-server";
import type { Entry } from "./servers/spire";

/** An object of the API server, as far as entries come from it. */
interface Listed<Spec> {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: Spec;
}

interface PodSpec {
  readonly serviceAccountName: string;
}

interface PodTemplate {
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: PodSpec;
  };
}

interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>;
}

interface ClusterSpiffeId {
  readonly spiffeIDTemplate: string;
  readonly namespaceSelector: Selector;
  readonly podSelector: Selector;
  readonly workloadSelectorTemplates: readonly string[];
  readonly ttl: string;
  readonly jwtTtl: string;
  readonly hint: string;
}

interface ClusterStaticEntry {
  readonly spiffeID: string;
  readonly parentID: string;
  readonly selectors: readonly string[];
  readonly x509SVIDTTL: string;
  readonly jwtSVIDTTL: string;
  readonly hint: string;
}

/** What is the same for the whole cluster. */
interface Place {
  readonly trustDomain: string;
  readonly clusterName: string;
}

/**
 * The entries that SPIRE's controller manager would make of a cluster's objects, each Deployment taken for one pod of it.
 *
 * Source: spiffe/spire-controller-manager, docs/clusterspiffeid-crd.md and docs/clusterstaticentry-crd.md.
 */
export async function entriesOf(cluster: ApiServer, place: Place): Promise<readonly Entry[]> {
  const list = async <Spec>(path: string): Promise<readonly Listed<Spec>[]> =>
    (await cluster.query<{ items: readonly Listed<Spec>[] }>(path)).body.items;
  const [ids, statics, namespaces, deployments] = await Promise.all([
    list<ClusterSpiffeId>("/apis/spire.spiffe.io/v1alpha1/clusterspiffeids"),
    list<ClusterStaticEntry>("/apis/spire.spiffe.io/v1alpha1/clusterstaticentries"),
    list<unknown>("/api/v1/namespaces"),
    list<PodTemplate>("/apis/apps/v1/deployments"),
  ]);
  const labels = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  const ofPods = ids.flatMap(({ spec }) =>
    deployments.flatMap(({ metadata, spec: { template } }): Entry[] => {
      const namespace = metadata.namespace ?? "";
      const selected =
        matches(spec.namespaceSelector, labels.get(namespace) ?? {}) &&
        matches(spec.podSelector, template.metadata.labels);
      if (!selected) return [];
      const fields = {
        ".TrustDomain": place.trustDomain,
        ".ClusterName": place.clusterName,
        ".PodMeta.Namespace": namespace,
        ".PodSpec.ServiceAccountName": template.spec.serviceAccountName,
      };
      return [
        {
          spiffeId: rendered(spec.spiffeIDTemplate, fields),
          parentId: `spiffe://${place.trustDomain}/spire/agent/k8s_psat/${place.clusterName}/node`,
          selectors: spec.workloadSelectorTemplates.map((text) => rendered(text, fields)).sort(),
          x509SvidTtl: seconds(spec.ttl),
          jwtSvidTtl: seconds(spec.jwtTtl),
          hint: spec.hint,
        },
      ];
    }),
  );
  const outside = statics.map(({ spec }): Entry => ({
    spiffeId: spec.spiffeID,
    parentId: spec.parentID,
    selectors: [...spec.selectors].sort(),
    x509SvidTtl: seconds(spec.x509SVIDTTL),
    jwtSvidTtl: seconds(spec.jwtSVIDTTL),
    hint: spec.hint,
  }));
  return [...ofPods, ...outside].sort((a, b) => (a.spiffeId < b.spiffeId ? -1 : 1));
}

function matches({ matchLabels }: Selector, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
}

/** Fills in the fields of a template of Go; one that is not known is an error, and so is any other action. */
function rendered(template: string, fields: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{(.*?)\}\}/g, (_, action: string) => {
    const value = fields[action.trim()];
    assert.ok(value !== undefined, `the template asks for \`${action.trim()}\``);
    return value;
  });
}

function seconds(duration: string): number {
  const [, number, unit] = /^(\d+)([smh])$/.exec(duration) ?? [];
  assert.ok(number !== undefined, `\`${duration}\` is a duration`);
  return Number(number) * { s: 1, m: 60, h: 3600 }[unit as "s" | "m" | "h"];
}
