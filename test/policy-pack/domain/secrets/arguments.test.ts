import assert from "node:assert/strict";
import fc from "fast-check";
import { argumentsIn, argumentsOf } from "../../../../policy-pack/domain/secrets/arguments";

const texts = (text: string) => argumentsIn(text).map((piece) => piece.text);

describe("the credentials in command lines", () => {
  for (const [line, expected] of [
    ["curl -u svc:k3ep1t https://x", ["k3ep1t"]],
    ["curl -usvc:k3ep1t https://x", ["k3ep1t"]],
    ["curl -su 'svc:k3ep1t' https://x", ["k3ep1t"]],
    ["curl --user=svc:k3ep1t https://x", ["k3ep1t"]],
    ['curl -u "svc:$PW" https://x', []],
    ["curl -u $(get user):$(get pw) https://x", []],
    ["curl -u svc https://x", []],
    ["mysql -uroot -pk3ep1t", ["k3ep1t"]],
    ["/usr/bin/mysqldump -pk3ep1t desk | gzip", ["k3ep1t"]],
    ["mysql -uroot -p desk", []],
    ["redis-cli -a k3ep1t ping", ["k3ep1t"]],
    ["redis-cli -a -h cache", []],
    ["sshpass -p k3ep1t ssh host", ["k3ep1t"]],
    ["docker login -u ci -p k3ep1t", ["k3ep1t"]],
    ["docker run -p 8080 x", []],
    ["sudo docker login --password k3ep1t", ["k3ep1t"]],
    ["mongosh -u root -p k3ep1t", ["k3ep1t"]],
    ["sqlcmd -S db -P 'k3ep1t'", ["k3ep1t"]],
    ["htpasswd -bc /etc/users admin k3ep1t", ["k3ep1t"]],
    ["rabbitmqctl add_user desk k3ep1t", ["k3ep1t"]],
    ["vault login k3ep1t", ["k3ep1t"]],
    ["net user deploy k3ep1t /add", ["k3ep1t"]],
    ["net user deploy /add", []],
    ["net user deploy /active:yes", []],
    ["amazon-ssm-agent -register -code k3ep1t -region eu-west-1", ["k3ep1t"]],
    ["amazon-ssm-agent -register -region eu-west-1", []],
    ["vault login -method=aws", []],
    ["vault login role=desk", []],
    ["mc alias set store http://minio admin k3ep1t", ["k3ep1t"]],
    ["npm config set //registry.acme.com/:_authToken k3ep1t", ["k3ep1t"]],
    ["git config user.name desk1", []],
    ["x --api-key k3ep1t --verbose", ["k3ep1t"]],
    ["x --api-key --verbose", []],
    ["x --token here", []],
    ["kubectl create secret generic a --from-literal=password=k3ep1t", ["k3ep1t"]],
    ['sh -c "redis-cli -a k3ep1t"', ["k3ep1t"]],
    ["# redis-cli -a k3ep1t", []],
    ["# a comment does not go on \\\nredis-cli -a k3ep1t", ["k3ep1t"]],
    ['redis-cli -a "k3e\'p \\" 1t"', ["k3e'p \\\" 1t"]],
    ["redis-cli -a \"it's $PW's\"", []],
    ["redis-cli -a '$PW'", ["$PW"]],
    ['["redis-cli", "-a", "k3ep1t"]', ["k3ep1t"]],
    ["redis-cli \\\n  -a k3ep1t", ["k3ep1t"]],
    ["redis-cli;-a k3ep1t", []],
    ["it's a text, redis-cli isn't called", []],
    ["CREATE USER desk IDENTIFIED BY 'k3ep1t'", ["k3ep1t"]],
    ["ALTER ROLE desk WITH LOGIN PASSWORD 'k3ep1t'", ["k3ep1t"]],
    ["ALTER ROLE desk PASSWORD '${PW}'", []],
    ["the password 'k3ep1t' is wrong", []],
  ] as const) {
    it(`are ${expected.length === 0 ? "none" : "found"} in \`${line}\``, () => {
      assert.deepEqual(texts(line), expected);
    });
  }

  it("are returned with the unknown words", () => {
    assert.deepEqual(argumentsOf(["redis-cli", "-a", undefined, "ping"]), [
      { index: 2, under: "redis-cli password", text: undefined },
    ]);
    assert.deepEqual(argumentsOf(["-u", "svc:k3ep1t"], "curl"), [
      { index: 1, under: "curl password", text: "k3ep1t" },
    ]);
    assert.deepEqual(argumentsOf([undefined, "-a", "k3ep1t"]), []);
  });

  it("are found in time in proportion to the text, whatever it is", () => {
    for (const unit of [
      "curl -u ",
      "mysql -p",
      "'",
      '"',
      "$(",
      "${",
      "--token-",
      "USER PASSWORD ",
      "ROLE 'x",
      "\\\n",
      '"\\',
      "'\\",
      "sh -c 'curl ",
    ]) {
      const started = process.cpuUsage();
      argumentsIn(unit.repeat(20_000));
      assert.ok(process.cpuUsage(started).user / 1e3 < 2_000, unit);
    }
  });

  it("are part of the text", () => {
    const word = fc.constantFrom("curl", "-u", "a:b", "mysql", "-px", "'", '"', "|", "$(", "\n");
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const text = words.join(" ");
        for (const piece of argumentsIn(text)) assert.ok(text.includes(piece.text));
      }),
    );
  });
});
