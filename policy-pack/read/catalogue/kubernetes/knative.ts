import { product } from "../product";

/** Source: knative.dev/docs/eventing/reference/eventing-api, KafkaSource, GitHubSource. */
export default product("sources.knative.dev", {
  KafkaSource: { secrets: ["spec.net.{sasl.password,tls.key}.secretKeyRef"] },
  GitHubSource: { secrets: ["spec.accessToken.secretKeyRef"] },
});
