import { product, type Kind } from "../product";

function authenticationAt(at: string): Pick<Kind, "secrets"> {
  return {
    secrets: [
      { at: `${at}.authentication.passwordSecret`, name: "secretName", key: "password" },
      {
        at: `${at}.authentication.{clientSecret,accessToken,certificateAndKey}`,
        name: "secretName",
      },
    ],
  };
}

/** Source: strimzi.io/docs, KafkaConnect, KafkaBridge, KafkaMirrorMaker2. */
export default product("kafka.strimzi.io", {
  KafkaConnect: authenticationAt("spec"),
  KafkaBridge: authenticationAt("spec"),
  KafkaMirrorMaker2: authenticationAt("spec.{clusters.*,target,mirrors.*.source}"),
});
