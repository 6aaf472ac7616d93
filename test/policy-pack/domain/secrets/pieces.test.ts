import assert from "node:assert/strict";
import fc from "fast-check";
import { exemptContent, exemptKey, exemptOf } from "../../../../policy-pack/domain/secrets/apart";
import {
  isIdentifierName,
  isReferenceName,
  wordsOf,
} from "../../../../policy-pack/domain/secrets/name";
import { credentialsIn } from "../../../../policy-pack/domain/secrets/hits";
import { decodedBase64 } from "../../../../policy-pack/domain/secrets/decoded";
import { assignmentsIn, piecesIn } from "../../../../policy-pack/domain/secrets/pieces";
import { isReference } from "../../../../policy-pack/domain/secrets/value";
import { processorTime } from "../../../support/processor-time";

const pairs = (text: string) => assignmentsIn(text).map(({ under, text: value }) => [under, value]);

describe("the values that a text assigns", () => {
  for (const [name, text, expected] of [
    [
      "environment files",
      "A=1\nB='two words'\n",
      [
        ["A", "1"],
        ["B", "two words"],
      ],
    ],
    [
      "shell scripts",
      "export A=1; set B=2 && x",
      [
        ["A", "1"],
        ["B", "2"],
      ],
    ],
    [
      "options",
      "--api-key=k -p=1",
      [
        ["api-key", "k"],
        ["p", "1"],
      ],
    ],
    [
      "JSON",
      '{"a": "x", "b":"y"}',
      [
        ["a", "x"],
        ["b", "y"],
      ],
    ],
    [
      "YAML",
      "a: x\nb: 'y z'\n",
      [
        ["a", "x"],
        ["b", "y z"],
      ],
    ],
    ["properties", "db.password = x\n", [["db.password", "x"]]],
    [
      "a list of pairs",
      "- name: A\n  value: x\n",
      [
        ["name", "A"],
        ["A", "x"],
      ],
    ],
    [
      "a list of pairs in JSON",
      '[{"name":"A","value":"x"}]',
      [
        ["name", "A"],
        ["A", "x"],
      ],
    ],
    ["elements of XML", "<config><password>x</password></config>", [["password", "x"]]],
    ["variables with braces", "A=${B}/c", [["A", "${B}/c"]]],
    ["commands whose output is taken", "A=$(get b -o json) c", [["A", "$(get b -o json)"]]],
    ["plain words", "nothing assigned here", []],
    ["a colon alone", "a:", []],
  ] as const) {
    it(`are found in ${name}`, () => {
      assert.deepEqual(pairs(text), expected);
    });
  }

  it("are found in time in proportion to the text, whatever it is", () => {
    for (const text of ["a=", "a ", "=", '"', "-", "a.", "export ", "'a'=", 'a="']) {
      const started = processorTime();
      assert.ok(assignmentsIn(text.repeat(200_000)).length <= 2_000);
      assert.ok(processorTime() - started < 3_000, text);
    }
  });

  it("are found behind however many commands and words of a script", () => {
    const call = "mysql -uroot -pXk29dkLq0";
    for (const before of ["true\n".repeat(20_000), "word ".repeat(2_000)]) {
      assert.deepEqual(
        piecesIn(before + call).map(({ text }) => text),
        ["Xk29dkLq0"],
      );
    }
  });

  it("are part of the text, each under a name that is part of it too", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const piece of assignmentsIn(text)) {
          assert.ok(text.includes(piece.text) && text.includes(piece.under ?? ""));
        }
      }),
    );
  });

  it("are no names of a program, which it writes without quotes behind blanks", () => {
    const python = (line: string) => pairs(`import json\n${line}\n`);
    assert.deepEqual(python("token = token_key"), []);
    assert.deepEqual(python("token = tokens[name]"), []);
    assert.deepEqual(python("token = make(url, kind)"), []);
    assert.deepEqual(python('token = "k3ep1tQu1et"'), [["token", "k3ep1tQu1et"]]);
    assert.deepEqual(python("token = k3ep1tQu1et"), [["token", "k3ep1tQu1et"]]);
    assert.deepEqual(python("export TOKEN=token_key"), [["TOKEN", "token_key"]]);
    assert.deepEqual(pairs("[client]\ntoken = token_key\n"), [["token", "token_key"]]);
  });
});

describe("the passwords that a script hands to a program", () => {
  const make = "ConvertTo-SecureString";
  for (const [line, expected] of [
    ["echo k3ep1t | docker login -u ci --password-stdin", ["k3ep1t"]],
    ["sh -c 'printf %s \"k3ep1t\" | docker login --password-stdin'", ["k3ep1t"]],
    ["echo 'k3ep1t' | gh auth login --with-token", ["k3ep1t"]],
    ["echo k3ep1t | passwd --stdin desk", ["k3ep1t"]],
    ['echo "$PW" | docker login --password-stdin', []],
    ["echo ${PW} | docker login --password-stdin", []],
    ['echo "$(get password)" | docker login --password-stdin', []],
    ["cat pw | docker login --password-stdin", []],
    ["echo k3ep1t | tee --append /etc/users", []],
    ["echo 'ubuntu:k3ep1t' | sudo chpasswd", ["k3ep1t"]],
    ["echo ubuntu:k3ep1t | sudo -n /usr/sbin/chpasswd", ["k3ep1t"]],
    ["echo ubuntu:k3ep1t | cat; chpasswd", []],
    ['echo "ubuntu:$PW" | chpasswd', []],
    ["echo ubuntu:k3ep1t | tee /etc/users", []],
    [`$a = ${make} 'k3 p1t' -AsPlainText -Force`, ["k3 p1t"]],
    [`${make} "k3ep1t" -asplaintext -force`, ["k3ep1t"]],
    [`${make} -AsPlainText -Force -String 'k3ep1t'`, ["k3ep1t"]],
    [`New-LocalUser desk -Password (${make} 'k3ep1t' -AsPlainText -Force)`, ["k3ep1t"]],
    [`${make} $secret.password -AsPlainText -Force`, []],
    [`${make} "$($secret.password)" -AsPlainText`, []],
    [`${make} 'k3ep1t'`, []],
    [`${make} 'k3ep1t'; Write-Host 'x' -AsPlainText`, []],
  ] as const) {
    it(`are ${expected.length === 0 ? "none" : "found"} in \`${line}\``, () => {
      const found = piecesIn(line).filter(({ under }) => under === "password");
      assert.deepEqual(
        found,
        expected.map((text) => ({ text, under: "password" })),
      );
    });
  }

  it("are found in time in proportion to the text, whatever it is", () => {
    for (const unit of ["echo ", "echo a ", "echo a | ", "printf a:b | chpasswd", `${make} '`]) {
      const started = process.cpuUsage();
      piecesIn(unit.repeat(20_000));
      assert.ok(process.cpuUsage(started).user / 1e3 < 2_000, unit);
    }
  });
});

describe("the credentials in a text", () => {
  const found = { what: "found" };
  const find = (text: string) => (text.includes("!") ? found : undefined);

  it("are the assigned values that are one, else the whole", () => {
    const hit = { text: "x!", within: "x!", found };
    assert.deepEqual(credentialsIn("a=x! b=y", "n", find), [{ ...hit, under: "a" }]);
    assert.deepEqual(credentialsIn("x!", "n", find), [{ ...hit, under: "n" }]);
    assert.deepEqual(credentialsIn("a=x", "n", find), []);
  });

  it("are the part of a text in which one was found", () => {
    const within = "key of the desk: x!x! (old)";
    const part = { what: "found", start: 17, end: 21 };
    assert.deepEqual(
      credentialsIn(within, "n", (text) => (text === within ? part : undefined)),
      [{ text: "x!x!", under: "n", found: part, within }],
    );
  });
});

describe("base64", () => {
  it("gives back every text of eight characters and more that has no control characters", () => {
    fc.assert(
      fc.property(
        fc.string({
          minLength: 8,
          unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
        }),
        (text) => {
          assert.equal(decodedBase64(Buffer.from(text).toString("base64")), text);
        },
      ),
    );
  });

  it("is not seen in other strings, nor text in bytes", () => {
    for (const text of [
      "",
      "short",
      "no base64 at all",
      "abcd-efg",
      Buffer.from([0, 1, 2, 3, 4, 5]).toString("base64"),
      Buffer.from([255, 254, 253, 252, 251, 250]).toString("base64"),
    ]) {
      assert.equal(decodedBase64(text), undefined, text);
    }
  });
});

describe("names", () => {
  it("are read into words in every usual spelling", () => {
    for (const name of ["CRM_API_KEY", "crm-api-key", "crmApiKey", "crm.api.key", "CrmAPIKey"]) {
      assert.deepEqual(wordsOf(name), ["crm", "api", "key"], name);
    }
  });

  it("state whether they are a location or an identifier", () => {
    assert.equal(isReferenceName("CRM_SECRET_ARN"), true);
    assert.equal(isReferenceName("CRM_SECRET"), false);
    assert.equal(isIdentifierName("clientId"), true);
    assert.equal(isIdentifierName("clientSecret"), false);
    assert.equal(isIdentifierName("guid"), true);
  });
});

describe("what is exempt", () => {
  it("is decided by a content's name and by a key", () => {
    assert.equal(exemptOf(exemptContent("tls")), "tls");
    assert.equal(exemptOf("secret|default|tls"), undefined);
    assert.equal(exemptKey("TLS.crt"), "tls");
    assert.equal(exemptKey("id.pub"), "public key");
    assert.equal(exemptKey("password"), undefined);
    assert.equal(exemptKey("constructor"), undefined);
    assert.equal(exemptKey(undefined), undefined);
  });
});

describe("references", () => {
  it("are paths of either system, not base64 with slashes in it", () => {
    for (const text of [
      "/var/run/token",
      "~/.aws/credentials",
      "C:\\keys\\a.pem",
      "../a/b",
      "vault:a/b",
    ]) {
      assert.equal(isReference(text), true, text);
    }
    for (const text of ["Ab9/dk3Lm0PqRs7tXy2Zw8Vu", "a b/c", "plain", "https://u:k3ep1tQu1et@h/"]) {
      assert.equal(isReference(text), false, text);
    }
  });
});
