import type { Ref, Seconds } from "../../../facts/fact-values";
import { rolesAnywhereProfileType } from "../../../../core/aws/iam";
import { listAt, read } from "../../../../core/snapshot/read";
import type { Reader } from "../../resource/reader";
import { FactList, secondsAt, unknownAt } from "../../resource/values";
import { referred, addTenants } from "../naming";
import { role } from "../refs";

/** Default lifetime of sessions of a profile. Source: IAM Roles Anywhere API reference, CreateProfile. */
const usual: Seconds = { kind: "known", seconds: 3600 };

/** Reads profiles of IAM Roles Anywhere: of which roles they give sessions, and for how long. */
export const profileReader: Reader = {
  name: "aws roles anywhere",
  types: [rolesAnywhereProfileType],
  read: (resource, context) => {
    const list = new FactList(resource);
    addTenants(list, context, resource.urn);
    const found = read(resource.inputs, "roleArns");
    const unknown: readonly Ref[] =
      found.kind === "unknown" ? [unknownAt(resource, "roleArns", found)] : [];
    const roles = listAt(resource.inputs, "roleArns").flatMap(
      (_, index) => referred(list, context, role, "roleArns", index) ?? [],
    );
    list.add("max-session", "durationSeconds", {
      of: resource.urn,
      roles: [...unknown, ...roles],
      longest: secondsAt(resource, "durationSeconds") ?? usual,
    });
    return list.all();
  },
};
