const publishable = "made to be published";
const identifies = "identifies a client or key, and is no credential";
const ofNames = "values by their names are judged by `policy-pack/domain/secrets/name.ts`";
const ofLines = "command lines are read by `policy-pack/domain/secrets/arguments.ts`";

/** Rules of gitleaks that the data file does not have, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  "adobe-client-id": identifies,
  "alibaba-access-key-id": identifies,
  "asana-client-id": identifies,
  "bitbucket-client-id": identifies,
  "discord-client-id": identifies,
  "linkedin-client-id": identifies,
  "looker-client-id": identifies,
  "messagebird-client-id": identifies,
  "new-relic-user-api-id": identifies,
  "plaid-client-id": identifies,
  "sendbird-access-id": identifies,
  "sumologic-access-id": identifies,
  "twilio-api-key": identifies,
  "aws-access-token": identifies,
  "flutterwave-public-key": publishable,
  "lob-pub-api-key": publishable,
  "mailgun-pub-key": publishable,
  "mapbox-api-token": publishable,
  "new-relic-browser-api-token": publishable,
  "aws-amazon-bedrock-api-key-short-lived":
    "has the beginning alone; vendor-formats.json has all of it",
  "azure-ad-client-secret": "vendor-formats.json has it with the boundaries of all formats",
  "curl-auth-header": ofLines,
  "curl-auth-user": ofLines,
  "freemius-secret-key": ofNames,
  "generic-api-key": ofNames,
  "hashicorp-tf-password": ofNames,
  "snyk-api-token": ofNames,
  "sonar-api-token": ofNames,
  "telegram-bot-api-token": "vendor-formats.json has it",
  "nuget-config-password": ofNames,
  "huggingface-access-token": "may be without digits; vendor-formats.json has it",
  "huggingface-organization-api-token": "may be without digits; vendor-formats.json has it",
  jwt: "a token is judged by how long it lives: `policy-pack/domain/secrets/web-tokens.ts`",
  "jwt-base64": "texts are decoded before they are judged",
  "kubernetes-secret-yaml": "objects of Kubernetes have readers",
  "pkcs12-file": "a file by its name alone",
  "private-key": "vendor-formats.json has its forms",
  "sidekiq-sensitive-url": "passwords in URLs are read by `policy-pack/domain/secrets/value.ts`",
  "sourcegraph-access-token":
    "takes any hash beside the vendor's name; vendor-formats.json has the prefixes",
  "square-access-token":
    "takes base64 that begins with `EAAA`; vendor-formats.json has the other prefix",
};
