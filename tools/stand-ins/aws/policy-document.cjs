// `aws.iam.getPolicyDocument` is computed, not looked up. Semantics:
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document.
const { createHash } = require("node:crypto");
const { bare } = require("../provider.cjs");

const VERSION = "2012-10-17";

function policyDocument(args) {
  const own = {
    Version: args.version ?? VERSION,
    ...(args.policyId === undefined ? {} : { Id: args.policyId }),
    Statement: (args.statements ?? []).map(statement),
  };
  const parsed = (texts) =>
    (texts ?? [])
      .map(bare)
      .filter(Boolean)
      .map((text) => JSON.parse(text));
  const sources = parsed([args.sourceJson, ...(args.sourcePolicyDocuments ?? [])]);
  const overrides = parsed([args.overrideJson, ...(args.overridePolicyDocuments ?? [])]);

  let statements = [...sources.flatMap((source) => [source.Statement].flat()), ...own.Statement];
  for (const override of overrides.flatMap((document) => [document.Statement].flat())) {
    const sid = override.Sid;
    const at = sid ? statements.findIndex((candidate) => candidate.Sid === sid) : -1;
    statements = at < 0 ? [...statements, override] : statements.with(at, override);
  }
  const merged = {
    ...Object.assign({}, ...sources),
    ...own,
    ...Object.assign({}, ...overrides),
    Statement: statements,
  };
  const json = JSON.stringify(merged, null, 2);
  return {
    ...args,
    id: createHash("sha256").update(json).digest("hex").slice(0, 10),
    json,
    minifiedJson: JSON.stringify(merged),
    version: merged.Version,
  };
}

function statement(given) {
  const written = {
    Sid: given.sid,
    Effect: given.effect ?? "Allow",
    Action: list(given.actions),
    NotAction: list(given.notActions),
    Resource: list(given.resources),
    NotResource: list(given.notResources),
    Principal: principals(given.principals),
    NotPrincipal: principals(given.notPrincipals),
    Condition: conditions(given.conditions),
  };
  return Object.fromEntries(
    Object.entries(written).filter(([, value]) => value !== undefined && value !== ""),
  );
}

/** One value is written by itself, several in descending order; `&{name}` is how the source spells an IAM variable. */
function list(values) {
  if (values === undefined || values.length === 0) return undefined;
  const texts = values
    .map((value) => bare(value).replaceAll("&{", "${"))
    .sort()
    .reverse();
  return texts.length === 1 ? texts[0] : texts;
}

function principals(given) {
  if (given === undefined || given.length === 0) return undefined;
  const byType = {};
  for (const { type, identifiers } of given) {
    byType[type] = [...(byType[type] ?? []), ...identifiers];
  }
  if (byType["*"]?.includes("*")) return "*";
  return Object.fromEntries(
    Object.entries(byType).map(([type, identifiers]) => [type, list(identifiers)]),
  );
}

function conditions(given) {
  if (given === undefined || given.length === 0) return undefined;
  const byTest = {};
  for (const { test, variable, values } of given) {
    const texts = values.map((value) => bare(value).replaceAll("&{", "${"));
    const before = [byTest[test]?.[variable] ?? []].flat();
    const all = [...before, ...texts];
    byTest[test] = { ...byTest[test], [variable]: all.length === 1 ? all[0] : all };
  }
  return byTest;
}

module.exports = { policyDocument };
