import assert from "node:assert/strict";
import fc from "fast-check";
import type { Value, ValueRecord } from "../../../core/snapshot/value";
import { changeAt, splitPath } from "../../../engine/manifests/kustomize/field-path";
import { imageReplacer } from "../../../engine/manifests/kustomize/images";
import { jsonPatch, operationsOf } from "../../../engine/manifests/kustomize/json-patch";
import {
  environmentOf,
  fileSourceOf,
  literalOf,
} from "../../../engine/manifests/kustomize/key-values";
import { labelSelectorOf } from "../../../engine/manifests/kustomize/label-selector";
import { changeAllAt, partsOf, valueAt } from "../../../engine/manifests/kustomize/object-path";
import { wholePatternOf } from "../../../core/snapshot/regular-expression";
import { strategicMerge } from "../../../engine/manifests/kustomize/strategic-merge";

const plain = fc.oneof(fc.string(), fc.integer(), fc.boolean());
const tree = fc.letrec<{ node: Value }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    plain,
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("node"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).node;
const map = fc.dictionary(fc.constantFrom("a", "b", "c"), tree, {
  maxKeys: 3,
  noNullPrototype: true,
});

describe("a strategic merge", () => {
  const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment" };
  const merged = (object: ValueRecord, patch: ValueRecord): unknown => {
    const made = strategicMerge(object, patch);
    return made.kind === "ok" ? made.object : made.message;
  };

  it("of a kind without keys leaves what it says, and all else as it was", () => {
    fc.assert(
      fc.property(map, map, (object, patch) => {
        const made = merged(object, patch);
        // Where a map meets something else the patch is refused.
        if (typeof made === "string") return;
        assert.deepEqual(merged(made as ValueRecord, patch), made);
        for (const key of Object.keys(object)) {
          if (!(key in patch)) assert.deepEqual((made as ValueRecord)[key], object[key]);
        }
      }),
    );
  });

  it("with nothing changes nothing, and with null deletes", () => {
    fc.assert(
      fc.property(map, (object) => {
        assert.deepEqual(merged(object, {}), object);
        assert.deepEqual(merged(object, { a: null }), merged(object, { a: null, z: null }));
        assert.ok(!("a" in (merged(object, { a: null }) as ValueRecord)));
      }),
    );
  });

  it("merges containers by their names, and the lists of kinds that it does not know not at all", () => {
    const pod = (containers: Value): ValueRecord => ({
      spec: { template: { spec: { containers } } },
    });
    const old = pod([{ name: "a", image: "a:1" }, { name: "b" }]);
    const patch = pod([{ name: "c" }, { name: "a", image: "a:2" }]);
    assert.deepEqual(merged({ ...DEPLOYMENT, ...old }, patch), {
      ...DEPLOYMENT,
      ...pod([{ name: "c" }, { name: "a", image: "a:2" }, { name: "b" }]),
    });
    const rollout = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" };
    assert.deepEqual(merged({ ...rollout, ...old }, patch), { ...rollout, ...patch });
    const older = { apiVersion: "extensions/v1beta1", kind: "Deployment" };
    assert.deepEqual(merged({ ...older, ...old }, patch), { ...older, ...patch });
  });

  it("is refused where it puts a list in the place of a map, and where `$patch` says nothing known", () => {
    assert.equal(
      merged({ ...DEPLOYMENT, spec: { template: {} } }, { spec: { template: [] } }),
      "the patch holds something else than a map at `spec/template`",
    );
    assert.equal(
      merged(DEPLOYMENT, { spec: { $patch: "drop" } }),
      "`$patch` is `delete`, `replace` or `merge` at `spec`",
    );
  });

  it("keeps no directive", () => {
    assert.deepEqual(
      merged({ a: { b: 1 } }, { a: { $patch: "replace", c: 2 }, d: { $patch: "delete" } }),
      {
        a: { c: 2 },
      },
    );
  });
});

describe("a JSON patch", () => {
  const patched = (value: Value, patch: Value): unknown => {
    const made = jsonPatch(value, operationsOf(patch) ?? []);
    return made.kind === "ok" ? made.value : made.message;
  };

  it("that adds and removes leaves what was there", () => {
    fc.assert(
      fc.property(map, fc.string(), tree, (object, key, value) => {
        if (key in object) return;
        const path = `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
        assert.deepEqual(patched(object, [{ op: "add", path, value }]), {
          ...object,
          [key]: value,
        });
        const both = [
          { op: "add", path, value },
          { op: "test", path, value },
          { op: "remove", path },
        ];
        assert.deepEqual(patched(object, both), object);
      }),
    );
  });

  const refused: readonly (readonly [Value, string])[] = [
    [{ op: "remove", path: "/b" }, "there is nothing at `/b`"],
    [{ op: "add", path: "/b/c", value: 1 }, "there is nothing at `/b/c`"],
    [{ op: "replace", path: "/a/3", value: 1 }, "there is nothing at `/a/3`"],
    [{ op: "add", path: "/a/x", value: 1 }, "there is nothing at `/a/x`"],
    [{ op: "test", path: "/a/0", value: 2 }, "`/a/0` does not hold what the patch tests for"],
    [{ op: "put", path: "/a" }, "`put` is no operation of a JSON patch"],
    [{ op: "add", path: "a" }, "the path `a` begins without `/`"],
  ];
  for (const [operation, message] of refused) {
    it(`is refused: ${message}`, () => {
      assert.equal(patched({ a: [1] }, [operation]), message);
    });
  }

  it("is a list of operations, and nothing else is one", () => {
    assert.equal(operationsOf([{ op: "add" }]), undefined);
    assert.equal(operationsOf({ op: "add", path: "/a" }), undefined);
    assert.equal(operationsOf(["a"]), undefined);
  });
});

describe("a selector", () => {
  const labels = { app: "a", tier: "b", size: "3" };
  const fitting = [
    "",
    "app",
    "!none",
    "app=a,tier==b",
    "app!=b",
    "tier in (a, b)",
    "none notin (a)",
    "size > 2",
  ];
  const others = ["none", "!app", "app=b", "tier notin (a,b)", "size<3", "none>1", "app=a,none"];
  for (const text of [...fitting, ...others]) {
    it(`of labels, \`${text}\``, () => {
      assert.equal(labelSelectorOf(text)?.(labels), fitting.includes(text));
    });
  }

  it("of labels is not read where it is none", () => {
    for (const text of ["a b", "=a", "a in b", "a=b c", "(a)"]) {
      assert.equal(labelSelectorOf(text), undefined, text);
    }
  });

  it("of names is a regular expression for the whole name", () => {
    const fits = (pattern: string, text: string): boolean | undefined =>
      wholePatternOf(pattern)?.(text);
    assert.equal(fits("agent", "agent"), true);
    assert.equal(fits("agent", "agents"), false);
    assert.equal(fits("ag.*|desk", "desk"), true);
    assert.equal(fits("a.c", "abc"), true);
    assert.equal(fits("", "any"), true);
  });
});

describe("a path", () => {
  it("is split at its marks, but for those that are escaped", () => {
    assert.deepEqual(splitPath("metadata/annotations/a.example\\/b", "/"), [
      "metadata",
      "annotations",
      "a.example/b",
    ]);
    assert.deepEqual(splitPath("/a/b", "/"), ["a", "b"]);
    assert.deepEqual(partsOf("a.[b.c].[d=e.f].g"), ["a", "b.c", "[d=e.f]", "g"]);
  });

  it("makes nothing where nothing is to be made, and goes into each element of a list", () => {
    const add = (found: Value): Value => (typeof found === "string" ? `${found}!` : found);
    assert.deepEqual(changeAt({ a: [{ b: "c" }, {}] }, ["a", "b"], undefined, add), {
      a: [{ b: "c!" }, {}],
    });
    assert.deepEqual(changeAt({ a: null }, ["a", "b"], "", add), { a: { b: "!" } });
    const object = { a: "text" };
    assert.equal(changeAt(object, ["a", "b"], undefined, add), object);
  });

  it("of a replacement finds elements by their fields, and says where there are none", () => {
    const object = { a: [{ n: "x", v: 1 }, { n: "y" }] };
    assert.equal(valueAt(object, partsOf("a.[n=x].v")), 1);
    assert.equal(valueAt(object, partsOf("a.1.n")), "y");
    assert.equal(valueAt(object, partsOf("a.[n=z].v")), undefined);
    const set = (): Value => 2;
    assert.deepEqual(changeAllAt(object, partsOf("a.*.v"), undefined, set), {
      kind: "ok",
      count: 1,
      value: { a: [{ n: "x", v: 2 }, { n: "y" }] },
    });
    assert.deepEqual(changeAllAt(object, partsOf("a.5.v"), undefined, set), {
      kind: "refused",
      message: "there is no element `5`",
    });
    assert.deepEqual(changeAllAt({ a: "text" }, partsOf("a.b"), undefined, set), {
      kind: "beyond",
      message: "a value within a text is changed",
    });
  });
});

describe("an image", () => {
  const none = { newName: "", newTag: "", tagSuffix: "", digest: "" };
  const replaced = (image: string, by: Partial<typeof none>, name = "a/x"): unknown => {
    const object = { kind: "Thing", any: { containers: [{ image }] } };
    const made = imageReplacer({ name, ...none, ...by }, [])?.(object);
    return ((made?.["any"] as ValueRecord)["containers"] as readonly ValueRecord[])[0]?.["image"];
  };

  it("is replaced by name, tag or digest, wherever containers are", () => {
    assert.equal(replaced("a/x:1", { newTag: "2" }), "a/x:2");
    assert.equal(replaced("a/x", { newName: "b:5000/y" }), "b:5000/y");
    assert.equal(replaced("a/x:1@sha256:00", { digest: "sha256:11" }), "a/x@sha256:11");
    assert.equal(replaced("a/x:1", { tagSuffix: "-s" }), "a/x:1-s");
  });

  it("of another name stays, and so does a tag of what is no image of that name", () => {
    assert.equal(replaced("a/xy:1", { newTag: "2" }), "a/xy:1");
    assert.equal(replaced("b/a/x:1", { newTag: "2" }), "b/a/x:1");
    const definition = { kind: "CustomResourceDefinition", containers: [{ image: "a/x" }] };
    assert.equal(
      imageReplacer({ name: "a/x", ...none, newTag: "2" }, [])?.(definition),
      definition,
    );
  });

  it("is found by a regular expression that repeats itself, and by none that Go has and this has not", () => {
    assert.equal(replaced("aaa:1", { newTag: "2" }, "(a+)+"), "aaa:2");
    assert.equal(replaced("aab:1", { newTag: "2" }, "(a+)+"), "aab:1");
    assert.equal(imageReplacer({ name: "(?i)a", ...none }, []), undefined);
  });
});

describe("contents of a generator", () => {
  it("are literals without their quotes, lines of environment files, and files by name or key", () => {
    assert.deepEqual(literalOf("a='b=c'"), ["a", "b=c"]);
    assert.deepEqual(literalOf('a="b'), ["a", '"b']);
    assert.equal(literalOf("=b"), undefined);
    assert.equal(literalOf("a"), undefined);
    assert.deepEqual(environmentOf("\uFEFF# c\r\nA=1\n\n B=2 \nC"), [
      ["A", "1"],
      ["B", "2 "],
      ["C", ""],
    ]);
    assert.deepEqual(fileSourceOf("k/a.txt"), { key: "a.txt", path: "k/a.txt" });
    assert.deepEqual(fileSourceOf("b=a.txt"), { key: "b", path: "a.txt" });
    assert.equal(fileSourceOf("=a"), undefined);
    assert.equal(fileSourceOf("a=b=c"), undefined);
  });
});
