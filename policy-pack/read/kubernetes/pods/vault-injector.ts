import { exemptOf } from "../../../domain/secrets/apart";
import type { Fact } from "../../../facts/fact";
import { named, type Ref } from "../../../facts/fact-values";
import { entriesAt } from "../../../../core/snapshot/read";
import { atOf, type KubeObject } from "../object";
import type { PodTemplate } from "./pod-template";
import { vaultSecret } from "../secrets/provider-objects";
import { textAt, type TextRead } from "../text";

/** The prefix of the annotations of the injectors of Vault and OpenBao. */
const domains = ["vault.hashicorp.com", "openbao.openbao.org"];

/**
 * The secrets of Vault that an injector puts into a pod as files, by its annotations; those that only a template names are left
 * out.
 *
 * Source: developer.hashicorp.com/vault/docs/platform/k8s/injector/annotations;
 * openbao.org/docs/platform/k8s/injector/annotations.
 */
export function* injectedSecrets(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  if (pod.labels === undefined) return;
  const annotations = [...pod.labels.slice(0, -1), "annotations"];
  const stated = (name: string): TextRead => textAt(object.body, ...annotations, name);
  for (const domain of domains) {
    const inject = stated(`${domain}/agent-inject`);
    if (inject.kind === "absent" || (inject.kind === "text" && !isYes(inject.text))) continue;
    const server = {
      address: stated(`${domain}/service`),
      namespace: stated(`${domain}/namespace`),
    };
    const before = `${domain}/agent-inject-secret-`;
    for (const [name] of entriesAt(object.body, ...annotations)) {
      if (!name.startsWith(before)) continue;
      const secret = secretAt(object, stated(name), server);
      if (secret === undefined) continue;
      yield {
        kind: "uses",
        at: atOf(object, `${annotations.join(".")}["${name}"]`),
        workload: object.thing,
        secret,
        through: "volume",
        ...(inject.kind === "unknown" && { dependsOn: inject.dependsOn }),
      };
    }
  }
}

/** The server of an injector, and the namespace in it. */
interface Server {
  readonly address: TextRead;
  readonly namespace: TextRead;
}

/** The secret at a path; undefined for none, and for one that each request gets anew. */
function secretAt(object: KubeObject, path: TextRead, server: Server): Ref | undefined {
  const { address, namespace } = server;
  const open = [path, address, namespace].flatMap((each) =>
    each.kind === "unknown" ? [each.dependsOn] : [],
  );
  if (open.length > 0) return { kind: "unknown", dependsOn: open.flat() };
  const text = nameTextOf(path);
  if (text === undefined) return undefined;
  const requested = { address: nameTextOf(address), namespace: nameTextOf(namespace) };
  const content = vaultSecret(object, text, requested);
  return exemptOf(content) === undefined ? named(content) : undefined;
}

function nameTextOf(found: TextRead): string | undefined {
  return found.kind === "text" && found.text !== "" ? found.text : undefined;
}

/** What Go takes for a yes, as the injector reads it. */
function isYes(text: string): boolean {
  return ["1", "t", "true"].includes(text.toLowerCase());
}
