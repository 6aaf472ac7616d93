require("@example/not-installed");
