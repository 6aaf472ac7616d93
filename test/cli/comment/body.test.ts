import assert from "node:assert/strict";
import { commentBody, type CommentOptions } from "../../../cli/comment/body";
import { commentRoom } from "../../../cli/comment/keep-one";
import type { Finding } from "../../../policy-pack/findings/finding";
import { reportOf, type Report } from "../../../policy-pack/views/report";
import { matchGolden } from "../report/golden";
import {
  hostileName,
  holdingReport,
  partlyReport,
  sampleReport,
  silencedReport,
  unfinishedReport,
} from "../report/sample-report";

const commit = {
  server: "https://github.com",
  repository: "acme/desk",
  sha: "0123456789".repeat(4),
};
const options: CommentOptions = { today: "2026-11-30", room: commentRoom, commit };

/** The sample with other findings. */
function reportWith(findings: readonly Finding[]): Report {
  const { project, stack, judgement } = sampleReport;
  return reportOf({ project, stack, version: "0.1.0" }, { ...judgement, findings });
}

const [shared] = sampleReport.judgement.findings as [Finding];

/** What a reader sees outside code, with references resolved as GitHub does before it looks for mentions. */
function outsideCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,}).*\n[^]*?\n\1$/gm, "")
    .replace(/(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, "")
    .replace(/<code>[^]*?<\/code>/g, "")
    .replace(/<a href="[^"]*">/g, "")
    .replace(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number)));
}

describe("the body of a comment", () => {
  for (const [name, report] of Object.entries({
    comment: sampleReport,
    "comment-passed": holdingReport,
    "comment-partly": partlyReport,
    "comment-unfinished": unfinishedReport,
    "comment-settings": silencedReport,
  }))
    it(`has the verdict first, then what is wrong, where and how to fix it: ${name}`, () => {
      matchGolden(`${name}.golden.md`, commentBody([report], options));
    });

  it("separates new findings from earlier ones, and shows the parts of other reporters", () => {
    const text = commentBody([sampleReport], {
      ...options,
      isNew: ({ rule }) => rule === "no-shared-identity",
      parts: [{ title: "Authority", markdown: "```diff\n+ x\n```\n", weight: 70 }],
    });
    assert.match(text, /^\| critical, new \| Role <code>support-desk<\/code> is shared/m);
    assert.match(text, /^\| critical \| Role <code>globex-refunds<\/code> can be/m);
    assert.match(text, /^#### New findings\n\n<details open><summary>.*support-desk/m);
    assert.match(
      text,
      /<summary>Findings that were there before<\/summary>\n\n<details><summary>.*globex/,
    );
    assert.match(text, /^#### Authority\n\n```diff\n\+ x\n```\n\n/m);
  });

  it("links a place to its line at the commit, unless the path leaves the repository", () => {
    const at = (file: string): string =>
      commentBody([reportWith([{ ...shared, source: { file, line: 3 } }])], options);
    assert.match(
      at('a b/"><img src=x>|.ts'),
      /\| <a href="https:\/\/github\.com\/acme\/desk\/blob\/(0123456789){4}\/a%20b\/%22%3E%3Cimg%20src%3Dx%3E%7C\.ts#L3"><code>/,
    );
    for (const file of ["../x.ts", "/etc/x.ts", "a//b.ts", "./x.ts", "x".repeat(3000)])
      assert.doesNotMatch(at(file), /^\|.*<a /m);
    const unplaced = commentBody([sampleReport], { today: options.today, room: options.room });
    assert.doesNotMatch(unplaced, /<a |judged/);
  });

  it("links the page of a rule where the package has a repository", () => {
    const page = (rule: string) =>
      `https://git.example.org/acme/agentid/blob/v1/docs/rules/${rule}.md`;
    const linked = commentBody([sampleReport], { ...options, urlOf: page });
    assert.ok(linked.includes(`, [page of the rule](${page(shared.rule)})`));
    for (const urlOf of [undefined, () => undefined]) {
      const body = commentBody([sampleReport], { ...options, ...(urlOf && { urlOf }) });
      assert.equal(body.includes("page of the rule"), false);
    }
  });

  it("shows how many days each waiver has left", () => {
    const waived = sampleReport.judgement.findings.find(({ waiver }) => waiver !== undefined)!;
    const on = (today: string): string =>
      commentBody([reportWith([waived])], { ...options, today });
    assert.match(on("2026-11-30"), /<code>2027-01-15<\/code>, 46 days left \|/);
    assert.match(on("2027-01-14"), /, 1 day left \|/);
    assert.match(on("2027-01-15"), /, last day \|/);
    assert.match(on("2027-01-16"), /, expired \|/);
  });

  it("shows text of programs as text: no mention, issue, link, tag or broken table", () => {
    const hostile = { label: hostileName, name: hostileName };
    const words = "@octocat #12 acme/desk#3 GH-9 0123456789abcdef www.evil.test <b>x</b> |";
    const report = reportWith([
      { ...shared, message: `${words} \`${hostileName}\` ${hostileName}`, about: hostile },
      {
        ...shared,
        rule: "no-shared-secret",
        message: words,
        fix: words,
        holder: hostile,
        replacement: `a\n\`\`\`\n@octocat\n<!-- agentid:comment:k -->\n${hostileName}`,
        chain: [{ from: hostile, to: hostile, by: words }],
        standards: [words],
      },
      {
        ...shared,
        message: words,
        level: "advisory",
        source: { file: words, line: 1 },
      },
    ]);
    const text = commentBody([report], { ...options, isNew: () => true });
    const seen = outsideCode(text).replace(/^#{3,4} /gm, "");
    assert.doesNotMatch(seen, /@|#|GH-9|0123456789abcdef|www\.|https?:/);
    assert.deepEqual(
      [...new Set(seen.match(/<\/?\w[^>]*>/g))].sort(),
      [
        "</a>",
        "</b>",
        "</details>",
        "</sub>",
        "</summary>",
        "<b>",
        "<details open>",
        "<details>",
        "<sub>",
        "<summary>",
      ].sort(),
    );
    for (const row of text.split("\n").filter((line) => line.startsWith("| critical")))
      assert.equal(row.split("|").length, 5, row);
    assert.doesNotMatch(text, /[\u202e\u200b\u001b\r]/);
  });

  it("fits its limit, cuts the least important first and reports the cut", () => {
    const many = Array.from({ length: 150 }, (_, index) => ({
      ...shared,
      about: { ...shared.about, name: `n${index}`, label: `role-${index}` },
      message: `Role \`role-${index}\` is shared by 2 workloads`,
      fingerprint: String(index).padStart(32, "0"),
    }));
    const known = many.map((one) => ({ ...one, rule: "no-shared-secret", known: true }));
    const text = commentBody([reportWith([...many, ...known])], options);
    assert.ok(text.length <= commentRoom);
    assert.ok(text.length > commentRoom - 1000);
    assert.equal(text.match(/^\| critical \|/gm)?.length, 150);
    const fixes = text.match(/^<details.*no-shared-identity/gm)?.length ?? 0;
    assert.ok(fixes > 0 && fixes < 150);
    assert.match(
      text,
      new RegExp(
        `^\\*\\*Left out for length:\\*\\* ${150 - fixes} explained findings, .*known finding`,
        "m",
      ),
    );
  });

  it("keeps the verdict where nothing else fits, of a hundred programs too", () => {
    const text = commentBody([sampleReport], { ...options, room: 1200 });
    assert.ok(text.length <= 1200);
    assert.match(text, /^### agentid: desk\/dev: BLOCKED: /);
    assert.match(
      text,
      /^\*\*Left out for length:\*\* .*3 rows, 3 explained findings, .* 1 standard mapping\./m,
    );
    const all = commentBody(Array(100).fill(sampleReport) as Report[], options);
    assert.ok(all.length <= commentRoom);
    assert.equal(all.match(/^### agentid/gm)?.length, 100);
  });

  it("is bounded where one text is 100 kB", () => {
    const long = "`x` <b>@y ".repeat(10_000);
    const hostile = { name: long, label: long };
    const one: Finding = {
      ...shared,
      message: long,
      fix: long,
      about: hostile,
      holder: hostile,
      replacement: `${long}\n`.repeat(5),
      chain: Array(50).fill({ from: hostile, to: hostile, by: long }) as Finding["chain"],
      source: { file: long, line: 1 },
    };
    const text = commentBody([reportWith([one, shared])], options);
    assert.ok(text.length <= commentRoom);
    assert.match(text, /support-desk/);
  });
});
