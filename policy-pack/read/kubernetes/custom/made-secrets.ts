import { exemptContent } from "../../../domain/secrets/apart";
import type { Fact } from "../../../facts/fact";
import { named } from "../../../facts/fact-values";
import { k8sName, type Name } from "../../../facts/name";
import type { MadeSecret } from "../../catalogue/product";
import { catalogued } from "../../catalogue/kinds";
import { matchesAt } from "../../catalogue/paths";
import { atOf, namespaceName, spaceOf, type KubeObject } from "../object";
import { nameTextAt } from "../text";

/** The Secrets that an operator makes of an object: two copies of one remote secret are one secret. */
export function* madeSecretsOf(object: KubeObject): Iterable<Fact> {
  for (const made of catalogued(object).makes ?? []) {
    if (made.staticKey !== undefined) {
      const at = atOf(object, "spec.forProvider");
      const what = made.staticKey;
      yield { kind: "static-credential", at, credential: object.thing, of: "user", what };
    }
    const space = nameAt(object, made.namespace ?? "") ?? spaceOf(object);
    const name = nameAt(object, made.secret ?? "metadata.name");
    if (name === undefined || space === undefined) continue;
    yield* contentsOf(object, made, k8sName(object.cluster, space, "Secret", name));
  }
}

function nameAt(object: KubeObject, path: string): string | undefined {
  return path === "" ? undefined : nameTextAt(object.body, ...path.split("."));
}

function* contentsOf(object: KubeObject, made: MadeSecret, container: Name): Iterable<Fact> {
  const { secret = "metadata.name", remote: [first, ...more] = [] } = made;
  const whole = { kind: "contains", at: atOf(object, secret), container, derived: false } as const;
  if (made.isCertificate === true) {
    const namespace = named(namespaceName(object.cluster, spaceOf(object) ?? ""));
    yield { kind: "inside", at: whole.at, thing: container, namespace };
    yield { ...whole, content: named(exemptContent("tls")) };
  }
  if (made.staticKey !== undefined) yield { ...whole, content: named(object.thing) };
  for (const match of matchesAt(object.body, first ?? [])) {
    const start = nameTextAt(match.value);
    const key = made.key && textBeside(object, match.path, made.key);
    if (start === undefined || (made.key !== undefined && key === undefined)) continue;
    const parts = [start, ...more.map((path) => nameAt(object, path) ?? "")];
    const remote = { ...whole, at: atOf(object, match.path), ...(key !== undefined && { key }) };
    if (made.login === undefined) {
      yield { ...remote, content: named(remoteName(object, parts)) };
      continue;
    }
    const login = nameAt(object, made.login) ?? "";
    const by = login === "" || login.includes("/") ? login : `${spaceOf(object) ?? ""}/${login}`;
    yield { ...remote, content: named(remoteName(object, [...parts, by])) };
    // Two logins usually lead to one server.
    yield { ...remote, content: named(remoteName(object, parts)), derived: true };
  }
}

/** The text of another property beside the one at a path. */
function textBeside(object: KubeObject, path: string, property: string): string | undefined {
  const steps = path.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  const at = [...steps.slice(0, -1), property].map((step) =>
    /^\d+$/.test(step) ? Number(step) : step,
  );
  return nameTextAt(object.body, ...at);
}

/** The name of what an operator copies from outside. */
function remoteName({ cluster, kind }: KubeObject, parts: readonly string[]): Name {
  return k8sName(cluster, "", `remote of ${kind}`, parts.filter((part) => part !== "").join(" "));
}
