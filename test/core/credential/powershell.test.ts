import assert from "node:assert/strict";
import { secureStringsIn } from "../../../core/credential/powershell";

const password = "q8Lw2ZrT5vXc";

describe("the passwords that a script of PowerShell makes", () => {
  const made: Readonly<Record<string, string>> = {
    "of a text": `$a = ConvertTo-SecureString '${password}' -AsPlainText -Force`,
    "of a text between double quotes": `ConvertTo-SecureString "${password}" -asplaintext -force`,
    "of a text behind its parameter": `ConvertTo-SecureString -AsPlainText -Force -String '${password}'`,
    "of a text that it is given": `'${password}' | ConvertTo-SecureString -AsPlainText -Force`,
    "of a text between double quotes that it is given": `"${password}" | ConvertTo-SecureString -AsPlainText`,
    "within another command": `New-LocalUser deploy -Password (ConvertTo-SecureString '${password}' -AsPlainText -Force)`,
  };
  for (const [name, script] of Object.entries(made)) {
    it(`are told ${name}`, () => {
      assert.deepEqual(secureStringsIn(script), [{ text: password, under: "password" }]);
    });
  }

  const others: Readonly<Record<string, string>> = {
    "of a variable": "ConvertTo-SecureString $secret.password -AsPlainText -Force",
    "of a text into which a variable is put":
      'ConvertTo-SecureString "$($secret.password)" -AsPlainText',
    "of an encrypted text": `ConvertTo-SecureString '${password}'`,
    "of an encrypted text that it is given": `'${password}' | ConvertTo-SecureString -Key $key`,
  };
  for (const [name, script] of Object.entries(others)) {
    it(`are not told ${name}`, () => {
      assert.deepEqual(secureStringsIn(script), []);
    });
  }
});
