import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mistakesIn } from "./mistakes";
import { providerArn } from "../support/acme";

const page = readFileSync("docs/agent-stack.md", "utf8");

function block(language: string): string {
  const start = page.indexOf(`\`\`\`${language}\n`) + language.length + 4;
  return page.slice(start, page.indexOf("```", start));
}

const values = { providerArn, tickets: "arn:aws:s3:::tickets" };

describe("the page on AgentStack", () => {
  it("shows a manifest without a mistake, whose values are those of the program beside it", () => {
    assert.deepEqual(mistakesIn(block("yaml"), values), []);
    for (const name of Object.keys(values)) assert.match(block("ts"), new RegExp(`\\b${name}:`));
  });

  it("shows the mistakes that the manifest would have with two words misspelt", () => {
    const misspelt = block("yaml")
      .replace("autonomy: autonomous", "autonomy: autonomus")
      .replace("tool: ticket-search", "tool: ticket-serch");
    const shown = block("text")
      .trim()
      .replace("agent stack `desk`: agents.yaml has 2 mistakes: ", "")
      .split("\n");
    assert.deepEqual(
      mistakesIn(misspelt, values),
      shown.map((line) => line.slice("agents.yaml:".length)),
    );
  });

  it("names the file's first line as editors read it, and the schema that is shipped", () => {
    assert.match(
      block("yaml"),
      /^# yaml-language-server: \$schema=\.\/node_modules\/pulumi-agentid\/docs\/agents\.schema\.json\n/,
    );
  });
});
