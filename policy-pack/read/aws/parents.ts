import { onlyOf, textAt, unknownAt, type FactList } from "../resource/values";
import type { Name } from "../../facts/name";

/** What something has an id in that is unique there alone, such as the API of a route. */
export interface Parent {
  /** The input that names it. */
  readonly input: string;
  /** Its types. */
  readonly types: readonly string[];
  /** One spelling of its id. Default: as it is written. */
  readonly tidy?: (id: string) => string;
  /** Its id where the input is absent. Default: nothing has a name then. */
  readonly usual?: string;
}

/**
 * The names of something by its parent: by the id of that, and by the only resource of the stack that it is made of.
 *
 * One program has the id where another, or an earlier preview, has an unknown output of the resource.
 */
export function namesWithin(
  { resource }: FactList,
  { input, types, tidy = (id) => id, usual }: Parent,
  nameOf: (parent: string) => Name,
): readonly Name[] {
  const text = textAt(resource, input);
  if (text === undefined) return usual === undefined ? [] : [nameOf(usual)];
  const depends = text.kind === "unknown" ? text : unknownAt(resource, input, { dependsOn: [] });
  const only = onlyOf(depends, types);
  if (text.kind === "known") {
    return [tidy(text.text), ...(only === undefined ? [] : [only])].map(nameOf);
  }
  return [nameOf(only ?? [...new Set(text.dependsOn)].sort().join(" "))];
}

/** States that all names are one thing's, and returns the first. */
export function oneOf(list: FactList, property: string, names: readonly Name[]): Name | undefined {
  const [first, ...others] = names;
  if (first === undefined) return undefined;
  for (const also of others) list.add("alias", property, { thing: first, also });
  return first;
}
