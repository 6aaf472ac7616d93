import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { listManifestFiles } from "../engine/kubernetes/manifest-files";
import { drawing, mutant } from "../test/support/manifest-mutants";
import { traps } from "../test/support/manifest-traps";
import { compared, type Comparison, type KubectlAnswer } from "../test/support/read-as-kubectl";
import { checkout } from "./support/checkout";
import { folderByKubectl, readByKubectl } from "./support/kubernetes-decoder";
import { temporaryFolder } from "./support/temporary";

const MUTANTS = 12_000;

/** A file and its content, or one of its mutants. */
interface Sample {
  readonly name: string;
  readonly content: Buffer;
}

/** What kubectl reads, and is not judged here: each is named with its place where a file has it. */
const notReadHere: ReadonlySet<string> = new Set([
  "this is no text",
  "control characters are not allowed",
  "a byte order mark is within a document",
  "nested deeper than 256 levels",
  "map keys must be unique",
  "a key of this form is not read here",
  "the tag `!!binary` is read here of texts alone",
  "the tag `!!timestamp` is not read here",
  "an escape is half a character",
]);

/** Rare forms of YAML, which no file of this repository has: kubectl reads them, and they are not judged here. */
const rareForms =
  /^(?:this is no YAML that is read here|this form of YAML is not read here$|a tab indents a line$|a block of text ends in|a number that is infinite or none |this is a template \(|an item of a list is no object$)/;

function filesOfCheckout(): readonly Sample[] {
  const listed = execFileSync("git", ["ls-files", "*.yaml", "*.yml", "*.json"], {
    cwd: checkout,
    encoding: "utf8",
  });
  return listed
    .split("\n")
    .filter((name) => name !== "")
    .map((name) => ({ name, content: readFileSync(join(checkout, name)) }));
}

/** Those of which something was read otherwise than kubectl reads it, and those that it alone reads. */
function otherwiseRead(samples: readonly Sample[], mayBeRare = false): readonly unknown[] {
  const answers = readByKubectl(samples.map(({ content }) => content));
  assert.equal(answers.length, samples.length);
  return samples.flatMap(({ name, content }, index) => {
    const answer = answers[index] as KubectlAnswer;
    const comparison = compared(content, answer);
    return isExpected(comparison, answer, mayBeRare)
      ? []
      : [{ name, content: JSON.stringify(content.toString("utf8")).slice(0, 2000), comparison }];
  });
}

function isExpected(
  comparison: Comparison,
  { syntax, errors }: KubectlAnswer,
  mayBeRare: boolean,
): boolean {
  if (comparison.kind === "alike") return true;
  if (comparison.kind === "different") return false;
  const isRefused = syntax !== undefined || errors.length > 0;
  const { reason } = comparison;
  return isRefused || notReadHere.has(reason) || (mayBeRare && rareForms.test(reason));
}

describe("manifests as kubectl's own decoder reads them", () => {
  it("are recorded as it reads them now", () => {
    const file = join(checkout, "test/engine/fixtures/traps-by-kubectl.json");
    const { answers } = JSON.parse(readFileSync(file, "utf8")) as { readonly answers: unknown };
    const now = readByKubectl(traps.map(({ content }) => content));
    const found = Object.fromEntries(traps.map(({ name }, index) => [name, now[index]]));
    // As JSON, which has no number that is infinite.
    assert.deepEqual(
      answers,
      JSON.parse(JSON.stringify(found)),
      "record them anew: npx --no-install tsx test-real/record-traps.ts",
    );
  });

  it("are read alike or not judged: every YAML and JSON file of this repository", () => {
    const samples = filesOfCheckout();
    assert.ok(samples.length > 1000);
    for (let at = 0; at < samples.length; at += 1000) {
      assert.deepEqual(otherwiseRead(samples.slice(at, at + 1000)), []);
    }
  });

  it(`are read alike or not judged: ${MUTANTS} mutants of these and of files that readers parse in several ways`, () => {
    const draw = drawing(Number(process.env["FUZZ_SEED"] ?? 21));
    const texts = [
      ...traps.map(({ name, content }) => ({ name, content })),
      ...filesOfCheckout().filter(({ name }) => !name.endsWith(".json")),
    ].filter(({ content }) => content.length < 8_000);
    const samples = Array.from({ length: MUTANTS }, (_, index): Sample => {
      const { name, content } = texts[index % texts.length] as Sample;
      return { name, content: Buffer.from(mutant(content.toString("utf8"), draw)) };
    });
    assert.deepEqual(otherwiseRead(samples, true), []);
  });

  it("are those of a folder that it reads, but for npm's, Git's and what a link leads to a second time", () => {
    const folder = temporaryFolder();
    const files = ["a.yaml", "b.yml", ".hidden/c.json", "d.txt", "deep/e.yaml"];
    const others = [".git/f.yaml", "node_modules/g.yaml"];
    for (const name of [...files, ...others]) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), '{"apiVersion":"v1","kind":"A"}');
    }
    symlinkSync("a.yaml", join(folder, "again.yaml"));
    symlinkSync("d.txt", join(folder, "linked.yaml"));
    symlinkSync("deep", join(folder, "folder"));
    const byKubectl = folderByKubectl(folder);
    assert.deepEqual(byKubectl.errors, []);
    const listed = listManifestFiles([folder]);
    assert.ok(listed.kind === "ok");
    const here = listed.value.flatMap(({ shown, isInstalled }) =>
      isInstalled === true ? [] : [shown],
    );
    assert.deepEqual(here, [".hidden/c.json", "a.yaml", "b.yml", "deep/e.yaml", "linked.yaml"]);
    assert.deepEqual(
      byKubectl.files.map((file) => relative(folder, file)).sort(),
      [...here, ...others, "again.yaml"].sort(),
    );
  });
});
