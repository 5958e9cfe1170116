/**
 * What an agent is told to do next about a session.
 */
import { assert, it } from "@effect/vitest"
import type * as Rows from "../../src/api/Rows.ts"
import * as Tool from "../../src/mcp/Tool.ts"

const desk = { agent: "api", repository: "r", leaseMillis: 1, log: "", socket: "", start: [] }

const session = (
  own: "agree" | "none",
  task: NonNullable<Rows.SessionDetail["tasks"][number]["status"]>,
  status: Rows.SessionRow["status"] = "active"
) => ({
  session: "dep_1",
  kind: "dependency" as const,
  status,
  reason: "",
  plan: "p",
  members: [
    { agent: "api@n", own: true, tasks: ["r#1"], stance: own },
    { agent: "web@m", own: false, tasks: ["s#1"], stance: "none" as const }
  ],
  tasks: [{ task: "s#1", title: "", agent: "web", status: task }],
  opened_at: "",
  waits_because: [],
  summary: ""
})

it("a vote comes first, then whoever is awaited, and who is away is not waited for", () => {
  assert.match(Tool.nextOf(desk, session("none", "lapsed")), /^Read the plan .+ then vote/)
  assert.match(Tool.nextOf(desk, session("agree", "claimed")), /^The others have to vote/)
  assert.match(Tool.nextOf(desk, session("agree", "lapsed")), /^Somebody's claim lapsed who has to vote/)
  assert.match(Tool.nextOf(desk, session("agree", "lapsed", "decided")), /^A person decided/)
})
