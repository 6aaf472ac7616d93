import assert from "node:assert/strict";
import type { Browser, Page } from "puppeteer-core";
import { reporters } from "../cli/report";
import { faultsOf } from "../policy-pack/findings/grouped-finding";
import type { Report } from "../policy-pack/views/report";
import {
  hostileName,
  holdingReport,
  partlyReport,
  sampleOptions,
  sampleReport,
  unfinishedReport,
} from "../test/cli/report/sample-report";
import { startBrowser } from "./support/browser";

/** What a parser of XML reads of a JUnit report. */
interface Read {
  readonly problem: string | null;
  /** Names of the elements that are not of JUnit. */
  readonly others: readonly string[];
  /** The number of tests, failures, errors and skipped ones, and the suites' own numbers. */
  readonly counts: readonly [readonly number[], readonly number[]];
  readonly text: string;
}

const read = `(xml) => {
  const { documentElement: root } = new DOMParser().parseFromString(xml, "application/xml");
  const all = [...root.getElementsByTagName("*")];
  const suites = all.filter(({ localName }) => localName === "testsuite");
  const counts = [
    ["testcase", "failure", "error", "skipped"].map((name) => all.filter(({ localName }) => localName === name).length),
    ["tests", "failures", "errors", "skipped"].map((name) => suites.reduce((sum, suite) => sum + Number(suite.getAttribute(name)), 0)),
  ];
  return {
    problem: root.querySelector("parsererror")?.textContent ?? (root.localName === "testsuites" ? null : root.localName),
    others: all.map(({ localName }) => localName).filter((name) => !["testsuite", "properties", "property", "testcase", "failure", "skipped", "error"].includes(name)),
    counts,
    text: all.map((each) => [...each.attributes].map(({ value }) => value).join("\\n") + "\\n" + each.textContent).join("\\n"),
  };
}`;

/** What XML acts on, or cannot have at all: a report may still name it. */
const texts = [
  hostileName,
  ']]><evil/><![CDATA["',
  '"/><evil a="',
  "</testcase><evil>",
  "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;&#0;&#x1b;",
  "<?xml version='1.1'?><?evil?><!-- -- -->",
  "\u0000\u0001\u0008\u000b\u001f\ufffe\uffff\ud800\udfff\u0085\u2028",
  "x".repeat(100_000),
];

describe("the JUnit report, read by a parser of XML", () => {
  let browser: Browser;
  let page: Page;

  before(async () => {
    browser = await startBrowser();
    page = await browser.newPage();
  });

  after(() => browser.close());

  async function parsed(reports: readonly Report[]): Promise<Read> {
    const xml = reporters.junit(reports, sampleOptions);
    return (await page.evaluate(`(${read})(${JSON.stringify(xml)})`)) as Read;
  }

  it("is well-formed, and counts each kind as its suites do", async () => {
    for (const report of [sampleReport, holdingReport, partlyReport, unfinishedReport]) {
      const { problem, others, counts } = await parsed([report]);
      assert.deepEqual([problem, others], [null, []]);
      assert.deepEqual(counts[0], counts[1]);
    }
    const { text } = await parsed([holdingReport, sampleReport]);
    for (const { first } of faultsOf(sampleReport.judgement.findings)) {
      assert.ok(text.includes(first.rule), first.rule);
    }
  });

  it("has no element that a program wrote, whatever it names things", async () => {
    const written = JSON.stringify(sampleReport);
    for (const text of texts) {
      const names = [
        "acme/planner",
        "support-desk",
        "acme",
        "globex-refunds",
        "desk/index.ts",
        "dev",
      ];
      const renamed = names.reduce(
        (all, name) => all.replaceAll(`"${name}"`, JSON.stringify(`${text} ${name}`)),
        written,
      );
      const { problem, others, counts } = await parsed([JSON.parse(renamed) as Report]);
      assert.deepEqual([problem, others], [null, []], text.slice(0, 40));
      assert.deepEqual(counts[0], counts[1]);
    }
  });

  it("would not be taken if it were not well-formed", async () => {
    const { problem } = (await page.evaluate(
      `(${read})("<testsuites><evil></testsuites>")`,
    )) as Read;
    assert.match(problem ?? "", /evil|mismatch/);
  });
});
