import { printProblems } from "../../../yaml/problems";
import { readManifest } from "../../../components/agent-stack/agent-stack";
import { issuer, providerArn } from "../support/acme";

/** A federation as manifests write it. */
export const cluster = `federations:\n  cluster: { eksIrsa: { providerArn: "${providerArn}", issuer: "https://${issuer}" } }\n`;

/** A manifest of one tenant, whose fields start at line 5. */
export function ofTenant(...fields: readonly string[]): string {
  return `${cluster}tenants:\n  acme:\n${["federation: cluster", ...fields].map((field) => `    ${field}\n`).join("")}`;
}

/** What is wrong with a manifest, a line each without the file's name; none for a good one. */
export function mistakesIn(
  text: string,
  values: Readonly<Record<string, string>> = {},
): readonly string[] {
  const read = readManifest(text, values);
  if (read.kind === "ok") return [];
  return printProblems("m", read.problems)
    .replace(/^m has \d+ mistakes: /, "")
    .split("\n")
    .map((line) => line.slice("m:".length));
}
