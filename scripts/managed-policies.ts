/**
 * Makes `policy-pack/domain/iam/authority/managed-policies.json` anew from the managed policies that moto has collected:
 *
 *     pip download --no-deps moto && unzip moto-*.whl moto/iam/aws_managed_policies.py
 *     npx --no-install tsx scripts/managed-policies.ts moto/iam/aws_managed_policies.py
 *
 * Needed where `escalation-paths.json` has learnt of actions, and now and then for what AWS has changed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import paths from "../policy-pack/domain/paths/escalation/escalation-paths.json";
import table from "../policy-pack/domain/iam/authority/managed-policies.json";
import { matches } from "../core/pattern";

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: string | readonly string[];
}

interface Collected {
  readonly Path: string;
  readonly UpdateDate: string;
  readonly Document: { readonly Statement: Statement | readonly Statement[] };
}

const target = "policy-pack/domain/iam/authority/managed-policies.json";

/** Actions that escalation paths need, and those by which rules about tenants and secrets go. */
const kept = [
  ...new Set(["iam:PassRole", ...table.also, ...paths.paths.flatMap(({ needs }) => needs.flat())]),
].sort();

const lower = kept.map((action) => action.toLowerCase());

function isRetained(action: string): boolean {
  const pattern = action.toLowerCase();
  return /^(?:\*|[^:]*:\*)$/.test(pattern) || lower.some((each) => matches(pattern, each));
}

/** The relevant part of a statement: of an Allow the actions that count, of others all. */
function retainedOf(given: Statement): readonly Statement[] {
  const statement = Object.fromEntries(
    Object.entries(given).filter(([key]) => key !== "Sid"),
  ) as unknown as Statement;
  const { Action } = statement;
  if (statement.Effect !== "Allow" || Action === undefined) return [statement];
  const actions = [Action].flat().filter(isRetained);
  if (actions.length === 0) return [];
  const [first = ""] = actions;
  return [{ ...statement, Action: actions.length === 1 ? first : actions }];
}

function collectedIn(file: string): Readonly<Record<string, Collected>> {
  const text = /"""(.*)"""/s.exec(readFileSync(file, "utf8"))?.[1];
  if (text === undefined) throw new Error(`\`${file}\` is not moto's aws_managed_policies.py`);
  return JSON.parse(text) as Readonly<Record<string, Collected>>;
}

function main(file: string): void {
  const collected = Object.entries(collectedIn(file))
    .filter(([, { Path }]) => !Path.startsWith("/aws-service-role/"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { Document, UpdateDate }]) => ({
      name,
      date: UpdateDate.slice(0, 10),
      statements: [Document.Statement].flat().flatMap(retainedOf),
    }));
  const made = {
    about: table.about,
    source: table.source,
    date: collected
      .map(({ date }) => date)
      .sort()
      .at(-1),
    also: table.also,
    kept,
    silent: collected.filter(({ statements }) => statements.length === 0).map(({ name }) => name),
  };
  const lines = collected
    .filter(({ statements }) => statements.length > 0)
    .map(({ name, statements }) => `    ${JSON.stringify(name)}: ${JSON.stringify(statements)}`);
  const head = Object.entries(made).map(([key, value]) => `  "${key}": ${JSON.stringify(value)},`);
  const text = ["{", ...head, '  "policies": {', lines.join(",\n"), "  }", "}", ""].join("\n");
  writeFileSync(target, text);
}

main(process.argv[2] ?? "aws_managed_policies.py");
