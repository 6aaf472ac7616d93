import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, type Value } from "../../core/snapshot/value";
import { resource } from "./resources";

/**
 * The resources that a TypeScript block of the documentation declares.
 *
 * The block runs in this process against Pulumi's own mocks: quick, and enough for what a page shows. That a real
 * program gives the same is shown by the tests of the offline preview.
 */
export async function resourcesOfProgram(code: string): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        found.push(resource(type, name, plain(inputs) as Readonly<Record<string, Value>>));
        const arn = `arn:aws:mock:eu-central-1:111122223333:${name}`;
        return { id: `${name}-id`, state: { arn, ...(inputs as object) } };
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
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the block is a file of this repository
  const run = new Function("require", "exports", outputText) as (
    r: NodeJS.Require,
    e: object,
  ) => void;
  run(require, {});
  await pulumi.runtime.disconnect();
  return found;
}

function plain(value: unknown): Value {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value as Value;
  const entries = Object.entries(value);
  // How the SDK hands secrets to mocks: wrapped under this well-known key.
  if ("4dabf18193072939515e22adb298388d" in value)
    return new Secret(plain(Object.fromEntries(entries)["value"]));
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}
