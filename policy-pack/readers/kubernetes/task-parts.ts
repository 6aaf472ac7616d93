import { opened } from "../../../core/snapshot/read";
import { isRecord, type Value } from "../../../core/snapshot/value";
import type { Part } from "../../reading/paths";
import type { PodTemplate } from "./pod-template";

/** What says that something is given containers, volumes or workspaces, as the spec of a pod is. */
const partKeys = [
  "containers",
  "initContainers",
  "sidecars",
  "container",
  "script",
  "steps",
  "stepTemplate",
  "model",
  "driver",
  "executor",
  "volumes",
  "workspaces",
  "imagePullSecrets",
];

/** Those parts that are given containers, volumes or workspaces; containers themselves have none of their own. */
export function podLike(parts: readonly Part[]): readonly PodTemplate[] {
  return parts
    .filter(({ value, path }) => !isContainer(path) && partKeys.some((key) => has(value, key)))
    .map(({ value, path }) => ({ spec: value, path, labels: undefined }));
}

/** Whether a path leads into a container, whose own lists are no more of them. */
function isContainer(path: string): boolean {
  return /\.(?:(?:containers|initContainers|sidecars|steps)\[\d+\]|container|script|stepTemplate|model|driver|executor)$/.test(
    path,
  );
}

function has(value: Value, key: string): boolean {
  const plain = opened(value);
  return isRecord(plain) && Object.hasOwn(plain, key);
}
