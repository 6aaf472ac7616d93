import type { Fact } from "../../../facts/fact";
import type { Name } from "../../../facts/name";
import { otherHostBy } from "../../resource/calls";
import { atOf, type KubeObject } from "../object";
import type { TextRead } from "../text";

/** States where a setting sends calls, if it sends any. */
export function* callsOf(
  object: KubeObject,
  caller: Name,
  setting: string | undefined,
  property: string,
  value: TextRead,
): Iterable<Fact> {
  if (setting === undefined || value.kind === "absent") return;
  const text = value.kind === "text" ? value.text : value;
  const elsewhere = otherHostBy(setting, text);
  if (elsewhere === undefined) return;
  const at = atOf(object, property);
  yield { kind: "client-setting", at, config: caller, of: "address", setting, elsewhere };
}
