import "./many-runs";
import "../components/judged.test";
