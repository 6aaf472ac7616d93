import assert from "node:assert/strict";
import {
  isOwnHost,
  providerOfEndpoint,
  providerOfFormat,
  providerOfSecret,
  providerOfSetting,
} from "../../../../policy-pack/domain/secrets/model-providers";

describe("model providers", () => {
  it("are known by the settings of their SDKs, however these are spelled", () => {
    for (const name of ["OPENAI_API_KEY", "openai-api-key", "openaiApiKey", "openai.api_key"]) {
      assert.equal(providerOfSetting(name)?.name, "OpenAI", name);
    }
    assert.equal(providerOfSetting("AZURE_OPENAI_API_KEY")?.name, "Azure OpenAI");
    for (const name of ["OPENAI_API_KEY_FILE", "X_OPENAI_API_KEY", "OPENAI_BASE_URL", ""]) {
      assert.equal(providerOfSetting(name), undefined, name);
    }
  });

  it("are recognised by formats and by the settings that name them", () => {
    assert.equal(providerOfFormat("anthropic")?.name, "Anthropic");
    assert.equal(providerOfFormat("slack"), undefined);
    assert.equal(providerOfEndpoint("ANTHROPIC_BASE_URL")?.name, "Anthropic");
    assert.equal(providerOfEndpoint("ANTHROPIC_API_KEY"), undefined);
  });

  const secrets: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ["acme/openai-api-key", undefined, "OpenAI"],
    ["acme/openai-api-key", "value", "OpenAI"],
    ["acme/openai-api-key", "api-key", "OpenAI"],
    ["prod/anthropic/api-key", undefined, "Anthropic"],
    ["acme/openai", "api-key", "OpenAI"],
    ["acme/openai-credentials", "apiKey", "OpenAI"],
    ["acme/llm", "GEMINI_API_KEY", "Google"],
    ["acme/openai-api-key", "crm", undefined],
    ["acme/openai-api-key-hash", undefined, undefined],
    ["acme/openai", undefined, undefined],
    ["acme/llm", "api-key", undefined],
    ["mistral/api-key", undefined, undefined],
  ];
  for (const [name, key, provider] of secrets) {
    it(`${provider ?? "none"} for the ${key === undefined ? "whole" : `key ${key}`} of ${name}`, () => {
      assert.equal(providerOfSecret(name, key)?.name, provider);
    });
  }

  const hosts: readonly (readonly [string, boolean | undefined])[] = [
    ["https://api.openai.com/v1", true],
    ["https://acme.openai.azure.com/openai", true],
    ["api.openai.com", true],
    ["https://API.OPENAI.COM:443", true],
    ["https://api.openai.com.evil.example", false],
    ["https://api.openai.com@proxy.acme.com/v1", false],
    ["http://vllm:8000/v1", false],
    ["https://${HOST}/v1", undefined],
    ["", undefined],
  ];
  for (const [url, isOwn] of hosts) {
    it(`${String(isOwn)} for whether ${url === "" ? "no URL" : url} is OpenAI's own`, () => {
      const provider = providerOfFormat("openai");
      assert.ok(provider !== undefined);
      assert.equal(isOwnHost(provider, url), isOwn);
    });
  }
});
