import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, type Urn, type Value } from "../../core/snapshot/value";
import { outputOf, resource, urnOf } from "./resources";

/**
 * The resources that a TypeScript block of the documentation declares.
 *
 * The block runs in this process against Pulumi's own mocks: quick, and enough for what a page shows. That a real
 * programhas the same is shown by the tests of the offline preview.
 */
export async function resourcesOfProgram(code: string): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  const made = new Map<string, Urn>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        found.push(resource(type, name, plain(inputs, made) as Readonly<Record<string, Value>>));
        const arn = `arn:aws:mock:eu-central-1:111122223333:${type}/${name}`;
        const id = `${type}/${name}`;
        for (const output of [arn, id]) made.set(output, urnOf(type, name));
        return { id, state: { arn, ...(inputs as object) } };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "desk",
    "dev",
    false,
  );
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  // oxlint-disable-next-line typescript/no-implied-eval -- the block is a file of this repository
  const run = new Function("require", "exports", outputText) as (
    r: NodeJS.Require,
    e: object,
  ) => void;
  run(require, {});
  await pulumi.runtime.disconnect();
  return found;
}

/**
 * The inputs of a resource as a snapshot has them.
 *
 * @param made the resources by their outputs, which are unknown in a preview
 */
function plain(value: unknown, made: ReadonlyMap<string, Urn>): Value {
  if (Array.isArray(value)) return value.map((item) => plain(item, made));
  const urn = typeof value === "string" ? made.get(value) : undefined;
  if (urn !== undefined) return outputOf(urn);
  if (typeof value !== "object" || value === null) return value as Value;
  const entries = Object.entries(value);
  // How the SDK hands secrets to mocks: wrapped under this well-known key.
  if ("4dabf18193072939515e22adb298388d" in value)
    return new Secret(plain(Object.fromEntries(entries)["value"], made));
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item, made)]));
}
