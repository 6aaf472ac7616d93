import { namesModelToken } from "./model-tokens";
import { vendorVariables } from "./vendor-formats";

/** Words that by themselves name a value that authenticates. */
const heads = new Set([
  "password",
  "passwords",
  "passwd",
  "passphrase",
  "passcode",
  "requirepass",
  "masterauth",
  "pass",
  "pwd",
  "pw",
  "bindpw",
  "secret",
  "token",
  "pat",
  "jwt",
  "credential",
  "credentials",
  "cred",
  "creds",
  "sas",
  "mnemonic",
  "cookie",
]);

/** Short words for a password with the word before, as in `DBPASS`; `BYPASS` and `COMPASS` are words of their own. */
const short =
  /^(?:my|my?sql|pg|postgres|mongo|redis|db|database|user|usr|login|root|admin|smtp|imap|mail|email|ftp|sftp|ldap|bind|http|ssh|proxy|basic|auth|app|api|client|server|service|store|keystore|truststore|key|vault|wifi)(?:pass|pwd|pw)$/;

/** Suffixes of such words where words are written together, as in `PGPASSWORD` and `masterkey`. */
const fused =
  /(?:password|passwd|passphrase|token|clientsecret|(?:api|access|secret|private|auth|master|encryption|signing|fernet|account)key)$/;

/** Exceptions to those suffixes. */
const unfused = new Set(["nopassword", "monkey", "detoken", "untoken"]);

/** Words for what people choose themselves; others are made by machines, and never names. */
const chosen = /(?:pass|passwd|password|passphrase|passcode|pwd|pw)$/;

/** Words that make a `key` one that authenticates; a partition key or public key is another thing. */
const keyQualifiers = new Set([
  "api",
  "access",
  "secret",
  "private",
  "auth",
  "authentication",
  "authorization",
  "encryption",
  "signing",
  "master",
  "service",
  "shared",
  "client",
  "webhook",
  "storage",
  "admin",
  "integration",
  "app",
  "application",
  "deploy",
  "ssh",
  "hmac",
  "jwt",
  "session",
  "bot",
  "openai",
  "anthropic",
  "claude",
  "gemini",
  "mistral",
  "cohere",
  "groq",
  "deepseek",
  "tavily",
  "serpapi",
  "pinecone",
  "fernet",
  "account",
  "subscription",
  "license",
  "crypto",
  "cookie",
  "csrf",
  "salt",
  "bearer",
  "crm",
  "stripe",
  "sendgrid",
  "mailgun",
  "datadog",
  "langfuse",
  "langsmith",
  "openrouter",
  "perplexity",
  "voyage",
  "replicate",
  "elevenlabs",
  "deepgram",
  "firecrawl",
]);

/** Words after the head noun that only number it. */
const trailing = new Set([
  "prod",
  "production",
  "dev",
  "development",
  "staging",
  "stage",
  "test",
  "live",
  "sandbox",
  "old",
  "new",
  "current",
  "previous",
  "primary",
  "secondary",
  "default",
  "value",
  "string",
  "text",
  "plain",
  "plaintext",
  "base64",
  "b64",
  // Rails: `SECRET_KEY_BASE`.
  "base",
  "overwrite",
  "override",
]);

/**
 * Names that end like credentials and are none: etcd's initial cluster token only distinguishes new clusters (etcd.io,
 * configuration, `--initial-cluster-token`).
 */
const others = /(?:^| )initial cluster token$/;

/**
 * Names of keys by more than one word before: the key of Supabase that passes all policies (supabase.com/docs, API keys), and several
 * keys in one (`API_KEYS`; weaviate.io, `AUTHENTICATION_APIKEY_ALLOWED_KEYS`). What is called as a command of Redis is, is its password (langfuse.com, `REDIS_AUTH`).
 */
const further =
  /(?:^| )(?:(?:seed|recovery|mnemonic) phrase|service role key|(?:api|signing|encryption|session) keys|apikey allowed keys|replica set key|redis auth)$/;

/**
 * Suffixes of names of keys that a user invents, so that words are keys too: `JWT_SECRET=our-desk-secret`. What an issuer
 * generates, as a client's secret or the key of an API, is never made of words.
 */
const madeUp =
  /(?:^| )(?:(?:jwt|session|cookie|csrf|nextauth|hmac|signing|refresh|token|django|flask) secret|(?<!basic )auth secret|(?:secret|encryption|signing|jwt|session|cookie|csrf|hmac|master|secret access) key)$/;

/** Head nouns that are also used of an object that has a credential. */
const objects = new Set(["secret", "credential", "credentials", "cred", "creds", "cookie"]);

/** Head nouns of names of the location of a credential, not of its value. */
const references = new Set([
  "arn",
  "name",
  "file",
  "path",
  "version",
  "url",
  "uri",
  "ref",
  "reference",
  "audience",
  "issuer",
  "type",
]);

const longestName = 256;

/** Variables in which vendors' tools look for a credential, each in one word: `AWS_BEARER_TOKEN_BEDROCK`. */
const ofVendors = new Set(vendorVariables.map((variable) => wordsOf(variable).join("")));

/** The words of a name in camel case, snake case, kebab case or with dots, in lower case. */
export function wordsOf(name: string): readonly string[] {
  return name
    .slice(-longestName)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

/**
 * Whether the head noun of a name is a credential's.
 *
 * It is for `DB_PASSWORD`, `sessionSecret` and `CRM_API_KEY`, not for `TOKEN_AUDIENCE`, `SECRET_NAME` and `PASSWORD_FILE`.
 */
export function isCredentialName(name: string): boolean {
  const named = wordsOf(name);
  if (ofVendors.has(named.join(""))) return true;
  const all = withoutTrailing(named);
  // The key `key` of `crm-api-key` adds nothing to that name.
  const words = all.at(-1) === "key" && all.at(-2) === "key" ? all.slice(0, -1) : all;
  const head = words.at(-1);
  if (head === undefined || isPublishableName(name)) return false;
  // Charts name a Secret that is there already: `existingSecret`, `apiKeyExistingSecret`.
  if (words.includes("existing")) return false;
  const whole = words.join(" ");
  if (others.test(whole)) return false;
  if (further.test(whole)) return true;
  if (namesModelToken(words)) return false;
  if (short.test(head)) return !isFileName(name);
  if (heads.has(head) || (fused.test(head) && !unfused.has(head))) return true;
  return head === "key" && keyQualifiers.has(words.at(-2) ?? "");
}

/** A file whose lines are judged by their own form: `.pgpass`. */
function isFileName(name: string): boolean {
  return /(?:^|[/.])\.[a-z]+$/.test(name);
}

/** Whether the head noun of a name is for a credential that people choose, as a password is and a token is not. */
export function isChosenName(name: string): boolean {
  return chosen.test(withoutTrailing(wordsOf(name)).at(-1) ?? "");
}

/**
 * Whether a name is a setting of a program, `JWT_SECRET` or `jwt_secret`, for a key that people make up themselves. Charts and custom
 * resources write `jwtSecret`, and may mean a Secret or a key of one.
 */
export function namesPlaceholder(name: string): boolean {
  const isSetting = /^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z][a-z0-9]*(?:_[a-z0-9]+)+)$/.test(name);
  return isSetting && madeUp.test(withoutTrailing(wordsOf(name)).join(" "));
}

/** Whether a name is of an access key id, which identifies as a user name does: `accessKey`, not `secretAccessKey`. */
export function isAccessKeyName(name: string): boolean {
  const words = withoutTrailing(wordsOf(name));
  return words.at(-1) === "key" && words.at(-2) === "access" && words.at(-3) !== "secret";
}

/** Whether the head noun of a name is a location or a selection, so that the value is a reference. */
export function isReferenceName(name: string): boolean {
  return references.has(wordsOf(name).at(-1) ?? "");
}

/** Whether the head noun of a name is an identifier, as in `CLIENT_ID`. */
export function isIdentifierName(name: string): boolean {
  const head = wordsOf(name).at(-1);
  return head === "id" || head === "uuid" || head === "guid";
}

/** Whether a name may well name another object: `tlsSecret: ingress-tls` does, and `crypto_key` a key of Google's KMS. */
export function mayNameObject(name: string): boolean {
  const words = withoutTrailing(wordsOf(name));
  const head = words.at(-1);
  if (head === "key") return words.at(-2) === "crypto";
  return objects.has(head ?? "");
}

/** Whether a name marks its value as made to be published, as keys of browser code are. */
export function isPublishableName(name: string): boolean {
  const words = wordsOf(name);
  if (words.includes("publishable")) return true;
  if (words[0] === "vite" || (words[0] === "react" && words[1] === "app")) return true;
  if (words[0] === "next" && words[1] === "public") return true;
  const [before, head] = words.slice(-2);
  return head === "key" && (before === "public" || before === "site");
}

function withoutTrailing(words: readonly string[]): readonly string[] {
  let end = words.length;
  while (end > 1 && isTrailing(words[end - 1] ?? "")) end -= 1;
  // `PASSWORD1` is one of several passwords.
  const head = (words[end - 1] ?? "").replace(/(?<=[a-z]{2})\d+$/, "");
  return [...words.slice(0, end - 1), head].filter((word) => word !== "");
}

function isTrailing(word: string): boolean {
  return trailing.has(word) || /^v?\d+$/.test(word);
}
