import "./many-runs";
import "../policy-pack/unknown-authority.test";
