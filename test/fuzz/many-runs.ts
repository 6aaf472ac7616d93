import { tryMany } from "../support/runs";

tryMany();
