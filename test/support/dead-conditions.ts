import { aboutRole, allow, roleOf } from "./trust";
import type { Resource } from "../../core/snapshot/resource";
import type { Value } from "../../core/snapshot/value";

export const host = "token.actions.githubusercontent.com";
export const cluster = "oidc.eks.eu-west-1.amazonaws.com/id/AB12";
export const github = providerOf(host);
export const eks = providerOf(cluster);
export const gitlab = providerOf("gitlab.com");
export const broker = { AWS: "arn:aws:iam::111122223333:role/broker" };
export const account = { AWS: "111122223333" };
export const agents = { Service: "bedrock-agentcore.amazonaws.com" };
export const audience = { [`${host}:aud`]: "sts.amazonaws.com" };
export const subject = "repo:acme@17/desk@4711:ref:refs/heads/main";
export const exact = { ...audience, [`${host}:sub`]: subject };
export const found = { ...aboutRole, severity: "medium" };

/** The provider of an issuer as a principal. */
export function providerOf(issuer: string): Value {
  return { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` };
}

/** A role that requires one of these subjects of GitHub. */
export function subjectIs(subjects: Value): Resource {
  return roleOf(allow(github, { StringEquals: { ...audience, [`${host}:sub`]: subjects } }));
}

/** A condition that takes the place of a dead one. */
export function corrected(tests: Value): string {
  return JSON.stringify({ StringEquals: tests });
}

/** Tests of a token's audience and subject at an issuer. */
export function testsOf(issuer: string, subjects: string) {
  return { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: subjects };
}

/** A subject of GitHub that is dead: why, and what is put in its place. */
export function deadSubject(dead: string, because: string, replacement: string) {
  return {
    ...found,
    holder: `triage: ${host}:sub ${dead}`,
    message: `Statement 1 of the trust policy of role \`triage\` requires \`${dead}\` in \`${host}:sub\`, which ${because}`,
    replacement: corrected({ ...audience, [`${host}:sub`]: replacement }),
  };
}
