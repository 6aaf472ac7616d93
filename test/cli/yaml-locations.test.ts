import assert from "node:assert/strict";
import { atProperties } from "../../cli/yaml-locations";
import type { SourcePosition } from "../../core/snapshot/resource";
import { sampleReport } from "./report/sample-report";

/** Where a finding points that is at a property of what begins at a position. */
function placeOf(
  text: string,
  source: SourcePosition,
  property: string,
): SourcePosition | undefined {
  const [finding] = sampleReport.judgement.findings;
  const at = { urn: "urn", property };
  const judgement = { ...sampleReport.judgement, findings: [{ ...finding!, source, at }] };
  const placed = atProperties({ ...sampleReport, judgement }, (file) =>
    file === source.file ? text : undefined,
  );
  return placed.judgement.findings[0]?.source;
}

const two = [
  "kind: ConfigMap",
  "---",
  "kind: Pod",
  "spec:",
  "  containers:",
  "    - name: a",
  "    - name: b",
  "      env:",
  "        - { name: KEY, value: x }",
  "",
].join("\n");
const pod = { file: "k8s/pod.yaml", line: 3, column: 1 };

describe("a finding about something in YAML", () => {
  for (const [what, property, line, column] of [
    ["points at the key", "spec.containers[1].env", 8, 7],
    ["points at a key within braces", "spec.containers[1].env[0].value", 9, 24],
    ["points at an item", "spec.containers[1]", 7, 7],
    ["points at what is there of a path that is not", "spec.containers[0].env[2].value", 6, 7],
    ["points at the document where it has nothing of the path", "data.key", 3, 1],
    ["points at the document where it names no property", "", 3, 1],
  ] as const) {
    it(what, () => {
      assert.deepEqual(placeOf(two, pod, property), { file: pod.file, line, column });
    });
  }

  it("points into the properties of a resource of a program in YAML", () => {
    const text = [
      "name: desk",
      "resources:",
      "  role:",
      "    type: aws:iam:Role",
      "    properties:",
      "      name: desk",
      "  other:",
      "    type: aws:iam:Role",
      "    properties:",
      "      name: other",
      "",
    ].join("\n");
    const source = { file: "Pulumi.yaml", line: 7, column: 3 };
    assert.deepEqual(placeOf(text, source, "name"), { ...source, line: 10, column: 7 });
  });

  it("points into an item of a list of objects", () => {
    const text =
      "kind: List\nitems:\n  - kind: Pod\n    spec: {}\n  - kind: Pod\n    spec: { a: 1 }\n";
    const source = { file: "list.yaml", line: 5, column: 5 };
    assert.deepEqual(placeOf(text, source, "spec.a"), { ...source, line: 6, column: 13 });
  });

  it("points at a key that has dots", () => {
    const text = 'kind: Secret\ndata:\n  tls.crt: x\n  "a b": y\n';
    const source = { file: "s.yaml", line: 1, column: 1 };
    assert.deepEqual(placeOf(text, source, 'data["tls.crt"]'), { ...source, line: 3, column: 3 });
    assert.deepEqual(placeOf(text, source, "data.a b"), { ...source, line: 4, column: 3 });
  });

  it("points at what an anchor has that an alias names", () => {
    const text = "a: &a\n  key: 1\nspec: *a\n";
    const source = { file: "s.yaml", line: 1, column: 1 };
    assert.deepEqual(placeOf(text, source, "spec.key"), { ...source, line: 2, column: 3 });
  });

  it("points into what is piped, and into JSON", () => {
    const text = '{\n  "kind": "Pod",\n  "spec": {}\n}\n';
    for (const file of ["stdin", "pod.json"]) {
      const source = { file, line: 1, column: 1 };
      assert.deepEqual(placeOf(text, source, "spec"), { file, line: 3, column: 3 });
    }
  });

  it("stays where it is in a file that cannot be read as YAML, and in code", () => {
    for (const [file, text] of [
      ["a.yaml", "a: [\n"],
      ["index.ts", "spec: 1"],
    ] as const) {
      const source = { file, line: 1, column: 1 };
      assert.deepEqual(placeOf(text, source, "spec"), source);
    }
  });
});
