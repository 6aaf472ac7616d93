import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { authorizationReference } from "./authorization-reference";
import { nativeTypes } from "../core/aws/types";
import { manifestSchema } from "../components/agent-stack";
import { describeComponents } from "../provider/describe-components";
import { argumentTypes } from "./argument-types";
import { catalogueIndex } from "./catalogue-index";
import { clientsTable } from "./clients-table";
import { rules } from "../policy-pack/rules/index";
import { controlIds, controls } from "../policy-pack/run/waivers/controls";
import { waiversSchema } from "../policy-pack/run/waivers/waivers-shape";
import { catalogues } from "../policy-pack/findings/standards";
import { factTablesData } from "./fact-tables-page";
import { factTablesPage } from "./fact-tables-page";
import { referencePage } from "./reference";
import { roomsPicture } from "./rooms-picture";
import { reportFileSchema } from "./report-schema";
import { bounds } from "./hypothesis-bounds";
import { standardsPage, tableOf, withHeader, withRegion } from "./rule-docs";

/** A file that is written, in whole or in part, from the code. */
export interface Generated {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly content: string;
}

/** Everything that is generated, in its expected state. */
export async function generated(root: string): Promise<readonly Generated[]> {
  const schema = describeComponents(root);
  const types = argumentTypes(schema);
  return [
    ...rules.map((rule) => rulePage(root, rule.id)),
    ruleIndex(),
    catalogueIndex(root),
    { path: "docs/standards.md", content: standardsPage(catalogues(), rules) },
    { path: "provider/schema.json", content: schema },
    { path: "components/arguments/argument-types.json", content: types },
    { path: "docs/components/reference.md", content: referencePage(schema) },
    { path: "docs/fleet/tables.md", content: factTablesPage() },
    { path: "docs/fleet/tables.json", content: factTablesData() },
    {
      path: "docs/agents.schema.json",
      content: JSON.stringify(
        manifestSchema(JSON.parse(types) as Parameters<typeof manifestSchema>[0]),
      ),
    },
    await authorizationReference(),
    { path: "docs/report.schema.json", content: reportFileSchema(root) },
    { path: "docs/waivers.schema.json", content: JSON.stringify(waiversSchema()) },
    prometheusRule(root),
    waiversPage(root),
    designPage(root),
    clientsPage(root),
    unknownsPage(root),
    cloudControlPage(root),
  ];
}

/** The alerts of the broker as an object of the Prometheus operator. */
function prometheusRule(root: string): Generated {
  const spec: unknown = parse(readFileSync(join(root, "docs/broker/alerts.yaml"), "utf8"));
  const object = {
    ...{ apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule" },
    ...{ metadata: { name: "agentid-broker" }, spec },
  };
  const head = "# Generated from alerts.yaml; do not edit.\n";
  return { path: "docs/broker/prometheus-rule.yaml", content: head + stringify(object) };
}

function rulePage(root: string, id: string): Generated {
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new Error(`no rule \`${id}\``);
  const path = `docs/rules/${id}.md`;
  return { path, content: withHeader(contentOf(root, path), rule) };
}

function ruleIndex(): Generated {
  const content = [
    "# Rules",
    "",
    "Each page explains one rule: why it exists, what to avoid, what to prefer, its exceptions, and what it does not cover.",
    "`agentid explain RULE` prints a page in the terminal.",
    "",
    "- **Blocks by default**: a finding stops the deployment. [Settings](../policy-pack.md) change this for each rule.",
    "- **Decided before each resource is created**: `pulumi up --skip-preview` stops before that resource is created.",
    "- **Decided when all resources are declared**: the preview reports the finding.",
    "  With `--skip-preview` it appears only after the resources are created.",
    "- **Declared workload**: a component declares it, or it carries the label or tag `agentid.dev/kind`.",
    "- **Undetermined**: a deciding value is unknown in the preview. See [undetermined](../undetermined.md).",
    "",
    tableOf(rules),
    "",
    "`npm run generate` writes this page from the rules.",
    "",
  ].join("\n");
  return { path: "docs/rules/README.md", content };
}

function waiversPage(root: string): Generated {
  const path = "docs/waivers.md";
  const rows = controlIds.map((id) => `| \`${id}\` | ${controls[id].shows} |`);
  const table = ["| control | what the stack has to show |", "| --- | --- |", ...rows].join("\n");
  return { path, content: withRegion(contentOf(root, path), "controls", table) };
}

function clientsPage(root: string): Generated {
  const path = "docs/broker/clients.md";
  return { path, content: withRegion(contentOf(root, path), "clients", clientsTable(root)) };
}

function designPage(root: string): Generated {
  const path = "docs/design.md";
  return { path, content: withRegion(contentOf(root, path), "rooms", roomsPicture()) };
}

function unknownsPage(root: string): Generated {
  const path = "docs/design/unknowns.md";
  return { path, content: withRegion(contentOf(root, path), "bounds", bounds()) };
}

function cloudControlPage(root: string): Generated {
  const path = "docs/cloud-control.md";
  const byService = new Map<string, string[]>();
  for (const type of nativeTypes.toSorted()) {
    const [, service = "", name = ""] = type.split(":");
    byService.set(service, [...(byService.get(service) ?? []), `\`${name}\``]);
  }
  const rows = [...byService].map(([service, names]) => `| \`${service}\` | ${names.join(", ")} |`);
  const table = ["| service | types |", "| --- | --- |", ...rows].join("\n");
  return { path, content: withRegion(contentOf(root, path), "native", table) };
}

function contentOf(root: string, path: string): string {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
