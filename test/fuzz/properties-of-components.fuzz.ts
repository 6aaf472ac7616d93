import "./many-runs";
import "../components/agent-stack/random.test";
import "../components/declared-policy.test";
import "../components/document-limits.test";
import "../components/grant-policy-store/decides.test";
import "../components/hostile/hostile.test";
import "../components/limits.test";
