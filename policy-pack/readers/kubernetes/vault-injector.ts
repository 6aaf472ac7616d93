import { apartOf } from "../../../core/credential/apart";
import type { Fact } from "../../../core/graph/fact";
import { named, type Ref } from "../../../core/graph/fact-values";
import { entriesAt } from "../../../core/snapshot/read";
import { atOf, type KubeObject } from "./object";
import type { PodTemplate } from "./pod-template";
import { vaultSecret } from "./provider-objects";
import { nameTextAt, textAt, type TextRead } from "./text";

/** What stands before the annotations of the injectors of Vault and OpenBao. */
const domains = ["vault.hashicorp.com", "openbao.openbao.org"];

/**
 * The secrets of Vault that an injector puts into a pod as files, by its annotations; those that a template alone names are not told.
 *
 * Source: developer.hashicorp.com/vault/docs/platform/k8s/injector/annotations; openbao.org/docs/platform/k8s/injector/annotations.
 */
export function* injectedSecrets(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  if (pod.labels === undefined) return;
  const annotations = [...pod.labels.slice(0, -1), "annotations"];
  const said = (name: string): string | undefined => nameTextAt(object.body, ...annotations, name);
  for (const domain of domains) {
    const inject = textAt(object.body, ...annotations, `${domain}/agent-inject`);
    if (inject.kind === "absent" || (inject.kind === "text" && !isYes(inject.text))) continue;
    const server = { address: said(`${domain}/service`), namespace: said(`${domain}/namespace`) };
    const before = `${domain}/agent-inject-secret-`;
    for (const [name] of entriesAt(object.body, ...annotations)) {
      if (!name.startsWith(before)) continue;
      const path = textAt(object.body, ...annotations, name);
      const secret = secretAt(object, path, server);
      if (secret === undefined) continue;
      const hold = {
        at: atOf(object, `${annotations.join(".")}["${name}"]`),
        workload: object.thing,
        secret,
        through: "volume",
      } as const;
      yield inject.kind === "text"
        ? { kind: "holds", ...hold }
        : { kind: "may-hold", ...hold, waitsFor: inject.waitsFor };
    }
  }
}

/** The secret at a path; undefined for none, and for one that each request gets anew. */
function secretAt(
  object: KubeObject,
  path: TextRead,
  server: Parameters<typeof vaultSecret>[2],
): Ref | undefined {
  if (path.kind === "unknown") return { kind: "unknown", waitsFor: path.waitsFor };
  if (path.kind === "absent" || path.text === "") return undefined;
  const content = vaultSecret(object, path.text, server);
  return apartOf(content) === undefined ? named(content) : undefined;
}

/** What Go takes for a yes, as the injector reads it. */
function isYes(text: string): boolean {
  return ["1", "t", "true"].includes(text.toLowerCase());
}
