import { entriesAt, listAt, read } from "../../../../core/snapshot/read";
import { Secret, Unknown, type Value } from "../../../../core/snapshot/value";
import type { Reader } from "../../resource/reader";
import { FactList, valueIn } from "../../resource/values";
import { addContainer } from "./container";
import { addTaskRoles } from "./ecs";
import { addUnknownLocation } from "../secrets/received";
import { addWorkload } from "./workload";

const daemon = "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition";
const express = "aws:ecs/expressGatewayService:ExpressGatewayService";

/** Inputs of a container that the API calls otherwise. Source: the input types of `@pulumi/aws` 7. */
const inApi: Readonly<Record<string, string>> = {
  commands: "command",
  entryPoints: "entryPoint",
  environments: "environment",
};

/** Inputs by which a container receives what may be a credential. */
const given = [...Object.keys(inApi), "secrets", "environmentFiles"];

/** Reads what ECS runs by containers that inputs define, not JSON: daemons, and services of one container. */
export const structuredTaskReader: Reader = {
  name: "aws ecs containers",
  types: [daemon, express],
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    const isDaemon = resource.type === daemon;
    const workload = isDaemon
      ? addWorkload(list, context, "ECS daemon task definition", "family")
      : addWorkload(list, context, "ECS Express service", "serviceName");
    addTaskRoles(list, context, workload);
    const top = isDaemon ? "containerDefinitions" : "primaryContainer";
    addUnknownLocation(list, { workload, top, property: top }, resource.inputs, top);
    const whole = valueIn(read(resource.inputs, top));
    const containers = isDaemon ? listAt(whole) : whole instanceof Unknown ? [] : [whole ?? null];
    for (const [index, one] of containers.entries()) {
      const container = one instanceof Secret ? one.revealForComparison() : one;
      const at = isDaemon ? `${top}[${index}]` : top;
      if (container instanceof Unknown) {
        addUnknownLocation(list, { workload, top, property: at }, container);
        continue;
      }
      for (const part of given) {
        addUnknownLocation(list, { workload, top, property: `${at}.${part}` }, container, part);
      }
      const marked = one instanceof Secret;
      addContainer(list, context, { workload, top, at, marked, ends: false }, asInApi(container));
    }
    return list.all();
  },
};

function asInApi(container: Value): Value {
  return Object.fromEntries(
    entriesAt(container).map(([name, value]) => [inApi[name] ?? name, value]),
  );
}
