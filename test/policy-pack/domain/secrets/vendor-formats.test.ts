import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import data from "../../../../policy-pack/domain/secrets/vendor-formats.json";
import { isPlaceholder } from "../../../../policy-pack/domain/secrets/placeholder";
import { vendorFormatsIn } from "../../../../policy-pack/domain/secrets/vendor-formats";
import { processorTime } from "../../../support/processor-time";

/** Characters of a hash, drawn from an alphabet. */
function drawn(alphabet: string, length: number, seed = ""): string {
  let text = "";
  for (let block = 0; text.length < length; block += 1) {
    const bytes = createHash("sha512").update(`${seed}${block}`).digest();
    for (const byte of bytes) text += alphabet[byte % alphabet.length] ?? "";
  }
  return text.slice(0, length);
}

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const digits = "0123456789";
const any = (length: number): string =>
  drawn(upper + upper.toLowerCase() + digits, length, String(length));
const hex = (length: number): string => drawn("0123456789abcdef", length);
const letters = (length: number): string => drawn(upper + upper.toLowerCase(), length);
const big = (length: number): string => drawn(upper + digits, length);
const small = (length: number): string => drawn(upper.toLowerCase() + digits, length);
const id = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6";
const lines = [any(64), any(63).slice(1) + "ab", any(62).slice(2) + "abcd"].join("\n");

/** What a pattern must match, by format; joined here, so that no scanner takes this file for a leak. */
const examples: Readonly<Record<string, readonly string[]>> = {
  openai: [`sk-proj-${any(60)}`, `sk-svcacct-${any(60)}`, `sk-admin-${any(60)}`],
  anthropic: ["api03", "admin01", "oat01", "ort01", "sid01"].map((kind) =>
    ["sk", "ant", kind, `${any(93)}AA`].join("-"),
  ),
  "google-auth-key": [`AQ.Ab8${any(47)}`],
  "azure-openai": [`${any(52)}JQQJ99${any(14)}AAABACOG${any(4)}`],
  bedrock: [`ABSK${any(110)}==`, `ABSK${any(128)}`],
  "bedrock-short-term": [`bedrock-api-key-${any(200)}=`],
  xai: [`xai-${any(80)}`],
  nvidia: [`nvapi-${any(64)}`],
  groq: [`gsk_${any(52)}`],
  "hugging-face": [`hf_${letters(34)}`, `api_org_${letters(34)}`],
  langsmith: [`lsv2_pt_${hex(32)}_${hex(10)}`],
  langfuse: [`sk-lf-${id}`],
  openrouter: [`sk-or-v1-${hex(64)}`],
  together: [`tgp_v1_${any(43)}`],
  cerebras: [`csk-${small(48)}`],
  perplexity: [`pplx-${any(48)}`],
  replicate: [`r8_${any(37)}`],
  elevenlabs: [`sk_${hex(48)}`],
  jina: [`jina_${any(60)}`],
  "llama-cloud": [`llx-${any(48)}`],
  e2b: [`e2b_${hex(40)}`],
  wandb: [`wandb_v1_${any(75)}`],
  pinecone: [`pcsk_${any(6)}_${any(63)}`],
  tavily: [`tvly-dev-${any(32)}`, `tvly-${any(32)}`],
  privatekey: [
    ...["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "].map(
      (kind) => `-----BEGIN ${kind}PRIVATE KEY-----\n${lines}\n-----END ${kind}PRIVATE KEY-----`,
    ),
    `-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 2\n\n${lines}\n-----END PGP PRIVATE KEY BLOCK-----`,
    `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,${hex(32)}\n\n${lines}`,
    `-----BEGIN PRIVATE KEY-----\\n${lines.replaceAll("\n", "\\n")}\\n-----END PRIVATE KEY-----\\n`,
    `-----BEGIN PRIVATE KEY----- ${lines.replaceAll("\n", " ")} -----END PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\r\n${any(64)}\r\n-----END PRIVATE KEY-----`,
    `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${any(800)}==`,
    `MIIEpAIBAAKC${any(800)}=`,
    `MIGHAgEAMBMGByqGSM49AgEG${any(100)}`,
    `MIG2AgEAMBAGByqGSM49AgEG${any(120)}`,
    `MC4CAQAwBQYDK2VwBCIEI${any(43)}`,
    `MHcCAQEEI${any(80)}==`,
    `{"kty":"EC","crv":"P-256","x":"${any(43)}","d":"${any(43)}"}`,
    `{"d":"${any(43)}","kty":"OKP","crv":"Ed25519"}`,
  ],
  age: [`AGE-SECRET-KEY-1${big(58)}`],
  stripe: [`sk_live_${any(24)}`, `rk_test_${any(24)}`],
  gitlab: [`glpat-${any(20)}`, `glrt-t1_${any(27)}.01.${small(9)}`, `GR1348941${any(20)}`],
  vault: [`hvs.${any(90)}`, `hvb.${any(140)}`],
  tailscale: [`tskey-auth-${any(12)}-${any(32)}`],
  databricks: [`dapi${hex(32)}-2`],
  digitalocean: [`dop_v1_${hex(64)}`],
  doppler: [`dp.pt.${any(43)}`, `dp.st.prd.${any(43)}`],
  pulumi: [`pul-${hex(40)}`],
  terraform: [`${any(14)}.atlasv1.${any(67)}`],
  pypi: [`pypi-AgE${any(150)}`],
  rubygems: [`rubygems_${hex(48)}`],
  atlassian: [`ATATT3${any(180)}=${big(8)}`],
  telegram: [`123456789:AA${any(33)}`],
  notion: [`ntn_${any(46)}`],
  airtable: [`pat${any(14)}.${hex(64)}`],
  grafana: [`glsa_${any(32)}_${hex(8)}`, `glc_${any(80)}==`],
  "new-relic": [`NRAK-${big(27)}`],
  sentry: [`sntrys_${any(100)}_${any(43)}`, `sntryu_${hex(64)}`],
  supabase: [`sb_secret_${any(31)}`, `sbp_${hex(40)}`],
  discord: [`https://discord.com/api/webhooks/1234567890123456789/${any(68)}`],
  teams: [`https://acme.webhook.office.com/webhookb2/${id}@${id}/IncomingWebhook/${hex(32)}/${id}`],
  sourcegraph: [`sgp_${hex(40)}`, `sgp_${hex(16)}_${hex(40)}`, `sgp_local_${hex(40)}`],
  postman: [`PMAK-${hex(24)}-${hex(34)}`],
  planetscale: [`pscale_tkn_${any(43)}`, `pscale_pw_${any(43)}`],
  fly: [`fm2_${any(200)}==`, `fo1_${any(43)}`],
  heroku: [`HRKU-AA${any(58)}`],
  harness: [`pat.${any(22)}.${any(24)}.${any(20)}`],
  dynatrace: [`dt0c01.${big(24)}.${big(64)}`],
  openshift: [`sha256~${any(43)}`],
  artifactory: [`AKCp${any(69)}`],
  octopus: [`API-${big(26)}`],
  prefect: [`pnu_${any(36)}`],
  infracost: [`ico-${any(32)}`],
  buildkite: [`bkua_${small(40)}`],
  circleci: [`CCIPAT_${any(22)}_${hex(40)}`],
  sonarqube: [`sqp_${hex(40)}`, `squ_${hex(40)}`],
  figma: [`figd_${any(40)}`],
  netlify: [`nfp_${any(36)}`],
  "azure-ad": [`${any(3)}8Q~${any(34)}`],
  square: [`sq0atp-${any(22)}`],
  "google-oauth": [`GOCSPX-${any(28)}`],
};

/** Near misses: what is public, published, a word, or begins like one. */
const others: readonly string[] = [
  "",
  "sk-proj-",
  "ABSKILLED",
  `xABSK${"A1b2".repeat(30)}`,
  `aws/ABSK`,
  `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----`,
  `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----`,
  "-----BEGIN PRIVATE KEY-----\n<paste the text of your key file here, with all of its lines>\n-----END PRIVATE KEY-----",
  `MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA${"A1b2".repeat(80)}`,
  `{"kty":"EC","crv":"P-256","x":"${"A1b2".repeat(11)}","kid":"desk"}`,
  "hf_hub_download_of_weights_for_the_desk",
  "xai-org/grok-1",
  "nvapi-is-the-prefix",
  "https://hooks.example.com/api/webhooks/1",
  "pat.example.com",
  "API-VERSION",
  "registry.k8s.io/pause@sha256:7031c1b283388d2c2e09b57badb803c05ebed362dc88d84b480cc47f72a21097",
];

describe("formats of vendors", () => {
  it("have an example for each row, a source that is named, and a day", () => {
    for (const key of data.keys) {
      assert.match(key.read, /^2026-1[01]-\d\d$/, key.what);
      assert.ok(Object.hasOwn(data.sources, key.source), key.source);
      if (!("pattern" in key)) assert.ok(key.variables.length > 0, key.what);
      else assert.ok(Object.hasOwn(examples, key.format), key.format);
    }
    const known = new Set(data.keys.map(({ format }) => format));
    for (const format of Object.keys(examples)) assert.ok(known.has(format), format);
  });

  for (const [format, texts] of Object.entries(examples)) {
    it(`find each form of ${format}, alone and within a text`, () => {
      for (const text of texts) {
        for (const around of [text, `value: "${text}"\nnext: 1`, `run --with=${text}`]) {
          const found = vendorFormatsIn(around);
          assert.deepEqual(
            found.map((one) => one.format),
            [format],
            around,
          );
          assert.equal(isPlaceholder(found[0]?.text ?? ""), false, around);
          assert.equal(around.slice(found[0]?.index).startsWith(found[0]?.text ?? "-"), true);
        }
      }
    });
  }

  for (const text of others) {
    it(`find nothing in \`${text.slice(0, 60)}\``, () => {
      assert.deepEqual(vendorFormatsIn(text), []);
    });
  }

  it("are read in time in a text that begins them over and over", () => {
    const started = processorTime();
    for (const key of data.keys) {
      if (!("pattern" in key)) continue;
      for (const start of key.starts ?? []) {
        vendorFormatsIn(start.repeat(Math.floor(262_144 / start.length)));
        vendorFormatsIn(`-----BEGIN ${start}`.repeat(10_000));
      }
    }
    assert.ok(processorTime() - started < 20_000);
  });
});
