import { printedJson } from "../../core/printed-json";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { grantOf } from "../../policy-pack/domain/workloads/declared-grant";
import { isCounted, type Grant } from "../../core/grants/grant";
import { cedarEntities } from "../../core/cedar/entities";
import { cedarPolicies, keysOf, printPolicies } from "../../core/cedar/policy-set";
import { cedarSchema } from "../../core/cedar/schema";
import { namedGrants } from "../../core/grants/named-grants";
import { regoBundle } from "../../broker/policy/rego-bundle";
import { grantsIn } from "../../policy-pack/read/aws/components/grants-in";
import { reasonOf } from "../../policy-pack/files/system-reason";
import { settingsFor } from "../check";
import { write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { writeText } from "../files";
import { classifyInput } from "../input";
import { plain } from "../report/escape";
import { snapshotOf, stateFor } from "../snapshot-of";
import { allStacks, checkOptionsOf, type ProgramFlags } from "../program-options";

/** Options of `agentid policy`, as commander gives them. */
export interface PolicyFlags extends ProgramFlags {
  readonly format: string;
  readonly out: string;
}

type Files = Readonly<Record<string, string>>;

/** What each format writes. */
const formats: Readonly<Record<string, (grants: readonly Grant[]) => Files>> = {
  cedar: cedarFiles,
  rego: regoBundle,
};

/** `agentid policy`: writes the grants of a program as a policy, for services that decide calls by one. */
export async function policy(path: string, flags: PolicyFlags): Promise<number> {
  const { format, out } = flags;
  const filesOf = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (filesOf === undefined) {
    throw new CouldNotRun(`\`--format\` takes \`${Object.keys(formats).join("` or `")}\``);
  }
  if (flags.stack === allStacks) {
    throw new CouldNotRun("a policy is of one stack; name that by `--stack`");
  }
  checkFolder(out, Object.keys(filesOf([])));
  const options = checkOptionsOf(flags, () => {});
  const input = classifyInput(path);
  const { functions } = settingsFor(input, options);
  const snapshot = await snapshotOf(input, options, { functions, state: stateFor(input, options) });
  const grants = grantsIn(snapshot).map(({ fact, isSecret }) => known(path, fact, isSecret));
  if (grants.length === 0) {
    throw new CouldNotRun(
      `\`${path}\` declares no grant that a broker decides by; name a program whose agents have \`grants\``,
    );
  }
  const files = filesOf(grants);
  atFolder(out, () => mkdirSync(out, { recursive: true }));
  for (const [file, text] of Object.entries(files)) writeText(join(out, file), "the policy", text);
  const names = Object.keys(files).join(", ");
  await write(process.stdout, `${plain(out)}: ${grants.length} grants as ${format}: ${names}\n`);
  return exitCodes.passed;
}

/** A grant that a policy can state, or one sentence on why none can. */
function known(
  path: string,
  { at, grant }: ReturnType<typeof grantsIn>[number]["fact"],
  isSecret: boolean,
): Grant {
  const name = grant.caller.kind === "known" && !isSecret ? grant.caller.text : "a workload";
  const where = `\`${path}\`: ${at.property} of \`${name}\``;
  if (isSecret) {
    throw new CouldNotRun(
      `${where} is marked secret, and a policy would show it; take the secret out of the grant`,
    );
  }
  const declared = grantOf(grant);
  switch (declared.kind) {
    case "known":
      if (!isCounted(declared.grant)) return declared.grant;
      throw new CouldNotRun(
        `${where} has \`maxCalls\` or \`sumAtMost\`, for each task, which a policy cannot count; leave them out, or let a task broker decide the calls`,
      );
    case "crossing":
      throw new CouldNotRun(
        `${where} names a tool of another tenant; grant a tool of the same tenant`,
      );
    case "unknown": {
      const parts = declared.parts.map(({ property }) => property).join("`, `");
      throw new CouldNotRun(
        `${where} is not known before an update: \`${parts}\`; give what is deployed by \`--state\``,
      );
    }
  }
}

/** Refuses a folder with anything that the command would not write itself. */
function checkFolder(out: string, written: readonly string[]): void {
  const found = atFolder(out, () => statSync(out, { throwIfNoEntry: false }));
  if (found === undefined) return;
  if (!found.isDirectory()) throw new CouldNotRun(`\`--out\` takes a folder; \`${out}\` is a file`);
  const other = atFolder(out, () => readdirSync(out)).find((file) => !written.includes(file));
  if (other === undefined) return;
  throw new CouldNotRun(
    `\`${out}\` has \`${other}\`, which is no part of the policy; give a folder of its own`,
  );
}

function atFolder<T>(out: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CouldNotRun(`cannot write the policy \`${out}\`: ${reasonOf(error)}`);
  }
}

function cedarFiles(grants: readonly Grant[]): Files {
  const named = namedGrants(grants);
  const keys = keysOf(named);
  return {
    "schema.json": printedJson(cedarSchema(keys)),
    "policies.cedar": printPolicies(cedarPolicies(keys)),
    "entities.json": printedJson(cedarEntities(named)),
  };
}
