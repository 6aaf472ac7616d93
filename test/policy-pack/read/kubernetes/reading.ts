import type { Resource } from "../../../../core/snapshot/resource";
import { kubernetesReaders } from "../../../../policy-pack/read/kubernetes";
import { createReaderIndex } from "../../../../policy-pack/read";
import type { ReadContext } from "../../../../policy-pack/read/resource/reader";
import { contextOf } from "../aws/reading";

const readersOf = createReaderIndex(kubernetesReaders);

/**
 * What the readers say of the last resource, in the light of those before it.
 *
 * Each fact is one text: its kind, the property it was read at, and its body with `name` in place of a URN that ends so.
 */
export function stated(
  resources: readonly Resource[],
  context: ReadContext = contextOf(resources),
): readonly string[] {
  const last = resources.at(-1);
  if (last === undefined) return [];
  return readersOf(last).flatMap((reader) =>
    [...reader.read(last, context)].map(({ kind, at, ...body }) => {
      const values = Object.entries(body).map(([name, value]) => `${name}=${textOf(value)}`);
      return shortened(`${kind} @${at.property} ${values.join(" ")}`);
    }),
  );
}

/** Those of the texts that are of some kinds. */
export function only(texts: readonly string[], ...kinds: readonly string[]): readonly string[] {
  return texts.filter((text) => kinds.includes(text.split(" ", 1)[0] ?? ""));
}

function textOf(value: unknown): string {
  if (typeof value === "object" && value !== null && "kind" in value) {
    const ref = value as { kind: string; name?: string; text?: string; dependsOn?: string[] };
    if (ref.kind === "named" && ref.name !== undefined) return ref.name;
    if (ref.kind === "known" && ref.text !== undefined) return ref.text;
    if (ref.kind === "unset") return "unset";
    if (ref.kind === "unknown") return `unknown(${(ref.dependsOn ?? []).join(",")})`;
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

function shortened(text: string): string {
  return text
    .replace(/urn:pulumi:dev::desk::[\w:./-]+::([\w/.-]+)/g, "<$1>")
    .replace(/literal\|[\w-]+/g, "literal|…");
}
