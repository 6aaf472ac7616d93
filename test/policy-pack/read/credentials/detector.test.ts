import assert from "node:assert/strict";
import { createDetector } from "../../../../policy-pack/read/credentials";
import { base64, fakes } from "./fakes";
import { processorTime } from "../../../support/processor-time";

type Grade = "critical" | "medium";
type Row = readonly [under: string | undefined, text: string];

/** What is a credential by its format, what it is called, and the detector's word for the format. */
const formats: readonly (readonly [what: string, format: string, text: string])[] = [
  ["Slack token", "slack", fakes.slack],
  ["Slack token", "slack", fakes.slackWebhook],
  ["GitHub token", "github", fakes.github],
  ["Anthropic API key", "anthropic", fakes.anthropic],
  ["OpenAI API key", "openai", fakes.openai],
  ["npm token", "npm", fakes.npm],
  ["SendGrid API key", "sendgrid", fakes.sendgrid],
  ["Linear API key", "linear", fakes.linear],
  ["private key", "privatekey", fakes.privateKey],
  ["database password in a connection string", "database-connection-string", fakes.postgres],
  ["database password in a connection string", "database-connection-string", fakes.mongo],
  ["password in a URL", "basicauth", fakes.basicAuth],
  ["Stripe secret key", "stripe", fakes.stripe],
  ["GitLab token", "gitlab", fakes.gitlab],
  ["Vault token", "vault", fakes.vault],
  ["Hugging Face token", "hugging-face", fakes.huggingFace],
  ["Langfuse secret key", "langfuse", fakes.langfuse],
  ["Discord webhook", "discord", fakes.discord],
];

/** Credentials by their names. */
const named: readonly (readonly [severity: Grade, ...row: Row])[] = [
  ["critical", "DB_PASSWORD", "k3ep-1t-Qu!et"],
  ["critical", "sessionSecret", "9f8e7d6c5b4a"],
  ["critical", "CRM_API_KEY", "crm8d1f77a0b2c"],
  ["critical", "crm-api-key", "crm8d1f77a0b2c"],
  ["critical", "crm.api.key", "crm8d1f77a0b2c"],
  ["critical", "crmApiKey", "crm8d1f77a0b2c"],
  ["critical", "apikey", "crm8d1f77a0b2c"],
  ["critical", "AWS_SECRET_ACCESS_KEY", `${"a1B2".repeat(9)}Zz9x`],
  ["critical", "BOT_TOKEN", "12345678"],
  ["critical", "token", "12345678"],
  ["critical", "JWT_SIGNING_KEY", "gT5vQ2mB8xW1"],
  ["critical", "GITHUB_PAT", "gT5vQ2mB8xW1"],
  ["critical", "SMTP_PASS", "gT5vQ2mB8xW1"],
  ["critical", "LDAP_PWD", "gT5vQ2mB8xW1"],
  ["critical", "KEYSTORE_PASSPHRASE", "four words are long"],
  ["critical", "ERLANG_COOKIE", "gT5vQ2mB8xW1"],
  ["critical", "Cookie", "theme=dark; session=gT5vQ2mB8xW1"],
  ["critical", "DB_PASSWORD_PROD", "gT5vQ2mB8xW1"],
  ["critical", "DB_PASSWORD_2", "gT5vQ2mB8xW1"],
  ["critical", "PASSWORD_V2", "gT5vQ2mB8xW1"],
  ["critical", "TOKEN_BASE64", "Z1Q1dlEybUI4eFcx"],
  ["critical", "CLIENT_SECRET", "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"],
  ["critical", "CLIENT_SECRET", "Ab9/dk3Lm0PqRs7t/Xy2Zw8Vu"],
  ["critical", "DATABASE_CREDENTIALS", "svc:gT5vQ2mB8xW1"],
  ["critical", "CRM_CREDENTIALS", '{ "user": "desk", "pwWord": ["gT5vQ2mB8xW1"] }'],
  // Begins as JSON does, and is none.
  ["critical", "DB_PASSWORD", "{gT5vQ2mB8xW1"],
  ["critical", "DB_PASSWORD", "[gT5vQ2mB8xW1"],
  ["critical", "DB_PASSWORD", "qzxkwvbtr"],
  ["critical", "PGPASSWORD", "gT5vQ2mB8xW1"],
  ["critical", "dbpassword", "gT5vQ2mB8xW1"],
  ["critical", "DB_PASSWORD1", "gT5vQ2mB8xW1"],
  ["critical", "LDAP_BIND_PW", "gT5vQ2mB8xW1"],
  ["critical", "masterkey", "gT5vQ2mB8xW1"],
  ["critical", "FERNET_KEY", "gT5vQ2mB8xW1gT5vQ2mB8xW1gT5vQ2mB8xW1gT5vQ2m="],
  ["critical", "AccountKey", "gT5vQ2mB8xW1gT5vQ2mB8xW1=="],
  ["critical", "SECRET_KEY_BASE", "gT5vQ2mB8xW1gT5vQ2mB8xW1"],
  ["critical", "NEW_RELIC_LICENSE_KEY", "gT5vQ2mB8xW1gT5vQ2mB8xW1"],
  ["critical", "DB_PASSWORD", "correct-horse-battery"],
  ["medium", "DB_PASSWORD", "db-password"],
  ["medium", "DB_PASSWORD", "sunflower"],
  ["medium", "DB_PASSWORD", "Sunflower1!"],
  ["medium", "ADMIN_PASSWORD", "LETMEINNOW"],
];

/** What is none, each the near miss of something above. */
const rejected: readonly Row[] = [
  [
    "credentials",
    '{ "gcs": { "credentialFileName": "keys.json" }, "s3": { "accessKeyIdName": "KEY_ID" } }',
  ],
  ["credentials", '{ "secretName": "storage-config", "retries": 3, "region": "" }'],
  // The name means something else.
  ["TOKEN_AUDIENCE", "sts-amazonaws-8821x"],
  ["SECRET_NAME", "crm8d1f77a0b2c"],
  ["PASSWORD_FILE", "k3ep-1t-Qu!et"],
  ["TOKEN_TYPE", "bearer-token-1"],
  ["PASSWORD_MIN_LENGTH", "1234567890"],
  ["MAX_TOKENS", "1000000000"],
  ["PUBLIC_KEY", "gT5vQ2mB8xW1"],
  ["PARTITION_KEY", "gT5vQ2mB8xW1"],
  ["SORT_KEY", "createdAt#2024"],
  ["AWS_ACCESS_KEY_ID", "AKIAQ3EGRZIVWWJ4"],
  ["MONKEY", "gT5vQ2mB8xW1"],
  ["COMPASS", "gT5vQ2mB8xW1"],
  ["KEY", "gT5vQ2mB8xW1"],
  ["", "gT5vQ2mB8xW1"],
  [undefined, "gT5vQ2mB8xW1"],
  ["LOG_LEVEL", "information"],
  // Too short.
  ["DB_PASSWORD", "k3ep-1t"],
  ["DB_PASSWORD", ""],
  // References.
  ["DB_PASSWORD", "${DB_PASSWORD}"],
  ["DB_PASSWORD", "$(DB_PASSWORD)"],
  ["DB_PASSWORD", "$DB_PASSWORD"],
  ["DB_PASSWORD", "{{ .Values.password }}"],
  ["DB_PASSWORD", "<your password>"],
  ["DB_PASSWORD", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db"],
  ["DB_PASSWORD", "/run/secrets/db-password"],
  ["DB_PASSWORD", "./secrets/db-password"],
  ["DB_PASSWORD", "vault:secret/data/db#password"],
  ["API_TOKEN", "https://issuer.example.com/token"],
  ["API_TOKEN", "op://vault/item/field"],
  ["DATABASE_CREDENTIALS", "postgres://db:5432/desk"],
  ["DATABASE_CREDENTIALS", "postgres://app:${PASSWORD}@db:5432/desk"],
  [undefined, "postgres://app:$(PASSWORD)@db:5432/desk"],
  ["TLS_SECRET", "ingress-tls"],
  // Settings, each judged by its own name.
  ["repository.credentials", "- url: https://git.example.com\n  passwordSecret:\n    name: git\n"],
  ["credentials", '{"file": "/etc/login", "audience": "desk"}'],
  ["PULL_SECRET", "registry-credentials"],
  // Placeholders.
  ["DB_PASSWORD", "xxxxxxxxxxxx"],
  ["DB_PASSWORD", "************"],
  ["DB_PASSWORD", "changeme"],
  ["DB_PASSWORD", "change-me-please"],
  ["DB_PASSWORD", "your-password"],
  ["API_TOKEN", "YOUR_TOKEN_HERE"],
  ["API_TOKEN", "example-token"],
  ["API_TOKEN", "REPLACE_ME_NOW"],
  ["API_TOKEN", "placeholder"],
  ["API_TOKEN", "undefined"],
  [undefined, fakes.placeholderKey],
  // Published examples and what is made to be published.
  ["AWS_SECRET_ACCESS_KEY", fakes.awsExampleSecret],
  [undefined, fakes.awsExampleId],
  ["STRIPE_SECRET_KEY", fakes.stripeExample],
  ["STRIPE_API_KEY", fakes.stripePublishable],
  ["NEXT_PUBLIC_API_KEY", "gT5vQ2mB8xW1"],
  ["VITE_API_KEY", "gT5vQ2mB8xW1"],
  ["RECAPTCHA_SITE_KEY", "gT5vQ2mB8xW1"],
  ["STRIPE_PUBLISHABLE_KEY", "gT5vQ2mB8xW1"],
  ["DEPLOY_KEY", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"],
  // What a server checks a credential against, which proves nothing to others.
  ["ADMIN_PASSWORD", "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"],
  ["ADMIN_PASSWORD", "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b3dWRWJTmaaObG"],
  ["ADMIN_PASSWORD", "$6$rounds=5000$saltsalt$k3ep1tQu!et"],
  ["ADMIN_PASSWORD", "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="],
  ["ADMIN_PASSWORD", "pbkdf2_sha256$600000$gT5vQ2mB8xW1$gT5vQ2mB8xW1="],
  ["ADMIN_PASSWORD", "SCRAM-SHA-256$4096:c2FsdA==$gT5vQ2mB8xW1:gT5vQ2mB8xW1"],
  ["ADMIN_PASSWORD", "md5a3556571e93b0d20722ba62be61e8c2d"],
  ["DASHBOARD_PASSWORD", "admin:$apr1$gT5vQ2mB$8xW1gT5vQ2mB8xW1gT5vQ/"],
  // A value for a required setting that nothing checks.
  ["OPENAI_API_KEY", "not-needed"],
  ["OPENAI_API_KEY", "sk-no-key-required"],
  ["OPENAI_API_KEY", "NO_API_KEY"],
  ["OPENAI_API_KEY", "token-abc123"],
  ["OPENAI_API_KEY", "lm-studio"],
  ["OPENAI_API_KEY", "unused-key"],
  // Names of keys and of cookies.
  ["secretKey", "db-password"],
  ["apiKey", "CRM_API_KEY"],
  ["SESSION_COOKIE", "acme_session"],
  ["Cookie", "shop-session=x-readiness-probe"],
  ["Cookie", "theme=dark; session=${SESSION}"],
  // Places in stores, and what other tools put in or decrypt.
  ["DB_PASSWORD", "@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/db)"],
  ["DB_PASSWORD", "ref+awsssm://acme/db"],
  ["DB_PASSWORD", "ENC[AES256_GCM,data:gT5vQ2mB8xW1,type:str]"],
  ["DB_PASSWORD", "{cipher}gT5vQ2mB8xW1"],
  ["DB_PASSWORD", "%env(DB_PASSWORD)%"],
  ["DB_PASSWORD", "$__file{/etc/secrets/db}"],
  ["DB_PASSWORD", "$(kubectl get secret db -o json)"],
  ["DB_PASSWORD", "#{DbPassword}#"],
  ["DB_PASSWORD", "__DB_PASSWORD__"],
  ["CLIENT_SECRET", "$oidc.clientSecret"],
  ["CLIENT_SECRET", "$argocd-oidc:clientSecret"],
  ["API_TOKEN", "os.environ/API_TOKEN"],
  ["SUBJECT_TOKEN", "urn:ietf:params:oauth:token-type:jwt"],
  ["API_TOKEN", "<datadog"],
  ["API_TOKEN", "[api token]"],
  ["API_TOKEN", "TODO: ask the vendor"],
  // URLs whose password is none, and headers that prove nothing.
  [undefined, "redis://cache:6379/0"],
  [undefined, "redis://:${REDIS_PASSWORD}@cache:6379/0"],
  [undefined, "https://f81d4fae7dec41d0a76500a0c91e6bf6@sentry.example.com/42"],
  [undefined, "amqp://user:password@queue:5672"],
  ["HEADERS", "Authorization: Bearer ${CRM_TOKEN}"],
  ["HEADERS", "Authorization: Bearer authentication"],
  ["HEADERS", "Authorization: Basic YWRtaW4="],
  // What begins as a vendor's format does.
  [undefined, "hf_hub_download_of_weights_for_the_desk"],
  [undefined, "sk-lf-your-langfuse-secret-key"],
  [undefined, `glpat-${"x".repeat(20)}`],
  [undefined, "https://discord.com/api/webhooks"],
  [undefined, "desk_hvs.example"],
  // Identifiers.
  ["CLIENT_ID", "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"],
  ["TENANT_ID", "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"],
];

describe("the detector of credentials", () => {
  const detector = createDetector();

  before(() =>
    detector.prepare([
      ...formats.map(([, , text]) => text),
      ...named.map(([, , text]) => text),
      ...rejected.map(([, text]) => text),
    ]),
  );

  for (const [what, format, text] of formats) {
    it(`recognises a ${what} by its format, whatever the name`, () => {
      for (const under of ["SETTING", undefined]) {
        const one = detector.credentialIn(text, under);
        assert.ok(one !== undefined);
        const { start = 0, end = text.length, ...found } = one;
        assert.deepEqual(found, { what, format, severity: "critical" });
        assert.ok(start < end && end <= text.length);
      }
    });
  }

  for (const [severity, text] of [
    ["critical", "redis://:gT5vQ2mB8xW1@cache:6379/0"],
    ["critical", "run --broker amqp://svc:gT5vQ2mB8xW1@queue:5672 --verbose"],
    ["medium", "amqp://guest:guest@queue:5672"],
  ] as const) {
    it(`recognises the password in \`${text}\`, graded ${severity}`, () => {
      const found = detector.credentialIn(text, undefined);
      assert.deepEqual(found, { what: "password in a URL", severity });
    });
  }

  it("grades a word in a connection string as weak", async () => {
    const text = "postgresql://postgres:postgres@db:5432/desk";
    await detector.prepare([text]);
    assert.equal(detector.credentialIn(text, undefined)?.severity, "medium");
  });

  for (const text of [
    "Bearer gT5vQ2mB8xW1",
    "curl -H 'Authorization: Bearer gT5vQ2mB8xW1' https://crm.example",
    '{"Authorization": "Basic YWRtaW46Z1Q1dlEybUI4eFcx"}',
    String.raw`{\"Authorization\": \"Bearer gT5vQ2mB8xW1\"}`,
  ]) {
    it(`recognises the caller by the header in \`${text}\``, () => {
      const what = "token or password in an Authorization header";
      assert.deepEqual(detector.credentialIn(text, "HEADERS"), { what, severity: "critical" });
    });
  }

  it("recognises a JSON Web Token that lasts, except the one of jwt.io", () => {
    const encoded = (claims: object): string =>
      Buffer.from(JSON.stringify(claims)).toString("base64url");
    const tokenOf = (claims: object): string =>
      [encoded({ alg: "HS256", typ: "JWT" }), encoded(claims), "gT5vQ2mB8xW1".repeat(4)].join(".");
    assert.deepEqual(detector.credentialIn(tokenOf({ sub: "desk" }), "SETTING"), {
      ...{ what: "JSON Web Token that never expires", format: "jwt", severity: "critical" },
    });
    const published = { sub: "1234567890", name: "John Doe", iat: 1_516_239_022 };
    assert.equal(detector.credentialIn(tokenOf(published), "SETTING"), undefined);
    const short = tokenOf({ sub: "desk", iat: 1_790_000_000, exp: 1_790_003_600 });
    assert.equal(detector.credentialIn(short, "SETTING"), undefined);
    assert.equal(detector.credentialIn(short, "API_TOKEN")?.what, "value of API_TOKEN");
  });

  it("recognises a key by the name of its vendor, unless it is made to be published", () => {
    const text = "9f8e7d6c5b4a3f2e1d0c9b8a7f6e5d4c";
    assert.deepEqual(detector.credentialIn(text, "ALGOLIA_KEY"), {
      ...{ what: "Algolia API key", format: "algolia-api-key", severity: "critical" },
    });
    for (const under of ["ALGOLIA_SORT_KEY", "DESK_KEY", "VITE_ALGOLIA_KEY", "ALGOLIA"]) {
      assert.equal(detector.credentialIn(text, under), undefined, under);
    }
  });

  it("recognises a format in a long text that also has a placeholder", async () => {
    const script = `# put your key here\nexport A=1\n${fakes.github}\n`;
    await detector.prepare([script]);
    assert.equal(detector.credentialIn(script, undefined)?.format, "github");
  });

  for (const [severity, under, text] of named) {
    it(`takes \`${text}\` under \`${under ?? ""}\` for a credential, graded ${severity}`, () => {
      const what = `value of ${under ?? ""}`;
      assert.deepEqual(detector.credentialIn(text, under), { what, severity });
    });
  }

  for (const [under, text] of rejected) {
    it(`takes \`${text.slice(0, 60)}\` under \`${under ?? "no name"}\` for none`, () => {
      assert.equal(detector.credentialIn(text, under), undefined);
    });
  }

  it("recognises formats in the values that a prepared text assigns", async () => {
    const fresh = createDetector();
    await fresh.prepare([`--verbose\n--bot=${fakes.slack}`]);
    assert.deepEqual(fresh.credentialIn(fakes.slack, "bot"), {
      what: "Slack token",
      format: "slack",
      severity: "critical",
    });
  });

  it("does not take a text for a format where only its neighbour has one", async () => {
    const fresh = createDetector();
    const texts = ["first-text-1234", fakes.github, "third-text-1234"];
    await fresh.prepare(texts);
    assert.deepEqual(
      texts.map((text) => fresh.credentialIn(text, undefined)?.what),
      [undefined, "GitHub token", undefined],
    );
  });

  it("is not turned off by what it looks at", async () => {
    const fresh = createDetector();
    await fresh.prepare([
      "/* secretlint-disable */ 1",
      `/* secretlint-disable */ ${fakes.slack}`,
      fakes.github,
    ]);
    assert.equal(fresh.credentialIn(fakes.github, undefined)?.what, "GitHub token");
    const text = `/* secretlint-disable */ ${fakes.slack}`;
    assert.equal(fresh.credentialIn(text, undefined)?.what, "Slack token");
  });

  it("answers the same for calls that overlap", async () => {
    const fresh = createDetector();
    await Promise.all([
      fresh.prepare([fakes.slack, "a-plain-text-1"]),
      fresh.prepare([fakes.github, fakes.slack]),
    ]);
    assert.equal(fresh.credentialIn(fakes.slack, undefined)?.what, "Slack token");
    assert.equal(fresh.credentialIn(fakes.github, undefined)?.what, "GitHub token");
  });

  it("forgets the oldest strings where there are too many", async () => {
    const fresh = createDetector(1);
    await fresh.prepare([fakes.slack, "a-plain-text-123456", "b-plain-text-123456"]);
    await fresh.prepare([fakes.github]);
    // By its form alone it is recognised without the detector, as another format.
    assert.equal(fresh.credentialIn(fakes.slack, undefined)?.format, "slack-bot-token");
    assert.equal(fresh.credentialIn(fakes.github, undefined)?.what, "GitHub token");
  });

  it("looks through many strings in time, and through long ones", async () => {
    const fresh = createDetector();
    const many = Array.from({ length: 5_000 }, (_, index) => `registry/acme/image-${index}:v1`);
    const started = processorTime();
    const long = ["a", "b", "c"].map((letter) => `${letter}-plain-text-12345 `.repeat(5_000));
    await fresh.prepare([...many, ...long, "a=".repeat(100_000), base64("x".repeat(1_000))]);
    assert.ok(processorTime() - started < 5_000);
    assert.equal(fresh.credentialIn(many[0]!, undefined), undefined);
  });
});
