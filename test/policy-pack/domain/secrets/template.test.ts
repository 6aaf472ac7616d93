import assert from "node:assert/strict";
import { isTemplate } from "../../../../policy-pack/domain/secrets/text-forms";

describe("what is to be filled in by something else", () => {
  for (const [what, templates, others] of [
    [
      "names with variables",
      ["${TEAM}-${APP}-db-creds", "${SVC}-secrets", "${CSRF_TOKEN:0:20}..."],
      ["${USER}k3ep1tQu1et", "crm-db-creds", "${PREFIX}-K3EP"],
    ],
    [
      "tags of YAML that put a value in",
      ["!env_var", "!secret", "!Context", "!Ref", "!vault"],
      ["!k3ep1tQu1et", "!Desk2024", "k3ep!secret"],
    ],
    [
      "files behind a mark",
      ["@/var/run/secrets/token", "@./jwt", "@~/.token", "@/var/run/token)"],
      ["@k3ep1tQu1et", "@cme/desk1", "k@/var/run"],
    ],
    [
      "code that calls step by step",
      ["f.read().strip()", "base64.b64decode(text).decode()", 'run("x").stdout.strip()'],
      ["f.read()!strip", "k3ep(1t).", "(k3ep).quiet()"],
    ],
    [
      "calls that a text has in part",
      ["make_request(create_url", "json.loads(text[", "inner_decode(secret[\\"],
      ["k3ep(1t", "Keep_1t(Quiet", "keep(it"],
    ],
    [
      "values by their name in a language",
      ["var.password", "local.crm.token", "random_password.db.result", "dbConn.password"],
      ["var.k3ep-1t", "k3ep.1tQu1et", "Desk.2024"],
    ],
    [
      "types of fields",
      ["string | default=crm-credentials", 'string | required=true description="key"'],
      ["string|k3ep1t", "k3ep | 1tQu1et"],
    ],
    ["format strings", ["{client_secret}", "{desk.token}"], ["{K3ep1tQu1et", "{Keep1tQuiet}"]],
  ] as const) {
    it(`are ${what}`, () => {
      for (const text of templates) assert.equal(isTemplate(text), true, text);
    });

    it(`are not other texts beside ${what}`, () => {
      for (const text of others) assert.equal(isTemplate(text), false, text);
    });
  }
});
