import type { Files } from "./files";

/** A declaration in a program, and the service's message when it is created. */
interface Refusal {
  readonly declares: string;
  readonly sentence: string;
}

/** What moto refuses, with AWS's codes. */
export const refused: Readonly<Record<string, Refusal>> = {
  "trust-is-no-json": {
    declares: role({ assumeRolePolicy: `"{"` }),
    sentence: "MalformedPolicyDocumentException: Syntax errors in policy.",
  },
  "trust-has-a-resource": {
    declares: role({ assumeRolePolicy: `trust({ Resource: "*" })` }),
    sentence: "MalformedPolicyDocumentException: Has prohibited field Resource.",
  },
  "trust-allows-what-is-not-sts": {
    declares: role({ assumeRolePolicy: `trust({ Action: "s3:GetObject" })` }),
    sentence: "MalformedPolicyDocumentException: Trust Policy statement actions can only be",
  },
  "trust-has-an-unknown-operator": {
    declares: role({ assumeRolePolicy: `trust({ Condition: { StringEqual: { a: "b" } } })` }),
    sentence: "MalformedPolicyDocumentException: Syntax errors in policy.",
  },
  "trust-names-two-statements-alike": {
    declares: role({ assumeRolePolicy: `trust({ Sid: "Own" }, { Sid: "Own" })` }),
    sentence:
      "MalformedPolicyDocumentException: Statement IDs (SID) in a single policy must be unique.",
  },
  "boundary-is-no-arn": {
    declares: role({ permissionsBoundary: `"boundary"` }),
    sentence: "Value (boundary) for parameter PermissionsBoundary is invalid.",
  },
  "more-tags-than-fifty": {
    declares: role({
      tags: `Object.fromEntries(Array.from({ length: 51 }, (_, i) => ["t" + i, ""]))`,
    }),
    sentence: "ValidationError: 1 validation error detected",
  },
  "name-is-taken": {
    declares: role({ name: `"holder"` }, `{ dependsOn: holder }`),
    sentence: "EntityAlreadyExistsException: Role with name holder already exists.",
  },
  "policy-names-no-service": {
    declares: policy(`document({ Action: "GetObject" })`),
    sentence: "MalformedPolicyDocumentException: Actions/Conditions must be prefaced by a vendor",
  },
  "policy-names-no-resource": {
    declares: policy(`document({ Resource: undefined })`),
    sentence: "MalformedPolicyDocumentException: Policy statement must contain resources.",
  },
  "policy-of-a-role-has-no-effect": {
    declares: rolePolicy(`document({ Effect: undefined })`),
    sentence: "MalformedPolicyDocumentException: Syntax errors in policy.",
  },
  "queue-has-a-blank": {
    declares: `aws.sqs.Queue(name, { name: "a queue" })`,
    sentence: "Can only include alphanumeric characters, hyphens, or underscores.",
  },
};

/** What moto takes though AWS, or the real provider before it, would not. */
export const taken: Readonly<Record<string, string>> = {
  "trust-beyond-its-quota": role({ assumeRolePolicy: `trust({ Sid: "a".repeat(2048) })` }),
  "trust-names-nobody": role({ assumeRolePolicy: `trust({ Principal: undefined })` }),
  "trust-names-a-role-that-is-absent": role({
    assumeRolePolicy: `trust({ Principal: { AWS: "arn:aws:iam::111122223333:role/absent" }, Action: "sts:AssumeRole" })`,
  }),
  "session-of-13-hours": role({ maxSessionDuration: "46800" }),
  "name-beyond-its-quota": role({ name: `"n".repeat(65)` }),
  "boundary-is-absent": role({
    permissionsBoundary: `"arn:aws:iam::111122223333:policy/absent"`,
  }),
  "policy-beyond-its-quota": policy(`document({ Resource: "arn:aws:s3:::" + "b".repeat(6144) })`),
  "policy-of-a-role-beyond-its-quota": rolePolicy(
    `document({ Resource: "arn:aws:s3:::" + "b".repeat(10240) })`,
  ),
  "key-policy-is-no-json": `aws.kms.Key(name, { policy: "{" })`,
  "secret-policy-is-no-json": `aws.secretsmanager.SecretPolicy(name, { secretArn: secret.arn, policy: "{" })`,
};

/** A program of declarations by name. */
export function declaring(declarations: Readonly<Record<string, string>>): Files {
  return {
    "index.ts": `
      import * as aws from "@pulumi/aws";
      const text = (statements) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
      const own = {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      };
      const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
      const trust = (...changes) => text(changes.map((change) => ({ ...own, ...change })));
      const document = (change) => text([{ ...read, ...change }]);
      const holder = new aws.iam.Role("holder", { name: "holder", assumeRolePolicy: trust({}) });
      const secret = new aws.secretsmanager.Secret("secret", { recoveryWindowInDays: 0 });
      const declarations = {
        ${Object.entries(declarations)
          .map(([name, code]) => `${JSON.stringify(name)}: (name) => new ${code},`)
          .join("\n")}
      };
      for (const [name, declare] of Object.entries(declarations)) declare(name);
    `,
  };
}

function role(changes: Readonly<Record<string, string>>, options = "{}"): string {
  const args = Object.entries({ name: "name", assumeRolePolicy: "trust({})", ...changes });
  const written = args.map(([property, code]) => `${property}: ${code}`).join(", ");
  return `aws.iam.Role(name, { ${written} }, ${options})`;
}

function policy(document: string): string {
  return `aws.iam.Policy(name, { name, policy: ${document} })`;
}

function rolePolicy(document: string): string {
  return `aws.iam.RolePolicy(name, { name, role: holder.name, policy: ${document} })`;
}
