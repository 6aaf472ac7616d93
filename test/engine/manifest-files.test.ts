import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readManifests } from "../../engine/read-manifests";
import { withFolder } from "./support/programs";

const account = (name: string): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name} }\n`;

/** The names of the files read in a folder, and the notes on them. */
function readIn(folder: string): { readonly names: readonly string[]; readonly notes: unknown } {
  const read = readManifests([folder]);
  assert.ok(read.kind === "snapshot", JSON.stringify(read));
  const { resources, notes } = read.snapshot;
  return {
    names: resources.map(({ name }) => name),
    notes: notes.map(({ kind, message, source }) => [kind, message, source?.file]),
  };
}

const unclosed =
  "this is no YAML that is read here: Flow sequence in block collection must be sufficiently indented and end with a ]";

describe("the files of a folder of manifests", () => {
  it("are those in hidden folders too, but for Git's own and npm's", () =>
    withFolder(
      {
        "a.yaml": account("a"),
        ".hidden/b.yaml": account("b"),
        ".hidden/deep/c.json": JSON.stringify({
          apiVersion: "v1",
          kind: "A",
          metadata: { name: "c" },
        }),
        ".git/d.yaml": account("d"),
        "node_modules/e.yaml": account("e"),
      },
      (folder) => {
        assert.deepEqual(readIn(folder), {
          names: ["b", "c", "a"],
          notes: [
            [
              "manifest",
              "`node_modules` is not read, as npm installs it; name it, or a file in it, to have it judged",
              undefined,
            ],
          ],
        });
      },
    ));

  it("of a tool in a hidden folder are not reported, unless they may have an object", () =>
    withFolder(
      {
        "a.yaml": account("a"),
        ".github/workflows/ci.yml": "on: push\njobs: {}\n",
        ".cache/template.yaml": "a: {{ .b }}\n",
        ".cache/broken.yaml": "apiVersion: v1\nkind: [\n",
      },
      (folder) => {
        assert.deepEqual(readIn(folder), {
          names: ["a"],
          notes: [["unreadable", unclosed, ".cache/broken.yaml"]],
        });
      },
    ));

  it("are read once where a link leads to one of them, and refused where it leads out of the folder", () =>
    withFolder(
      { "in/a.yaml": account("a"), "in/.data/b": account("b"), "out.yaml": account("c") },
      (base) => {
        const folder = join(base, "in");
        symlinkSync("a.yaml", join(folder, "again.yaml"));
        symlinkSync(".data/b", join(folder, "b.yaml"));
        symlinkSync(".data", join(folder, "data"));
        symlinkSync("../out.yaml", join(folder, "out.yaml"));
        symlinkSync("none", join(folder, "none.yaml"));
        assert.deepEqual(readIn(folder), {
          names: ["a", "b"],
          notes: [
            ["unreadable", "a link to a file that is not there", "none.yaml"],
            [
              "unreadable",
              "a link out of the folder, which kubectl follows; put the file into the folder, or judge a folder that has both",
              "out.yaml",
            ],
          ],
        });
      },
    ));

  it("are named where they are no regular files, and not waited for", () =>
    withFolder({ "a.yaml": account("a") }, (folder) => {
      execFileSync("mkfifo", [join(folder, "pipe.yaml")]);
      assert.deepEqual(readIn(folder), {
        names: ["a"],
        notes: [["unreadable", "it is a named pipe; give a regular file", "pipe.yaml"]],
      });
    }));

  it("are named where they are no text", () =>
    withFolder({ "a.yaml": account("a") }, (folder) => {
      writeFileSync(join(folder, "b.yaml"), Buffer.from(`# \xe9\n${account("b")}`, "latin1"));
      const utf16 = Buffer.from(`\ufeff${account("c")}`, "utf16le");
      writeFileSync(join(folder, "c.yaml"), utf16);
      assert.deepEqual(readIn(folder), {
        names: ["a", "c"],
        notes: [["unreadable", "its bytes are no text in UTF-8; save it as UTF-8", "b.yaml"]],
      });
    }));

  it("in JSON have objects in any notation, and are reported where they may have one and are broken", () =>
    withFolder(
      {
        "escaped.json": '{"\\u0061piVersion":"v1","\\u006bind":"A","metadata":{"name":"a"}}',
        "yaml.json": account("b"),
        "broken.json": '{"apiVersion":"v1","kind":[',
        "tsconfig.json": '{ "strict": true, /* a comment */ }',
      },
      (folder) => {
        assert.deepEqual(readIn(folder), {
          names: ["a", "b"],
          notes: [
            ["unreadable", unclosed, "broken.json"],
            ["manifest", "`tsconfig.json` has no Kubernetes object: skipped", undefined],
          ],
        });
      },
    ));

  it("of our own settings have no objects, unless they do", () =>
    withFolder(
      { "a.yaml": account("a"), "agentid.yaml": "scope: all\n", "deep/agentid.yaml": account("b") },
      (folder) => {
        assert.deepEqual(readIn(folder), { names: ["a", "b"], notes: [] });
      },
    ));
});
