import type { Fact } from "../../../core/graph/fact";
import { k8sName } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import type { Urn, Value } from "../../../core/snapshot/value";
import { hiddenAt } from "./hidden-parts";
import { atOf, spaceOf, type KubeObject } from "./object";
import { textAt } from "./text";
import { unknownTaken } from "./workflow-templates";

/** Where an agent of kagent lists its tools, in the second version of its API and in the first. */
const toolPaths = [
  ["spec", "declarative", "tools"],
  ["spec", "tools"],
] as const;

/** How a tool names the server that it is of, and what kinds a server may be that only says how one is called. */
const references = [
  { name: "name", kind: "RemoteMCPServer", isStated: true },
  { name: "toolServer", kind: "ToolServer", isStated: false },
] as const;

type Reference = (typeof references)[number];

/**
 * The remote servers that an agent of kagent calls: it has what these are called with.
 *
 * Source: kagent.dev/docs, API reference, Agent (Tool, McpServerTool, TypedReference).
 */
export function* serversOfTools(object: KubeObject): Iterable<Fact> {
  for (const path of toolPaths) {
    for (const [index, tool] of listAt(object.body, ...path).entries()) {
      for (const reference of references) {
        yield* serverOf(object, `${path.join(".")}[${index}]`, tool, reference);
      }
    }
  }
  const lists = toolPaths.map((path) => [...path, "[]"]);
  for (const { path, dependsOn } of hiddenAt(object.body, lists)) {
    yield* unknownServer(object, path, references, dependsOn);
  }
}

function* serverOf(
  object: KubeObject,
  tool: string,
  value: Value,
  reference: Reference,
): Iterable<Fact> {
  const kind = textAt(value, "mcpServer", "kind");
  const isOther =
    kind.kind !== "unknown" && !(kind.kind === "text" && kind.text === reference.kind);
  if (reference.isStated && isOther) return;
  const at = `${tool}.mcpServer.${reference.name}`;
  const name = textAt(value, "mcpServer", reference.name);
  if (name.kind === "absent" || (name.kind === "text" && name.text === "")) return;
  const space = textAt(value, "mcpServer", "namespace");
  const open = [name, space].flatMap((each) => (each.kind === "unknown" ? [each.dependsOn] : []));
  if (name.kind === "unknown" || open.length > 0) {
    yield* unknownServer(object, at, [reference], open.flat());
    return;
  }
  const parts = name.text.split("/", 2);
  const stated = space.kind === "text" && space.text !== "" ? space.text : spaceOf(object);
  const [within = stated, called = ""] = parts.length === 2 ? parts : [stated, name.text];
  if (within === undefined) return;
  const isOpen = reference.isStated && kind.kind === "unknown";
  yield {
    kind: "runs-template",
    at: atOf(object, at),
    workload: object.thing,
    template: k8sName(object.cluster, within, ofKind(reference), called),
    ...(isOpen && { dependsOn: kind.dependsOn }),
  };
}

function unknownServer(
  object: KubeObject,
  at: string,
  of: readonly Reference[],
  dependsOn: readonly Urn[],
): Iterable<Fact> {
  return unknownTaken(object, at, { wide: [], own: of.map(ofKind), runs: undefined, dependsOn });
}

function ofKind({ kind }: Reference): string {
  return `${kind}.kagent.dev`;
}
