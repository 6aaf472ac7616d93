import type { Fact } from "../../../core/graph/fact";
import { k8sName } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import { atOf, spaceOf, type KubeObject } from "./object";
import { nameTextAt, textAt } from "./text";
import { unknownTaken } from "./workflow-templates";

/** Where an agent of kagent lists its tools, in the second version of its API and in the first. */
const toolPaths = [
  ["spec", "declarative", "tools"],
  ["spec", "tools"],
] as const;

/** How a tool names the server that it is of, and what kinds a server may be that only says how one is called. */
const references = [
  { name: "name", kind: "RemoteMCPServer", isSaid: true },
  { name: "toolServer", kind: "ToolServer", isSaid: false },
] as const;

const group = "kagent.dev";

/**
 * The remote servers that an agent of kagent calls: it has what these are called with.
 *
 * Source: kagent.dev/docs, API reference, Agent (Tool, McpServerTool).
 */
export function* calledBy(object: KubeObject): Iterable<Fact> {
  const own = spaceOf(object);
  if (own === undefined) return;
  for (const path of toolPaths) {
    for (const [index, tool] of listAt(object.body, ...path).entries()) {
      for (const { name: property, kind, isSaid } of references) {
        if (isSaid && nameTextAt(tool, "mcpServer", "kind") !== kind) continue;
        const at = `${path.join(".")}[${index}].mcpServer.${property}`;
        const name = textAt(tool, "mcpServer", property);
        const ofKind = `${kind}.${group}`;
        if (name.kind === "unknown") {
          const { waitsFor } = name;
          yield* unknownTaken(object, at, { wide: [], own: [ofKind], runs: undefined, waitsFor });
        }
        if (name.kind !== "text" || name.text === "") continue;
        const [space, other] = name.text.split("/", 2);
        const [within, called] = other === undefined ? [own, name.text] : [space ?? own, other];
        yield {
          kind: "takes",
          at: atOf(object, at),
          workload: object.thing,
          template: k8sName(object.cluster, within, ofKind, called),
        };
      }
    }
  }
}
