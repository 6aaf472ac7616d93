import type { Fact } from "../../../facts/fact";
import type { Flag } from "../../../facts/fact-values";
import { listAt } from "../../../../core/snapshot/read";
import { commandLine, containersOf, type Container } from "./containers";
import { atOf, type KubeObject } from "../object";
import type { PodTemplate } from "./pod-template";
import { dependenciesAt } from "../text";

/**
 * Controllers that apply what others write, by the end of their image's name, and the API group of what they apply.
 *
 * Source: fluxcd.io/flux/installation/configuration/multitenancy; fluxcd.control-plane.io/operator/resourceset, multi-tenancy.
 */
const controllers: readonly (readonly [image: RegExp, group: string])[] = [
  [/(?:^|\/)fluxcd\/kustomize-controller(?=[:@]|$)/, "kustomize.toolkit.fluxcd.io"],
  [/(?:^|\/)fluxcd\/helm-controller(?=[:@]|$)/, "helm.toolkit.fluxcd.io"],
  [/(?:^|\/)flux-operator(?=[:@]|$)/, "fluxcd.controlplane.io"],
];

const option = "--default-service-account";

/** What the pods of a controller apply of others, and whether with rights of their own. */
export function* applied(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  for (const container of containersOf(pod)) {
    const found = controllers.find(([image]) => image.test(container.image ?? ""));
    if (found === undefined) continue;
    const { thing, cluster } = object;
    const at = atOf(object, `${container.path}.args`);
    const ownRights = ownRightsOf(container);
    yield { kind: "applies", at, controller: thing, cluster, group: found[1], ownRights };
  }
}

function ownRightsOf(container: Container): Flag {
  const words = commandLine(container);
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  const word = words[at] ?? "";
  const account = word === option ? (words[at + 1] ?? "") : word.slice(option.length + 1);
  if (account !== "") return { kind: "known", value: false };
  const dependsOn = unknownWords(container);
  return dependsOn === undefined ? { kind: "known", value: true } : { kind: "unknown", dependsOn };
}

/** What a command line waits for of which a word, or all, is not known. */
function unknownWords({ value }: Container): readonly string[] | undefined {
  for (const list of ["command", "args"]) {
    const whole = dependenciesAt(value, list);
    if (whole !== undefined) return whole;
    for (const word of listAt(value, list)) {
      const dependsOn = dependenciesAt(word);
      if (dependsOn !== undefined) return dependsOn;
    }
  }
  return undefined;
}
