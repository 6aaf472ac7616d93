import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** The instructions of a container file, by stage. */
function stagesOf(text: string): readonly (readonly Instruction[])[] {
  const lines = text
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, name = "", value = ""] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (name === "FROM") stages.push([]);
    stages.at(-1)?.push({ name, value: value.trim() });
  }
  return stages;
}

/** What is wrong with an image. */
function problemsOf(text: string): readonly string[] {
  const stages = stagesOf(text);
  const last = stages.at(-1) ?? [];
  const valuesOf = (name: string): readonly string[] =>
    last.filter((each) => each.name === name).map(({ value }) => value);
  const [base = ""] = valuesOf("FROM");
  const all = stages.flat();
  return [
    ...(all.every(({ name }) => /^[A-Z]+$/.test(name)) ? [] : ["a line is no instruction"]),
    ...(/^gcr\.io\/distroless\/\S+:nonroot(?:@\S+)?$/.test(base) ? [] : ["the image has a shell"]),
    ...(all.every(
      ({ name, value }) => name !== "FROM" || /@sha256:[0-9a-f]{64}(?: AS \S+)?$/.test(value),
    )
      ? []
      : ["an image is not pinned by digest"]),
    ...(valuesOf("RUN").length === 0 ? [] : ["a command runs in the image"]),
    ...(/^[1-9]\d*:[1-9]\d*$/.test(valuesOf("USER").at(-1) ?? "") ? [] : ["the user can be root"]),
    ...(["ENTRYPOINT", "CMD"].every((name) =>
      valuesOf(name).every((value) => value.startsWith("[")),
    )
      ? []
      : ["a shell starts the broker"]),
    ...(all.some(({ name, value }) => name === "RUN" && /"(?:install|i|add|exec|x)"/.test(value)) ||
    all.some(({ name, value }) => name === "RUN" && !value.startsWith("["))
      ? ["a package is installed without its lock file"]
      : []),
    ...(all.some(({ name }) => name === "ADD") ? ["a file is fetched"] : []),
  ];
}

const text = readFileSync("broker/Containerfile", "utf8");

describe("the image of the broker", () => {
  it("runs as another user than root, without a shell, with what lock files pin", () => {
    assert.deepEqual(problemsOf(text), []);
  });

  for (const [problem, from, to] of [
    ["the image has a shell", /FROM gcr[^@]+/, "FROM docker.io/library/node:22"],
    ["an image is not pinned by digest", /@sha256:\S+ AS build/, " AS build"],
    ["an image is not pinned by digest", /nonroot@sha256:\S+/, "nonroot"],
    ["the user can be root", /^USER .*$/m, "USER 0:0"],
    ["the user can be root", /^USER .*$/m, ""],
    ["a shell starts the broker", /^ENTRYPOINT .*$/m, "ENTRYPOINT node broker.js"],
    ["a command runs in the image", /^CMD/m, 'RUN ["id"]\nCMD'],
    ["a package is installed without its lock file", /"ci", "--omit=dev"/, '"install"'],
    ["a package is installed without its lock file", /^RUN .*"ci".*$/m, "RUN npm install"],
    ["a file is fetched", /^COPY \. \.$/m, "ADD https://example.com/a /a"],
  ] as const) {
    it(`is refused where ${problem}, by ${to}`, () => {
      const changed = text.replace(from, to);
      assert.notEqual(changed, text);
      assert.deepEqual(problemsOf(changed), [problem]);
    });
  }

  it("pins what the broker's package needs, in the versions that tests run with", () => {
    const folder = mkdtempSync(join(tmpdir(), "agentid-image-"));
    try {
      execFileSync(process.execPath, ["scripts/server-packages.mjs", folder]);
      const read = (file: string): Readonly<Record<string, object | undefined>> =>
        JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, object | undefined>>;
      const own = read(join(folder, "pulumi-agentid-broker/package.json"));
      const names = [own["dependencies"], own["peerDependencies"]].flatMap((each) =>
        Object.keys(each ?? {}),
      );
      const tested = read("package-lock.json")["packages"] as unknown as Packages;
      const wanted = Object.fromEntries(
        names.map((name) => [name, tested[`node_modules/${name}`]?.version]),
      );
      assert.deepEqual(read("broker/image/package.json")["dependencies"], wanted);
      const locked = read("broker/image/package-lock.json")["packages"] as unknown as Packages;
      for (const [path, { version, integrity }] of Object.entries(locked)) {
        if (path === "") continue;
        assert.match(integrity ?? "", /^sha512-/, path);
        const name = path.slice("node_modules/".length);
        if (names.includes(name)) assert.equal(version, wanted[name], path);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

type Packages = Readonly<
  Record<string, { readonly version?: string; readonly integrity?: string }>
>;
