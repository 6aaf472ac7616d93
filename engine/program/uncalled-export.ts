import type { Snapshot, SnapshotNote } from "../../core/snapshot/resource";
import { isRecord } from "../../core/snapshot/value";
import { ROOT_STACK_TYPE } from "./urn";

/**
 * That a program declares nothing since Pulumi never calls what it exports: of a module of CommonJS it calls the module itself where that
 * is a function, and takes a function under a name for an output. Of an ES module it calls the default export.
 *
 * Source: https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/run/run.ts.
 */
export function uncalledExportNotes({ resources }: Snapshot): readonly SnapshotNote[] {
  const [stack, ...others] = resources;
  if (stack?.type !== ROOT_STACK_TYPE || others.length > 0) return [];
  const exported = stack.outputs?.["default"];
  // A function is no value, and nothing stands in its place.
  if (!isRecord(exported) || Object.keys(exported).length > 0) return [];
  const message =
    "the program exports a function by `export default`, which Pulumi calls in ES modules alone: it declares nothing; " +
    'write `export = async () => …`, or `"type": "module"` in its package.json';
  return [{ kind: "unrendered", message }];
}
