import { product } from "../product";

/** Source: argoproj.github.io/argo-events, API (EventSource, Sensor). */
export default product("argoproj.io", {
  EventSource: {
    runsAs: "spec.template.serviceAccountName",
    secrets: [
      "spec.{github,gitlab}.*.{apiToken,accessToken}",
      "spec.slack.*.token",
      "spec.{sqs,sns,minio}.*.secretKey",
      "spec.amqp.*.auth.password",
      "spec.nats.*.auth.token",
      "spec.redis.*.password",
      "spec.kafka.*.sasl.passwordSecret",
    ],
  },
  Sensor: {
    runsAs: "spec.template.serviceAccountName",
    secrets: [
      "spec.triggers.*.template.slack.slackToken",
      "spec.triggers.*.template.awsLambda.secretKey",
      "spec.triggers.*.template.http.basicAuth.password",
      "spec.triggers.*.template.http.secureHeaders.*.valueFrom.secretKeyRef",
      "spec.triggers.*.template.kafka.sasl.passwordSecret",
    ],
  },
});
