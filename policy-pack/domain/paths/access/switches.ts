import type { ResourceSwitch } from "../../../facts/call-facts";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { no, or, unknown, yes, type Three } from "../../../../core/three-valued";

/**
 * Whether a setting of a resource is on; an unknown resource with that setting may be this one.
 *
 * @param reason the message where it is unknown
 */
export function isSwitched(
  graph: Graph,
  name: Name,
  setting: ResourceSwitch,
  reason: string,
): Three {
  const loose = graph.all("configures").filter(({ resource }) => resource.kind === "unknown");
  return or(
    [...graph.facts("configures", "resource", name), ...loose].map((fact) => {
      if (fact.setting !== setting) return no;
      const { resource, isOn } = fact;
      if (isOn.kind === "known" && !isOn.value) return no;
      const open = resource.kind === "unknown" ? resource : isOn;
      return open.kind === "unknown" ? unknown(reason, open.dependsOn) : yes;
    }),
  );
}
