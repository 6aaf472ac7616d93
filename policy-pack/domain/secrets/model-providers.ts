import data from "./model-providers.json";
import { wordsOf } from "./name";
import { isVendorFormat, keysOfProvider } from "./vendor-formats";

/** A model provider that accepts the identity of a workload in place of an API key. */
export interface ModelProvider {
  readonly name: string;
  /** Environment variables from which its SDKs take the key. */
  readonly settings: readonly string[];
  /** Formats of its keys, as the detector calls them. */
  readonly formats: readonly string[];
  /** Environment variables that send calls to another host. */
  readonly endpoints: readonly string[];
  /** Its own hosts; those below them are its own too. */
  readonly hosts: readonly string[];
  /** What to do in place of a key: part of a message. */
  readonly instead: string;
}

const providers: readonly ModelProvider[] = data.providers.map((provider) => {
  const { formats, variables } = keysOfProvider(provider.name);
  return { ...provider, formats, settings: variables };
});

const byWords = index((provider) => provider.settings.map(wordsTogether));
const byFormat = index((provider) => provider.formats);
const byEndpoint = index((provider) => provider.endpoints);

/** Generic keys of a secret, so that only the secret's name shows its purpose. */
const general = new Set(["key", "apikey", "value", "token", "secret", "data", "password"]);

/** Generic words in names of secrets. */
const idle = new Set(["secret", "secrets", "credential", "credentials", "creds"]);

/** Words in names of keys that name no owner except a provider of models. */
const ofNoPrincipal = new Set([
  ...general,
  ...idle,
  "api",
  "access",
  "auth",
  "bearer",
  "provider",
  "llm",
  "llms",
  "model",
  "models",
  "ai",
  "genai",
  "gpt",
  "inference",
]);

/** Whether a name is a generic name of a key: `API_KEY`, `llm-token`; not `CRM_API_KEY`. */
export function namesNoOwner(name: string): boolean {
  const words = wordsOf(name);
  return !words.includes("password") && words.every((word) => ofNoPrincipal.has(word));
}

/** The provider of a name, as the table has it. */
export function providerNamed(name: string): ModelProvider | undefined {
  return providers.find((provider) => provider.name === name);
}

/** The provider whose SDK takes its key from an environment variable, or from a setting that is called so, be it for several (`OPENAI_API_KEYS`). */
export function providerOfSetting(setting: string): ModelProvider | undefined {
  return providerByWords(wordsTogether(setting));
}

/** The provider whose keys have a format, as the detector calls it. */
export function providerOfFormat(format: string): ModelProvider | undefined {
  return byFormat.get(format);
}

/** Whether a format is that of keys which no provider in the table takes as a long-lived one. */
export function isOfNoProvider(format: string): boolean {
  return isVendorFormat(format) && !byFormat.has(format);
}

/** The provider whose SDK reads its host from an environment variable, or its hosts (`OPENAI_API_BASE_URLS`). */
export function providerOfEndpoint(setting: string): ModelProvider | undefined {
  return byEndpoint.get(setting) ?? byEndpoint.get(setting.replace(/URLS$/, "URL"));
}

/** The setting with the host of a provider's models, by its words in any order: `openaiBaseApiUrl` in the values of a chart. */
const byEndpointWords = new Map(
  providers.flatMap(({ endpoints }) =>
    endpoints.map((variable) => [unordered(wordsOf(variable)), variable] as const),
  ),
);

/**
 * The environment variable with the host of a provider's SDK that a setting sets, by the names of it and its parents: `baseUrl`
 * within `config` within `openAI`.
 *
 * @param path the names, the setting's own last
 */
export function endpointByPath(path: readonly string[]): string | undefined {
  const own = wordsOf(path.at(-1) ?? "");
  const ways = [own, ...path.slice(0, -1).map((around) => [wordsTogether(around), ...own])];
  return ways
    .map((words) => byEndpointWords.get(unordered(words)))
    .find((variable) => variable !== undefined);
}

/** The provider whose key a setting is by its parents, where its own name is generic: `apiKey` within `openAI`. */
export function providerByPath(path: readonly string[]): ModelProvider | undefined {
  const own = path.at(-1) ?? "";
  if (!namesNoOwner(own)) return undefined;
  return path
    .slice(0, -1)
    .map((around) => providerByWords(wordsTogether(around) + wordsTogether(own)))
    .find((provider) => provider !== undefined);
}

/**
 * The provider whose key a secret is by its name or its key's: `openai-api-key`, `prod/openai/api-key`, the key `api-key` of
 * `openai`; no more specific name, such as `openai-api-key-hash`.
 */
export function providerOfSecret(name: string, key: string | undefined): ModelProvider | undefined {
  if (key !== undefined) {
    const own = providerByWords(wordsTogether(key));
    if (own !== undefined) return own;
    if (!general.has(wordsTogether(key))) return undefined;
  }
  const parts = name.split("/").map(withoutIdle);
  const ways = [parts.at(-1) ?? "", parts.slice(-2).join("")];
  const together = key === undefined ? [] : ways.map((way) => way + wordsTogether(key));
  return [...ways, ...together].map(providerByWords).find((one) => one !== undefined);
}

/**
 * Whether a URL, or one of several, is of the provider itself; undefined where that cannot be read.
 *
 * Source: docs.openwebui.com, environment variables, which parts several by `;`.
 */
export function isOwnHost(provider: ModelProvider, urls: string): boolean | undefined {
  const own = urls
    .split(/[;,]/)
    .filter((url) => url.trim() !== "")
    .map((url) => isOwn(provider, url));
  if (own.includes(true)) return true;
  return own.includes(undefined) || own.length === 0 ? undefined : false;
}

function isOwn(provider: ModelProvider, url: string): boolean | undefined {
  const host = /^(?:https?:\/\/)?(?:[^/?#@]*@)?([^/:?#\s]+)/i.exec(url.trim())?.[1]?.toLowerCase();
  if (host === undefined || /[$%{<]/.test(host)) return undefined;
  return provider.hosts.some((own) => host === own || host.endsWith(`.${own}`));
}

function providerByWords(words: string): ModelProvider | undefined {
  return byWords.get(words) ?? byWords.get(words.replace(/keys$/, "key"));
}

function unordered(words: readonly string[]): string {
  return [...words].sort().join(" ");
}

/** A name in one word, whether in camel case, snake case or kebab case. */
function wordsTogether(name: string): string {
  return wordsOf(name).join("");
}

function withoutIdle(name: string): string {
  return wordsOf(name)
    .filter((word) => !idle.has(word))
    .join("");
}

function index(
  names: (provider: ModelProvider) => readonly string[],
): ReadonlyMap<string, ModelProvider> {
  return new Map(
    providers.flatMap((provider) => names(provider).map((name) => [name, provider] as const)),
  );
}
