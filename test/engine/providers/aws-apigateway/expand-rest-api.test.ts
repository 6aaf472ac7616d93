import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import {
  PartialText,
  Unknown,
  type Value,
  type ValueRecord,
} from "../../../../core/snapshot/value";
import { formUrn } from "../../../../engine/program/urn";
import {
  expandRestApi,
  restApiComponentType,
} from "../../../../engine/providers/aws-apigateway/expand-rest-api";
import { previewProgram } from "../../../../engine";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import { snapshotOf, urnOf as urnOfTop } from "../../../support/resources";
import { threeForms } from "../../../support/three-forms";
import { inProgramHost } from "../../../support/program-host";
import { withFolder } from "../../support/programs";

const head = "urn:pulumi:dev::desk::";
const provider = `${head}pulumi:providers:aws::default`;
const urnOf = (parent: string, type: string, name: string) =>
  formUrn({ stack: "dev", project: "desk", parent, type, name });
const functionUrn = (name: string) => urnOfTop("aws:lambda/function:Function", name);
const handler = new Unknown([functionUrn("triage")]);

function expanded(inputs: ValueRecord) {
  const component: Resource = {
    ...{ urn: `${head}${restApiComponentType}::api`, type: restApiComponentType, name: "api" },
    ...{ custom: false, inputs, dependencies: [], propertyDependencies: {} },
  };
  return expandRestApi(component, { urnOf, provider }, process.cwd());
}

/** The children that carry an identity, by type and name. */
function made(inputs: ValueRecord): Readonly<Record<string, ValueRecord>> {
  const { children, notes } = expanded(inputs);
  assert.deepEqual(notes, []);
  return Object.fromEntries(
    children.map(({ type, name, inputs: own }) => [`${type.replace(/^.*:/, "")} ${name}`, own]),
  );
}

const base = ["RestApi api", "Deployment api", "Stage api"];
const names = (inputs: ValueRecord) =>
  Object.keys(made(inputs)).filter((name) => !base.includes(name));
const apiUrn = urnOf(
  `${head}${restApiComponentType}::api`,
  "aws:apigateway/restApi:RestApi",
  "api",
);

describe("what a REST API of @pulumi/aws-apigateway makes", () => {
  // By the deployed stack that the package's own tests record (`api/1.0.1/stack.json`).
  it("is the API, its stage and a permission to call a route's function, as deployed", () => {
    const children = made({ routes: [{ path: "/", method: "GET", eventHandler: handler }] });
    assert.deepEqual(Object.keys(children), [
      "RestApi api",
      "Permission api-fa520765",
      "Deployment api",
      "Stage api",
    ]);
    assert.deepEqual(children["Permission api-fa520765"], {
      action: "lambda:invokeFunction",
      function: handler,
      principal: "apigateway.amazonaws.com",
      sourceArn: new PartialText([new Unknown([apiUrn], false, "executionArn"), "/*/GET/"]),
    });
    assert.deepEqual(children["RestApi api"], {
      name: "api",
      body: new Unknown([functionUrn("triage")]),
    });
  });

  it("is one permission for each path and method, whether or not the path begins with a slash", () => {
    const route = (path: string, method: string) => ({ path, method, eventHandler: handler });
    const slash = names({ routes: [route("/a", "ANY"), route("/b", "GET")] });
    assert.equal(new Set(slash).size, 2);
    assert.deepEqual(names({ routes: [route("a", "ANY"), route("b", "GET")] }), slash);
    assert.deepEqual(names({ routes: [route("/a", "ANY"), route("a", "ANY")] }), [slash[0]]);
  });

  it("is a role for files from S3, with all of S3 as the plugin attaches it", () => {
    for (const localPath of ["package.json", "docs"]) {
      const children = made({ routes: [{ path: "static", localPath }] });
      const [role = "", attachment = ""] = Object.keys(children).filter((key) => /Role/.test(key));
      assert.match(JSON.stringify(children[role]), /apigateway\.amazonaws\.com/);
      assert.equal(
        children[attachment]?.["policyArn"],
        "arn:aws:iam::aws:policy/AmazonS3FullAccess",
      );
    }
    const roleOf = (localPath: string) => names({ routes: [{ path: "static", localPath }] })[0];
    assert.notEqual(roleOf("package.json"), roleOf("docs"));
    assert.equal(roleOf("no-such-path"), roleOf("package.json"));
  });

  it("is a role to call an authorizer that is a function, once for each name", () => {
    const authorizer = (given: ValueRecord) => ({ handler, type: "request", ...given });
    const of = (...all: readonly Value[]) =>
      names({ routes: all.map((authorizers) => ({ path: "/", data: {}, authorizers })) });
    const named = authorizer({ authorizerName: "staff" });
    assert.deepEqual(of([named], [named]), [
      "Role staff-authorizer-role",
      "RolePolicy staff-invocation-policy",
    ]);
    assert.deepEqual(of(authorizer({})), [
      "Role api-authorizer-0-authorizer-role",
      "RolePolicy api-authorizer-0-invocation-policy",
    ]);
    const pool = { parameterName: "Authorization", providerARNs: ["arn"] };
    const own = { uri: "arn", credentials: "arn:aws:iam::111122223333:role/own" };
    assert.deepEqual(of([pool]), []);
    assert.deepEqual(of([authorizer({ handler: own })]), []);
    assert.deepEqual(of([pool], [authorizer({})]), [
      "Role api-authorizer-1-authorizer-role",
      "RolePolicy api-authorizer-1-invocation-policy",
    ]);
  });

  it("is the API alone where all is in a specification, or in a proxy's target", () => {
    assert.deepEqual(names({ swaggerString: "{}" }), []);
    assert.deepEqual(
      names({ routes: [{ path: "/", target: { uri: "https://example.com" } }] }),
      [],
    );
    assert.equal(made({ swaggerString: "{}" })["RestApi api"]?.["body"], "{}");
  });

  const later = new Unknown([functionUrn("later")]);
  for (const [what, routes, named] of [
    ["all routes", later, "routes"],
    ["one route", [{ path: "/", target: {} }, later], "routes"],
    ["all authorizers", [{ path: "/", data: {}, authorizers: later }], "authorizers"],
    ["one authorizer", [{ path: "/", data: {}, authorizers: [later] }], "authorizers"],
  ] as const) {
    it(`is not judged where ${what} may be any, and says so`, () => {
      const { children, notes } = expanded({ routes });
      assert.deepEqual(children, []);
      assert.ok(notes[0]?.message.startsWith(`\`${named}\` of \``), notes[0]?.message);
      assert.match(notes[0]?.message ?? "", /of `aws-apigateway:index:RestAPI` is not known/);
    });
  }

  it("is judged alike whether outputs are known or not", async () => {
    const { children } = expanded({ routes: [{ path: "/static", localPath: "docs" }] });
    const outputs = new Map(
      children.map(({ urn, name }) => [urn, { id: name, name, executionArn: `arn:${name}` }]),
    );
    const rules: string[][] = [];
    for (const form of Object.values(threeForms(children, outputs))) {
      const { findings } = await judgeSnapshot(snapshotOf(form), { settings: defaultSettings });
      rules.push(findings.map(({ rule, verdict, level }) => `${rule} ${verdict} ${level}`).sort());
    }
    assert.ok(rules[0] !== undefined && rules[0].length > 0);
    for (const other of rules) assert.deepEqual(other, rules[0]);
  });
});

describe("a program with a REST API of @pulumi/aws-apigateway", () => {
  inProgramHost();

  it("goes on with the stage and its URL as outputs", () =>
    withFolder(
      {
        "Pulumi.yaml": "name: desk\nruntime: nodejs\n",
        "index.js": `
const pulumi = require(${JSON.stringify(require.resolve("@pulumi/pulumi"))});
const aws = require(${JSON.stringify(require.resolve("@pulumi/aws"))});
class RestAPI extends pulumi.ComponentResource {
  constructor(name, args) { super("${restApiComponentType}", name, { ...args, stage: undefined, url: undefined }, {}, true); }
}
const role = new aws.iam.Role("r", { assumeRolePolicy: "{}" });
const triage = new aws.lambda.Function("triage", { role: role.arn });
const api = new RestAPI("api", { routes: [{ path: "/", method: "GET", eventHandler: triage }] });
new aws.ssm.Parameter("p", { type: "String", value: pulumi.interpolate\`\${api.url}\` });
new aws.wafv2.WebAclAssociation("w", { resourceArn: api.stage.arn, webAclArn: "arn" });
`,
      },
      async (directory) => {
        const preview = await previewProgram({ directory });
        assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
        const { resources, notes } = preview.snapshot;
        assert.deepEqual(notes, []);
        const stageUrn = urnOf(
          `${head}${restApiComponentType}::api`,
          "aws:apigateway/stage:Stage",
          "api",
        );
        const association = resources.find(({ name }) => name === "w");
        assert.ok(association?.propertyDependencies["resourceArn"]?.includes(stageUrn));
      },
    ));
});
