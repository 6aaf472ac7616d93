import { isHash } from "./text-forms";
import {
  isPublishableName,
  mayNameObject,
  isAccessKeyName,
  isChosenName,
  isCredentialName,
  isIdentifierName,
  namesPlaceholder,
  isReferenceName,
  wordsOf,
} from "./name";
import { leavesOf, type Leaf } from "./text-forms";
import { longestText } from "./longest-text";
import { decodedBase64 } from "./decoded";
import { assignmentsIn } from "./pieces";
import { isPlaceholder, isPublished } from "./placeholder";
import { isTemplate } from "./text-forms";

/** Shortest value that counts as a credential under the name of one. */
export const shortestCredential = 8;

/** How a value under a name is to be taken. */
export type NamedValue = "credential" | "word" | "none";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const scheme = /^([a-z][a-z0-9+.-]{1,30}):\/\//i;
const path = /^(?:~|\.{1,2})?\/?[\w.-]{1,40}(?:\/[\w.-]{1,40})+\/?$/;
/** A key of an object by its names, as Vault's tools and Argo CD's write it: `argocd/hub#password`. */
const keyOfObject =
  /^[a-z][a-z0-9.-]{0,62}(?:\/[a-z][a-z0-9.-]{0,62}){1,8}#[A-Za-z_][\w.-]{0,62}(?:,|$)/;
/** What tools write before the place of a value: a store, a file, a Secret (Argo CD's Image Updater), an encrypted text (sops, Spring Cloud Config, Jasypt). */
const stores =
  /^(?:(?:vault|ssm|awssm|gcpsm|env|file|secretsmanager|aws-secretsmanager|sm|akv|keyvault|ref\+\w+):\S+|(?:gcp:secretmanager|azure:keyvault|aws:secretsmanager):\S+|(?:pull)?secret:[\w.-]+\/[\w.-]+|@Microsoft\.KeyVault\(|ENC[[(]|\{cipher\}|os\.environ\b|process\.env\b)/i;
const withUserinfo =
  /\b[a-z][a-z0-9+.-]{0,30}:\/\/([^\s/?#@"'`<>\\]{0,256}@)([^\s/?#@"'`<>\\]{0,256})/gi;
const authorization = /^(Bearer|Basic|Token|ApiKey)\s+(\S{8,})$/i;
const authorizationHeader =
  /\bAuthorization\\?["']?\s{0,4}[:=]?\s{0,4}\\?["']?(Bearer|Basic|Token|ApiKey)\s{1,4}([^\s"'\\]{8,4096})/gi;
const rootPath = /^(?:~|\.{1,2})?\/[\w.-]{1,40}(?:\/[\w.-]{0,40})*$/;

/** Whether a text is no credential whatever its format: a template, a placeholder, published or publishable. */
export function isNoCredential(text: string, under: string | undefined): boolean {
  const value = text.trim();
  return (
    isTemplate(value) ||
    isPlaceholder(value) ||
    isPublished(value) ||
    isHash(value) ||
    isAccountFile(value) ||
    hasEmptyUserinfo(value) ||
    (under !== undefined && isPublishableName(under)) ||
    (under !== undefined && isIdentifierName(under) && uuid.test(value))
  );
}

/**
 * Whether a text is a list of a machine's users, with passwords in another file: `root:x:0:0:root:/root:/bin/sh` (passwd(5)).
 */
function isAccountFile(text: string): boolean {
  const lines = text.split("\n", 1_000);
  return lines.every((line) =>
    /^[\w.-]{1,64}:[x*!]?:\d{1,10}:\d{1,10}:[^:]*:[^:]*:[^:]*$/.test(line),
  );
}

/** What a value is by its name. */
export function namedValue(text: string, under: string | undefined): NamedValue {
  const value = text.trim();
  if (under === undefined) return "none";
  if (isUserAndPassword(value, under) || isRegistryLogin(value, under)) return "credential";
  if (/^cookie$/i.test(under) && value.includes("=")) return inCookies(value);
  if (!isCredentialName(under)) return "none";
  if (value.length < shortestCredential) return "none";
  if (isReference(value) || isNoCredential(value, under)) return "none";
  const leaves = leavesOf(value);
  if (leaves !== undefined) return worstOf(leaves, under);
  if (isAccessKeyName(under) && (isNameLike(value) || isObjectName(value))) return "none";
  const isMadeUp = namesPlaceholder(under);
  if (!isMadeUp && mayNameObject(under) && isObjectName(value)) return "none";
  if (!isMadeUp && isKeyOfSecret(value, under)) return "none";
  if (isProse(value) || isOptions(value) || isListOfNames(value, under)) return "none";
  // Settings under such a name are judged by their own names: `repository.credentials: |`.
  if (/^[[{]|\n/.test(value) && assignmentsIn(value).length > 0) return "none";
  // What a credential is called, and where it is to be looked for: `db-password`, `CRM_API_KEY`.
  const isName = isNameLike(value) && isCredentialName(value);
  if (isName && !isMadeUp && !isChosenName(under)) return "none";
  const isWords = isMadeUp && isNameLike(value) && wordsOf(value).every(isWord);
  return isName || isWords || isWord(value) ? "word" : "credential";
}

/** The key of a Secret that has the value: `rootUserSecretKey: rootUser`, `connectionUrlSecretKey: connection_url`. */
function isKeyOfSecret(value: string, under: string): boolean {
  if (/secret[-_]?key$/i.test(under) && /^[a-z]+(?:[A-Z][a-z]+)+$/.test(value)) return true;
  return /[a-z]SecretKey$/.test(under) && isObjectName(value);
}

/** Names of lists, or of commands: `API_KEYS=crm-key,desk-key`. */
function isListOfNames(value: string, under: string): boolean {
  const items = value.split(/\s?,\s?/);
  const isList = items.length > 1 || /keys$/i.test(under);
  return isList && items.every((item) => isNameLike(item) || isObjectName(item));
}

/** A method and its options, of which each has a name of its own: `ETCD_AUTH_TOKEN=jwt,priv-key=/etc/etcd/jwt.pem`. */
function isOptions(value: string): boolean {
  return /^[a-z][a-z0-9-]{0,30}(?:,[a-z][\w.-]{0,60}=[^,\s]{1,400})+$/.test(value);
}

/** `NEO4J_AUTH=neo4j/…`: a setting that takes user and password in one (Neo4j operations manual, Docker). */
function isUserAndPassword(value: string, under: string): boolean {
  if (!/(?:^|_)NEO4J_AUTH$/i.test(under)) return false;
  const password = /^[\w.-]{1,60}\/(\S{8,})$/.exec(value)?.[1];
  return password !== undefined && !isReference(password) && !isPlaceholder(password);
}

/** `"auth": "…"` of a registry in Docker's configuration: user and password in base64. */
function isRegistryLogin(value: string, under: string): boolean {
  return under === "auth" && isProof("basic", value);
}

/** `Cookie: session=…`: a header of names and values. A session is made by a machine, and made of no words. */
function inCookies(header: string): NamedValue {
  const values = [...header.matchAll(/=([^;\s]+)/g)].map(([, text = ""]) => text);
  const isSession = (text: string): boolean =>
    text.length >= shortestCredential && !isNameLike(text) && !isReference(text);
  return values.some((text) => isSession(text) && !isNoCredential(text, undefined))
    ? "credential"
    : "none";
}

/** What a JSON text under a name is: what the worst of its texts is that its own key calls no name, place or id. */
function worstOf(leaves: readonly Leaf[], under: string): NamedValue {
  const values = leaves
    .filter(({ key = "" }) => !isReferenceName(key) && !isIdentifierName(key))
    .map(({ text }) => namedValue(text, under));
  if (values.includes("credential")) return "credential";
  return values.includes("word") ? "word" : "none";
}

/**
 * What the password of the first URL in a text is that has one: `redis://:…@cache:6379`.
 *
 * A word, as in `amqp://guest:guest@queue`, is a credential of the weak sort.
 */
export function passwordInUrl(text: string): NamedValue {
  for (const match of text.slice(0, longestText).matchAll(withUserinfo)) {
    const password = passwordIn(match[1] ?? "");
    if (password !== undefined) return isWord(password) ? "word" : "credential";
  }
  return "none";
}

/** Who calls by a URL, and with what password. */
interface Login {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly isWord: boolean;
}

/** The logins in the URLs of a text that have a password, as {@link passwordInUrl} looks for them. */
export function loginsInUrls(text: string): readonly Login[] {
  return [...text.slice(0, longestText).matchAll(withUserinfo)].flatMap((match) => {
    const [, userinfo = "", host = ""] = match;
    const password = passwordIn(userinfo);
    if (password === undefined) return [];
    const user = userinfo.slice(0, userinfo.indexOf(":"));
    return { user, password: unescaped(password), host, isWord: isWord(password) };
  });
}

/** A decoded part of a URL: `p%40ss` is `p@ss`. */
function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Whether a text has an authentication header, `Authorization: Bearer …`, or is the value of one. */
export function isAuthorization(text: string): boolean {
  return proofInHeader(text) !== undefined;
}

/** The token or password of the first such header in a text. */
export function proofInHeader(text: string): string | undefined {
  const own = authorization.exec(text.trim());
  const headers = own === null ? text.slice(0, longestText).matchAll(authorizationHeader) : [own];
  for (const [, way = "", proof = ""] of headers) {
    if (isProof(way, proof)) return way.toLowerCase() === "basic" ? passwordOf(proof) : proof;
  }
  return undefined;
}

/** The password in what `Basic` has: user and password in base64. */
function passwordOf(proof: string): string | undefined {
  const decoded = decodedBase64(proof);
  return decoded === undefined ? undefined : passwordIn(`${decoded}@`);
}

/** Whether a text only refers to where a value is: a variable, a template, an ARN, a path, a URL. */
export function isReference(text: string): boolean {
  const value = text.trim();
  if (isTemplate(value)) return true;
  if (/^(?:arn:[\w-]+|urn:[a-z]+):/.test(value) || stores.test(value)) return true;
  if (keyOfObject.test(value)) return true;
  const url = scheme.exec(value);
  if (url !== null) return !hasRealUserinfo(value.slice(url[0].length));
  return isPath(value);
}

/** Whether a text is a URL whose user and password are a reference or a placeholder. */
function hasEmptyUserinfo(value: string): boolean {
  const url = scheme.exec(value);
  if (url === null) return false;
  const rest = value.slice(url[0].length);
  const authority = rest.split(/[/?#]/, 1)[0] ?? "";
  return authority.includes("@") && !hasRealUserinfo(rest);
}

/** Whether the part of a URL after its scheme has a password that is no reference or placeholder itself. */
function hasRealUserinfo(rest: string): boolean {
  return passwordIn(rest.split(/[/?#]/, 1)[0] ?? "") !== undefined;
}

/** The password in the authority of a URL, unless it is a reference or placeholder itself. */
function passwordIn(authority: string): string | undefined {
  const at = authority.lastIndexOf("@");
  const colon = at < 0 ? -1 : authority.slice(0, at).indexOf(":");
  if (colon < 0) return undefined;
  const password = authority.slice(colon + 1, at);
  const isReal = !isReference(password) && !isPlaceholder(password) && !isCommonWord(password);
  return isReal && !/^[$%]/.test(password) ? password : undefined;
}

/** Whether what follows the scheme of such a header proves anything: a token that is no word, or user and password. */
function isProof(way: string, proof: string): boolean {
  if (isReference(proof) || isPlaceholder(proof) || /[${}<>]/.test(proof)) return false;
  if (way.toLowerCase() !== "basic") return /\d/.test(proof) || !isNameLike(proof);
  return passwordOf(proof) !== undefined;
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
  // `n8n` and `k8s` are words too.
  return (
    /^(?:[a-z]+|[a-z]\d{1,2}[a-z])(?:[-_]{1,3}(?:[a-z0-9]{1,12}|[a-z]{13,24}))+$/.test(value) &&
    !/\d{3}/.test(value)
  );
}

/** Whether a text speaks of credentials, as labels and messages do: `Forgot password?`. */
function isProse(value: string): boolean {
  return (
    /^[A-Z][a-z']{0,20}(?: [\w'/-]{1,30}){1,30}[.?!:…]?$/.test(value) &&
    /\b(?:passwords?|passphrase|passcode|tokens?|secrets?|keys?|credentials?)\b/i.test(value)
  );
}

/** Whether a text is made of words of letters alone, as names are. */
function isNameLike(value: string): boolean {
  return /^[A-Za-z]{1,24}(?:[-_.][A-Za-z]{1,24}){0,8}$/.test(value);
}

/** Whether a value reads as a word or two: letters alone, with vowels where words have them. */
function isWord(value: string): boolean {
  if (!/^[A-Za-z]+[0-9]{0,4}!?$/.test(value) || value.length > 24) return false;
  const letters = value.replace(/[^A-Za-z]/g, "");
  if (!/^(?:[A-Z]?[a-z]+|[A-Z]+)$/.test(letters)) return false;
  const vowels = letters.replace(/[^aeiouy]/gi, "").length;
  return vowels * 5 >= letters.length && !/[^aeiouy]{5}/i.test(letters);
}
