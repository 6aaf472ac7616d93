/** Texts that something else fills in or replaces. */
const references: readonly RegExp[] = [
  // A variable, and what a command prints: `${TOKEN}`, `$(TOKEN)`, `:$(encode "$TOKEN")`, `$TOKEN`, `%TOKEN%`, `%env(TOKEN)%`.
  /^\$\{.*\}$/s,
  /^\$\(|\$\([a-z]|^`/,
  /^\$\$?[A-Z_][A-Z0-9_]*$/,
  /^%(?:[A-Za-z_]+|env\([^)]*\))%$/,
  // Names with variables: `${TEAM}-${APP}-db-creds`, `${TOKEN:0:20}...`.
  /^(?=.*\$\{)(?:\$\{[^{}]{1,120}\}|[a-z]{1,24}(?![a-z])|[-_./:])+$/,
  // Go templates, Jinja and Helm; format strings of Python; marks that a pipeline replaces; `((key))` of Concourse.
  /^\{\{/,
  /^(?=.*\{\{).*\}\}/s,
  /^\{[a-z_][\w.]{0,60}\}$/,
  /^(?:__[A-Z0-9_]+__|(@@?|%%)[A-Z0-9_.-]+\1|#\{[^}]*\}#?)$/,
  /^(?:\[\[.{1,80}\]\]|\(\([\w./:-]{1,80}\)\)|\[[a-z][a-z _-]*\])$/i,
  // What a text has without quotes may end at a blank: `<datadog api key>`.
  /^<.*>$/s,
  /^<[a-z]+$/i,
  // Grafana's `$__file{…}`, Argo CD's `$secret:key`, and paths and JSONata of Step Functions.
  /^\$__\w+\{/,
  /^\$[a-z][\w-]*[.:][\w.-]+$/i,
  /^\$\$?(?:\.[\w-]{1,80}(?:\[[\w*]{0,20}\])?){1,20}$/,
  /^\{%.*%\}$/s,
  // Tags of YAML of Home Assistant, authentik, Ansible, CloudFormation and GitLab.
  /^!(?:env_var|secret|include|vault|reference|env|file|context|format|find|keyof|enumerate|value|ref|sub|getatt|importvalue)$/i,
  // A file that an option reads: `jwt=@/path`; a bracket closes what is around it.
  /^@(?:~|\.{1,2})?\/[\w./-]{1,400}\)?$/,
  // A value by its name in Terraform or CUE, and the type of a field in kro's schemas.
  /^(?:var|local|module|data|each|random_password|parameter)(?:\.[A-Za-z_]\w{0,60}){1,6}$/,
  /^[a-z]\w{0,60}(?:\.[a-z]\w{0,60}){0,4}\.(?:[a-z]\w{0,40}_)?(?:password|passwd|token|secret|key)\)?$/i,
  /^(?:string|integer|boolean|number|object)\s{1,4}\|\s/,
  // Code that calls for the value, whole or cut where a text without quotes ends: `get_secret("db")`, `f.read().strip()`, `json.loads(text`.
  /^[A-Za-z_][\w.]{0,80}(?:\((?:[^()]|\([^()]{0,80}\)){0,200}\)(?:\.[A-Za-z_]\w{0,60}){0,4}){1,8}$/,
  /^[A-Za-z_][\w.]{0,80}[[(]$/,
  /^[a-z][a-z\d]{0,40}(?:[._][a-z][a-z\d]{0,40}){1,8}\([^()]{0,200}$/,
];

/** Whether a text is to be filled in by something else: a variable or a template. */
export function isTemplate(value: string): boolean {
  return references.some((reference) => reference.test(value));
}

/** A text in a JSON object or list, and its key. */
export interface Leaf {
  readonly text: string;
  readonly key: string | undefined;
}

/** The texts in a JSON object or list, or undefined where a text is none. */
export function leavesOf(text: string): readonly Leaf[] | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const leaves: Leaf[] = [];
  collect(value, undefined, leaves);
  return leaves;
}

function collect(value: unknown, key: string | undefined, into: Leaf[]): void {
  if (typeof value === "string") into.push({ text: value, key });
  else if (Array.isArray(value)) for (const item of value) collect(item, key, into);
  else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) collect(item, name, into);
  }
}

/**
 * Ways in which servers write down the hash of a password, to check one against.
 *
 * Source: crypt(5) (`$2b$`, `$6$`, `$y$` …), the PHC string format (`$argon2id$`), RFC 2307 (`{SSHA}`), Spring Security's
 * DelegatingPasswordEncoder (`{bcrypt}`), Django's and Werkzeug's hashers, PostgreSQL's `md5…` and `SCRAM-SHA-256$`.
 */
const hashes: readonly RegExp[] = [
  /^\$(?:1|2[abxy]?|5|6|7|y|gy|md5|sha1|apr1|argon2(?:i|d|id)|scrypt|pbkdf2(?:-sha\d+)?|s0|bcrypt-sha256)\$\S+$/,
  /^\{(?:SSHA|SHA|SMD5|MD5|SSHA\d+|SHA-?\d+|CRYPT|BCRYPT|PBKDF2[\w-]*|ARGON2\w*|SCRYPT)\}\S+$/i,
  /^(?:pbkdf2|bcrypt|scrypt|argon2)(?:_sha\d+)?\$\S+$/,
  /^(?:pbkdf2:sha\d+|scrypt):\d[^\s$]*\$\S+$/,
  /^SCRAM-SHA-(?:1|256|512)\$\d+:\S+$/,
  /^md5[0-9a-f]{32}$/,
  /^sha(?:1|224|256|384|512)[:=-][A-Za-z0-9+/=]{28,}$/,
];

/**
 * Whether a text is the hash of a credential, by which a server checks one: it authenticates no client.
 *
 * A name and a hash, as in files of `htpasswd`, are one too.
 */
export function isHash(text: string): boolean {
  const value = text.trim();
  if (value.length > 1_024) return false;
  const behind = /^[\w.@-]{1,64}:(\S+)$/.exec(value)?.[1];
  return [value, behind].some((one) => one !== undefined && hashes.some((hash) => hash.test(one)));
}
