import assert from "node:assert/strict";
import fc from "fast-check";
import { printTemplate } from "../../../../policy-pack/facts/spiffe-template";
import { parseTemplate } from "../../../../policy-pack/domain/spiffe/template";
import { anyText } from "../../../support/any-text";
import { processorTime } from "../../../support/processor-time";

const cases: readonly (readonly [behaviour: string, text: string, read: string])[] = [
  [
    "fields of the pod",
    "spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}",
    "spiffe://{{ .TrustDomain }}/ns/{{ namespace }}/sa/{{ account }}",
  ],
  ["fields without spaces", "{{.PodMeta.Name}}", "{{ pod name }}"],
  ["the data that `$` stands for", "{{ $.PodMeta.UID }}", "{{ pod uid }}"],
  ["a label by its name", "{{ .PodMeta.Labels.app }}", "{{ label app }}"],
  [
    "a label by `index`",
    '{{ index .PodMeta.Labels "app.kubernetes.io/name" }}',
    "{{ label app.kubernetes.io/name }}",
  ],
  ["an annotation", "{{ index .PodMeta.Annotations `id` }}", "{{ annotation id }}"],
  ["fields of the node", "{{ .NodeMeta.Name }}", "{{ node NodeMeta.Name }}"],
  ["quoted text", '{{ "a}}b" }}', "a}}b"],
  ["comments, as nothing", "a{{/* }} */}}b", "ab"],
  ["trimmed white space", "a {{- .PodMeta.Name -}} b", "a{{ pod name }}b"],
  [
    "what `printf` puts together",
    '{{ printf "%s/x-%s" .PodMeta.Namespace .PodMeta.Name }}',
    "{{ namespace }}/x-{{ pod name }}",
  ],
  ["what is piped", '{{ .PodMeta.Namespace | printf "ns-%s" }}', "ns-{{ namespace }}"],
  [
    "parentheses",
    '{{ print "sa-" (printf "%s" .PodSpec.ServiceAccountName) }}',
    "sa-{{ account }}",
  ],
  ["as unclear a condition", "{{ if .PodMeta.Name }}", "{{ if .PodMeta.Name }}"],
  [
    "as unclear a function nobody knows",
    "{{ .PodMeta.Name | lower }}",
    "{{ .PodMeta.Name | lower }}",
  ],
  ["as unclear a field that there is not", "{{ .Pod.Name }}", "{{ .Pod.Name }}"],
  ["as unclear a part of a text", "{{ slice .PodMeta.Name 0 3 }}", "{{ slice .PodMeta.Name 0 3 }}"],
  [
    "as unclear a cut format",
    '{{ printf "%.3s" .PodMeta.Name }}',
    '{{ printf "%.3s" .PodMeta.Name }}',
  ],
  ["as unclear what is not closed", "a{{ .PodMeta.Name", "{{ {{ .PodMeta.Name }}"],
  ["as unclear an empty action", "{{ }}", "{{  }}"],
];

describe("templates of SPIFFE IDs", () => {
  for (const [behaviour, text, read] of cases) {
    it(`reads ${behaviour}`, () => {
      assert.equal(printTemplate(parseTemplate(text)), read);
    });
  }

  it("reads any text, and text without actions literally", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const parts = parseTemplate(text);
        if (!text.includes("{{")) assert.equal(printTemplate(parts), text);
      }),
      { numRuns: 2_000 },
    );
    const pieces = [
      "{{",
      "}}",
      "(",
      ")",
      "|",
      '"',
      "`",
      "/*",
      "*/",
      " ",
      ".PodMeta.Name",
      "index",
      "%s",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (chosen) => {
        parseTemplate(chosen.join(""));
      }),
      { numRuns: 5_000 },
    );
  });

  it("reads a hostile template in little time", () => {
    for (const piece of ["{{", "{{(", '{{"', "{{ ( ( ", "{{/*", "{{ a | "]) {
      const start = processorTime();
      parseTemplate(piece.repeat(8192 / piece.length));
      assert.ok(processorTime() - start < 1_000, piece);
    }
  });
});
