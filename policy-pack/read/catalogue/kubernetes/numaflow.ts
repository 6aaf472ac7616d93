import { product, type Kind } from "../product";

/** What a vertex reads from and writes to. A source of HTTP verifies its token itself. */
function endsOf(at: string): Kind {
  const end = `${at}.{source,sink,sink.fallback}`;
  return {
    secrets: [
      `${end}.kafka.sasl.*.{password,keytab}Secret`,
      `${end}.{nats,jetstream,pulsar}.auth.{token,nkey,basic.password}`,
    ],
  };
}

/** Source: numaflow.numaproj.io/APIs (Pipeline, MonoVertex). */
export default product("numaflow.numaproj.io", {
  Pipeline: endsOf("spec.vertices.*"),
  MonoVertex: endsOf("spec"),
});
