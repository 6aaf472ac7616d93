import type { Fact } from "../../../facts/fact";
import type { UseChannel } from "../../../facts/fact-values";
import { listAt, read } from "../../../../core/snapshot/read";
import { Unknown, type Urn, type Value } from "../../../../core/snapshot/value";
import { besideServers } from "../../resource/beside-servers";
import { containerLists, containersOf, mountsIn, type Container, type Mount } from "./containers";
import { atOf, type KubeObject } from "../object";
import { filledUses } from "../custom/task-parameters";
import { useOf } from "./use";
import { withOwnUsers } from "./own-users";
import type { PodTemplate } from "./pod-template";
import { nameTextAt, textAt, dependenciesAt } from "../text";
import { isAmong } from "../../resource/servers";

/** Every Secret, ConfigMap and provider class that a pod receives in any form. */
export function podHoldings(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  const held = [...containerHoldings(object, pod)].flatMap((fact) => filledUses(object, fact));
  return besideServers(withOwnUsers(object, held));
}

function* containerHoldings(object: KubeObject, pod: PodTemplate): Iterable<Fact> {
  const containers = containersOf(pod);
  yield* unknownLists(object, pod, containers);
  yield* environmentHoldings(object, containers);
  const mounts = mountsIn(containers);
  // The workspaces of a run of Tekton have the form of volumes.
  for (const list of ["volumes", "workspaces"]) {
    for (const [index, volume] of listAt(pod.spec, list).entries()) {
      const at = mounts.get(nameTextAt(volume, "name") ?? "") ?? [];
      yield* volumeHoldings(object, volume, `${pod.path}.${list}[${index}]`, at);
    }
  }
  for (const [index, reference] of listAt(pod.spec, "imagePullSecrets").entries()) {
    yield useOf(object, "Secret", {
      property: `${pod.path}.imagePullSecrets[${index}].name`,
      through: "image pull",
      name: textAt(reference, "name"),
      exempt: "pull secret",
    });
  }
}

/** What a pod receives by an unknown list: its Secrets, if any, are unknown. */
function* unknownLists(
  object: KubeObject,
  pod: PodTemplate,
  containers: readonly Container[],
): Iterable<Fact> {
  const { spec, path } = pod;
  for (const list of containerLists) yield* unknownUses(object, "env", path, spec, list);
  for (const { value, path: at, env } of containers) {
    if (value instanceof Unknown) yield unknownUse(object, "env", at, value.dependsOn);
    yield* unknownUses(object, "env", at, value, env);
    yield* unknownUses(object, "envFrom", at, value, "envFrom");
  }
  yield* unknownUses(object, "volume", path, spec, "volumes");
  for (const [index, volume] of listAt(spec, "volumes").entries()) {
    const at = `${path}.volumes[${index}]`;
    // A wholly unknown volume has a reader of its own.
    if (volume instanceof Unknown) continue;
    yield* unknownUses(object, "projected volume", at, volume, "projected", "sources");
  }
}

function* unknownUses(
  object: KubeObject,
  through: UseChannel,
  at: string,
  value: Value,
  ...steps: readonly string[]
): Iterable<Fact> {
  const dependsOn = dependenciesAt(value, ...steps);
  if (dependsOn === undefined || value instanceof Unknown) return;
  yield unknownUse(object, through, [at, ...steps].join("."), dependsOn);
}

/** What an object receives by a wholly unknown part. */
export function unknownUse(
  object: KubeObject,
  through: UseChannel,
  property: string,
  dependsOn: readonly Urn[],
): Fact {
  return {
    kind: "uses",
    at: atOf(object, property),
    workload: object.thing,
    secret: { kind: "unknown", dependsOn },
    through,
    whole: true,
  };
}

function* volumeHoldings(
  object: KubeObject,
  volume: Value,
  path: string,
  mounts: readonly Mount[],
): Iterable<Fact> {
  const only = mountedItems(mounts);
  const own = ownPasswordFiles(mounts);
  const sources = [
    { value: volume, at: path, through: "volume" as const, secretName: "secretName" },
    ...listAt(volume, "projected", "sources").map((value, index) => ({
      value,
      at: `${path}.projected.sources[${index}]`,
      through: "projected volume" as const,
      secretName: "name",
    })),
  ];
  for (const { value, at, through, secretName } of sources) {
    for (const [from, kind] of [
      ["secret", "Secret"],
      ["configMap", "ConfigMap"],
    ] as const) {
      if (read(value, from).kind === "absent") continue;
      const name = textAt(value, from, kind === "Secret" ? secretName : "name");
      const items = itemsOf(value, from) ?? (through === "volume" ? only : undefined);
      for (const { key, keyDependsOn, file } of items ?? [whole]) {
        yield useOf(object, kind, {
          property: `${at}.${from}`,
          through: kind === "Secret" ? through : "configuration",
          name,
          key,
          keyDependsOn,
          verifies: (key ?? keyDependsOn) === undefined ? own : [],
          exempt: own.includes(file ?? key ?? "") ? "verifier" : undefined,
        });
      }
    }
  }
  yield* csiHoldings(object, volume, path);
  yield* mountedBy(object, volume, path);
}

/** Where the sorts of volumes have the Secret with which the kubelet mounts them (Kubernetes API, Volume). */
const mountSecrets = [
  ["cephfs", "secretRef", "name"],
  ["rbd", "secretRef", "name"],
  ["iscsi", "secretRef", "name"],
  ["flexVolume", "secretRef", "name"],
  ["scaleIO", "secretRef", "name"],
  ["storageos", "secretRef", "name"],
  ["azureFile", "secretName"],
] as const;

function* mountedBy(object: KubeObject, volume: Value, path: string): Iterable<Fact> {
  for (const way of mountSecrets) {
    const name = textAt(volume, ...way);
    if (name.kind === "absent") continue;
    const property = [path, ...way].join(".");
    yield useOf(object, "Secret", { property, through: "volume", name });
  }
}

function* csiHoldings(object: KubeObject, volume: Value, path: string): Iterable<Fact> {
  const className = textAt(volume, "csi", "volumeAttributes", "secretProviderClass");
  if (className.kind !== "absent") {
    yield useOf(object, "SecretProviderClass", {
      property: `${path}.csi.volumeAttributes.secretProviderClass`,
      through: "csi volume",
      name: className,
    });
  }
  const publish = textAt(volume, "csi", "nodePublishSecretRef", "name");
  if (publish.kind !== "absent") {
    yield useOf(object, "Secret", {
      property: `${path}.csi.nodePublishSecretRef.name`,
      through: "csi volume",
      name: publish,
    });
  }
}

/** What the containers of a pod receive by their variables. */
function* environmentHoldings(
  object: KubeObject,
  containers: readonly Container[],
): Iterable<Fact> {
  for (const container of containers) {
    yield* environment(object, container);
    yield* wholeEnvironment(object, container);
  }
}

function* environment(object: KubeObject, container: Container): Iterable<Fact> {
  for (const [index, variable] of listAt(container.value, container.env).entries()) {
    const setting = nameTextAt(variable, "name");
    const isOwn = isAmong(container.ownPasswords, setting);
    for (const [from, kind] of [
      ["secretKeyRef", "Secret"],
      ["configMapKeyRef", "ConfigMap"],
    ] as const) {
      if (read(variable, "valueFrom", from).kind === "absent") continue;
      yield useOf(object, kind, {
        property: `${container.path}.${container.env}[${index}].valueFrom.${from}`,
        through: kind === "Secret" ? "env" : "configuration",
        name: textAt(variable, "valueFrom", from, "name"),
        key: nameTextAt(variable, "valueFrom", from, "key"),
        keyDependsOn: dependenciesAt(variable, "valueFrom", from, "key"),
        under: setting,
        exempt: isOwn ? "verifier" : undefined,
      });
    }
  }
}

function* wholeEnvironment(object: KubeObject, container: Container): Iterable<Fact> {
  for (const [index, source] of listAt(container.value, "envFrom").entries()) {
    const prefix = nameTextAt(source, "prefix") ?? "";
    const verifies = container.ownPasswords
      .filter((setting) => setting.startsWith(prefix) && !setting.endsWith("*"))
      .map((setting) => setting.slice(prefix.length));
    for (const [from, kind] of [
      ["secretRef", "Secret"],
      ["configMapRef", "ConfigMap"],
    ] as const) {
      if (read(source, from).kind === "absent") continue;
      yield useOf(object, kind, {
        property: `${container.path}.envFrom[${index}].${from}`,
        through: kind === "Secret" ? "envFrom" : "configuration",
        name: textAt(source, from, "name"),
        prefix: prefix === "" ? undefined : prefix,
        verifies,
      });
    }
  }
}

/** A key of a Secret or ConfigMap in a volume, and its file. */
interface Item {
  readonly key: string | undefined;
  /** Where it is not known which key: what that waits for. */
  readonly keyDependsOn?: readonly Urn[] | undefined;
  readonly file: string | undefined;
}

/** All keys, each in a file of its own name. */
const whole: Item = { key: undefined, file: undefined };

/** The keys a volume takes one by one, or undefined where it takes all. */
function itemsOf(value: Value, from: string): readonly Item[] | undefined {
  const dependsOn = dependenciesAt(value, from, "items");
  if (dependsOn !== undefined)
    return [{ key: undefined, keyDependsOn: dependsOn, file: undefined }];
  const items = listAt(value, from, "items").map((item) => ({
    key: nameTextAt(item, "key"),
    keyDependsOn: dependenciesAt(item, "key"),
    file: nameTextAt(item, "path"),
  }));
  const isReported = ({ key, keyDependsOn }: Item): boolean => (key ?? keyDependsOn) !== undefined;
  return items.length > 0 && items.every(isReported) ? items : undefined;
}

/** The keys that are mounted one by one with `subPath`, or undefined where a mount shows the whole volume. */
function mountedItems(mounts: readonly Mount[]): readonly Item[] | undefined {
  const isReported = ({ subPath, subPathDependsOn }: Mount): boolean =>
    (subPath ?? subPathDependsOn) !== undefined;
  if (mounts.length === 0 || !mounts.every(isReported)) return undefined;
  const items = mounts.map(({ subPath: key, subPathDependsOn: keyDependsOn }) => ({
    key,
    keyDependsOn,
    file: undefined,
  }));
  return [...new Map(items.map((item) => [item.key, item])).values()];
}

/** The files of a mounted volume from which servers read their own passwords, by settings such as `POSTGRES_PASSWORD_FILE`. */
function ownPasswordFiles(mounts: readonly Mount[]): readonly string[] {
  return mounts.flatMap(({ container, mountPath = "", subPath }) => {
    const folder = `${mountPath.replace(/\/$/, "")}/`;
    return listAt(container.value, container.env).flatMap((variable) => {
      if (!isAmong(container.ownPasswords, nameTextAt(variable, "name"))) return [];
      const path = nameTextAt(variable, "value") ?? "";
      if (subPath !== undefined) return path === mountPath ? [subPath] : [];
      return path.startsWith(folder) ? [path.slice(folder.length)] : [];
    });
  });
}
