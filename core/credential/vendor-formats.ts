/** A format of a vendor's credentials. */
interface VendorFormat {
  /** What has it, as people say it. */
  readonly what: string;
  readonly format: string;
  readonly pattern: RegExp;
}

/**
 * Formats that vendors give their credentials so that they can be told from other texts, and that the detector does not
 * know.
 *
 * Source: each vendor's documentation of its tokens, or its entry in GitHub's table of secret scanning patterns.
 */
const formats: readonly VendorFormat[] = [
  made("Stripe secret key", "stripe", "[sr]k_(?:live|test)_[A-Za-z0-9]{20,}"),
  made(
    "GitLab token",
    "gitlab",
    "gl(?:pat|rt|dt|cbt|ptt|agent|oas)-[\\w-]{20,}|GR1348941[\\w-]{20}",
  ),
  made("Hugging Face token", "hugging-face", "hf_[A-Za-z]{34}"),
  made("Vault token", "vault", "hv[sb]\\.[\\w-]{24,}"),
  made("Tailscale key", "tailscale", "tskey-(?:auth|api|client)-[\\w-]{20,}"),
  made("LangSmith API key", "langsmith", "lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}"),
  made("Langfuse secret key", "langfuse", "sk-lf-[0-9a-f]{8}-[0-9a-f-]{27}"),
  made("OpenRouter API key", "openrouter", "sk-or-v1-[0-9a-f]{64}"),
  made("Groq API key", "groq", "gsk_[A-Za-z0-9]{52}"),
  made("Perplexity API key", "perplexity", "pplx-[A-Za-z0-9]{48}"),
  made("Pinecone API key", "pinecone", "pcsk_[A-Za-z0-9_]{60,}"),
  made("Tavily API key", "tavily", "tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}"),
  made("Replicate token", "replicate", "r8_[A-Za-z0-9]{37}"),
  made("Databricks token", "databricks", "dapi[0-9a-f]{32}(?:-\\d)?"),
  made("DigitalOcean token", "digitalocean", "do[opr]_v1_[0-9a-f]{64}"),
  made("Doppler token", "doppler", "dp\\.(?:pt|st|ct|sa|scim|audit)\\.[\\w.-]{40,}"),
  made("Pulumi access token", "pulumi", "pul-[0-9a-f]{40}"),
  made("PyPI token", "pypi", "pypi-AgE[\\w-]{50,}"),
  made("Atlassian API token", "atlassian", "ATATT3[\\w=-]{60,}"),
  made("Telegram bot token", "telegram", "\\d{8,10}:AA[\\w-]{33}"),
  made("Notion token", "notion", "ntn_[A-Za-z0-9]{40,}"),
  made("Airtable token", "airtable", "pat[A-Za-z0-9]{14}\\.[0-9a-f]{64}"),
  made("Grafana token", "grafana", "gl(?:sa|c)_[\\w+/=]{32,}"),
  made("New Relic API key", "new-relic", "NRAK-[A-Z0-9]{27}"),
  made("Sentry token", "sentry", "sntry[su]_[\\w+/=]{40,}"),
  made("Supabase secret key", "supabase", "sb_secret_[\\w-]{20,}|sbp_[0-9a-f]{40}"),
  made(
    "Discord webhook",
    "discord",
    "https://(?:\\w+\\.)?discord(?:app)?\\.com/api/webhooks/\\d{16,20}/[\\w-]{60,}",
  ),
  made(
    "Microsoft Teams webhook",
    "teams",
    "https://[\\w-]+\\.webhook\\.office\\.com/webhookb2/[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/\\w{32}/[0-9a-f-]{36}",
  ),
];

/** What begins one of the formats, so that most texts are passed over at once. */
const beginnings =
  /[sr]k_|gl\w{1,5}[-_]|GR13|hf_|hv[sb]\.|tskey-|lsv2_|sk-|gsk_|pplx-|pcsk_|tvly-|r8_|dapi|do[opr]_|dp\.|pul-|pypi-|ATATT|:AA|ntn_|pat\w|NRAK-|sntry|sb_secret|sbp_|discord|webhookb2/;

/** The credential of one of these formats that stands in a text first, with where it stands. */
export function vendorFormatsIn(
  text: string,
): readonly { readonly what: string; readonly format: string; readonly text: string }[] {
  if (!beginnings.test(text)) return [];
  return formats.flatMap(({ what, format, pattern }) => {
    const found = pattern.exec(text)?.[0];
    return found === undefined ? [] : [{ what, format, text: found }];
  });
}

function made(what: string, format: string, pattern: string): VendorFormat {
  return { what, format, pattern: new RegExp(`(?<![\\w-])(?:${pattern})(?![\\w-])`) };
}
