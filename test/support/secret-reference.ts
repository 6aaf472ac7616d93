import noSharedSecret from "../../policy-pack/rules/no-shared-secret";
import { manifest } from "./resources";
import { ruleTester } from "./rule-tester";

/** A reference of a custom resource to a key of the Secret `desk`. */
export interface ReferenceToTest {
  /** `apiVersion` and kind: `ray.io/v1 RayCluster`. */
  readonly kind: string;
  /** Where the reference is. */
  readonly at: string;
  /** The spec with the reference. */
  readonly spec: (key: string) => string;
  /** Whether the reference is to all of the Secret. */
  readonly isWhole?: true;
}

/** A variable that has a key of the Secret `desk`. */
export function variable(key: string): string {
  return `{ name: DESK_TOKEN, valueFrom: { secretKeyRef: { name: desk, key: ${key} } } }`;
}

/** Tests that references count as uses: shared with a Deployment they are reported, and with a key of their own they are not. */
export function secretReferenceTester(...references: readonly ReferenceToTest[]): void {
  ruleTester(noSharedSecret, {
    accepts: references.map(({ kind, spec, isWhole }) => ({
      name: `${kind} that uses ${isWhole ? "a Secret" : "a key"} of its own`,
      resources: manifest(
        [isWhole ? "" : deployment("agent"), object(kind, spec("own"))].join("---"),
      ),
    })),
    rejects: references.map(({ kind, at, spec, isWhole }) => ({
      name: `${kind} that uses ${isWhole ? "the Secret" : "the key"} of another workload`,
      resources: manifest([deployment("token"), object(kind, spec("token"))].join("---")),
      findings: [
        shared("acme/agent", "acme/own", {
          at: "spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef",
          key: "[token]",
        }),
        shared("acme/own", "acme/agent", { at, key: isWhole ? "" : "[token]" }),
      ],
    })),
  });
}

function shared(
  holder: string,
  other: string,
  { at, key }: { readonly at: string; readonly key: string },
) {
  return {
    severity: "critical",
    about: "acme/desk",
    holder,
    at: `${holder}: ${at}`,
    message: `Secret \`acme/desk${key}\` is shared by 2 workloads`,
    related: [`${other}: uses this secret too`],
  };
}

function deployment(key: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: agent }
spec: { template: { spec: { containers: [{ name: main, env: [${variable(key)}] }] } } }
`;
}

function object(kind: string, spec: string): string {
  const [apiVersion = "", name = ""] = kind.split(" ");
  return `
apiVersion: ${apiVersion}
kind: ${name}
metadata: { namespace: acme, name: own }
spec: ${spec}
`;
}
