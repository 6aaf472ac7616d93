import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";

/** Source: STS API, AssumeRole, response. */
const answer = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIA0000000000000000</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>x</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

/** What stands in for AWS: it makes sessions of any role at once. */
export interface Sessions {
  /** With which a process finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes a session without a broker. */
  readonly assumeRole: () => Promise<void>;
  readonly stop: () => void;
}

/** Starts it on a free port. */
export async function standInForAws(): Promise<Sessions> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "text/xml" }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = { accessKeyId: "x", secretAccessKey: "x" };
  const client = new STSClient({ endpoint, region: "eu-central-1", credentials: keys });
  return {
    env: {
      ...{ AWS_ENDPOINT_URL_STS: endpoint, AWS_REGION: "eu-central-1" },
      ...{ AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" },
    },
    assumeRole: async () => {
      await client.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "bench" }));
    },
    stop: () => {
      client.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The role whose sessions are made. */
export const roleArn = "arn:aws:iam::111122223333:role/agentid/acme/refunds-1a2b";
