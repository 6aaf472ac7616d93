import { argumentError, fitting } from "../arguments/argument-error";
import { exactText, shownText } from "../arguments/exact-text";
import type { BrokerPeople, TaskBrokerDeploymentArgs } from "./deployment-arguments";

/** The people of a broker, and who signs their tokens. */
interface People extends Pick<
  TaskBrokerDeploymentArgs,
  "users" | "approvers" | "operators" | "loginClient"
> {
  readonly workloads: readonly { readonly clients?: readonly string[] }[];
  readonly issuers: readonly { readonly name: string; readonly kind: string }[];
}

/** Refuses people that a broker could not distinguish. */
export function checkPeople(subject: string, known: People): void {
  const { users, approvers, operators, loginClient, issuers, workloads } = known;
  for (const [argument, people] of Object.entries({ approvers, operators })) {
    if (people === undefined) continue;
    if (users === undefined) {
      throw argumentError(subject, `${argument} are set without users; give \`users\``);
    }
    if (Object.keys(people.require).length === 0) {
      throw argumentError(
        subject,
        `${argument}.require is empty, so that every user would be one; name a claim`,
      );
    }
    checkClaims(subject, argument, people);
    if (loginClient === undefined) {
      throw argumentError(
        subject,
        `${argument} are set without loginClient, at which they log in; give \`loginClient\``,
      );
    }
  }
  const shared = workloads.findIndex(({ clients = [] }) => clients.includes(loginClient ?? ""));
  if (shared >= 0) {
    throw argumentError(
      subject,
      `loginClient is also among workloads[${shared}].clients, so that the workload could approve for its users; give another client`,
    );
  }
  if (loginClient !== undefined) {
    fitting(subject, "loginClient", loginClient, exactText, "the id of a client");
  }
  if (users === undefined) {
    if (loginClient === undefined) return;
    throw argumentError(subject, "loginClient is set, but no users; give `users`");
  }
  const { issuer, audiences = [], name = "sub", require } = users;
  if (issuers.find((each) => each.name === issuer)?.kind !== "oidc") {
    throw argumentError(
      subject,
      `users.issuer \`${issuer}\` is none of issuers of kind \`oidc\`; give the name of one`,
    );
  }
  for (const audience of audiences) {
    fitting(subject, "users.audiences", audience, exactText, "whole audiences");
  }
  fitting(subject, "users.name", name, exactText, "the name of a claim");
  if (Object.keys(require).length === 0) {
    throw argumentError(
      subject,
      "users.require is empty, so that every user of the issuer would be the tenant's; name a claim",
    );
  }
  checkClaims(subject, "users", { require });
}

function checkClaims(subject: string, argument: string, { require }: BrokerPeople): void {
  for (const [claim, value] of Object.entries(require)) {
    fitting(subject, `${argument}.require`, claim, exactText, "claims by their names");
    const wanted = "the claim's value, without spaces around";
    fitting(subject, `${argument}.require.${claim}`, value, shownText, wanted);
  }
}
