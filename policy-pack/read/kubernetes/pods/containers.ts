import { listAt, read } from "../../../../core/snapshot/read";
import type { Urn, Value } from "../../../../core/snapshot/value";
import { valueIn } from "../../resource/values";
import { ownPasswordSettings } from "../../resource/servers";
import type { PodTemplate } from "./pod-template";
import { nameTextAt, dependenciesAt } from "../text";

/** A container of a pod, of whatever sort. */
export interface Container {
  readonly value: Value;
  /** Path in the object: `spec.template.spec.containers[0]`. */
  readonly path: string;
  /** Its image, when known. */
  readonly image: string | undefined;
  /** The variables that set the own password of the server that it runs. */
  readonly ownPasswords: readonly string[];
  /** The list of its variables; NVIDIA Dynamo calls it `envs`. */
  readonly env: "env" | "envs";
}

/** A volume mounted into a container. */
export interface Mount {
  readonly container: Container;
  readonly mountPath: string | undefined;
  readonly subPath: string | undefined;
  /** Where it is not known what of the volume is mounted: what that waits for. */
  readonly subPathDependsOn?: readonly Urn[] | undefined;
}

/** Where a pod's spec has containers. */
export const containerLists = ["initContainers", "containers", "ephemeralContainers"] as const;

/** Where tasks of Argo and Tekton have further ones, and one by itself; so have models of KServe, and driver and executors of Spark. */
const taskLists = ["sidecars", "steps"] as const;
const singles = ["container", "script", "stepTemplate", "model", "driver", "executor"] as const;

/** All containers of a pod or a task. */
export function containersOf(pod: PodTemplate): readonly Container[] {
  const listed = [...containerLists, ...taskLists].flatMap((list) =>
    listAt(pod.spec, list).map((value, index) => ({ value, at: `${list}[${index}]` })),
  );
  const single = singles.flatMap((name) => {
    const value = valueIn(read(pod.spec, name));
    return value === undefined ? [] : [{ value, at: name }];
  });
  const found = pod.isContainer === true ? [{ value: pod.spec, at: "" }] : [...listed, ...single];
  return found.map(({ value, at }) => {
    const image = nameTextAt(value, "image");
    return {
      value,
      path: [pod.path, at].filter((step) => step !== "").join("."),
      image,
      env: read(value, "envs").kind === "absent" ? "env" : "envs",
      // What does its work and ends is no server.
      ownPasswords: pod.ends === true ? [] : ownPasswordSettings(image),
    };
  });
}

/** The places at which containers mount volumes, by the name of the volume. */
export function mountsIn(containers: readonly Container[]): ReadonlyMap<string, readonly Mount[]> {
  const found = new Map<string, Mount[]>();
  for (const container of containers) {
    for (const value of listAt(container.value, "volumeMounts")) {
      const volume = nameTextAt(value, "name");
      if (volume === undefined) continue;
      const mountPath = nameTextAt(value, "mountPath");
      const subPath = nameTextAt(value, "subPath");
      const subPathDependsOn = dependenciesAt(value, "subPath");
      const mount = { container, mountPath, subPath, subPathDependsOn };
      const known = found.get(volume);
      if (known === undefined) found.set(volume, [mount]);
      else known.push(mount);
    }
  }
  return found;
}

/** The words of a container's command line that are known, in order. */
export function commandLine(container: Container): readonly string[] {
  return ["command", "args"].flatMap((list) =>
    listAt(container.value, list).flatMap((word) => nameTextAt(word) ?? []),
  );
}
