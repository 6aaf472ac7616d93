import assert from "node:assert/strict";
import {
  exemptContent,
  exemptKey,
  exemptName,
  exemptOf,
} from "../../../../policy-pack/domain/secrets/apart";

describe("what a key of a Secret is exempt for", () => {
  const cases: readonly (readonly [string | undefined, ReturnType<typeof exemptKey>])[] = [
    ["tls.key", "tls"],
    ["tls.crt", "tls"],
    ["CA.CRT", "tls"],
    ["client.crt", "tls"],
    ["client.key", undefined],
    [".dockerconfigjson", "pull secret"],
    ["id_ed25519.pub", "public key"],
    ["id_ed25519", undefined],
    ["authorized_keys", "public key"],
    ["ssh_known_hosts", "public key"],
    ["username", "no static secret"],
    ["POSTGRES_USER", "no static secret"],
    ["db-host", "no static secret"],
    ["crmRegion", "no static secret"],
    ["username1", "no static secret"],
    ["AWS_ACCESS_KEY_ID", "no static secret"],
    ["client-id", "no static secret"],
    ["clientid", "no static secret"],
    ["secret_id", undefined],
    ["AWS_SECRET_ACCESS_KEY", undefined],
    ["password1", undefined],
    ["valid", undefined],
    ["user-token", undefined],
    ["hostKey", undefined],
    ["password", undefined],
    ["", undefined],
    [undefined, undefined],
  ];
  for (const [key, kind] of cases) {
    it(`is ${kind ?? "nothing"} for ${key ?? "a whole Secret"}`, () => {
      assert.equal(exemptKey(key), kind);
    });
  }

  const names: readonly (readonly [string, ReturnType<typeof exemptName>])[] = [
    ["internal-ca-bundle", "tls"],
    ["prod/tls-certificate", "tls"],
    ["auth/jwt-public-key", "public key"],
    ["acme/desk-tls", "tls"],
    ["acme/webhook-server-cert", "tls"],
    ["acme/desk-tls-secret", "tls"],
    ["acme/desk-client-tls", undefined],
    ["acme/etcd-tls", undefined],
    ["acme/desk-certs", undefined],
    ["acme/desk-mtls", undefined],
    ["client-certificate", undefined],
    ["jwt-private-key", undefined],
    ["ca-bundle/password", undefined],
    ["orders/db", undefined],
  ];
  for (const [name, kind] of names) {
    it(`is ${kind ?? "nothing"} for a secret that is called ${name}`, () => {
      assert.equal(exemptName(name), kind);
    });
  }

  it("is decided by the name of a content only", () => {
    assert.equal(exemptOf(exemptContent("tls")), "tls");
    assert.equal(exemptOf("secret|111122223333|tls"), undefined);
  });
});
