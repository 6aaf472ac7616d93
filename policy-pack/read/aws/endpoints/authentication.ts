import { notKnown } from "../../../../core/certainty";
import type { Authentication, Text } from "../../../facts/fact-values";

/** The authentication of something with a kind of authorization, where `NONE` is no authentication. */
export function authenticationOf(type: Text): Authentication {
  if (type.kind === "unknown") return notKnown(type);
  if (type.text === "NONE") return { kind: "anonymous" };
  return type.text === "AWS_IAM" ? { kind: "callers", byIam: true } : { kind: "callers" };
}
