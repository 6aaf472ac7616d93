import * as assert from "node:assert/strict";
import { Agent, Gateway, Tool } from "../../../components";
import type { Snapshot } from "../../../core/snapshot/resource";
import { acme, runtimeArgs } from "../oauth2/github";
import { changesBetween, type Changes } from "../support/changes";
import { registered } from "../support/registered";
import { snapshotOf } from "../support/snapshot";
import { runtimeArn } from "./tools";

const agent = "agentid:index:Agent";
const gateway = "agentid:index:Gateway";
const policyType = "aws:bedrock/agentcorePolicy:AgentcorePolicy";
const nothing: Changes = { created: [], deleted: [], updated: {}, replaced: {} };

/** What a team changes: what `triage` is granted, which agents there are besides, and which tools are behind the gateway. */
interface Team {
  readonly intents?: string[];
  readonly more?: string;
  readonly tools?: string[];
}

/** A stack once AWS has chosen its values. */
async function stackOf({ intents = ["find"], more, tools = ["search"] }: Team): Promise<Snapshot> {
  const resources = await registered(() => {
    const fronted = tools.map((name) => new Tool(name, runtimeArgs));
    const { ref } = new Gateway("tools", {
      tenant: acme,
      targets: fronted.map((tool, index) => ({
        tool: tool.ref,
        arn: runtimeArn(`acme_${tools[index] ?? ""}`),
        operations: [{ name: "find" }, { name: "close" }],
      })),
    });
    const [search] = fronted;
    const grantFor = (purposes: string[]) =>
      search === undefined ? [] : [{ tool: search.ref, intents: purposes, gateway: ref }];
    new Agent("triage", { ...runtimeArgs, grants: grantFor(intents) });
    new Agent("desk", { ...runtimeArgs, grants: grantFor(["find"]) });
    if (more !== undefined) new Agent(more, { ...runtimeArgs, grants: grantFor(["close"]) });
  });
  return snapshotOf(resources);
}

describe("two updates of agents at a gateway, before and after a change", () => {
  let first: Snapshot;
  before(async () => {
    first = await stackOf({});
  });

  it("are the same where nothing changes", async () => {
    assert.deepEqual(changesBetween(first, await stackOf({})), nothing);
  });

  it("of what an agent is granted: its own policy is updated, and nothing is replaced", async () => {
    assert.deepEqual(changesBetween(first, await stackOf({ intents: ["find", "close"] })), {
      ...nothing,
      updated: {
        [`${agent}::triage`]: ["grants"],
        [`${agent}$${policyType}::triage-tools.search`]: ["definition"],
      },
    });
  });

  it("of an agent more: it is made with its policy, and nothing else is touched, the gateway neither", async () => {
    const { created, ...rest } = changesBetween(first, await stackOf({ more: "answer" }));
    assert.deepEqual({ created: [], ...rest }, nothing);
    assert.deepEqual(
      created.filter((urn) => !/::answer(-tools\.search)?$/.test(urn)),
      [],
    );
    assert.ok(created.includes(`${agent}$${policyType}::answer-tools.search`));
  });

  it("of an agent less: its policy goes with it, and no other is touched", async () => {
    const { deleted, ...rest } = changesBetween(await stackOf({ more: "answer" }), first);
    assert.deepEqual({ deleted: [], ...rest }, nothing);
    assert.ok(deleted.includes(`${agent}$${policyType}::answer-tools.search`));
  });

  it("of a tool more: the gateway's role may call it, and no agent is touched", async () => {
    const { created, ...rest } = changesBetween(
      first,
      await stackOf({ tools: ["search", "refunds"] }),
    );
    assert.deepEqual(rest, {
      deleted: [],
      updated: {
        [`${gateway}::tools`]: ["targets"],
        [`${gateway}$aws:iam/rolePolicy:RolePolicy::tools`]: ["policy"],
      },
      replaced: {},
    });
    assert.deepEqual(
      created.filter((urn) => !urn.endsWith("refunds")),
      [],
    );
  });
});
