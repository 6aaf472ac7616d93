import type { Finding } from "../../policy-pack/findings/finding";

/**
 * A finding as cases write it: whether it is certain, its sentence, its holder where the sentence does not name it, and why it
 * is not certain where the reason is no unknown value.
 */
export function stated({ verdict, message, reason, holder }: Finding): string {
  const sentence = message.replace(/^undetermined: /, "");
  const mark = verdict === "undetermined" ? "undetermined: " : "";
  const isNamed = holder === undefined || sentence.includes(`\`${holder.label}\``);
  const concerns = isNamed ? "" : ` <${holder.label}>`;
  return `${mark}${sentence}${concerns}${reason === undefined ? "" : ` (${reason})`}`;
}
