import assert from "node:assert/strict";
import { resolve } from "node:path";
import ts from "typescript";

const file = resolve("test/package/completed.ts");

/** The language service of an editor over one program. */
function serviceOf(text: string): ts.LanguageService {
  return ts.createLanguageService({
    getCompilationSettings: () => ({
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      skipLibCheck: true,
      types: [],
    }),
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const read = name === file ? text : ts.sys.readFile(name);
      return read === undefined ? undefined : ts.ScriptSnapshot.fromString(read);
    },
    getCurrentDirectory: () => resolve("."),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
    directoryExists: (name) => ts.sys.directoryExists(name),
    getDirectories: (name) => ts.sys.getDirectories(name),
  });
}

const imports = 'import * as agentid from "../../dist/components/index";\n';
const tenant = 'const tenant = { name: "acme" } as agentid.TenantRef;\n';
const effects = ["deletion", "external-message", "payment", "production-change"];
const levels = ["confidential", "internal", "public", "restricted"];

describe("what an editor completes in a program", function () {
  this.timeout(600_000);

  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ["effects", 'new agentid.Tool("t", { tenant, risk: { effects: ["|"] } });', effects],
    [
      "effects after another",
      'new agentid.Tool("t", { tenant, risk: { effects: ["payment", "|"] } });',
      effects,
    ],
    ["sensitivity", 'new agentid.Tool("t", { tenant, risk: { sensitivity: "|" } });', levels],
    [
      "approval",
      'new agentid.Agent("a", { tenant, grants: [{ tool, intents: ["x"], approval: "|" }] });',
      ["human", "none"],
    ],
    [
      "autonomy",
      'new agentid.Agent("a", { tenant, grants: [], autonomy: "|" });',
      ["autonomous", "supervised"],
    ],
    // An intent is the program's own word.
    ["no intent", 'new agentid.Agent("a", { tenant, grants: [{ tool, intents: ["|"] }] });', []],
  ];
  /** All of them as one program, with the place to complete as `|`. */
  const marked = [
    imports + tenant,
    "declare const tool: agentid.ToolRef;",
    ...rows.map(([, program]) => program),
    'const given: string[] = ["payment"];',
    'export const risk: agentid.ToolArgs["risk"] = { effects: given };',
  ].join("\n");
  const service = serviceOf(marked.replaceAll("|", ""));
  after(() => service.dispose());

  let at = -1;
  rows.forEach(([what, , expected], earlier) => {
    at = marked.indexOf("|", at + 1);
    const place = at - earlier;
    it(`is ${what}`, () => {
      const found = service.getCompletionsAtPosition(file, place, {})?.entries ?? [];
      const texts = found.filter(({ kind }) => kind === ts.ScriptElementKind.string);
      assert.deepEqual(texts.map(({ name }) => name).sort(), expected);
    });
  });

  it("leaves a program that has texts as such without a fault", () => {
    const faults = service.getSemanticDiagnostics(file);
    const texts = faults.map(({ messageText }) => JSON.stringify(messageText));
    // What is not completed yet is a choice that is empty.
    assert.deepEqual(
      texts.filter((text) => !text.includes('\\"\\\"')),
      [],
    );
  });
});
