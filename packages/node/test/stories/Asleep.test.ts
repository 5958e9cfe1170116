/**
 * S6: an agent's process dies in the middle of a session. Its claim lapses, the others are told, the
 * session goes to a person in time, and on waking the agent hears a little instead of everything.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { until } from "../Nodes.ts"
import * as Home from "./Home.ts"

it.live("S6: an agent that died is marked and not waited for, and hears on waking what matters", () =>
  Effect.gen(function*() {
    const home = yield* Home.make({ CHORUS_MAX_SESSION_DURATION: "0.1" })
    for (const root of [home.api, home.web]) yield* home.typed(root, "chorus setup claude --yes")
    const api = yield* home.agent(home.api, "api")
    const web = yield* home.agent(home.web, "web", { CHORUS_CLAIM_LEASE: "0.03" })
    yield* api.found("chorus_start", { task: "1", title: "Move orders", scopes: ["table:orders=migrate"] })
    const { alert } = yield* web.found("chorus_start", {
      task: "1", title: "List orders", scopes: ["table:orders=use"]
    })
    const session = alert?.session ?? ""
    process.kill(web.pid(), "SIGKILL")
    const node = yield* home.node

    yield* until("its claim lapses", node.show({ session }), ({ tasks }) =>
      tasks.some(({ agent, status }) => agent === "web" && status === "lapsed"))
    assert.match((yield* home.typed(home.api, `chorus show ${session}`)).stdout, /\(web, lapsed\)\n/)
    yield* until("a person is asked", node.inbox(), ([item]) => item?.session === session)
    // An answer holds its news as data and as text.
    const told = () => api.heard.join().split(`${session} waits for a person;`).length - 1
    yield* until("the other is told", api.found("chorus_check"), () => told() > 0)
    yield* api.found("chorus_check")
    assert.strictEqual(told(), 2)

    const agent = AgentName.make("api")
    for (let nth = 0; nth < 40; nth++) yield* node.say({ agent, session, text: `Are you there? ${nth}` })
    const woken = home.hook(home.web, "SessionStart", "web")
    assert.strictEqual(woken.code, 0, woken.stderr)
    const { hookSpecificOutput: { additionalContext } } = JSON.parse(woken.stdout)
    assert.deepStrictEqual(String(additionalContext).split("\n").slice(0, -1), [
      "You are web in chorus.",
      "Your claim on web#1 lapsed: take it up again with chorus_start, if you go on with it.",
      `${session} waits for a person; go on with work that it does not touch.`
    ])
  }).pipe(Effect.scoped))
