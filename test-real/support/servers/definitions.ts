import assert from "node:assert/strict";
import type { ApiServer } from "./api-server";

/** A kind of objects that the API server is to serve as well, for the cluster as a whole. */
export interface Definition {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
}

/** What SPIRE's controller manager reads. Source: spiffe/spire-controller-manager, its CRDs. */
export const spireKinds: readonly Definition[] = [
  {
    group: "spire.spiffe.io",
    version: "v1alpha1",
    kind: "ClusterSPIFFEID",
    plural: "clusterspiffeids",
  },
  {
    group: "spire.spiffe.io",
    version: "v1alpha1",
    kind: "ClusterStaticEntry",
    plural: "clusterstaticentries",
  },
];

/** Has the API server serve kinds of which it checks nothing but that they are objects, and waits until it does. */
export async function define(
  cluster: ApiServer,
  definitions: readonly Definition[],
): Promise<void> {
  for (const { group, version, kind, plural } of definitions) {
    const { status } = await cluster.query(
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
      {
        method: "POST",
        body: {
          apiVersion: "apiextensions.k8s.io/v1",
          kind: "CustomResourceDefinition",
          metadata: { name: `${plural}.${group}` },
          spec: {
            group,
            scope: "Cluster",
            names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
            versions: [
              {
                name: version,
                served: true,
                storage: true,
                schema: {
                  openAPIV3Schema: {
                    type: "object",
                    properties: {
                      spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                    },
                  },
                },
              },
            ],
          },
        },
      },
    );
    assert.equal(status, 201);
    while ((await cluster.query(`/apis/${group}/${version}/${plural}`)).status !== 200) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
