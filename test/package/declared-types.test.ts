import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import argumentTypes from "../../components/arguments/argument-types.json";
import standards from "../../policy-pack/findings/standards.json";

/** What some compiler from 4.9 on, or one with the libraries of ES2020 alone, cannot read. */
const unreadable = {
  "an import of JSON": /from "[^"]+\.json"/,
  "a const type parameter": /<(?:[^<>()]*, )?const \w/,
  "an import with attributes": /^import .* with \{/m,
  "a type of the library of ES2022": /\bErrorOptions\b/,
} as const;

function faultsIn(text: string): readonly string[] {
  return Object.entries(unreadable).flatMap(([name, form]) => (form.test(text) ? [name] : []));
}

describe("the published types", () => {
  it("have nothing that older compilers or other settings cannot read", () => {
    const files = readdirSync("dist", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".d.ts"))
      .map((name) => join("dist", name));
    assert.ok(files.length > 100);
    const faults = files.flatMap((file) =>
      faultsIn(readFileSync(file, "utf8")).map((fault) => `${file}: ${fault}`),
    );
    assert.deepEqual(faults, []);
  });

  it("name no package of Kubernetes, which a program with AWS alone does not install", () => {
    const files = readdirSync("dist", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".d.ts"))
      .map((name) => join("dist", name));
    const importing = (name: string) =>
      files.filter((file) => readFileSync(file, "utf8").includes(`"@pulumi/${name}"`));
    assert.notDeepEqual(importing("aws"), []);
    assert.deepEqual(importing("kubernetes"), []);
  });

  it("are recognised by what they have, and plain ones pass", () => {
    const faulty = [
      `import table from "./a.json";`,
      `export declare function f<const S>(s: S): S;`,
      `export declare function f<T, const S>(s: S): S;`,
      `import type { A } from "a" with { "resolution-mode": "import" };`,
      `constructor(options?: ErrorOptions);`,
    ];
    assert.deepEqual(
      faulty.map((text) => faultsIn(text).length),
      [1, 1, 1, 1, 1],
    );
    const plain = [`import { a } from "./a";`, `export declare const S: Map<string, number>;`];
    assert.deepEqual(plain.flatMap(faultsIn), []);
  });

  it("name in place of an import of JSON what that has, so that a wrong name is refused", () => {
    const named = {
      "components/arguments/argument-types.d.ts": Object.keys(argumentTypes),
      "policy-pack/findings/standards.d.ts": Object.keys(standards.standards),
    };
    for (const [file, names] of Object.entries(named)) {
      const text = readFileSync(join("dist", file), "utf8");
      assert.ok(names.length > 20, file);
      assert.deepEqual(
        names.filter((name) => !text.includes(`readonly ${JSON.stringify(name)}: `)),
        [],
      );
    }
  });
});
