import { oidcIssuer } from "../../core/arn";
import { argumentError } from "../arguments/argument-error";
import { knownArn } from "../arguments/known-arn";
import type { Home } from "./federation";

/** An IAM OIDC provider, read from its ARN. */
export interface KnownProvider extends Home {
  readonly providerArn: string;
  /** Host and path of the issuer, without `https://`. */
  readonly issuer: string;
}

/** Host, port and path of an issuer. */
const issuers = /^[A-Za-z0-9.-]+(?::[0-9]+)?(?:\/[\w.~/%+=-]+)?$/;

/** Reads the ARN of an IAM OIDC provider, or throws an error that names `subject`. */
export function readProvider(subject: string, providerArn: string, example: string): KnownProvider {
  const arn = knownArn(providerArn);
  const issuer = arn === undefined ? undefined : oidcIssuer(arn);
  if (arn === undefined || issuer === undefined || !issuers.test(issuer)) {
    throw argumentError(
      subject,
      `providerArn \`${providerArn}\` is no IAM OIDC provider; give an ARN such as \`arn:aws:iam::111122223333:oidc-provider/${example}\``,
    );
  }
  const { partition, account } = arn;
  return { providerArn, issuer, partition, account };
}

/** An issuer as IAM writes it: host and path, without scheme and final slash. */
export function withoutScheme(issuer: string): string {
  const bare = issuer.startsWith("https://") ? issuer.slice("https://".length) : issuer;
  return bare.endsWith("/") ? bare.slice(0, -1) : bare;
}
