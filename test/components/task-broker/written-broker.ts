import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { TaskBrokerArgs, TaskBrokerDeploymentArgs } from "../../../components";
import { registered, type Registered } from "../support/registered";
import { desk } from "./desk";

/** An object of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** The objects that the components make for a broker, without what only Pulumi reads. */
function madeIn(resources: readonly Registered[]): readonly Manifest[] {
  return resources
    .filter(
      ({ type, under }) =>
        type.startsWith("kubernetes:") && /TaskBroker(?:Deployment)?$/.test(under),
    )
    .map(({ inputs }) => {
      const { metadata, ...rest } = inputs as unknown as Manifest & {
        readonly metadata: { readonly annotations?: object };
      };
      const { annotations = {}, ...own } = metadata;
      const kept = Object.entries(annotations).filter(([name]) => !name.startsWith("pulumi.com/"));
      return {
        ...rest,
        metadata: { ...own, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) },
      };
    });
}

/** Objects of a file of several documents. */
export function objectsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** Makes a broker by the components, and writes its configuration to a folder; returns its objects. */
export async function writeBroker(
  folder: string,
  state: TaskBrokerDeploymentArgs["state"],
  others: Partial<TaskBrokerDeploymentArgs> = {},
  ofBroker: Partial<TaskBrokerArgs> = {},
): Promise<readonly Manifest[]> {
  const objects = madeIn(
    await registered(() => void desk({ state, ...others }, undefined, ofBroker)),
  );
  const data = objects.find(({ kind }) => kind === "ConfigMap")?.data ?? {};
  for (const path of ["broker.yaml", "keys/cluster.json", "keys/spire.json", "state/ca.pem"]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), data[path.replaceAll("/", ".")] ?? "");
  }
  return objects;
}
