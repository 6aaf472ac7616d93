import { Secret, Unknown, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import type { Resource } from "../../core/snapshot/resource";
import { authorityStack, type AuthorityStack } from "./authority-stack";
import { casesOf } from "./cases";

/** Few stacks of the cases about tenants and authority that together have a resource of every type of all of them. */
export function stacksOfEveryType(): readonly (readonly Resource[])[] {
  const stacks = ["authority", "tenancy"]
    .flatMap((folder) => casesOf<AuthorityStack>(folder))
    .map(({ requested }) => authorityStack(requested))
    .sort((a, b) => a.length - b.length);
  const seen = new Set<string>();
  return stacks.filter((resources) => {
    const fresh = resources.filter(({ type }) => !seen.has(type));
    for (const { type } of fresh) seen.add(type);
    return fresh.length > 0;
  });
}

/** The stack once more: whatever it names has another name, in each text that names it. */
export function copied(resources: readonly Resource[], suffix: string): readonly Resource[] {
  const names = [...new Set(resources.flatMap(namesIn))]
    .filter((name) => /^[A-Za-z][\w/-]*$/.test(name))
    .sort((a, b) => b.length - a.length);
  // A name of one letter is also a word: it counts where it is the whole text.
  const words = names.filter((name) => name.length > 2);
  const pattern = new RegExp(`(?<![\\w.-])(?:${words.join("|")})(?!\\w|-(?!AbCd12))`, "g");
  const text = (given: string): string =>
    words.length === names.length || !names.includes(given)
      ? given.replace(pattern, (name) => `${name}${suffix}`)
      : `${given}${suffix}`;
  const urn = (given: string): string => {
    const [name = "", ...type] = given.split("::").reverse();
    return [...type.reverse(), `${name}${suffix}`].join("::");
  };
  const renamed = (value: Value): Value => {
    if (typeof value === "string") return text(value);
    if (value instanceof Unknown) return new Unknown(value.dependsOn.map(urn), value.secret);
    if (value instanceof Secret) return new Secret(renamed(value.revealForComparison()));
    if (Array.isArray(value)) return value.map(renamed);
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renamed(inner)]));
  };
  return resources.map((each) => ({
    ...each,
    urn: urn(each.urn),
    name: `${each.name}${suffix}`,
    inputs: renamed(each.inputs) as ValueRecord,
    ...(each.outputs && { outputs: renamed(each.outputs) as ValueRecord }),
    ...(each.parent !== undefined && { parent: urn(each.parent) }),
    ...(each.provider !== undefined && { provider: urn(each.provider) }),
    dependencies: each.dependencies.map(urn),
    propertyDependencies: Object.fromEntries(
      Object.entries(each.propertyDependencies).map(([key, urns]) => [key, urns.map(urn)]),
    ),
  }));
}

/** What a resource may go by: its name in the program, and the names that its inputs state. */
function namesIn({ name, inputs }: Resource): readonly string[] {
  const { metadata } = inputs;
  const stated = [
    ...Object.entries(inputs).flatMap(([key, value]) =>
      /(?:^|[a-z])(?:[nN]ame|[iI]dentifier)$|^(?:bucket|family)$/.test(key) ? [value] : [],
    ),
    ...(isRecord(metadata) ? [metadata["name"], metadata["namespace"]] : []),
  ];
  return [
    ...name.split("/"),
    ...stated.filter((value): value is string => typeof value === "string"),
  ];
}
