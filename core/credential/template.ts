/** Whether a text is to be filled in by something else: a variable or a template. */
export function isTemplate(value: string): boolean {
  // What a command prints, also within a text: `:$(encode "$PASSWORD")`.
  if (/^\$\{.*\}$/s.test(value) || /^\$\(|\$\([a-z]/.test(value) || value.startsWith("`"))
    return true;
  if (/^\$\$?[A-Z_][A-Z0-9_]*$/.test(value) || /^%(?:[A-Za-z_]+|env\([^)]*\))%$/.test(value)) {
    return true;
  }
  // Grafana's `$__file{…}`, Argo CD's `$secret:key` and `$oidc.clientSecret`, and marks that a pipeline replaces.
  if (/^\$__\w+\{/.test(value) || /^\$[a-z][\w-]*[.:][\w.-]+$/i.test(value)) return true;
  // Step Functions: a path into a state's input or context, and a JSONata expression.
  if (
    /^\$\$?(?:\.[\w-]{1,80}(?:\[[\w*]{0,20}\])?){1,20}$/.test(value) ||
    /^\{%.*%\}$/s.test(value)
  ) {
    return true;
  }
  if (isFilled(value) || isTagged(value) || isFileByMark(value)) return true;
  if (isNamed(value) || isType(value)) return true;
  // Code that calls for the value, or takes it out of another: `get_secret("db")`, `quote(input())`, `user["password"]`, of which a text without quotes ends early.
  if (/^[A-Za-z_][\w.]{0,80}(?:\[|\((?:(?:[^()]|\([^()]{0,80}\)){0,200}\))?)$/.test(value)) {
    return true;
  }
  if (isChainOfCalls(value) || isCutCall(value)) return true;
  if (/^(?:__[A-Z0-9_]+__|(@@?|%%)[A-Z0-9_.-]+\1|#\{[^}]*\}#?)$/.test(value)) return true;
  // Concourse's `((crm.key))`.
  if (/^(?:\[\[.{1,80}\]\]|\(\([\w./:-]{1,80}\)\))$/.test(value)) return true;
  if (value.startsWith("{{") || (value.includes("{{") && value.includes("}}"))) return true;
  // A format string of Python and of many others: `{client_secret}`.
  if (/^\{[a-z_][\w.]{0,60}\}$/.test(value)) return true;
  // What a text has without quotes may end at a blank: `<datadog api key>`.
  return /^<.*>$/s.test(value) || /^<[a-z]+$/i.test(value) || /^\[[a-z][a-z _-]*\]$/i.test(value);
}

/** Names, of which some are variables: `${TEAM}-${APP}-db-creds`, and what is shown of one: `${TOKEN:0:20}...`. */
function isFilled(value: string): boolean {
  const rest = value.replace(/\$\{[^{}]{1,120}\}/g, "");
  return rest !== value && /^[a-z]{0,24}(?:[-_./:]{1,3}[a-z]{0,24}){0,12}$/.test(rest);
}

/** A value that a program's own tag of YAML puts in: of Home Assistant, authentik, Ansible, CloudFormation, GitLab. */
function isTagged(value: string): boolean {
  return /^!(?:env_var|secret|include|vault|reference|env|file|context|format|find|keyof|enumerate|value|ref|sub|getatt|importvalue)$/i.test(
    value,
  );
}

/** A file that an option reads, as `vault write … jwt=@/path` and `curl -d @file` have it; a bracket closes what is around it. */
function isFileByMark(value: string): boolean {
  return /^@(?:~|\.{1,2})?\/[\w./-]{1,400}\)?$/.test(value);
}

/** Code that calls for the value step by step: `f.read().strip()`, `base64.b64decode(text).decode()`. */
function isChainOfCalls(value: string): boolean {
  const steps =
    /^[A-Za-z_][\w.]{0,80}(?:\((?:[^()]|\([^()]{0,80}\)){0,200}\)(?:\.[A-Za-z_]\w{0,60}){0,4}){1,8}$/;
  return /\)\./.test(value) && steps.test(value);
}

/** A call of which a text without quotes has the beginning: `make_request(create_url`, cut at a comma. */
function isCutCall(value: string): boolean {
  return /^[a-z][a-z\d]{0,40}(?:[._][a-z][a-z\d]{0,40}){1,8}\([^()]{0,200}$/.test(value);
}

/** A value by its name in Terraform's language or CUE: `var.password`, `random_password.db.result`, `dbConn.password`. */
function isNamed(value: string): boolean {
  return (
    /^(?:var|local|module|data|each|random_password|parameter)(?:\.[A-Za-z_]\w{0,60}){1,6}$/.test(
      value,
    ) ||
    /^[a-z]\w{0,60}(?:\.[a-z]\w{0,60}){0,4}\.(?:password|passwd|token|secret|key)$/i.test(value)
  );
}

/** The type of a field, as kro's schemas have it in place of a value: `string | default=crm-credentials`. */
function isType(value: string): boolean {
  return /^(?:string|integer|boolean|number|object)\s{1,4}\|\s/.test(value);
}
