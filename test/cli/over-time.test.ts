import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../policy-pack/views/report";
import { stackExport, taskOf } from "./support/fleet-exports";
import { Folder } from "./support/folder";
import { backendUpdate, minuteOf, printedHistory } from "./support/histories";
import { runCli } from "./support/run-cli";

/** What `pulumi stack export` prints of a tenant's stack with one task, as it was updated at a time of 29 November. */
const exportOf = (tenant: string, role: string, time: string): string =>
  stackExport(tenant, [taskOf(tenant, role)]).replace(
    "2026-11-30T10:00:00Z",
    `2026-11-29T${time}:00.5Z`,
  );

/** The same as the file of a self-managed backend. */
function checkpointOf(tenant: string, role: string, time: string): string {
  const { deployment } = JSON.parse(exportOf(tenant, role, time)) as {
    readonly deployment: object;
  };
  return JSON.stringify({ version: 3, checkpoint: { stack: "", latest: deployment } });
}

const page = readFileSync("docs/fleet/over-time.md", "utf8");

const first = { at: minuteOf("09:00"), version: 40 };
const second = { at: minuteOf("21:14"), version: 41, message: "use the common key" };

describe("two audits", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const run = (...args: readonly string[]) => runCli(args, folder.path);
  const reportIn = (file: string): Report =>
    JSON.parse(readFileSync(join(folder.path, file), "utf8")) as Report;
  /** The part of a text about what changed. */
  const changesIn = (text: string): string =>
    /^Against .*?(?=\n\n)/ms.exec(text)?.[0] ?? assert.fail(text);

  it("show what is new and gone, and which update did it, also with stored facts", async () => {
    folder.write({
      "in/acme.json": exportOf("acme", "acme-triage", "09:00"),
      "in/acme.history.json": printedHistory([first]),
      "in/globex.json": exportOf("globex", "integrations", "08:00"),
      "in/globex.history.json": printedHistory([{ at: minuteOf("08:00"), version: 7 }]),
      "in/initech.json": exportOf("initech", "old", "07:00"),
      "in/umbrella.json": exportOf("umbrella", "old", "07:00"),
    });
    const audit = (file: string) =>
      run("audit", "in", "--facts", "kept", "--report", `json=${file}`);
    assert.equal((await audit("yesterday.json")).code, 1);
    folder.write({
      "in/acme.json": exportOf("acme", "integrations", "21:14"),
      "in/acme.history.json": printedHistory([second, first]),
    });
    rmSync(join(folder.path, "in/umbrella.json"));
    assert.equal((await audit("tonight.json")).code, 1);
    assert.deepEqual(
      reportIn("tonight.json").stacks?.map(({ stack, updated, updates }) => {
        return [stack, updated, updates.map(({ version }) => version)];
      }),
      [
        ["acme-desk/dev", "2026-11-29T21:14:00.500Z", [41, 40]],
        ["globex-desk/dev", "2026-11-29T08:00:00.500Z", [7]],
        ["initech-desk/dev", "2026-11-29T07:00:00.500Z", []],
      ],
    );
    const { code, out } = await run("report", "tonight.json", "--against", "yesterday.json");
    assert.equal(code, 0);
    const by =
      "introduced by: update 41 of stack `acme-desk/dev`, 2026-11-29 21:14 UTC, by platform@acme.example (git author), " +
      'commit 65ed42c, message "use the common key"';
    const left = "removed by: stack `umbrella-desk/dev` is no longer among the inputs";
    const table = [
      "Against yesterday.json: 2 new, 2 gone, 0 still there",
      "change  severity  what is wrong",
      "new     critical  IAM role `integrations` can be assumed from tenants `acme`, `globex`",
      ...["    stacks: acme-desk/dev, globex-desk/dev", `    ${by}`],
      "new     critical  IAM role `integrations` is shared by 2 workloads in 2 stacks",
      ...["    stacks: acme-desk/dev, globex-desk/dev", `    ${by}`],
      "gone    critical  IAM role `old` can be assumed from tenants `initech`, `umbrella`",
      ...["    stacks: initech-desk/dev, umbrella-desk/dev", `    ${left}`],
      "gone    critical  IAM role `old` is shared by 2 workloads in 2 stacks",
      ...["    stacks: initech-desk/dev, umbrella-desk/dev", `    ${left}`],
    ].join("\n");
    assert.equal(changesIn(out), table);
    // The page shows it as a terminal of a hundred columns does.
    const [, example] = /^```text\n(Against .*?)\n```$/ms.exec(page) ?? [];
    assert.equal(example?.replaceAll("\n        ", " "), table);
    const same = (await run("report", "tonight.json", "--against", "tonight.json")).out;
    assert.equal(
      changesIn(same),
      [
        "Against tonight.json: 0 new, 0 gone, 2 still there",
        "change       severity  what is wrong",
        "still there  critical  IAM role `integrations` can be assumed from tenants `acme`, `globex`",
        "    stacks: acme-desk/dev, globex-desk/dev",
        "still there  critical  IAM role `integrations` is shared by 2 workloads in 2 stacks",
        "    stacks: acme-desk/dev, globex-desk/dev",
      ].join("\n"),
    );
  });

  it("identify an update of a self-managed backend by its time", async () => {
    const history = ".pulumi/history/acme-desk/dev/dev";
    folder.write({
      ".pulumi/stacks/globex-desk/dev.json": checkpointOf("globex", "integrations", "08:00"),
      ".pulumi/stacks/acme-desk/dev.json": checkpointOf("acme", "acme-triage", "09:00"),
      [`${history}-${first.at}600000000.history.json`]: backendUpdate({ at: first.at }),
    });
    assert.equal((await run("audit", ".pulumi", "--report", "json=yesterday.json")).code, 0);
    folder.write({
      ".pulumi/stacks/acme-desk/dev.json": checkpointOf("acme", "integrations", "21:14"),
      [`${history}-${second.at}600000000.history.json`]: backendUpdate({ at: second.at }),
    });
    assert.equal((await run("audit", ".pulumi", "--report", "json=tonight.json")).code, 1);
    const { out } = await run("report", "tonight.json", "--against", "yesterday.json");
    assert.match(
      changesIn(out),
      /^ {4}introduced by: the update of stack `acme-desk\/dev`, 2026-11-29 21:14 UTC, by platform@acme\.example \(git author\), commit 65ed42c, message "use own key"$/m,
    );
  });

  it("take a history that a shell names for no input", async () => {
    folder.write({
      "acme.json": exportOf("acme", "acme-triage", "09:00"),
      "acme.history.json": printedHistory([first]),
    });
    const { code, out, err } = await run("audit", "acme.history.json", "acme.json");
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^acme-desk\/dev: passed/m);
    assert.match(
      (await run("audit", "acme.history.json")).out,
      /`acme\.history\.json` is neither a stack export/,
    );
  });
});
