import assert from "node:assert/strict";
import { stackExport, taskOf, rotationOf } from "./support/fleet-exports";
import { Folder } from "./support/folder";
import { runCli } from "./support/run-cli";

const secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:crm-AbCdEf";
const utility = { "agentid.dev/kind": "utility", "agentid.dev/risk": "low" };

interface Stack {
  readonly tags?: Readonly<Record<string, string>>;
  readonly tenant?: string;
  readonly rotates?: boolean;
}

/** The export of a stack with one task, which uses the secret and has a role of its own. */
function exportOf(name: string, { tags = utility, tenant = "acme", rotates = true }: Stack = {}) {
  const project = `${name}-desk`;
  const secrets = [{ name: "CRM_KEY", valueFrom: secret }];
  const task = taskOf(tenant, `${name}-triage`, { secrets, tags, project });
  return stackExport(tenant, [task, ...(rotates ? [rotationOf(project, secret)] : [])], project);
}

/** A waiver of what the task of a stack shares. */
function waiverOf(name: string, more: Readonly<Record<string, string>> = {}) {
  return {
    rule: "no-shared-secret",
    thing: "crm",
    holder: `acme/triage in ${name}-desk/dev`,
    owner: "team-crm",
    reason: "the vendor issues one key per customer",
    ticket: "SEC-14",
    expires: "2026-12-31",
    controls: ["secret-rotation"],
    ...more,
  };
}

describe("waivers of findings over several stacks", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  /** Every finding of an audit: rule, holder, and its waiver's owner or message. */
  const audit = async (
    stacks: Readonly<Record<string, Stack>>,
    waivers: readonly object[],
    today = "2026-12-01",
  ) => {
    folder.write({
      ...Object.fromEntries(
        Object.entries(stacks).map(([name, stack]) => [`in/${name}.json`, exportOf(name, stack)]),
      ),
      "waivers.yaml": JSON.stringify({ waivers }),
    });
    const options = ["--waivers", "waivers.yaml", "--today", today, "--facts", "facts"];
    const { code, out, err } = await runCli(
      ["audit", "in", ...options, "--report", "json"],
      folder.path,
    );
    const { judgement } = JSON.parse(out || err) as {
      readonly judgement: {
        readonly findings: readonly {
          readonly rule: string;
          readonly message: string;
          readonly holder?: { readonly label: string };
          readonly waiver?: { readonly owner: string };
        }[];
      };
    };
    const findings = judgement.findings.map(({ rule, message, holder, waiver }) =>
      [
        rule,
        holder?.label ?? "-",
        waiver === undefined ? message : `waived by ${waiver.owner}`,
      ].join(": "),
    );
    return { code, findings };
  };
  const shared = "AWS secret `crm` is shared by 2 workloads in 2 stacks";

  it("lift the part of each stack whose utility has the controls", async () => {
    assert.deepEqual(await audit({ one: {}, two: {} }, [waiverOf("one"), waiverOf("two")]), {
      code: 0,
      findings: [
        "no-shared-secret: acme/triage in one-desk/dev: waived by team-crm",
        "no-shared-secret: acme/triage in two-desk/dev: waived by team-crm",
      ],
    });
  });

  it("do not lift that of another stack", async () => {
    assert.deepEqual(await audit({ one: {}, two: {} }, [waiverOf("one")]), {
      code: 1,
      findings: [
        "no-shared-secret: acme/triage in one-desk/dev: waived by team-crm",
        `no-shared-secret: acme/triage in two-desk/dev: ${shared}`,
      ],
    });
  });

  it("lift nothing of an agent, or where the control is missing, and are reported once", async () => {
    const agent = { tags: { ...utility, "agentid.dev/kind": "agent" } };
    const { code, findings } = await audit({ one: agent, two: { rotates: false } }, [
      waiverOf("one"),
      waiverOf("two"),
    ]);
    assert.equal(code, 1);
    assert.deepEqual(
      findings.filter((each) => /waive|shared-secret/.test(each)),
      [
        `no-shared-secret: acme/triage in one-desk/dev: ${shared}`,
        `no-shared-secret: acme/triage in two-desk/dev: ${shared}`,
        "require-valid-waiver: -: The waiver is not valid: its stack does not show that the workload is a utility of low risk",
        "require-valid-waiver: -: The waiver is not valid: control `secret-rotation`: its stack does not show that it restricts the workload",
      ],
    );
  });

  it("lift nothing that two tenants share", async () => {
    const { code, findings } = await audit({ one: {}, two: { tenant: "globex" } }, [
      waiverOf("one", { rule: "no-cross-tenant-secret" }),
    ]);
    assert.equal(code, 1);
    assert.deepEqual(
      findings.filter((each) => /^require-valid|cross-tenant-secret/.test(each)),
      [
        "no-cross-tenant-secret: acme/triage in one-desk/dev: AWS secret `crm` is shared by tenants `acme`, `globex`: 2 workloads in 2 stacks",
        "no-cross-tenant-secret: globex/triage in two-desk/dev: AWS secret `crm` is shared by tenants `acme`, `globex`: 2 workloads in 2 stacks",
        "require-valid-waiver: -: The waiver is not valid: `no-cross-tenant-secret` guards the boundary between tenants, which cannot be waived",
      ],
    );
  });

  it("that are over, by the same facts on a later day, lift nothing", async () => {
    const waivers = [waiverOf("one"), waiverOf("two")];
    assert.equal((await audit({ one: {}, two: {} }, waivers)).code, 0);
    const { code, findings } = await audit({ one: {}, two: {} }, waivers, "2027-01-01");
    assert.equal(code, 1);
    assert.equal(findings.filter((each) => each.includes("it expired on 2026-12-31")).length, 2);
  });

  it("that match nothing in any stack are reported once", async () => {
    assert.deepEqual(
      await audit({ one: {}, two: { rotates: false } }, [waiverOf("one"), waiverOf("three")]),
      {
        code: 1,
        findings: [
          "no-shared-secret: acme/triage in one-desk/dev: waived by team-crm",
          `no-shared-secret: acme/triage in two-desk/dev: ${shared}`,
          "no-unused-waiver: -: The waiver matches no finding",
        ],
      },
    );
  });
});
