import { isModelToken } from "./model-tokens";

/** Parts of texts that documents use as placeholders. */
const placeholders = [
  "changeme",
  "change-me",
  "change_me",
  "changepassword",
  "change-password",
  "change_password",
  "changethis",
  "change-this",
  "change_this",
  "changeit",
  "replaceme",
  "replace-me",
  "replace_me",
  "replace-this",
  "replace_this",
  "replace-with",
  "replace_with",
  "placeholder",
  "your-",
  "your_",
  "your ",
  "yourpassword",
  "yoursecret",
  "yourtoken",
  "redacted",
  "insert-",
  "insert_",
  "put-your",
  "to-be-set",
  "set-me",
  "fixme",
  "dummy",
  "fill-me",
  "fill_me",
  "notasecret",
  "not-a-secret",
  "not-a-real",
  "not_a_real",
  "xxxx",
  "****",
  "....",
];

/**
 * Texts for a required setting that no program checks, as private model servers use them (vLLM's documents use `EMPTY` and
 * `token-abc123`, llama.cpp's `sk-no-key-required`, Ollama's `ollama`).
 */
const nothing = new RegExp(
  "^(?:sk-)?(?:" +
    "empty|none|null|nil|undefined|disabled|unset|required|optional|n/?a|" +
    "fake|dummy|mock|unused|ignored|anything|whatever|" +
    "ollama|lm-?studio|vllm|local|localhost|token-abc123|" +
    "no-?(?:key|api-?key|auth)|not-?(?:needed|required|used|set|applicable|necessary)" +
    ")(?:-(?:api|key|apikey|token|value|needed|required|necessary))*$",
);

/** Credentials that vendors print in their documentation; each is known to everybody and opens nothing. */
const publishedExamples = [
  // docs.aws.amazon.com, example access key id and secret access key
  "IOSFODNN7EXAMPLE",
  "I44QH8DHBEXAMPLE",
  "wJalrXUtnFEMI/K7MDENG",
  "je7MtGbClwBF/2Zp9Utk/h3yCo8nvb",
  // kubernetes.io, the token in the reference of kubeadm
  "abcdef.0123456789abcdef",
  // docs.stripe.com, the test keys of its examples
  "4eC39HqLyjWDarjtT1zdp7dc",
  "BQokikJOvBiI2HlWgH4olfQ2",
  // docs.dynatrace.com, the token in its description of the format
  "ST2EY72KQINMH574WMNVI7YN",
  // learn.microsoft.com, the keys of the emulators of Azure Storage and Azure Cosmos DB
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",
  "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DEQ2nNydUFTqdHGjnBXfTv",
  // jwt.io, the example token
  "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lI",
];

/** Prefixes of keys that are made to be published. */
const publishablePrefixes = [
  "pk_live_",
  "pk_test_",
  "pk-lf-",
  "pk.eyJ",
  "phc_",
  "sb_publishable_",
  "ssh-rsa ",
  "ssh-ed25519 ",
  "ecdsa-sha2-",
  "-----BEGIN PUBLIC KEY-----",
  "-----BEGIN RSA PUBLIC KEY-----",
  "-----BEGIN CERTIFICATE-----",
];

/** Whether a text is a placeholder for a value or for none. */
export function isPlaceholder(text: string): boolean {
  if (isModelToken(text.trim())) return true;
  const value = text.trim().toLowerCase();
  if (value === "" || isOneCharacter(value) || isFiller(value) || isUninformative(value))
    return true;
  if (/^(?:0?123456789(?:0?abcdef)?){2,}$/.test(value)) return true;
  if (/^(?:todo|tbd)\b/.test(value)) return true;
  if (placeholders.some((part) => value.includes(part))) return !isLongSecret(value);
  return /(^|[^a-z0-9])example([^a-z0-9]|$)/.test(value) && !value.includes("://");
}

/** Whether a text is for a required setting that no program checks: `EMPTY`, `not-needed`. */
export function isUninformative(text: string): boolean {
  const value = text.trim().toLowerCase();
  return value === "" || nothing.test(value.replace(/[\s_]+/g, "-"));
}

/** Whether a text has a credential that vendors print, or is a key that is made to be published. */
export function isPublished(value: string): boolean {
  return (
    publishedExamples.some((example) => value.includes(example)) ||
    publishablePrefixes.some((prefix) => value.startsWith(prefix))
  );
}

/** PEM has its armour around a placeholder too, so only the content decides. */
function isLongSecret(value: string): boolean {
  if (!value.startsWith("-----begin")) return false;
  const inside = value.replace(/-----[^-]*-----/g, "").replace(/\s/g, "");
  return inside.length >= 64 && !placeholders.some((part) => inside.includes(part));
}

function isOneCharacter(value: string): boolean {
  return value.split("").every((character) => character === value[0]);
}

/** Shortest run of one character that counts as filler within a text. */
const shortestFiller = 16;

/**
 * Whether a text repeats one character, except separators and the prefix of its format: `00000000-0000-0000-0000-000000000000`,
 * `sk-or-v1-0000…`.
 */
function isFiller(value: string): boolean {
  const body = value.replace(/-----[^-]*-----/g, "").replace(/[-_:./\s]/g, "");
  if (body === "") return false;
  let [longest, run] = [0, 0];
  for (let at = 0; at < body.length; at += 1) {
    run = at > 0 && body[at] === body[at - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest === body.length || (longest >= shortestFiller && longest * 4 >= body.length * 3);
}
