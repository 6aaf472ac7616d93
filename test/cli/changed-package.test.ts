import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formats } from "../../cli/report/formats";
import { installIn, runBuilt } from "./support/built";
import { everything } from "./support/everything";
import { Folder } from "./support/folder";
import type { Run } from "./support/run-cli";

/** Leaves a mark if a changed file runs in the process that judges. */
const leavesMark = `require("node:fs").writeFileSync(process.env.MARK, "a changed file ran");`;

const append = (file: string, text: string): string =>
  `fs.appendFileSync(path.join(own, ${JSON.stringify(file)}), ${JSON.stringify(text)});\n`;

/** Replaces all code in a folder by such that leaves the mark. */
const replace = (folder: string): string => `
  for (const name of fs.readdirSync(path.join(own, "${folder}"), { recursive: true })) {
    const file = path.join(own, "${folder}", name);
    if (/[.][cm]?js$/.test(name)) fs.writeFileSync(file, ${JSON.stringify(leavesMark)});
  }
`;

/** Changes of the package `own`, as a program makes them. */
const attacks: Readonly<Record<string, string>> = {
  "appends to what a report shows":
    append("cli/page/report.js", "\n;alert(1);") +
    append("cli/page/report.css", "body { display: none }") +
    append("cli/page/picture.css", "text { display: none }") +
    append("docs/rules/no-public-trust.md", "\nAll is well."),
  "replaces the packages that judge and draw": ["@viz-js/viz", "typescript", "yaml", "acorn"]
    .concat("@secretlint")
    .map((name) => replace(`../${name}`))
    .join(""),
  "replaces the package's own code": replace("dist") + replace("policy-pack/dist"),
  "removes the package": `fs.rmSync(own, { recursive: true });`,
};

/** A program in YAML with a component of the package, which its plugin makes. */
const tenant = `
name: tenant
runtime: yaml
resources:
  acme:
    type: agentid:Tenant
    properties:
      federation:
        eksIrsa:
          providerArn: arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF
`;

describe("a program that changes the package that judges it", () => {
  let folder: Folder;
  let own: string;
  let expected: Readonly<Record<string, unknown>>;

  before(() => {
    folder = new Folder();
    own = installIn(folder.path);
    expected = shownWith("");
  });
  after(() => folder.remove());

  const run = (...args: readonly string[]): Run => {
    const marked = join(folder.path, "mark");
    const ended = runBuilt(args, { cwd: folder.path, from: own, variables: { MARK: marked } });
    assert.ok(!existsSync(marked), "a changed file ran");
    return ended;
  };

  /** Writes a program that does something as well. */
  const write = (attack: string): void => {
    folder.write({
      "desk/Pulumi.yaml": "name: desk\nruntime: nodejs\n",
      "desk/index.js": `require("./attack");\n${everything}`,
      "desk/attack.js": `
        const [fs, path, own] = [require("node:fs"), require("node:path"), ${JSON.stringify(own)}];
        ${attack}
      `,
    });
  };

  /** All that is shown of a program that does something as well. */
  const shownWith = (attack: string): Readonly<Record<string, unknown>> => {
    write(attack);
    const reports = formats.flatMap((each) => ["--report", `${each}=out.${each}`]);
    const ended = run("check", "desk", "--save-snapshot", "out.snapshot", ...reports);
    const files = [...formats, "snapshot"].map(
      (name) => [name, readFileSync(join(folder.path, `out.${name}`), "utf8")] as const,
    );
    return { ...ended, ...Object.fromEntries(files) };
  };

  for (const [what, attack] of Object.entries(attacks)) {
    it(`is shown as one that does not: ${what}`, () => {
      own = installIn(folder.path);
      assert.deepEqual(shownWith(attack), expected);
    });
  }

  it("makes no component of another program, which is judged before", () => {
    own = installIn(folder.path);
    folder.write({ "tenant/Pulumi.yaml": tenant });
    write("");
    const judged = run("check", "desk", "tenant");
    assert.match(judged.out, /^tenant\/dev: passed; .* 39 rules/m);
    write(replace("dist"));
    assert.deepEqual(run("check", "desk", "tenant"), judged);
  });
});
