import { isPublishableName, maySayObject, saysCredential, saysIdentifier } from "./name";

/** Shortest value that counts as a credential under a name that says so. */
export const shortestCredential = 8;

/** How a value under a name is to be taken. */
export type NamedValue = "credential" | "word" | "none";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const scheme = /^([a-z][a-z0-9+.-]{1,30}):\/\//i;
const path = /^(?:~|\.{1,2})?\/?[\w.-]{1,40}(?:\/[\w.-]{1,40})+\/?$/;
const rootPath = /^(?:~|\.{1,2})?\/[\w.-]{1,40}(?:\/[\w.-]{0,40})*$/;

/** Texts that stand in documents for a value that somebody else is to put in. */
const placeholders = [
  "changeme",
  "change-me",
  "change_me",
  "changeit",
  "replaceme",
  "replace-me",
  "replace_me",
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
  "notasecret",
  "not-a-secret",
  "xxxx",
  "****",
  "....",
];

/** Credentials that vendors print in their documentation; each is known to everybody and opens nothing. */
const publishedExamples = [
  // docs.aws.amazon.com, example access key id and secret access key
  "IOSFODNN7EXAMPLE",
  "I44QH8DHBEXAMPLE",
  "wJalrXUtnFEMI/K7MDENG",
  "je7MtGbClwBF/2Zp9Utk/h3yCo8nvb",
  // docs.stripe.com, the test keys of its examples
  "4eC39HqLyjWDarjtT1zdp7dc",
  "BQokikJOvBiI2HlWgH4olfQ2",
  // jwt.io, the example token
  "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lI",
];

/** Prefixes of keys that are made to be published. */
const publishablePrefixes = ["pk_live_", "pk_test_", "ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-"];

/** Whether a text is no credential whatever its format: a template, a placeholder, published or publishable. */
export function isNoCredential(text: string, under: string | undefined): boolean {
  const value = text.trim();
  return (
    isTemplate(value) ||
    isPlaceholder(value) ||
    isPublished(value) ||
    hasEmptyUserinfo(value) ||
    (under !== undefined && isPublishableName(under)) ||
    (under !== undefined && saysIdentifier(under) && uuid.test(value))
  );
}

/** What a value is by the name under which it stands. */
export function namedValue(text: string, under: string | undefined): NamedValue {
  const value = text.trim();
  if (under === undefined || !saysCredential(under)) return "none";
  if (value.length < shortestCredential || value.length > 4096) return "none";
  if (isReference(value) || isNoCredential(value, under)) return "none";
  if (maySayObject(under) && isObjectName(value)) return "none";
  return isWord(value) ? "word" : "credential";
}

/** Whether a text only refers to where a value is: a variable, a template, an ARN, a path, a URL. */
export function isReference(text: string): boolean {
  const value = text.trim();
  if (isTemplate(value)) return true;
  if (/^arn:[\w-]+:/.test(value) || /^(vault|ssm|awssm|gcpsm|env|file):\S+/.test(value))
    return true;
  const url = scheme.exec(value);
  if (url !== null) return !hasRealUserinfo(value.slice(url[0].length));
  return isPath(value);
}

/** Whether a text is to be filled in by something else: a variable or a template. */
function isTemplate(value: string): boolean {
  if (/^\$\{.*\}$/s.test(value) || /^\$\(.*\)$/s.test(value)) return true;
  if (/^\$[A-Z_][A-Z0-9_]*$/.test(value) || /^%[A-Za-z_]+%$/.test(value)) return true;
  if (value.includes("{{") && value.includes("}}")) return true;
  return /^<.*>$/s.test(value);
}

/** Whether a text is a URL whose user and password are a reference or a placeholder. */
function hasEmptyUserinfo(value: string): boolean {
  const url = scheme.exec(value);
  if (url === null) return false;
  const rest = value.slice(url[0].length);
  const authority = rest.split(/[/?#]/, 1)[0] ?? "";
  return authority.includes("@") && !hasRealUserinfo(rest);
}

/** Whether a text stands for a value somebody else is to put in. */
function isPlaceholder(text: string): boolean {
  const value = text.trim().toLowerCase();
  if (value === "" || isOneCharacter(value)) return true;
  if (placeholders.some((part) => value.includes(part))) return !isLongSecret(value);
  if (/(^|[^a-z0-9])example([^a-z0-9]|$)/.test(value)) return !value.includes("://");
  return /^(none|null|nil|undefined|disabled|required|optional|unset)$/.test(value);
}

/** PEM keeps its armour around a placeholder, so only what is inside can tell. */
function isLongSecret(value: string): boolean {
  if (!value.startsWith("-----begin")) return false;
  const inside = value.replace(/-----[^-]*-----/g, "").replace(/\s/g, "");
  return inside.length >= 64 && !placeholders.some((part) => inside.includes(part));
}

function isPublished(value: string): boolean {
  return (
    publishedExamples.some((example) => value.includes(example)) ||
    publishablePrefixes.some((prefix) => value.startsWith(prefix))
  );
}

/** Whether the part of a URL after its scheme has a password that is no reference or placeholder itself. */
function hasRealUserinfo(rest: string): boolean {
  const authority = rest.split(/[/?#]/, 1)[0] ?? "";
  const at = authority.lastIndexOf("@");
  if (at < 0) return false;
  const userinfo = authority.slice(0, at);
  const colon = userinfo.indexOf(":");
  const password = colon < 0 ? userinfo : userinfo.slice(colon + 1);
  return (
    colon >= 0 && !isReference(password) && !isPlaceholder(password) && !isCommonWord(password)
  );
}

function isCommonWord(password: string): boolean {
  return /^(password|passwd|pass|pwd|secret|token|user)$/i.test(password);
}

function isPath(value: string): boolean {
  if (value.length > 512 || /\s/.test(value)) return false;
  if (rootPath.test(value) || /^[A-Za-z]:\\/.test(value)) return !looksRandom(value);
  return path.test(value) && !looksRandom(value);
}

/** Base64 has slashes too: long stretches that mix cases and digits are no path. */
function looksRandom(value: string): boolean {
  return value
    .split("/")
    .some(
      (part) => part.length >= 12 && /[a-z]/.test(part) && /[A-Z]/.test(part) && /\d/.test(part),
    );
}

function isObjectName(value: string): boolean {
  return /^[a-z]+(?:-[a-z0-9]{1,12})+$/.test(value) && !/\d{3}/.test(value);
}

function isOneCharacter(value: string): boolean {
  return value.split("").every((character) => character === value[0]);
}

/** Whether a value reads as a word or two: letters alone, with vowels where words have them. */
function isWord(value: string): boolean {
  if (!/^[A-Za-z]+[0-9]{0,4}!?$/.test(value) || value.length > 24) return false;
  const letters = value.replace(/[0-9!]+$/, "");
  if (!/^(?:[A-Z]?[a-z]+|[A-Z]+)$/.test(letters)) return false;
  const vowels = letters.replace(/[^aeiouy]/gi, "").length;
  return vowels * 5 >= letters.length && !/[^aeiouy]{5}/i.test(letters);
}
