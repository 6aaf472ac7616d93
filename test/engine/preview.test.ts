import assert from "node:assert/strict";
import { PartialText, Secret, Unknown } from "../../core/snapshot/value";
import { readStackExport } from "../../engine";
import { resourceOf, snapshotOf } from "./support/programs";
import { inProgramHost } from "../support/program-host";

const STACK = "urn:pulumi:dev::simple::pulumi:pulumi:Stack::simple-dev";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

describe("the preview of a program", () => {
  inProgramHost();

  it("is its resources with parents, provider, source and the dependencies of each unknown", async () => {
    const seen: number[] = [];
    const snapshot = await snapshotOf("simple", { onProgress: (count) => seen.push(count) });
    const issuer =
      "urn:pulumi:dev::simple::aws:iam/openIdConnectProvider:OpenIdConnectProvider::oidc";
    const inputs = {
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Federated: new Unknown([issuer]) } }],
      },
      tags: { team: "support", token: new Secret("canary-in-a-tag") },
    };
    const role = resourceOf(snapshot, "aws:iam/role:Role", "desk");
    assert.deepEqual(role, {
      urn: "urn:pulumi:dev::simple::example:index:Worker$aws:iam/role:Role::desk",
      type: "aws:iam/role:Role",
      name: "desk",
      custom: true,
      parent: "urn:pulumi:dev::simple::example:index:Worker::desk",
      provider: "urn:pulumi:dev::simple::pulumi:providers:aws::default_7_48_0",
      inputs,
      outputs: inputs,
      dependencies: [issuer],
      propertyDependencies: { assumeRolePolicy: [issuer] },
      source: { file: "index.ts", line: 7, column: 18 },
    });
    assert.equal(
      (role.inputs["tags"] as { token: Secret }).token.revealForComparison(),
      "canary-in-a-tag",
    );
    assert.deepEqual(resourceOf(snapshot, "example:index:Worker", "desk"), {
      urn: "urn:pulumi:dev::simple::example:index:Worker::desk",
      type: "example:index:Worker",
      name: "desk",
      custom: false,
      parent: STACK,
      inputs: { team: "support" },
      outputs: { roleName: new Unknown() },
      dependencies: [],
      propertyDependencies: {},
      source: { file: "index.ts", line: 26, column: 1 },
    });
    assert.deepEqual(
      { project: snapshot.project, stack: snapshot.stack, notes: snapshot.notes },
      { project: "simple", stack: "dev", notes: [] },
    );
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  });

  it("reports what is declared after an unknown answer as unseen, and nothing else", async () => {
    const { notes, resources } = await snapshotOf("unseen");
    assert.deepEqual(
      notes.filter(({ kind }) => kind === "unrendered"),
      [
        {
          kind: "unrendered",
          message:
            "a callback was not called for want of an answer that a real preview has, and it creates `aws.iam.User`; record the answer under `functions` in agentid.yaml",
          source: { file: "index.js", line: 5, column: 13 },
        },
      ],
    );
    assert.ok(resources.some(({ name }) => name === "known"));
  });

  it("reports it also where the callback only calls a function that declares it, and no other function", async () => {
    const { notes, resources } = await snapshotOf("unseen-helper");
    assert.deepEqual(
      notes.filter(({ kind }) => kind === "unrendered"),
      [
        {
          kind: "unrendered",
          message:
            "a callback was not called for want of an answer that a real preview has, and it calls `roleOf`; record the answer under `functions` in agentid.yaml",
          source: { file: "index.js", line: 10, column: 25 },
        },
      ],
    );
    assert.ok(resources.some(({ name }) => name === "known"));
  });

  it("reports nothing that such a function declares once it is declared", async () => {
    const answer = {
      token: "aws:index/getCallerIdentity:getCallerIdentity",
      result: { accountId: "1" },
    };
    const { notes, resources } = await snapshotOf("unseen-helper", { functions: [answer] });
    assert.deepEqual(notes, []);
    assert.ok(resources.some(({ name }) => name === "of-1"));
  });

  it("has the places of an ES module, also of its top-level code", async () => {
    const { resources } = await snapshotOf("es-module");
    assert.deepEqual(
      resources.slice(1).map(({ name, source }) => [name, source]),
      [
        ["top", { file: "index.js", line: 9, column: 1 }],
        ["inner", { file: "index.js", line: 10, column: 24 }],
      ],
    );
  });

  it("has the functions that a program written in JavaScript has written down as text", async () => {
    const snapshot = await snapshotOf("written-down");
    const { inputs } = resourceOf(snapshot, "aws:ssm/parameter:Parameter", "handler");
    const text = inputs["description"];
    assert.ok(typeof text === "string");
    assert.match(text, /with\(\{ greeting: "at your service"/);
  });

  it("runs transforms: the resource's own first, then its parents', then the stack's", async () => {
    const snapshot = await snapshotOf("transforms");
    assert.deepEqual(resourceOf(snapshot, "aws:iam/role:Role", "desk").inputs, {
      assumeRolePolicy: "{}",
      path: "/yes/",
      tags: { own: "yes", stack: "yes" },
    });
  });

  it("names a component that a plugin would make, with outputs that depend on it", async () => {
    const snapshot = await snapshotOf("opaque");
    const cluster = "urn:pulumi:dev::opaque::acme:index:Cluster::main";
    assert.deepEqual(snapshot.notes, [
      {
        kind: "opaque-component",
        message:
          "`acme:index:Cluster` is made by a plugin that an offline preview does not run; to judge it, " +
          "check with --engine pulumi, or check the `pulumi stack export` of a deployed stack",
        urn: cluster,
        source: { file: "index.ts", line: 15, column: 17 },
      },
    ]);
    assert.deepEqual(resourceOf(snapshot, ATTACHMENT, "nodes").inputs, {
      policyArn: "arn:known",
      role: new Unknown([cluster]),
    });
    const issuer =
      "urn:pulumi:dev::opaque::aws:iam/openIdConnectProvider:OpenIdConnectProvider::issuer";
    assert.deepEqual(resourceOf(snapshot, "acme:index:Cluster", "main").inputs, {
      version: new PartialText(["of ", new Unknown([issuer])]),
    });
  });

  it("has no output of a resource whose provider is not configured yet", async () => {
    const snapshot = await snapshotOf("unconfigured-provider");
    const account = resourceOf(snapshot, "kubernetes:core/v1:ServiceAccount", "agent");
    assert.deepEqual(account.inputs, { apiVersion: "v1", kind: "ServiceAccount" });
    const stack = resourceOf(snapshot, "pulumi:pulumi:Stack", "unconfigured-provider-dev");
    assert.deepEqual(stack.outputs, { name: new Unknown() });
  });

  it("gives Kubernetes objects unique names, and passes them to their users", async () => {
    const snapshot = await snapshotOf("many");
    const pods = resourceOf(snapshot, "kubernetes:apps/v1:Deployment", "agent-0");
    assert.deepEqual(
      (pods.inputs["metadata"] as { name: string }).name.replace(/[0-9a-f]{8}$/, "…"),
      "agent-0-…",
    );
  });

  it("has the outputs of what is deployed, and of nothing else", async () => {
    const state = readStackExport(
      JSON.stringify({
        version: 3,
        deployment: {
          resources: [
            {
              urn: "urn:pulumi:dev::state::aws:iam/role:Role::agent",
              type: "aws:iam/role:Role",
              custom: true,
              id: "agent-1a2b3c4",
              inputs: { assumeRolePolicy: "{}" },
              outputs: { name: "agent-1a2b3c4", arn: "arn:aws:iam::111122223333:role/agent" },
            },
          ],
        },
      }),
    );
    assert.ok(state.kind === "snapshot");
    const snapshot = await snapshotOf("state", { state: state.snapshot });
    assert.deepEqual(resourceOf(snapshot, ATTACHMENT, "known").inputs, {
      role: "agent-1a2b3c4",
      policyArn: "arn:aws:iam::111122223333:role/agent",
    });
    const fresh = "urn:pulumi:dev::state::aws:iam/role:Role::fresh";
    assert.deepEqual(resourceOf(snapshot, ATTACHMENT, "unknown").inputs, {
      role: new Unknown([fresh]),
      policyArn: new Unknown([fresh]),
    });
  });
});

describe("names that a provider has made up", () => {
  inProgramHost();

  const role = "urn:pulumi:dev::state::aws:iam/role:Role::agent";
  const outputs = { name: "agent-1a2b3c4", arn: "arn:aws:iam::111122223333:role/agent-1a2b3c4" };
  const nameWith = async (inputs: object): Promise<unknown> => {
    const state = readStackExport(
      JSON.stringify({
        version: 3,
        deployment: {
          resources: [
            {
              urn: role,
              type: "aws:iam/role:Role",
              custom: true,
              id: "agent-1a2b3c4",
              inputs,
              outputs,
            },
          ],
        },
      }),
    );
    assert.ok(state.kind === "snapshot");
    const snapshot = await snapshotOf("state", { state: state.snapshot });
    return resourceOf(snapshot, "aws:iam/role:Role", "agent").inputs["name"];
  };

  it("are inputs of what is deployed, as a real preview has them", async () => {
    const filled = { assumeRolePolicy: "{}", name: "agent-1a2b3c4", __defaults: ["name"] };
    assert.equal(await nameWith(filled), "agent-1a2b3c4");
  });

  it("are none where the program had configured the name and no longer does", async () => {
    const given = { assumeRolePolicy: "{}", name: "agent-1a2b3c4", __defaults: [] };
    assert.equal(await nameWith(given), undefined);
  });
});

describe("what a program has moved or renamed", () => {
  inProgramHost();

  const inState = (...urns: readonly string[]) => {
    const resources = urns.map((urn) => ({
      urn: `urn:pulumi:dev::moved::${urn}`,
      type: "aws:iam/role:Role",
      custom: true,
      id: `id of ${urn.slice(urn.lastIndexOf("::") + 2)}`,
      inputs: {},
      outputs: {},
    }));
    const read = readStackExport(JSON.stringify({ version: 3, deployment: { resources } }));
    assert.ok(read.kind === "snapshot");
    return read.snapshot;
  };

  it("is known as it is deployed, by its aliases and by those of what it is in", async () => {
    const component = "acme:index:Desk::office";
    const role = "aws:iam/role:Role";
    const state = inState(
      component,
      `acme:index:Desk$${role}::office-child`,
      `acme:index:Desk$${role}::own-before`,
      `${role}::named-before`,
      `${role}::had-urn`,
      `${role}::from-top`,
      `acme:index:Desk$${role}::from-parent`,
      `${role}::in-place`,
    );
    const snapshot = await snapshotOf("moved", { state });
    const attached = snapshot.resources.filter(({ type }) => type === ATTACHMENT);
    const unknown = new Unknown(["urn:pulumi:dev::moved::aws:iam/role:Role::nowhere"]);
    assert.deepEqual(
      Object.fromEntries(attached.map(({ name, inputs }) => [name, inputs["role"]])),
      {
        "desk-child": "id of office-child",
        own: "id of own-before",
        "by-name": "id of named-before",
        "by-urn": "id of had-urn",
        "from-top": "id of from-top",
        "from-parent": "id of from-parent",
        nowhere: unknown,
        "in-place": "id of in-place",
        imported: "exists",
      },
    );
  });

  it("is new without a state, and only the id of what is imported is known", async () => {
    const snapshot = await snapshotOf("moved");
    const known = snapshot.resources
      .filter(({ type }) => type === ATTACHMENT)
      .filter(({ inputs }) => typeof inputs["role"] === "string");
    assert.deepEqual(
      known.map(({ name, inputs }) => [name, inputs["role"]]),
      [["imported", "exists"]],
    );
  });
});

describe("functions of providers in a preview", () => {
  inProgramHost();

  it("are unknown without an answer, in every form of a program, and reported once", async () => {
    const snapshot = await snapshotOf("functions");
    const inputsOf = (name: string): unknown => resourceOf(snapshot, ATTACHMENT, name).inputs;
    assert.deepEqual(inputsOf("output-form"), { role: new Unknown(), policyArn: "arn:known" });
    assert.deepEqual(inputsOf("promise-form"), { role: new Unknown(), policyArn: new Unknown() });
    assert.deepEqual(inputsOf("json-form"), { role: "known", policyArn: new Unknown() });
    assert.deepEqual(snapshot.notes.map(({ kind, message }) => `${kind}: ${message}`).sort(), [
      "unanswered-function: `aws:iam/getRole:getRole` has no recorded answer: what it returns is unknown; record it under `functions` in agentid.yaml",
      "unanswered-function: `aws:index/getCallerIdentity:getCallerIdentity` has no recorded answer: what it returns is unknown; record it under `functions` in agentid.yaml",
      "unanswered-function: `policyArn` of `json-form` is text made of an answer that is not there: unknown",
      "unanswered-function: `policyArn` of `promise-form` is text made of an answer that is not there: unknown",
    ]);
  });

  it("give the recorded answer whose arguments fit", async () => {
    const snapshot = await snapshotOf("functions", {
      functions: [
        { token: "aws:iam/getRole:getRole", args: { name: "another" }, result: { name: "wrong" } },
        {
          token: "aws:iam/getRole:getRole",
          args: { name: "existing" },
          result: { name: "right", arn: "arn:right" },
        },
        {
          token: "aws:index/getCallerIdentity:getCallerIdentity",
          result: { accountId: "111122223333" },
        },
      ],
    });
    assert.deepEqual(resourceOf(snapshot, ATTACHMENT, "promise-form").inputs, {
      role: "right",
      policyArn: "arn:right/made-of-text",
    });
    assert.deepEqual(snapshot.notes, []);
    const stack = resourceOf(snapshot, "pulumi:pulumi:Stack", "functions-dev");
    assert.deepEqual(stack.outputs, { account: "111122223333" });
  });
});

describe("the configuration of a preview", () => {
  inProgramHost();

  it("is the project's, the stack's and the user's, with stand-ins for what is encrypted", async () => {
    const snapshot = await snapshotOf("stack-config", { config: { overridden: "by the user" } });
    const { outputs = {} } = resourceOf(snapshot, "pulumi:pulumi:Stack", "stack-config-staging");
    assert.deepEqual(outputs, {
      plain: "hello",
      number: 7,
      list: ["a", { b: 1 }],
      fromProject: "from the project",
      overridden: "by the user",
      token: new Unknown(),
      sameToken: new Unknown(),
      otherToken: new Unknown(),
      region: "eu-west-1",
      stack: "staging",
      organization: new Unknown(),
    });
    assert.deepEqual(snapshot.notes, []);
  });

  it("does not use the user's value for an encrypted key", async () => {
    const snapshot = await snapshotOf("stack-config", {
      stack: "acme/stack-config/staging",
      config: { "stack-config:token": "given", sameToken: "given", otherToken: "given" },
    });
    const { outputs = {} } = resourceOf(snapshot, "pulumi:pulumi:Stack", "stack-config-staging");
    assert.deepEqual(outputs["token"], new Unknown());
    assert.equal(outputs["organization"], "acme");
    assert.deepEqual(snapshot.notes, []);
  });
});
