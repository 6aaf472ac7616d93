import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { reporters } from "../../../cli/report";
import { formats, type Format } from "../../../cli/report/formats";
import { reportOf, type Report } from "../../../policy-pack/views/report";
import { matchGolden } from "./golden";
import {
  hostileName,
  holdingReport,
  sampleOptions,
  sampleReport,
  silencedReport,
  partlyReport,
  unfinishedReport,
} from "./sample-report";
import { anyText } from "../../support/any-text";

const extensions: Readonly<Record<Format, string>> = {
  text: "txt",
  json: "json",
  sarif: "sarif",
  github: "txt",
  gitlab: "json",
  junit: "xml",
  markdown: "md",
  html: "html",
};

describe("reporters", () => {
  const page = (rule: string) =>
    `https://git.example.org/acme/agentid/blob/v1/docs/rules/${rule}.md`;
  const rulesOf = (text: string) =>
    (JSON.parse(text) as { runs: { tool: { driver: { rules: object[] } } }[] }).runs.flatMap(
      ({ tool }) => tool.driver.rules as { id: string; helpUri?: string }[],
    );

  it("sarif, markdown: link the page of a rule where the package has a repository", () => {
    const linked = rulesOf(reporters.sarif([sampleReport], { ...sampleOptions, urlOf: page }));
    const ours = linked.filter(({ id }) => id !== "agentid-settings");
    assert.ok(ours.length > 0);
    for (const { id, helpUri } of ours) assert.equal(helpUri, page(id));
    const text = reporters.markdown([sampleReport], { ...sampleOptions, urlOf: page });
    assert.match(text, /\[page of the rule\]\(https:\/\/git\.example\.org\//);
  });

  it("sarif, markdown: link no page while it has none", () => {
    const options = { ...sampleOptions, urlOf: () => undefined };
    for (const rule of rulesOf(reporters.sarif([sampleReport], options))) {
      assert.equal("helpUri" in rule, false);
    }
    assert.equal(reporters.markdown([sampleReport], options).includes("page of the rule"), false);
  });

  for (const format of formats) {
    it(`${format}: reports everything of a report with every feature`, () => {
      const text = reporters[format]([sampleReport], sampleOptions);
      matchGolden(`${format}.golden.${extensions[format]}`, text);
    });

    it(`${format}: lists who has which identity of a program that passed`, () => {
      const text = reporters[format]([holdingReport], sampleOptions);
      matchGolden(`${format}-passed.golden.${extensions[format]}`, text);
    });

    it(`${format}: reports that an interrupted run proves nothing`, () => {
      const text = reporters[format]([unfinishedReport], sampleOptions);
      matchGolden(`${format}-unfinished.golden.${extensions[format]}`, text);
    });

    it(`${format}: names each file that was not judged, with its place`, () => {
      const text = reporters[format]([partlyReport], sampleOptions);
      matchGolden(`${format}-partly.golden.${extensions[format]}`, text);
    });

    it(`${format}: reports each setting that silences, those that are new first`, () => {
      const text = reporters[format]([silencedReport], sampleOptions);
      matchGolden(`${format}-settings.golden.${extensions[format]}`, text);
      const words = ["disabled", "advisory", "cannot be verified", "declared workloads", "12h"];
      const places = ["no-public-trust", "functions", "no-access-key", "no-shared-secret"]
        .concat(format === "json" ? [] : words)
        .map((each) => text.indexOf(each, text.indexOf("agentid.yaml") - 200));
      assert.ok(
        places.every((place) => place >= 0),
        String(places),
      );
    });

    it(`${format}: reports several programs one after the other`, () => {
      const text = reporters[format]([holdingReport, sampleReport], sampleOptions);
      const places = ["globex-refunds", "deployer"].map((word) => text.indexOf(word));
      assert.ok(places.every((place) => place >= 0) && places[0]! < places[1]!);
    });

    it(`${format}: passes nothing on that a terminal acts on or hides`, () => {
      fc.assert(
        fc.property(anyText(), (text) => {
          const shown = reporters[format]([renamed(text)], sampleOptions);
          assert.doesNotMatch(shown, /[^\P{C}\n]|[\u2028\u2029]/u);
        }),
      );
    });

    it(`${format}: gives a workflow's runner no command that the program wrote`, () => {
      const shown = reporters[format]([renamed(hostileName)], sampleOptions);
      const commands = shown.split("\n").filter((line) => /^\s*::|##\[/.test(line));
      const ours = commands.filter((line) => /^::(error|warning|notice) (file=|title=)/.test(line));
      assert.deepEqual(commands, ours);
      if (format !== "github") assert.deepEqual(commands, []);
    });
  }

  it("text: colours on request, with the same words", () => {
    const coloured = reporters.text([sampleReport], { ...sampleOptions, colour: true });
    const bare = coloured.replace(/\u001b\[\d+m/g, "");
    assert.notEqual(coloured, bare);
    assert.equal(bare, reporters.text([sampleReport], sampleOptions));
  });

  it("html: shows the line of each finding, without what it does not name, as text", () => {
    const line = 'const desk = new Role("<b>hidden</b>", { name: `support-desk` }); // a remark';
    const text = reporters.html([sampleReport], { ...sampleOptions, lineOf: () => line });
    const frames = [...text.matchAll(/<pre class="frame" tabindex="0">(.*?)<\/pre>/gs)];
    assert.ok(frames.length > 0);
    for (const [, frame = ""] of frames)
      assert.match(frame, /^const desk = new Role\(&#34;…&#34;, /);
    assert.match(frames.map(([, frame]) => frame).join(), /&#96;support-desk&#96;/);
    assert.doesNotMatch(reporters.html([sampleReport], sampleOptions), /class="frame"/);
  });

  it("text: leaves out long lists unless all are requested", () => {
    const [first] = sampleReport.judgement.findings;
    const findings = Array.from({ length: 30 }, (_, index) => ({
      ...first!,
      fix: `fix ${index}`,
      holder: { name: `holder ${index}`, label: `holder ${index}` },
    }));
    const report = { ...sampleReport, judgement: { ...sampleReport.judgement, findings } };
    const some = reporters.text([report], sampleOptions);
    assert.match(some, /holder 5 and 24 more/);
    assert.match(some, /fix 2\n +… and 27 more \(--verbose\)/);
    const all = reporters.text([report], { ...sampleOptions, verbose: true });
    assert.match(all, /holder 29/);
    assert.match(all, /fix 29/);
  });

  it("json: reads back as the report", () => {
    const text = reporters.json([sampleReport], sampleOptions);
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(sampleReport)));
  });

  it("sarif: is valid by the schema of SARIF 2.1.0, whatever the names", () => {
    const path = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
    const ajv = new Ajv({ strict: false, unicodeRegExp: false });
    addFormats(ajv);
    // The schema is of draft 4; of what later drafts changed it uses only the spelling of its own id.
    const { $schema, id, ...schema } = JSON.parse(readFileSync(path, "utf8")) as Record<
      string,
      unknown
    >;
    assert.equal($schema, "http://json-schema.org/draft-04/schema#");
    assert.equal(typeof id, "string");
    const validate = ajv.compile(schema);
    const check = (report: Report): void => {
      const log: unknown = JSON.parse(reporters.sarif([report, holdingReport], sampleOptions));
      assert.ok(validate(log), JSON.stringify(validate.errors));
    };
    check(sampleReport);
    check(unfinishedReport);
    check(partlyReport);
    fc.assert(fc.property(anyText(), (text) => check(renamed(text))));
    assert.equal(validate({ version: "2.1.0", runs: [{ results: [{}] }] }), false);
  });

  it("markdown: stays within the length of a comment on GitHub, however much there is", () => {
    const long = "`a`|<b>&*".repeat(500);
    const [first] = sampleReport.judgement.findings;
    const findings = Array.from({ length: 200 }, (_, index) => ({
      ...first!,
      about: { name: `${index}`, label: `thing ${index}` },
      level: index % 2 === 0 ? ("mandatory" as const) : ("advisory" as const),
    }));
    const { workloads } = sampleReport.judgement;
    const many = Array.from({ length: 500 }, () => workloads[0]!);
    const report = {
      ...sampleReport,
      judgement: { ...sampleReport.judgement, findings, workloads: many },
    };
    assert.ok(reporters.markdown([report], sampleOptions).length < 65_536);
    assert.ok(reporters.markdown([renamed(long)], sampleOptions).length < 65_536);
  });
});

/** The sample report with one name in every position of a program's text. */
function renamed(text: string): Report {
  const written = JSON.stringify(sampleReport);
  const quoted = JSON.stringify(hostileName).slice(1, -1);
  const other = JSON.stringify(text).slice(1, -1);
  const { judgement, ...report } = JSON.parse(written.replaceAll(quoted, () => other)) as Report;
  return { ...report, ...reportOf({ project: text, stack: text, version: "0.1.0" }, judgement) };
}
