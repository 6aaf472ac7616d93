// Who signs tokens: in place of a cluster and of a login page, two key pairs in this process. A broker knows their public halves.
import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** An issuer with one key; `sign` makes a token of it that lasts ten minutes. */
export async function issuer(url) {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const kid = randomUUID();
  return {
    url,
    keys: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: "ES256" }] },
    sign: (claims) =>
      new SignJWT({ iss: url, jti: randomUUID(), ...claims })
        .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
        .setIssuedAt()
        .setExpirationTime("10m")
        .sign(privateKey),
  };
}
