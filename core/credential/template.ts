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
  /^[a-z]\w{0,60}(?:\.[a-z]\w{0,60}){0,4}\.(?:password|passwd|token|secret|key)$/i,
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
