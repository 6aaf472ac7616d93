import "./many-runs";
import "../components/declared-policy.test";
import "../components/grant-policy-store/decides.test";
