import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import type { ClientSecret, Oauth2Provider, WorkloadSubject } from "../../../components";

/** A random service that a workload calls with OAuth2 tokens. */
export interface RandomClient {
  readonly name: string;
  readonly vendor: string | undefined;
  readonly secret: "empty" | "written" | "existing" | "later";
  readonly isLate: boolean;
}

/** Up to as many services as a workload may have. */
export const randomClients: fc.Arbitrary<readonly RandomClient[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom("github", "slack", "crm", "crm-eu", "a".repeat(32)),
    vendor: fc.constantFrom("github", "slack", undefined),
    secret: fc.constantFrom("empty", "written", "existing", "later"),
    isLate: fc.boolean(),
  }),
  { selector: ({ name }) => name, maxLength: 4 },
);

const writerArn = "arn:aws:iam::111122223333:role/deployer";

/** The services of a random workload, by its resource's name; none outside AgentCore. */
export function oauth2ProvidersOf(made: {
  readonly id: string;
  readonly clients: readonly RandomClient[];
  readonly subject: WorkloadSubject | undefined;
}): { readonly oauth2Providers?: Oauth2Provider[] } {
  if (made.subject?.agentCore === undefined) return {};
  return { oauth2Providers: made.clients.map((client) => providerOf(made.id, client)) };
}

function providerOf(id: string, { name, vendor, secret, isLate }: RandomClient): Oauth2Provider {
  const late = (text: string): pulumi.Input<string> => (isLate ? pulumi.output(text) : text);
  return {
    name,
    ...(vendor === undefined
      ? { discoveryUrl: late("https://idp.example.com/.well-known/openid-configuration") }
      : { vendor }),
    clientId: late(`${id}-${name}`),
    clientSecret: secretOf(`${id}-${name}`, secret),
    rotation: { issued: "2026-11-01", rotateBefore: "2027-01-30" },
  };
}

function secretOf(client: string, secret: RandomClient["secret"]): ClientSecret {
  const arn = `arn:aws:secretsmanager:eu-central-1:111122223333:secret:oauth2/${client}-AbCd12`;
  switch (secret) {
    case "empty":
      return { secretsManager: {} };
    case "written":
      return {
        secretsManager: { value: pulumi.secret(`{"clientSecret":"${client}-k3ep1t"}`), writerArn },
      };
    case "existing":
      return { existingSecret: { arn } };
    case "later":
      return { existingSecret: { arn: pulumi.output(arn), writerArn: pulumi.output(writerArn) } };
  }
}
