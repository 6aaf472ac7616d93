import { named } from "../../../facts/fact-values";
import { k8sName, type Name } from "../../../facts/name";
import { jobDefinitionType } from "../../../../core/aws/compute";
import { knownString, listAt, read } from "../../../../core/snapshot/read";
import { isRecord, type Value } from "../../../../core/snapshot/value";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, valueIn, unknownLike } from "../../resource/values";
import { addCommand } from "./command";
import { addContainer } from "./container";
import {
  addReceived,
  addMarkedText,
  addUnknownWhole,
  addUnknownLocation,
} from "../secrets/received";
import { addUses } from "./uses";
import { refTo, role } from "../refs";
import { addWorkload } from "./workload";

/** Longest text of properties that is looked at. */
const longestProperties = 1_000_000;

/** Inputs with the containers of a job, as JSON. */
const inputs = ["containerProperties", "nodeProperties", "ecsProperties"];

const podProperties = ["eksProperties", "podProperties"] as const;

/** The definition of a container, with the role that it runs as. */
interface Defined {
  readonly at: string;
  readonly container: Value;
  readonly role: string | undefined;
}

/**
 * Reads job definitions of AWS Batch: a job is a workload, and its job role is its identity.
 *
 * Source: AWS Batch API, RegisterJobDefinition: `containerProperties`, `nodeProperties.nodeRangeProperties[].container`,
 * `ecsProperties.taskProperties[]`, `eksProperties.podProperties`.
 */
export const jobDefinitionReader: Reader = {
  name: "aws batch job definition",
  types: [jobDefinitionType],
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    const workload = addWorkload(list, context, "Batch job definition");
    for (const top of inputs) readProperties(list, context, workload, top);
    for (const containers of ["initContainers", "containers"]) {
      readPod(list, context, workload, containers);
    }
    readVolumes(list, workload);
    return list.all();
  },
};

/** What the containers of a job on EKS receive. */
function readPod(list: FactList, context: ReadContext, workload: Name, containers: string): void {
  const [top] = podProperties;
  const { inputs: given } = list.resource;
  const property = [...podProperties, containers].join(".");
  addUnknownLocation(list, { workload, top, property }, given, ...podProperties, containers);
  for (const [index, container] of listAt(given, ...podProperties, containers).entries()) {
    const at = `${property}[${index}]`;
    addUnknownLocation(list, { workload, top, property: `${at}.envs` }, container, "envs");
    for (const [position, variable] of listAt(container, "envs").entries()) {
      const under = knownString(variable, "name");
      const value = valueIn(read(variable, "value"));
      if (value === undefined) continue;
      const place = { workload, top, property: `${at}.envs[${position}].value`, under } as const;
      addReceived(list, context, { ...place, through: "env" }, value);
    }
    const words = [...listAt(container, "commands"), ...listAt(container, "args")];
    addCommand(list, context, { workload, top, property: `${at}.args` }, words);
  }
}

/**
 * The Secrets that a job on EKS mounts; the compute environment of its queue has the cluster and namespace.
 *
 * A namespace and a cluster of that environment represent both, so two jobs may share a Secret, and need not.
 */
function readVolumes(list: FactList, workload: Name): void {
  for (const [index, volume] of listAt(
    list.resource.inputs,
    ...podProperties,
    "volumes",
  ).entries()) {
    const name = knownString(volume, "secret", "secretName");
    if (name === undefined) continue;
    const property = `${podProperties.join(".")}.volumes[${index}].secret.secretName`;
    const secret = named(k8sName(`urn:batch/${list.resource.urn}`, "", "Secret", name));
    addUses(list, { workload, property, through: "volume" }, secret);
  }
}

function readProperties(list: FactList, context: ReadContext, workload: Name, top: string): void {
  const found = read(list.resource.inputs, top);
  if (found.kind === "absent" || found.kind === "unfit") return;
  if (found.kind === "unknown") {
    const place = { workload, top, property: top, under: undefined, through: "env" } as const;
    addReceived(list, context, place, unknownLike(found));
    addUnknownWhole(list, place, found);
    return;
  }
  const plain = found.kind === "secret" ? found.secret.revealForComparison() : found.value;
  const properties = typeof plain === "string" ? parsed(plain) : plain;
  if (!isRecord(properties)) {
    list.add("unreadable", top, {
      thing: list.resource.urn,
      reader: "aws batch job definition",
      problem: `\`${top}\` is no JSON object`,
    });
    return;
  }
  const marked = found.kind === "secret";
  const stated = new Set<string>();
  for (const { at, container, role: arn } of definedIn(properties, top)) {
    addContainer(list, context, { workload, top, at, marked, ends: true }, container);
    const identity =
      arn === undefined
        ? undefined
        : refTo(role, { kind: "known", text: arn }, context.accountOf(list.resource));
    if (identity === undefined || arn === undefined || stated.has(arn)) continue;
    stated.add(arn);
    list.add("runs-as", top, { workload, identity, how: "job role", isDefault: false });
  }
  if (marked) {
    addMarkedText(list, { workload, top, property: top, under: undefined, through: "env" });
  }
}

function definedIn(properties: Value, top: string): readonly Defined[] {
  switch (top) {
    case "containerProperties":
      return [{ at: top, container: properties, role: knownString(properties, "jobRoleArn") }];
    case "nodeProperties":
      return listAt(properties, "nodeRangeProperties").flatMap((range, index) => {
        const container = valueIn(read(range, "container"));
        if (container === undefined) return [];
        const at = `${top}.nodeRangeProperties[${index}].container`;
        return [{ at, container, role: knownString(container, "jobRoleArn") }];
      });
    default:
      return listAt(properties, "taskProperties").flatMap((task, index) =>
        listAt(task, "containers").map((container, position) => ({
          at: `${top}.taskProperties[${index}].containers[${position}]`,
          container,
          role: knownString(task, "taskRoleArn"),
        })),
      );
  }
}

function parsed(text: string): Value | undefined {
  if (text.length > longestProperties) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
