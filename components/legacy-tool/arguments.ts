import { argumentError, fitting } from "../argument-error";
import { permissionsDocument, type KnownPermission } from "../documents/permissions";
import { openBits, ownEgressRules, type Egress } from "../egress";
import { isPlain } from "../known";
import type { LegacyKey } from "./key";
import type { Permission } from "../permissions";
import { readRotation, type KeyRotation, type KnownRotation } from "./rotation";
import type { Declaration, WorkloadArgs } from "../workload";

/** What a tool with the key of a legacy platform is made from. */
export interface LegacyToolArgs extends WorkloadArgs {
  /** Host of the platform, such as `crm.example.com`. */
  host: string;
  /** Where the platform's key is kept; give exactly one. */
  key: LegacyKey;
  /** Until when the key may be used. */
  rotation: KeyRotation;
  /** All that the tool's pods may send to, besides the cluster's DNS: the host's addresses, and VPC endpoints of STS and Secrets Manager where the key is there. Required in Kubernetes. */
  egress?: Egress[];
  /** Has Bedrock AgentCore hand out the key, by a credential provider of the tool's own; not with `externalSecret`. Default: it does not. */
  apiKeyProvider?: ApiKeyProvider;
}

/** How Bedrock AgentCore finds the key in the secret. */
export interface ApiKeyProvider {
  /** Field of the secret, which is a JSON object, that has the key. Default: `apiKey`. */
  jsonKey?: string;
}

/** Field that has the key where none is named. */
export const defaultJsonKey = "apiKey";

/** Source: RFC 1123, section 2.1. */
const hostName = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/;

/** Longest permissions, in characters: of the 10,240 of a role's inline policies, 2,240 are kept for reading the key. */
const mostPermissions = 8000;

/** Most bits of an address that a range leaves open: 65,536 addresses of a network or a platform. */
const mostOpenBits = 16;

/** Checks what a tool with a key has beside other tools, and answers its rotation. */
export function checkLegacy(
  subject: string,
  args: LegacyToolArgs,
  declaration: Declaration,
): KnownRotation {
  const { host, key, egress, apiKeyProvider } = args;
  if ("directCallers" in args) {
    throw argumentError(
      subject,
      "directCallers is given, but a tool with the key of a legacy platform is reached by grants only; leave it out",
    );
  }
  fitting(
    subject,
    "host",
    host,
    hostName,
    "the name of the platform's host, such as `crm.example.com`",
  );
  checkEgress(subject, declaration, egress);
  const isOutside = declaration.subject !== undefined;
  if (key.externalSecret !== undefined && isOutside) {
    throw argumentError(
      subject,
      "key.externalSecret is given, but the tool has no namespace to bring it into; give `secretsManager` or `existingSecret`",
    );
  }
  if (apiKeyProvider !== undefined) {
    if (key.externalSecret !== undefined) {
      throw argumentError(
        subject,
        "apiKeyProvider is given, but AgentCore reads keys from Secrets Manager alone; give `secretsManager` or `existingSecret`",
      );
    }
    const { jsonKey = defaultJsonKey } = apiKeyProvider;
    const wanted = "the name of a field, 1 to 64 letters, digits, `_`, `.` or `-`";
    fitting(subject, "apiKeyProvider.jsonKey", jsonKey, /^[\w.-]{1,64}$/, wanted);
  }
  checkRoom(subject, declaration.permissions);
  return readRotation(subject, args.rotation);
}

/** What reads the key is a policy of its own, and all inline policies of a role together have to fit. */
function checkRoom(subject: string, permissions: readonly Permission[]): void {
  if (!isPlain(permissions)) return;
  const { length } = permissionsDocument(subject, permissions as readonly KnownPermission[]);
  if (length <= mostPermissions) return;
  throw argumentError(
    subject,
    `permissions take \`${length}\` characters; at most ${mostPermissions} fit beside what reads the key; name fewer or shorter resources`,
  );
}

function checkEgress(
  subject: string,
  declaration: Declaration,
  egress: Egress[] | undefined,
): void {
  if (declaration.subject !== undefined) {
    if (egress === undefined) return;
    throw argumentError(
      subject,
      "egress is given, but the tool runs outside Kubernetes, where no NetworkPolicy holds; leave it out",
    );
  }
  if (egress === undefined || egress.length === 0) {
    throw argumentError(
      subject,
      "egress names no address; give those of the host, as a NetworkPolicy knows no names",
    );
  }
  ownEgressRules(subject, "eksIrsa", egress);
  egress.forEach(({ cidr }, index) => {
    if (cidr === undefined || (openBits(cidr) ?? 0) <= mostOpenBits) return;
    throw argumentError(
      subject,
      `egress[${index}].cidr \`${cidr}\` is wider than a host needs; give at most 65536 addresses, such as a \`/16\`, or the \`namespace\` of a proxy that knows names`,
    );
  });
}
