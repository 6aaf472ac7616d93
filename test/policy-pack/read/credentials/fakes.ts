import { createHash } from "node:crypto";

/** Joined at run time, so that no scanner takes this repository for one that leaks. */
function join(...parts: readonly string[]): string {
  return parts.join("");
}

/** The base64 of a text. */
export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** Lines such as a key has, made of hashes. */
const lines = Array.from({ length: 12 }, (_, index) =>
  createHash("sha384").update(`line ${index}`).digest("base64"),
).join("\n");

const body = "q8Lw2ZrT5vXc9NbM1kJh7GfD4sAp0OiU3yEt6WqR";

/** Texts in the formats of credentials; none of them opens anything. */
export const fakes = {
  slack: join("xo", "xb-", "123456789012-", "1234567890123-", body.slice(0, 24)),
  slackWebhook: join(
    "https://hooks.",
    "slack.com/services/",
    "T0AB1CD2E/B0FG3HI4J/",
    body.slice(0, 24),
  ),
  github: join("gh", "p_", body.slice(0, 36)),
  anthropic: join("sk-", "ant-api03-", body, body, body.slice(0, 13), "AA"),
  openai: join("sk-", "proj-", body, body.slice(0, 34), "T3Blbk", "FJ", body, body.slice(0, 34)),
  npm: join("np", "m_", body.slice(0, 36)),
  sendgrid: join("S", "G.", body.slice(0, 22), ".", body, body.slice(0, 3)),
  linear: join("lin_", "api_", body),
  privateKey: join(
    "-----BEGIN RSA PRIV",
    "ATE KEY-----\n",
    `MIIEpAIBAAKC${lines.slice(12)}\n`,
    "-----END RSA PRIV",
    "ATE KEY-----\n",
  ),
  privateKeyOnOneLine: join(
    "-----BEGIN RSA PRIV",
    "ATE KEY-----\\n",
    `MIIEpAIBAAKC${lines.slice(12)}\n`.replaceAll("\n", "\\n"),
    "-----END RSA PRIV",
    "ATE KEY-----\\n",
  ),
  placeholderKey: join(
    "-----BEGIN RSA PRIV",
    "ATE KEY-----\n",
    `${"x".repeat(64)}\n`.repeat(3),
    "-----END RSA PRIV",
    "ATE KEY-----\n",
  ),
  postgres: join("postgres://app:", "k3ep1tQu1et", "@db.internal:5432/desk"),
  mongo: join("mongodb://app:", "k3ep1tQu1et", "@db.internal:27017/desk"),
  basicAuth: join("https://app:", "k3ep1tQu1et", "@crm.acme.com/api"),
  awsSecret: body,
  awsExampleSecret: join("wJalrXUtnFEMI/K7MDENG", "/bPxRfiCYEXAMPLEKEY"),
  awsExampleId: join("AKIA", "IOSFODNN7EXAMPLE"),
  stripeExample: join("sk_", "test_", "4eC39HqLyjWDarjtT1zdp7dc"),
  stripe: join("sk_", "live_", body.slice(0, 24)),
  gitlab: join("gl", "pat-", body.slice(0, 20)),
  vault: join("hv", "s.", body.slice(0, 28)),
  huggingFace: join("h", "f_", body.replace(/\d/g, "").slice(0, 20), "abcdefghijklmn"),
  langfuse: join("sk-", "lf-", "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"),
  discord: join("https://discord.com/api/", "webhooks/", "1234567890123456789/", body, body),
  bedrock: join("AB", "SK", base64(`BedrockAPIKey-${body}:${body}`)),
  bedrockShortTerm: join("bedrock-", "api-key-", base64(`bedrock.amazonaws.com/?Action=${body}`)),
  openrouter: join("sk-", "or-v1-", createHash("sha256").update(body).digest("hex")),
  zeroOpenrouter: join("sk-", "or-v1-", "0".repeat(64)),
  stripePublishable: join("pk_", "live_", body.slice(0, 24)),
} as const;
