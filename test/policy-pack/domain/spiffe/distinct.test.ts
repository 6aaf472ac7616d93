import assert from "node:assert/strict";
import fc from "fast-check";
import { distinguished } from "../../../../policy-pack/domain/spiffe/distinct";
import type { Field, TemplatePart } from "../../../../policy-pack/facts/spiffe-template";
import { parseTemplate } from "../../../../policy-pack/domain/spiffe/template";

const ns = "{{ .PodMeta.Namespace }}";
const sa = "{{ .PodSpec.ServiceAccountName }}";

const cases: readonly (readonly [
  template: string,
  reported: readonly Field[],
  together: readonly Field[],
])[] = [
  [`/ns/${ns}/sa/${sa}`, ["namespace", "account"], []],
  [`/${ns}-${sa}`, [], ["namespace", "account"]],
  [`/${ns}${sa}`, [], ["namespace", "account"]],
  [`/${ns}.${sa}`, ["namespace", "account"], []],
  [`/${sa}.${ns}`, ["account", "namespace"], []],
  [`/${ns}_${sa}`, ["namespace", "account"], []],
  [`/${sa}.{{ .PodMeta.Name }}`, [], ["account", "pod name"]],
  [`/${ns}-${sa}/pod/{{ .PodMeta.Name }}`, ["pod name"], ["namespace", "account"]],
  [`/${ns}-${sa}/ns/${ns}`, ["namespace"], ["account"]],
  [`/${ns}-{{ .ClusterName }}-${sa}`, [], ["namespace", "account"]],
  [`/${ns}/{{ .PodMeta.Annotations.id }}/${sa}`, ["namespace", "account"], ["annotation"]],
  [`/${ns}/{{ .PodMeta.Annotations.id }}`, ["namespace", "annotation"], []],
];

describe("what SPIFFE IDs distinguish of pods", () => {
  for (const [template, reported, together] of cases) {
    it(`of ${template}: ${reported.join(" and ") || "nothing"}`, () => {
      const found = distinguished(parseTemplate(template));
      assert.deepEqual([...found.fields].sort(), [...reported].sort());
      assert.deepEqual(found.together, together);
    });
  }

  it("never distinguishes two pods by a field of which one SPIFFE ID has both values", () => {
    const part = fc.oneof(
      fc
        .constantFrom("-", ".", "/", "_", "a", "a-")
        .map((text) => ({ kind: "text", text }) as const),
      fc
        .constantFrom<Field>("namespace", "account", "label")
        .map((field) => ({ kind: "field", field }) as const),
    );
    const value = fc.record({
      namespace: fc.stringMatching(/^[a-b-]{1,4}$/),
      account: fc.stringMatching(/^[a-b.-]{1,4}$/),
      label: fc.stringMatching(/^[a-b._-]{1,4}$/),
    });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), value, value, (parts, a, b) => {
        if (filled(parts, a) !== filled(parts, b)) return;
        for (const field of distinguished(parts).fields) {
          if (field === "namespace" || field === "account" || field === "label") {
            assert.equal(a[field], b[field]);
          }
        }
      }),
      { numRuns: 50_000 },
    );
  });
});

function filled(parts: readonly TemplatePart[], values: Readonly<Record<string, string>>): string {
  return parts
    .map((part) =>
      part.kind === "text" ? part.text : part.kind === "field" ? values[part.field] : "",
    )
    .join("");
}
