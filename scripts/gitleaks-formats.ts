/**
 * Makes `policy-pack/domain/secrets/gitleaks-formats.json` anew from the rules of gitleaks:
 *
 *     git clone https://github.com/gitleaks/gitleaks && git -C gitleaks log -1 --format="%H %cs"
 *     npx --no-install tsx scripts/gitleaks-formats.ts gitleaks/config/gitleaks.toml COMMIT DATE
 *
 * The licence is beside it, as in the repository. Then `npm run check -- redos`, which judges the new expressions.
 */
import { writeFileSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";
import { formatted } from "./formatted";
import { leftOut } from "./gitleaks-left-out";
import { forJavaScript } from "./go-expression";

interface GitleaksRule {
  readonly id: string;
  readonly regex?: string;
  readonly entropy?: number;
  readonly keywords?: readonly string[];
  readonly allowlists?: readonly { readonly regexes?: readonly string[] }[];
}

/** A credential that a text of its own is: by its pattern alone. */
interface Format {
  readonly format: string;
  readonly what: string;
  readonly keywords: readonly string[];
  readonly pattern: string;
  readonly entropy?: number;
  readonly except?: readonly string[];
}

/** A credential by the name of its vendor and the form of its value. */
interface NamedFormat {
  readonly format: string;
  readonly what: string;
  readonly names: string;
  readonly value: string;
  readonly entropy?: number;
}

/** How gitleaks writes a name in which a vendor's is, a sign of assignment, and what ends a value. */
const before = String.raw`[\w.-]{0,50}?`;
const behind = String.raw`(?:[ \t\w.-]{0,20})[\s'"]{0,3}`;
const sign = String.raw`(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}`;
const end = String.raw`(?:[\x60'"\s;]|\\[nr]|$)`;

/** What the data file has of the rules in gitleaks' configuration. */
export function formatsOf(toml: string): {
  readonly formats: readonly Format[];
  readonly named: readonly NamedFormat[];
} {
  const rules = (parse(toml) as unknown as { readonly rules: readonly GitleaksRule[] }).rules;
  const unknown = Object.keys(leftOut).filter((id) => !rules.some((rule) => rule.id === id));
  if (unknown.length > 0) throw new Error(`gitleaks has no rule ${unknown.join(", ")} any more`);
  const formats: Format[] = [];
  const named: NamedFormat[] = [];
  for (const rule of rules) {
    if (Object.hasOwn(leftOut, rule.id)) continue;
    for (const part of partsOf(rule)) {
      const common = { format: rule.id, what: nameOf(rule.id) };
      const entropy = rule.entropy === undefined ? {} : { entropy: rule.entropy };
      if ("names" in part) {
        named.push({ ...common, ...part, ...entropy });
        continue;
      }
      const except = (rule.allowlists ?? []).flatMap(({ regexes = [] }) =>
        regexes.map(forJavaScript),
      );
      const { keywords = [] } = rule;
      if (keywords.length === 0) throw new Error(`${rule.id} has no keyword`);
      formats.push({
        ...common,
        keywords: keywords.map((word) => word.toLowerCase()),
        pattern: part.pattern,
        ...entropy,
        ...(except.length > 0 && { except }),
      });
    }
  }
  return { formats, named };
}

type Part = { readonly pattern: string } | Pick<NamedFormat, "names" | "value">;

/** The forms that a rule's expression has: each of a name and a value, or of a value alone. */
function partsOf({ id, regex }: GitleaksRule): readonly Part[] {
  if (regex === undefined)
    throw new Error(`${id} has no expression; list it in gitleaks-left-out.ts`);
  const ofName = nameAndValueIn(regex);
  if (ofName === undefined) return [{ pattern: forJavaScript(coreOf(regex)) }];
  const { names, value, rest } = ofName;
  return [
    {
      names: names.toLowerCase().replaceAll("(?-i:", "(?:").replaceAll("__", "_"),
      value: forJavaScript(value),
    },
    ...(rest === "" ? [] : [{ pattern: forJavaScript(coreOf(rest.replace(/^\|/, ""))) }]),
  ];
}

function nameAndValueIn(regex: string): { names: string; value: string; rest: string } | undefined {
  const whole = `(?i)${before}(?:`;
  const part = `${before}(?i:${before}(?:`;
  const isWhole = regex.startsWith(whole);
  if (!isWhole && !regex.startsWith(part)) return undefined;
  const start = isWhole ? whole.length : part.length;
  const follows = isWhole ? `)${behind}${sign}(` : `)${behind})${sign}(`;
  const at = regex.indexOf(follows, start);
  const valueAt = at + follows.length;
  const valueEnd = regex.indexOf(`)${end}`, valueAt);
  if (at < 0 || valueEnd < 0) throw new Error(`an unknown form of a name and a value: ${regex}`);
  const value = regex.slice(valueAt, valueEnd);
  return {
    names: regex.slice(start, at),
    value: isWhole ? `(?i)${value}` : value,
    rest: regex.slice(valueEnd + 1 + end.length),
  };
}

/** The expression of the value alone: without the boundaries, for which all formats have the same. */
function coreOf(regex: string): string {
  const [, flags = "", rest = ""] = /^(\(\?i\))?([^]*)$/.exec(regex) ?? [];
  let core = rest.replace(/^\\b/, "");
  for (const tail of [
    end,
    `${end.slice(0, -1)}|\\b)`,
    String.raw`(?:[^\w-]|\z)`,
    String.raw`(?:[^a-zA-Z0-9+/]|\z)`,
    String.raw`\b`,
  ]) {
    if (core.endsWith(tail)) {
      core = core.slice(0, -tail.length);
      break;
    }
  }
  return flags + core.replaceAll("\\b", "");
}

/** How vendors write names that are not one word with a capital. */
const spelling: Readonly<Record<string, string>> = {
  ...{
    api: "API",
    oauth: "OAuth",
    oauth2: "OAuth 2",
    gcp: "Google Cloud",
    github: "GitHub",
    gitlab: "GitLab",
  },
  ...{
    npm: "npm",
    pypi: "PyPI",
    pat: "personal access token",
    rrt: "runner registration token",
    digitalocean: "DigitalOcean",
  },
  ...{
    huggingface: "Hugging Face",
    openai: "OpenAI",
    planetscale: "PlanetScale",
    "1password": "1Password",
    easypost: "EasyPost",
  },
  ...{
    launchdarkly: "LaunchDarkly",
    linkedin: "LinkedIn",
    maxmind: "MaxMind",
    mailgun: "Mailgun",
    nytimes: "New York Times",
  },
  ...{
    hubspot: "HubSpot",
    sendgrid: "SendGrid",
    sendinblue: "Sendinblue",
    rapidapi: "RapidAPI",
    jfrog: "JFrog",
    sonar: "Sonar",
  },
  ...{
    kucoin: "KuCoin",
    flyio: "Fly.io",
    frameio: "Frame.io",
    clickhouse: "ClickHouse",
    droneci: "Drone",
    cicd: "CI/CD",
    scim: "SCIM",
  },
  ...{
    personnal: "personal",
    ca: "CA",
    aws: "AWS",
    tf: "Terraform",
    url: "URL",
    ptt: "pipeline trigger token",
  },
  ...{
    travisci: "Travis CI",
    privateai: "Private AI",
    settlemint: "SettleMint",
    readme: "ReadMe",
    rubygems: "RubyGems",
  },
};

/** `datadog-access-token`: `Datadog access token`. */
function nameOf(id: string): string {
  return id
    .split("-")
    .map((word, index) =>
      Object.hasOwn(spelling, word)
        ? (spelling[word] ?? word)
        : index === 0
          ? word.slice(0, 1).toUpperCase() + word.slice(1)
          : word,
    )
    .join(" ");
}

const target = "policy-pack/domain/secrets/gitleaks-formats.json";

async function main([file, commit, date]: readonly (string | undefined)[]): Promise<void> {
  if (
    file === undefined ||
    !/^[0-9a-f]{40}$/.test(commit ?? "") ||
    !/^\d{4}-\d\d-\d\d$/.test(date ?? "")
  ) {
    throw new Error("give gitleaks.toml, the commit of 40 digits, and its date such as 2026-07-22");
  }
  const data = {
    comment:
      "Written by scripts/gitleaks-formats.ts. Facts of the rules of gitleaks: the form of each credential, texts of which each has one, the entropy that it has at least. `named` are of values that only the name of a vendor makes credentials.",
    source: `https://github.com/gitleaks/gitleaks/blob/${commit}/config/gitleaks.toml`,
    commit,
    date,
    license: readFileSync(join(dirname(file), "../LICENSE"), "utf8")
      .trim()
      .replaceAll(/\s+/g, " "),
    ...formatsOf(readFileSync(file, "utf8")),
  };
  writeFileSync(target, await formatted(target, JSON.stringify(data)));
}

if (require.main === module) void main(process.argv.slice(2));
