import assert from "node:assert/strict";
import type { Condition, Part } from "../../../../core/policy/statement";
import issuersData from "../../../../core/trust/issuers.json";
import { severityOfSubject } from "../../../../policy-pack/domain/trust/grading";
import { issuerOf } from "../../../../core/trust/issuers";
import { suggestCondition } from "../../../../policy-pack/domain/trust/correction/suggest";
import { suggestSourceCondition } from "../../../../policy-pack/domain/trust/correction/suggest-service";
import { parsePolicyDocument } from "../../../../core/policy/document";

const host = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";
const eks = issuerOf(host);
const form = "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT";

function test(key: string, text: string, secret = false): Extract<Condition, { kind: "test" }> {
  const value: Part = { kind: "text", text, secret };
  return { kind: "test", operator: "StringLike", key, values: [value] };
}

function of(text: string): Part {
  return { kind: "text", text, secret: false };
}

function suggested(host: string, conditions: readonly Condition[], subjects?: string[]): unknown {
  return JSON.parse(suggestCondition(issuerOf(host), conditions, subjects));
}

/** A suggestion with filled in capitals. */
function filledIn(suggestion: string): string {
  return suggestion.replace(/\b[A-Z][A-Z_]{3,}\b/g, (part) => {
    if (part === "REGION") return "eu-west-1";
    if (part === "PHASE") return "apply";
    if (part.endsWith("_UUID")) return "0a1b-2c3d";
    return part === "SUBJECT" ? "1101694" : part.toLowerCase().replaceAll("_", "-");
  });
}

describe("suggested conditions", () => {
  it("name one workload, with a form to fill in", () => {
    assert.deepEqual(suggested(host, []), {
      StringEquals: { [`${host}:aud`]: "sts.amazonaws.com", [`${host}:sub`]: form },
    });
  });

  it("name the subjects that are meant", () => {
    assert.deepEqual(suggested(host, [], ["a", "b"]), {
      StringEquals: { [`${host}:aud`]: "sts.amazonaws.com", [`${host}:sub`]: ["a", "b"] },
    });
  });

  it("keep an audience and an exact subject, and change a loose one", () => {
    const exact = "system:serviceaccount:acme:triage";
    assert.deepEqual(suggested(host, [test(`${host}:aud`, "vault"), test(`${host}:sub`, exact)]), {
      StringEquals: { [`${host}:aud`]: "vault", [`${host}:sub`]: exact },
    });
    assert.deepEqual(suggested(host, [test(`${host}:sub`, "system:serviceaccount:acme:*")]), {
      StringEquals: {
        [`${host}:aud`]: "sts.amazonaws.com",
        [`${host}:sub`]: "system:serviceaccount:acme:SERVICE_ACCOUNT",
      },
    });
  });

  it("fill in what a loose subject names of its workload", () => {
    const github = "token.actions.githubusercontent.com";
    const gitlab = "gitlab.com";
    const terraform = "app.terraform.io";
    const cases = [
      [host, "system:serviceaccount:*:triage", "system:serviceaccount:NAMESPACE:triage"],
      [host, "system:serviceaccount:team-*:*", form],
      [
        github,
        "repo:acme@*/desk@*:*",
        "repo:acme@OWNER_ID/desk@REPOSITORY_ID:ref:refs/heads/BRANCH",
      ],
      [github, "repo:acme@17/*", "repo:acme@17/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH"],
      [github, "repo:acme*", "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH"],
      [
        github,
        "repo:*:environment:prod",
        "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:environment:prod",
      ],
      [github, "repo:acme/*:ref:refs/tags/v1", "repo:acme/REPOSITORY:ref:refs/tags/v1"],
      [github, "repo:acme@1/desk@2:ref:refs/tags/v*", "repo:acme@1/desk@2:ref:refs/tags/TAG"],
      [github, "repo:acme@1/desk@2:environment:p*", "repo:acme@1/desk@2:environment:ENVIRONMENT"],
      [github, "repo:acme@1/desk@2:pull_request", "repo:acme@1/desk@2:environment:ENVIRONMENT"],
      [gitlab, "project_id:7:ref_type:branch:ref:*", "project_id:7:ref_type:branch:ref:BRANCH"],
      [
        gitlab,
        "project_path:acme/*:ref_type:tag:ref:v1",
        "project_path:GROUP/PROJECT:ref_type:tag:ref:v1",
      ],
      [gitlab, "project_id:7:ref_type:tag:*", "project_id:7:ref_type:tag:ref:TAG"],
      [
        terraform,
        "organization:acme:project:desk:stack:prod:*",
        "organization:acme:project:desk:stack:prod:deployment:DEPLOYMENT:operation:OPERATION",
      ],
      [
        "oidc.vercel.com/acme",
        "owner:acme:project:*:environment:preview",
        "owner:acme:project:PROJECT:environment:preview",
      ],
      [
        "api.pulumi.com/oidc/v2",
        "pulumi:environments:org:acme:env:desk/*",
        "pulumi:environments:org:acme:env:PROJECT/ENVIRONMENT",
      ],
      [
        terraform,
        "organization:acme:project:*:workspace:*:run_phase:apply",
        "organization:acme:project:PROJECT:workspace:WORKSPACE:run_phase:apply",
      ],
    ] as const;
    for (const [issuer, loose, wanted] of cases) {
      const claim = `${issuer}:sub`;
      const { StringEquals } = suggested(issuer, [test(claim, loose)]) as {
        readonly StringEquals: Readonly<Record<string, string>>;
      };
      assert.equal(StringEquals[claim], wanted);
    }
  });

  it("read a subject at a private issuer by its form", () => {
    const own = "oidc.acme.example";
    const cases = [
      ["system:serviceaccount:acme:*", "system:serviceaccount:acme:SERVICE_ACCOUNT"],
      ["project_path:acme/desk:*", "project_id:PROJECT_ID:ref_type:branch:ref:BRANCH"],
      // Forgejo writes so too, and has no ids.
      ["repo:acme/desk:*", "SUBJECT"],
      ["acme/*", "SUBJECT"],
    ] as const;
    for (const [loose, wanted] of cases) {
      const { StringEquals } = suggested(own, [test(`${own}:sub`, loose)]) as {
        readonly StringEquals: Readonly<Record<string, string>>;
      };
      assert.equal(StringEquals[`${own}:sub`], wanted);
    }
  });

  it("fill in what a loose subject of a hosted platform names", () => {
    const cases = [
      ["oidc.fly.io/acme", "acme:*", "acme:APP:*"],
      ["acme.app.spacelift.io", "space:prod:*", "space:prod:stack:STACK:*"],
      ["acme.app.spacelift.io", "space:prod:module:*", "space:prod:module:MODULE:*"],
      [
        "agent.buildkite.com",
        "organization:acme:pipeline:*:ref:refs/heads/main:commit:*:step:*",
        "organization:acme:pipeline:PIPELINE:ref:refs/heads/main:commit:*:step:STEP",
      ],
      [
        "agent.buildkite.com",
        "organization:acme:pipeline:desk:ref:refs/tags/*",
        "organization:acme:pipeline:desk:ref:refs/tags/TAG:commit:*:step:STEP",
      ],
      [
        "oidc.modal.com",
        "modal:workspace_id:ac-1:*",
        "modal:workspace_id:ac-1:environment_name:ENVIRONMENT:app_name:APP:*",
      ],
    ] as const;
    for (const [issuer, loose, wanted] of cases) {
      const { StringLike } = suggested(issuer, [test(`${issuer}:sub`, loose)]) as {
        readonly StringLike: Readonly<Record<string, string>>;
      };
      assert.equal(StringLike[`${issuer}:sub`], wanted);
    }
  });

  it("take a wildcard under `StringEquals` for the pattern that it is meant for", () => {
    const key = "app.terraform.io:sub";
    const loose = "organization:acme:project:desk:workspace:prod:run_phase:*";
    const equal: Condition = { ...test(key, loose), operator: "StringEquals" };
    assert.deepEqual(suggested("app.terraform.io", [equal]), {
      StringEquals: { "app.terraform.io:aud": "aws.workload.identity" },
      StringLike: { [key]: loose },
    });
  });

  it("keep what narrows a token besides, and leave out another issuer's or unmeetable conditions", () => {
    const exact = "system:serviceaccount:acme:triage";
    const conditions = [
      test(`${host}:sub`, exact),
      test("aws:SourceVpc", "vpc-1"),
      test("other.example:sub", "a"),
      { ...test("aws:RequestedRegion", "eu-*"), operator: "StringEquals" },
      test("aws:PrincipalTag/key", "canary", true),
    ];
    assert.deepEqual(suggested(host, conditions), {
      StringEquals: { [`${host}:aud`]: "sts.amazonaws.com", [`${host}:sub`]: exact },
      StringLike: { "aws:SourceVpc": "vpc-1" },
    });
  });

  it("fill in the environment or the ref that another claim has to have", () => {
    const github = "token.actions.githubusercontent.com";
    const given = (operator: string, claim: string, values: readonly string[]): unknown => {
      const of = { ...test(`${github}:${claim}`, ""), operator };
      const conditions = [
        test(`${github}:sub`, "repo:acme@17/*"),
        { ...of, values: values.map((text): Part => ({ kind: "text", text, secret: false })) },
      ];
      const { StringEquals } = suggested(github, conditions) as {
        readonly StringEquals: Readonly<Record<string, unknown>>;
      };
      return StringEquals[`${github}:sub`];
    };
    const beside = (claim: string, ...values: string[]): unknown =>
      given("StringEquals", claim, values);
    const byCase = (claim: string, value: string): unknown =>
      given("StringEqualsIgnoreCase", claim, [value]);
    const start = "repo:acme@17/REPOSITORY@REPOSITORY_ID";
    assert.equal(beside("environment", "prod:eu"), `${start}:environment:prod%3Aeu`);
    assert.equal(beside("ref", "refs/tags/v1"), `${start}:ref:refs/tags/v1`);
    assert.equal(beside("environment", "a", "b"), `${start}:ref:refs/heads/BRANCH`);
    // The subject of a pull request has no ref, and a value in any case does not show one.
    assert.equal(beside("ref", "refs/pull/7/merge"), `${start}:ref:refs/heads/BRANCH`);
    assert.equal(byCase("environment", "Prod"), `${start}:ref:refs/heads/BRANCH`);
  });

  it("require the repository's id beside a subject of names", () => {
    const github = "token.actions.githubusercontent.com";
    const sub = "repo:acme/desk:environment:prod";
    assert.deepEqual(suggested(github, [test(`${github}:sub`, sub)]), {
      StringEquals: {
        [`${github}:aud`]: "sts.amazonaws.com",
        [`${github}:sub`]: sub,
        [`${github}:repository_id`]: "REPOSITORY_ID",
      },
    });
  });

  it("keep the form that a loose subject of names alone has, with the id beside it", () => {
    const github = "token.actions.githubusercontent.com";
    const gitlab = "gitlab.com";
    const cases = [
      [github, "repo:acme/desk:*", "repo:acme/desk:ref:refs/heads/BRANCH", "repository_id"],
      [github, "repo:acme/*", "repo:acme/REPOSITORY:ref:refs/heads/BRANCH", "repository_id"],
      [github, "repo:acme/desk*", "repo:acme/REPOSITORY:ref:refs/heads/BRANCH", "repository_id"],
      // A job of a pull request has no branch, and may name an environment.
      [
        github,
        "repo:acme/desk:pull_request",
        "repo:acme/desk:environment:ENVIRONMENT",
        "repository_id",
      ],
      [
        gitlab,
        "project_path:acme/desk:*",
        "project_path:acme/desk:ref_type:branch:ref:BRANCH",
        "project_id",
      ],
      [gitlab, "*", "project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH", "project_id"],
    ] as const;
    for (const [issuer, loose, wanted, id] of cases) {
      const { StringEquals } = suggested(issuer, [test(`${issuer}:sub`, loose)]) as {
        readonly StringEquals: Readonly<Record<string, string>>;
      };
      assert.equal(StringEquals[`${issuer}:sub`], wanted);
      assert.equal(StringEquals[`${issuer}:${id}`], id.toUpperCase());
    }
    const byId = "repo:acme@17/desk@4711:pull_request";
    assert.deepEqual(suggested(github, [test(`${github}:sub`, byId)]), {
      StringEquals: {
        [`${github}:aud`]: "sts.amazonaws.com",
        [`${github}:sub`]: "repo:acme@17/desk@4711:environment:ENVIRONMENT",
      },
    });
  });

  it("require ids in the subject at a GitHub with claims that STS does not support", () => {
    const server = "github.acme.example/_services/token";
    assert.deepEqual(suggested(server, [test(`${server}:sub`, "repo:acme/desk:*")]), {
      StringEquals: {
        [`${server}:aud`]: "sts.amazonaws.com",
        [`${server}:sub`]: "repo:acme@OWNER_ID/desk@REPOSITORY_ID:ref:refs/heads/BRANCH",
      },
    });
  });

  it("require as many ids as subjects name repositories", () => {
    const github = "token.actions.githubusercontent.com";
    const loose = test(`${github}:sub`, "repo:acme/desk:*");
    const both = { ...loose, values: ["web", "desk"].map((name) => of(`repo:acme/${name}:*`)) };
    assert.deepEqual(suggested(github, [both]), {
      StringEquals: {
        [`${github}:aud`]: "sts.amazonaws.com",
        [`${github}:sub`]: [
          "repo:acme/web:ref:refs/heads/BRANCH",
          "repo:acme/desk:ref:refs/heads/BRANCH",
        ],
        [`${github}:repository_id`]: ["REPOSITORY_ID_1", "REPOSITORY_ID_2"],
      },
    });
  });

  it("fill in the repository that another claim names", () => {
    const github = "token.actions.githubusercontent.com";
    const conditions = [
      test(`${github}:sub`, "repo:*"),
      { ...test(`${github}:repository`, "acme/desk"), operator: "StringEquals" },
    ];
    assert.deepEqual(suggested(github, conditions), {
      StringEquals: {
        [`${github}:aud`]: "sts.amazonaws.com",
        [`${github}:sub`]: "repo:acme/desk:ref:refs/heads/BRANCH",
        [`${github}:repository`]: "acme/desk",
        [`${github}:repository_id`]: "REPOSITORY_ID",
      },
    });
  });

  it("keep a subject that another claim restricts to one workload", () => {
    const github = "token.actions.githubusercontent.com";
    const workflow = "acme/desk/.github/workflows/deploy.yml@refs/heads/main";
    const exact = { ...test(`${github}:job_workflow_ref`, workflow), operator: "StringEquals" };
    assert.deepEqual(suggested(github, [test(`${github}:sub`, "repo:acme/desk:*"), exact]), {
      StringEquals: {
        [`${github}:aud`]: "sts.amazonaws.com",
        [`${github}:job_workflow_ref`]: workflow,
        [`${github}:repository_id`]: "REPOSITORY_ID",
      },
      StringLike: { [`${github}:sub`]: "repo:acme/desk:*" },
    });
    // A secret value can be neither copied nor shown.
    const hidden = test(`${github}:sub`, "repo:canary/desk:*", true);
    assert.ok(!suggestCondition(issuerOf(github), [hidden, exact]).includes("canary"));
  });

  it("compare in any case what was compared so", () => {
    const github = "token.actions.githubusercontent.com";
    const sub = "repo:Acme@17/Desk@4711:environment:prod";
    const anyCase = { ...test(`${github}:sub`, sub), operator: "StringEqualsIgnoreCase" };
    assert.deepEqual(suggested(github, [anyCase]), {
      StringEquals: { [`${github}:aud`]: "sts.amazonaws.com" },
      StringEqualsIgnoreCase: { [`${github}:sub`]: sub },
    });
    const ofPulls = test(`${github}:sub`, "repo:Acme@17/Desk@4711:pull_request");
    assert.deepEqual(suggested(github, [{ ...ofPulls, operator: "StringEqualsIgnoreCase" }]), {
      StringEquals: { [`${github}:aud`]: "sts.amazonaws.com" },
      StringEqualsIgnoreCase: {
        [`${github}:sub`]: "repo:Acme@17/Desk@4711:environment:ENVIRONMENT",
      },
    });
  });

  it("show no secret value", () => {
    const canary = "system:serviceaccount:canary:canary";
    assert.ok(!suggestCondition(eks, [test(`${host}:sub`, canary, true)]).includes("canary"));
  });

  it("use StringLike where a part comes and goes with each run", () => {
    assert.deepEqual(suggested("agent.buildkite.com", []), {
      StringEquals: { "agent.buildkite.com:aud": "sts.amazonaws.com" },
      StringLike: {
        "agent.buildkite.com:sub":
          "organization:ORGANIZATION:pipeline:PIPELINE:ref:refs/heads/BRANCH:commit:*:step:STEP",
      },
    });
  });

  it("require the claim that names the tenant, and no other", () => {
    assert.deepEqual(suggested("oidc.vercel.com", []), {
      StringEquals: { "oidc.vercel.com:aud": "https://vercel.com/TEAM" },
    });
    const sentinel = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d";
    assert.deepEqual(suggested(sentinel, []), {
      StringEquals: {
        [`${sentinel}:aud`]: "sts.amazonaws.com",
        "sts:RoleSessionName": "ROLESESSIONNAME",
      },
    });
    assert.deepEqual(suggested("graph.facebook.com", []), {
      StringEquals: {
        "graph.facebook.com:aud": "sts.amazonaws.com",
        "graph.facebook.com:app_id": "APP_ID",
      },
    });
  });

  it("take the start of a name for none", () => {
    const host = "token.actions.githubusercontent.com";
    for (const [loose, completed] of [
      ["repo:acme@1/d*", "repo:acme@1/REPOSITORY@REPOSITORY_ID:ref:refs/heads/BRANCH"],
      ["repo:acme@1/desk@2*", "repo:acme@1/desk@REPOSITORY_ID:ref:refs/heads/BRANCH"],
      ["repo:acme@1/*@2:*", "repo:acme@1/REPOSITORY@2:ref:refs/heads/BRANCH"],
    ] as const) {
      const { StringEquals } = suggested(host, [test(`${host}:sub`, loose)]) as Record<
        string,
        Record<string, string>
      >;
      assert.equal(StringEquals?.[`${host}:sub`], completed);
    }
  });

  it("require the audience that the issuer documents, and what its own path names", () => {
    const circle = "oidc.circleci.com/org/1-2-3";
    assert.deepEqual(suggested(circle, [test(`${circle}:sub`, "org/1-2-3/project/4-5/*")]), {
      StringEquals: { [`${circle}:aud`]: "1-2-3" },
      StringLike: {
        [`${circle}:sub`]:
          "org/1-2-3/project/4-5/user/*/vcs-origin/VCS_ORIGIN/vcs-ref/refs/heads/BRANCH",
      },
    });
    const shared = "oidc.circleci.com";
    const form = (organisation: string): string =>
      `org/${organisation}/project/PROJECT_ID/user/*/vcs-origin/VCS_ORIGIN/vcs-ref/refs/heads/BRANCH`;
    for (const [loose, organisation] of [
      ["org/1-2-3/*", "1-2-3"],
      ["org/*", "ORGANIZATION_ID"],
    ] as const) {
      assert.deepEqual(suggested(shared, [test(`${shared}:sub`, loose)]), {
        StringEquals: { [`${shared}:aud`]: "ORGANIZATION_ID" },
        StringLike: { [`${shared}:sub`]: form(organisation) },
      });
    }
    const bitbucket = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc";
    assert.deepEqual(suggested(bitbucket, [test(`${bitbucket}:sub`, "{a-1}:{b-2}:{c-3}")]), {
      StringEquals: { [`${bitbucket}:aud`]: "ari:cloud:bitbucket::workspace/WORKSPACE_UUID" },
      StringLike: { [`${bitbucket}:sub`]: "{a-1}:{b-2}:*" },
    });
    // The second id is that of a step here, and of no environment.
    assert.deepEqual(suggested(bitbucket, [test(`${bitbucket}:sub`, "{a-1}:{c-3}")]), {
      StringEquals: { [`${bitbucket}:aud`]: "ari:cloud:bitbucket::workspace/WORKSPACE_UUID" },
      StringLike: { [`${bitbucket}:sub`]: "{a-1}:{ENVIRONMENT_UUID}:*" },
    });
    for (const [issuer, audience] of [
      ["gitlab.com", "https://gitlab.com"],
      ["gitlab.acme.example", "https://gitlab.acme.example"],
      ["app.terraform.io", "aws.workload.identity"],
      ["oidc.vercel.com/acme", "https://vercel.com/acme"],
      ["agent.buildkite.com", "sts.amazonaws.com"],
    ] as const) {
      const { StringEquals } = suggested(issuer, []) as {
        readonly StringEquals: Readonly<Record<string, string>>;
      };
      assert.equal(StringEquals[`${issuer}:aud`], audience);
    }
  });

  it("keep the key by which an audience of Google is tested", () => {
    const google = "accounts.google.com";
    assert.deepEqual(suggested(google, [test(`${google}:aud`, "1101694")]), {
      StringEquals: { [`${google}:aud`]: "1101694" },
    });
    assert.deepEqual(suggested(google, [test(`${google}:oaud`, "desk")]), {
      StringEquals: { [`${google}:oaud`]: "desk", [`${google}:sub`]: "SUBJECT" },
    });
  });

  for (const { host: pattern, claims } of issuersData.issuers) {
    const concrete = pattern.replaceAll("*", "x");
    it(`trust one workload of ${concrete}`, () => {
      const issuer = issuerOf(concrete);
      assert.deepEqual(issuer.claims, claims);
      const parsed = parsePolicyDocument({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: "*",
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: JSON.parse(filledIn(suggestCondition(issuer, []))) as Record<string, string>,
        },
      });
      assert.equal(parsed.kind, "document");
      const [statement] = parsed.document.statements;
      assert.equal(statement?.kind, "statement");
      const grading = severityOfSubject(issuer, statement.conditions);
      assert.equal(grading.kind, "graded");
      assert.equal(grading.atMost, "workload");
    });
  }
});

describe("suggested conditions for a service", () => {
  const cases: readonly (readonly [service: string, arn: string])[] = [
    ["codebuild.amazonaws.com", "arn:aws:codebuild:REGION:ACCOUNT:*"],
    ["states.eu-west-1.amazonaws.com", "arn:aws:states:REGION:ACCOUNT:*"],
    ["ecs-tasks.amazonaws.com", "arn:aws:ecs:REGION:ACCOUNT:*"],
    ["lexv2.amazonaws.com", "arn:aws:lex:REGION:ACCOUNT:*"],
  ];
  for (const [service, arn] of cases) {
    it(`name the resources of ${service} as its ARNs do`, () => {
      assert.deepEqual(JSON.parse(suggestSourceCondition(service, [], {})), {
        StringEquals: { "aws:SourceAccount": "ACCOUNT" },
        ArnLike: { "aws:SourceArn": arn },
      });
    });
  }
});
