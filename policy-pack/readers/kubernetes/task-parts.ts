import { hasParts, opened } from "../../../core/snapshot/read";
import { isList, isRecord, type Value } from "../../../core/snapshot/value";
import type { PodTemplate } from "./pod-template";

/** A record somewhere in an object, and the path to it. */
export interface Part {
  readonly value: Value;
  readonly path: string;
}

/** What says that something is given containers, volumes or workspaces, as the spec of a pod is. */
const partKeys = [
  "containers",
  "initContainers",
  "sidecars",
  "container",
  "script",
  "steps",
  "stepTemplate",
  "deployment",
  "byo",
  "declarative",
  "model",
  "driver",
  "executor",
  "volumes",
  "workspaces",
  "imagePullSecrets",
];

const deepest = 16;
const mostVisited = 5_000;

/** Each record within a value, the outermost first; of what is marked as secret as well. */
export function partsOf(start: Part): readonly Part[] {
  const found: Part[] = [];
  const open: (Part & { readonly depth: number })[] = [{ ...start, depth: 0 }];
  for (let next = 0; next < open.length && next < mostVisited; next += 1) {
    const here = open[next];
    if (here === undefined || here.depth > deepest) continue;
    const { path, depth } = here;
    const value = opened(here.value);
    if (isList(value)) {
      value.forEach((item, index) =>
        open.push({ value: item, path: `${path}[${index}]`, depth: depth + 1 }),
      );
    } else if (isRecord(value)) {
      found.push({ value: here.value, path });
      for (const [key, inner] of Object.entries(value)) {
        if (!hasParts(inner)) continue;
        open.push({ value: inner, path: `${path}.${key}`, depth: depth + 1 });
      }
    }
  }
  return found;
}

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
