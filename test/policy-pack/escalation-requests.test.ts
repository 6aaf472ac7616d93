import assert from "node:assert/strict";
import fc from "fast-check";
import { matches } from "../../core/pattern";
import type { Resource } from "../../core/snapshot/resource";
import type { ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import rule from "../../policy-pack/rules/no-privilege-escalation";
import { defaultSettings } from "../../policy-pack/findings/settings";
import {
  account,
  escalates,
  paths,
  region,
  roles,
  thingsFor,
  thingsLike,
  type Path,
  type PossibleValues,
} from "../support/escalation-requests";
import { resource, snapshotOf, urnOf } from "../support/resources";
import { byLambda, document, roleType } from "../support/two-tenants";
import { drawnWhere } from "../support/drawn-where";
import { runs } from "../support/runs";

const provider = urnOf("pulumi:providers:aws", "aws");
const policyArn = (name: string): string => `arn:aws:iam::${account}:policy/${name}`;

/** Actions by which a statement opens a path, or nearly. */
function actionsAbout({ needs, passes }: Path): readonly string[] {
  const own = needs.flat();
  const services = [...new Set(own.map((action) => action.split(":")[0] ?? ""))];
  return [
    ...(passes === undefined ? ["sts:AssumeRole"] : ["iam:PassRole", "iam:PassRole", "iam:Pass*"]),
    ...own,
    ...own,
    ...services.flatMap((service) => [`${service}:*`, `${service}:Create*`]),
    ...["iam:*", "iam:AttachRolePolicy", "iam:CreatePolicy", "iam:CreateAccessKey"],
    ...["*", "s3:GetObject"],
  ];
}

/** What only a pattern of all accounts or regions matches. */
function isFar(arn: string): boolean {
  return arn.includes(":us-east-1:") || arn.includes(":444455556666:");
}

/** Resources that its actions are about: each thing by its name, and by patterns of names. */
function resourcesAbout(path: Path): readonly string[] {
  const things = [
    ...roles,
    ...path.needs.flat().flatMap(thingsFor),
    ...(path.beside ?? []).flatMap(thingsLike),
  ];
  const here = things.filter(({ arn }) => !isFar(arn));
  const spelled = here.filter(({ isNamed }) => isNamed).map(({ arn }) => arn);
  const ofAccounts = here.filter(({ arn }) => !arn.includes("::document/"));
  const patterns = ofAccounts.flatMap(({ arn }) => {
    const kind = /^.*[/:]/.exec(arn)?.[0] ?? "";
    const service = arn.split(":").slice(0, 3).join(":");
    return [`${kind}*`, `${kind}p*`, `${kind}d*`, `${service}:*:*:*`];
  });
  return [...new Set([...spelled, ...patterns]), "*", "*", "*"];
}

function selection(
  name: string,
  texts: readonly string[],
  most: number,
): fc.Arbitrary<ValueRecord> {
  const values = fc.uniqueArray(fc.constantFrom(...texts), { minLength: 1, maxLength: most });
  return fc
    .tuple(fc.nat(7), values)
    .map(([chance, given]) => ({ [chance === 0 ? `Not${name}` : name]: given }));
}

const operators = ["StringEquals", "StringLike", "StringNotEquals", "StringNotLike"];
const condition = (path: Path): fc.Arbitrary<ValueRecord> => {
  const texts: Readonly<Record<string, readonly string[]>> = {
    "iam:PassedToService": [...(path.passes ?? []), "ec2.amazonaws.com", "*.amazonaws.com"],
    "iam:PolicyARN": [
      "arn:aws:iam::aws:policy/AdministratorAccess",
      ...["arn:aws:iam::aws:policy/*", policyArn("*"), policyArn("o*"), policyArn("other")],
    ],
    "aws:ResourceTag/team": ["acme", "*"],
  };
  return fc
    .tuple(
      fc.constantFrom(...operators, ...operators, "StringEqualsIfExists", "Null"),
      fc.constantFrom(...Object.keys(texts), "iam:PassedToService"),
      fc.nat(),
    )
    .map(([operator, key, at]) => {
      const values = operator === "Null" ? ["true", "false"] : (texts[key] ?? []);
      return { [operator]: { [key]: values[at % values.length] ?? "" } };
    });
};

function statementAbout(path: Path): fc.Arbitrary<ValueRecord> {
  return fc
    .tuple(
      fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
      selection("Action", actionsAbout(path), 4),
      selection("Resource", resourcesAbout(path), 2),
      fc.option(condition(path), { nil: undefined, freq: 3 }),
    )
    .map(([Effect, action, on, Condition]) => ({
      Effect,
      ...action,
      ...on,
      ...(Condition && { Condition }),
    }));
}

const judgedValues: fc.Arbitrary<PossibleValues> = fc.constantFrom(...paths).chain((path) => {
  const statements = fc.array(statementAbout(path), { minLength: 1, maxLength: 3 });
  const services = [...(path.passes ?? []), "lambda.amazonaws.com", "ec2.amazonaws.com"];
  return fc
    .record({
      inline: statements,
      attached: fc.option(statements, { nil: undefined }),
      boundary: fc.option(statements, { nil: undefined, freq: 2 }),
      trusted: fc.uniqueArray(fc.constantFrom(...services), { minLength: 1, maxLength: 2 }),
    })
    .map(({ inline, attached, boundary, trusted }) => ({
      ...{ inline, trusted },
      ...(attached && { attached }),
      ...(boundary && { boundary }),
    }));
});

function stackOf({ inline, attached, boundary, trusted }: PossibleValues): readonly Resource[] {
  const made = (type: string, name: string, inputs: ValueRecord): Resource =>
    resource(type, name, inputs, { provider });
  const trust = { Effect: "Allow", Principal: { Service: [...trusted] }, Action: "sts:AssumeRole" };
  const policy = (name: string, statements: readonly ValueRecord[] | undefined): Resource[] =>
    statements === undefined
      ? []
      : [made("aws:iam/policy:Policy", name, { name, policy: document(...statements) })];
  return [
    resource("pulumi:providers:aws", "aws", { allowedAccountIds: [account], region }),
    made(roleType, "desk", {
      ...{ name: "desk", assumeRolePolicy: byLambda },
      ...(boundary && { permissionsBoundary: policyArn("limit") }),
    }),
    made(roleType, "pay", { name: "pay", assumeRolePolicy: document(trust) }),
    made("aws:iam/rolePolicy:RolePolicy", "calls", { role: "desk", policy: document(...inline) }),
    ...policy("extra", attached),
    ...policy("limit", boundary),
    ...(attached === undefined
      ? []
      : [
          made("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "gives", {
            ...{ role: "desk", policyArn: policyArn("extra") },
          }),
        ]),
    ...["desk", "pay"].map((name) =>
      made("aws:lambda/function:Function", name, {
        ...{ name, role: `arn:aws:iam::${account}:role/${name}` },
        ...{ runtime: "nodejs22.x", handler: "index.handler" },
      }),
    ),
  ];
}

/** How the identity escalates in a world. */
function expected(possibleValues: PossibleValues): {
  readonly certain: Set<string>;
  readonly possible: Set<string>;
} {
  const certain = new Set<string>();
  const possible = new Set<string>();
  const patterns = [possibleValues.inline, possibleValues.attached ?? []]
    .flat()
    .flatMap(({ Action = "*" }) => Action);
  const isNamed = (action: string): boolean =>
    (patterns as string[]).some((each) => matches(each, action));
  for (const path of paths) {
    if (!path.needs.every((any) => any.some(isNamed))) continue;
    const found = escalates(path, possibleValues);
    if (found.certain) certain.add(path.by);
    if (found.possible) possible.add(path.by);
  }
  return { certain, possible };
}

const byId = new Map(paths.map(({ id, by }) => [id, by]));

/** How the rule reports that it does, and whether it reports that it may. */
async function reported(
  possibleValues: PossibleValues,
): Promise<{ readonly certain: Set<string>; readonly isOpen: boolean }> {
  const judging = { settings: defaultSettings, rules: [rule] };
  const { findings } = await judgeSnapshot(snapshotOf(stackOf(possibleValues)), judging);
  const about = findings.filter(({ holder }) => holder?.label === "desk");
  const evidenceParts = about.flatMap((finding) => (finding.evidenceParts ?? []).flat());
  return {
    certain: new Set(evidenceParts.flatMap((id) => byId.get(id) ?? [])),
    isOpen: about.some(({ verdict }) => verdict === "undetermined"),
  };
}

/** Attaching a new policy is reported where a condition requires one: else any can be attached. */
const byMaking = "attach a policy that it makes to a role";
const byAny = "attach any policy to a role";

function sorted(ways: Set<string>): readonly string[] {
  return [...ways].filter((way) => way !== byMaking || !ways.has(byAny)).sort();
}

const escalating = drawnWhere(judgedValues, (values) => expected(values).certain.size > 0);

/** What is allowed by exceptions and denied by the same, which leaves nothing. */
const denied = {
  NotAction: ["sts:AssumeRole"],
  NotResource: [`arn:aws:iam::${account}:role/desk`],
};
const allowing = [{ Effect: "Allow", ...denied }];
const all = [{ Effect: "Allow", Action: "*", Resource: "*" }];
const leaving = [{ Effect: "Deny", ...denied }];
const trusted = ["lambda.amazonaws.com"];
const deniedAsAllowed: [PossibleValues][] = [
  [
    {
      inline: [
        {
          Effect: "Allow",
          Action: ["iam:PassRole", "iot:UpdateRoleAlias", "iot:CreateCertificateFromCsr"],
          NotResource: ["arn:aws:iam::111122223333:role/desk"],
        },
      ],
      trusted: ["credentials.iot.amazonaws.com"],
      boundary: [
        {
          Effect: "Allow",
          Action: ["*"],
          Resource: [
            "arn:aws:iot:eu-west-1:111122223333:thing/pay",
            "arn:aws:iam::111122223333:role/desk",
          ],
        },
        {
          Effect: "Deny",
          NotAction: ["iam:PassRole"],
          Resource: ["arn:aws:iot:eu-west-1:111122223333:thing/*"],
        },
        {
          Effect: "Allow",
          Action: ["iam:PassRole"],
          NotResource: ["arn:aws:iam::111122223333:role/desk"],
        },
      ],
    },
  ],
  [{ inline: allowing, attached: leaving, trusted }],
  [{ inline: [...allowing, ...leaving], trusted }],
  [{ inline: allowing, boundary: [...all, ...leaving], trusted }],
  [{ inline: all, attached: leaving, boundary: allowing, trusted }],
];

describe("no-privilege-escalation on policies at random", function () {
  this.timeout(600_000);

  it("reports each path exactly where all its requests would be allowed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(judgedValues, escalating), async (possibleValues) => {
        const { certain, possible } = expected(possibleValues);
        const found = await reported(possibleValues);
        assert.deepEqual(sorted(found.certain), sorted(certain), JSON.stringify(possibleValues));
        if (certain.size === 0)
          assert.equal(found.isOpen, possible.size > 0, JSON.stringify(possibleValues));
      }),
      { numRuns: runs(40, 100), examples: deniedAsAllowed },
    );
  });
});
