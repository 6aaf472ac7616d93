import type { Name } from "../../../facts/name";
import { taskDefinitionType } from "../../../../core/aws/ecs";
import { listAt, read } from "../../../../core/snapshot/read";
import { Unknown, isList, isRecord, type Value } from "../../../../core/snapshot/value";
import { besideServers } from "../../resource/beside-servers";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, valueIn, unknownLike } from "../../resource/values";
import { addContainer } from "./container";
import {
  addReceived,
  addMarkedText,
  addUnknownWhole,
  addUnknownLocation,
} from "../secrets/received";
import { referred, addNames } from "../naming";
import { addReference } from "../reference";
import { role, taskDefinition } from "../refs";
import { addRunsAs, addWorkload } from "./workload";

const property = "containerDefinitions";

/** The parts of a container that may contain any number of credentials. */
const given = ["environment", "secrets"];

/** Longest text of container definitions that is looked at; ECS accepts 64 KiB for a whole task definition. */
const longestDefinitions = 1_000_000;

/** Reads ECS task definitions; revisions of one family are one workload, and its task role is its identity. */
export const taskDefinitionReader: Reader = {
  name: "aws task definition",
  types: [taskDefinitionType],
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    addNames(list, context, taskDefinition);
    const workload = addWorkload(list, context, "ECS task definition", "family");
    addTaskRoles(list, context, workload);
    readContainers(list, context, workload);
    readVolumes(list, context, workload);
    return besideServers(list.all());
  },
};

/** States which role a task runs as, and which one starts it. */
export function addTaskRoles(list: FactList, context: ReadContext, workload: Name): void {
  addRunsAs(list, context, workload, { path: ["taskRoleArn"], how: "task role" });
  const starter = referred(list, context, role, "executionRoleArn");
  if (starter !== undefined) {
    list.add("starts", "executionRoleArn", { workload, identity: starter });
  }
}

function readContainers(list: FactList, context: ReadContext, workload: Name): void {
  const found = read(list.resource.inputs, property);
  if (found.kind === "absent" || found.kind === "unfit") return;
  if (found.kind === "unknown") {
    const place = { workload, top: property, property, under: undefined, through: "env" } as const;
    addReceived(list, context, place, unknownLike(found));
    // One unknown value makes the whole text unknown, with everything beside it.
    addUnknownWhole(list, place, found);
    return;
  }
  const plain = found.kind === "secret" ? found.secret.revealForComparison() : found.value;
  const definitions = typeof plain === "string" ? parsed(plain) : plain;
  if (!isList(definitions)) {
    list.add("unreadable", property, {
      thing: list.resource.urn,
      reader: "aws task definition",
      problem: `\`${property}\` is not a JSON list of containers`,
    });
    return;
  }
  definitions.forEach((container, index) => {
    const at = `${property}[${index}]`;
    const marked = found.kind === "secret";
    if (container instanceof Unknown) {
      addUnknownLocation(list, { workload, top: property, property: at }, container);
      return;
    }
    for (const part of given) {
      const unknown = { workload, top: property, property: `${at}.${part}` };
      addUnknownLocation(list, unknown, container, part);
    }
    addContainer(list, context, { workload, top: property, at, marked, ends: false }, container);
  });
  const hasEnvironment = definitions.some((one) => listAt(one, "environment").length > 0);
  if (found.kind === "secret" && hasEnvironment) {
    addMarkedText(list, { workload, top: property, property, under: undefined, through: "env" });
  }
}

/** The credentials with which file shares are mounted (ECS API, FSxWindowsFileServerAuthorizationConfig). */
function readVolumes(list: FactList, context: ReadContext, workload: Name): void {
  const path = [
    "fsxWindowsFileServerVolumeConfiguration",
    "authorizationConfig",
    "credentialsParameter",
  ];
  for (const [index, volume] of listAt(list.resource.inputs, "volumes").entries()) {
    const at = `volumes[${index}].${path.join(".")}`;
    const place = { workload, top: "volumes", property: at, under: undefined } as const;
    addReference(list, context, { ...place, through: "volume" }, valueIn(read(volume, ...path)));
  }
}

function parsed(text: string): Value | undefined {
  if (text.length > longestDefinitions) return undefined;
  try {
    const value = JSON.parse(text) as Value;
    return isRecord(value) ? [value] : value;
  } catch {
    return undefined;
  }
}
