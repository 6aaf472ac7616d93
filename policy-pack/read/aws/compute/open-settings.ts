import { credentialsIn } from "../../../domain/secrets/hits";
import { urnName } from "../../../facts/name";
import { typesWith } from "../../../../core/aws/types";
import { read } from "../../../../core/snapshot/read";
import { Secret, isList, isRecord, type Value } from "../../../../core/snapshot/value";
import { describedAs } from "../../resource/literals";
import type { Reader } from "../../resource/reader";
import { FactList, valueIn } from "../../resource/values";

const openSettings = typesWith("openSettings");

/**
 * Reads the settings of AWS that readers of a resource see, and that are passed on unchanged: variables of stages, events,
 * parameters.
 *
 * Their resource is no workload.
 */
export const openSettingsReader: Reader = {
  name: "aws open settings",
  types: [...openSettings.keys()],
  partial: true,
  besideIdentity: true,
  readsLiterals: true,
  read: (resource, { credentialIn, literalName }) => {
    const list = new FactList(resource);
    const open = openSettings.get(resource.type);
    for (const setting of open?.at ?? []) {
      const path = setting.split(".");
      const start = valueIn(read(resource.inputs, ...path));
      for (const { text, property, under, marked } of textsIn(start, path)) {
        if (open?.literal?.test(text) === false) continue;
        for (const hit of credentialsIn(text, under, credentialIn)) {
          const value = literalName(hit.text);
          list.add("literal", property, {
            holder: urnName(resource.urn),
            ...describedAs(hit.found, hit.under),
            value,
            place: "exposed",
            marked,
          });
        }
      }
    }
    return list.all();
  },
};

interface Text {
  readonly text: string;
  readonly property: string;
  readonly under: string;
  readonly marked: boolean;
}

/** Most values of one resource that are looked at. */
const mostValues = 5_000;

function textsIn(start: Value | undefined, path: readonly string[]): readonly Text[] {
  const found: Text[] = [];
  const open: (Omit<Text, "text"> & { readonly value: Value })[] = [];
  if (start !== undefined) {
    open.push({ value: start, property: path.join("."), under: path.at(-1) ?? "", marked: false });
  }
  for (let next = 0; next < open.length && next < mostValues; next += 1) {
    const here = open[next];
    if (here === undefined) break;
    const { property, under } = here;
    const marked = here.marked || here.value instanceof Secret;
    const value = here.value instanceof Secret ? here.value.revealForComparison() : here.value;
    if (typeof value === "string") found.push({ text: value, property, under, marked });
    else if (isList(value)) {
      value.forEach((item, index) =>
        open.push({ value: item, property: `${property}[${index}]`, under, marked }),
      );
    } else if (isRecord(value)) {
      for (const [key, item] of Object.entries(value)) {
        open.push({ value: item, property: `${property}.${key}`, under: key, marked });
      }
    }
  }
  return found;
}
