/**
 * What users want, in the words of their stories, on one machine: real processes, two repositories,
 * two agents that speak MCP, and a person who decides. Each story goes on where the one before ended.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Files from "../../src/cli/Files.ts"
import * as Operator from "../../src/Operator.ts"
import * as Clients from "../mcp/Clients.ts"
import { until } from "../Nodes.ts"
import { Developer, stories } from "./Developer.ts"
import * as Home from "./Home.ts"

/** A claim that some agent of this machine makes, and the session that it opened. */
const claims = ({ node }: Developer["Service"]) =>
  (agent: string, task: string, title: string, scopes: ReadonlyArray<string> = []) =>
    Effect.map(
      node.claim({ agent: AgentName.make(agent), task: TaskKey.make(task), title, scopes }),
      ({ sessions: [row] }) => row?.session ?? ""
    )

stories("on a developer's machine", (it) => {
  it.effect("S1: two agents are told of each other, disagree, and do what a person decides", () =>
    Effect.gen(function*() {
      const { agents: { api, web }, api: here, said, typed, watch } = yield* Developer
      const [ofApi = "", ofWeb = ""] = said.named
      assert.match(ofApi, /^repository {2}users-api\ncontracts {3}openapi\.yaml: 2 operations\nclients +cla/)
      assert.match(ofWeb, /^repository {2}web\n[^]*consumes api:GET \/v1\/users\n/)
      for (const file of [".mcp.json", ".claude/settings.json", ".cursor/mcp.json", "AGENTS.md"]) {
        assert.include(said.shown, `+++ b/${file}\n`)
      }
      assert.match(said.health, /^ok +node: none yet; the first agent starts it, or `chorus up`$/m)
      assert.match(said.health, /^ok +model: none \(templates\)$/m)

      const alone = yield* web.found("chorus_start", {
        title: "Show the users page", scopes: ["api:GET /v1/users=use"]
      })
      assert.isUndefined(alone.alert)
      const begun = yield* api.found("chorus_start", {
        title: "Replace the users API", scopes: ["api:GET /v1/users=replace"]
      })
      const session = begun.alert?.session ?? ""
      const { news: [told], next } = yield* web.found("chorus_check")
      assert.match(told ?? "", /⟦data: api⟧.+ to replace api:GET \/v1\/users and web#\w+ to use it;.+ first/)
      assert.match(next, /^Others touch this now, as your session says\. /)
      watch.step("alert")

      const plan = yield* Clients.planned(web, session)
      const { stdout: open } = yield* typed(here, "chorus sessions")
      assert.match(open, /^SESSION .+\ndep_\w+ +API_Contract +active +api, web +0\/2 .+\n$/)
      yield* api.found("chorus_answer", { session, stance: "agree", plan })
      const reason = "the old form has to stay until Friday"
      yield* web.found("chorus_answer", { session, stance: "object", plan, reason })
      const revised = yield* until("a plan answers the objection", Clients.planned(api, session), (now) =>
        now !== plan)
      yield* web.found("chorus_escalate", { session, reason: "How long does the old form stay?" })
      watch.step("plan, votes, escalation")

      const { stdout: inbox } = yield* typed(here, "chorus inbox", 2)
      assert.match(inbox, /^1\. What holds .+\?.+How long does the old form stay\?/)
      assert.match(inbox, /^ {3}against: web to plan [0-9a-f]{12} of round 1: the old form has to stay/m)
      assert.match(inbox, new RegExp(`^ {3}f\\) adopt plan ${revised} of round 2 .*\\(recommended\\)$`, "m"))
      yield* typed(here, "chorus decide 1 f")
      for (const agent of [api, web]) {
        const { news, next } = yield* agent.found("chorus_check")
        assert.match(news.join("\n"), new RegExp(`A person decided ${session}: ⟦data: plan ${revised} `))
        assert.match(next, /A person decided: keep to the decision\.$/)
      }
      watch.step("decision")
      for (const agent of [api, web]) {
        assert.deepInclude(yield* agent.found("chorus_done"), { status: "completed" })
      }
      assert.include((yield* typed(here, `chorus show ${session}`)).stdout, "\nStatus: decided\n")
      watch.step("done")
      console.log(`S1 in ${watch.line()}`)
      assert.isBelow(watch.millis(), 300_000)
    }))

  it.effect("S2: an agent starts, asks before it edits, votes, and is done with what it promised", () =>
    Effect.gen(function*() {
      const { agents: { api, web }, hook, node, web: here } = yield* Developer
      const [, scope = ""] = /`(\w+:\w+=\w+)`/.exec(readFileSync(join(here, "AGENTS.md"), "utf8")) ?? []
      yield* api.found("chorus_start", { task: "2", title: "Move the orders", scopes: [scope] })
      const started = yield* web.found("chorus_start", {
        task: "2", title: "List the orders", scopes: ["table:orders=use"], paths: ["src/orders.ts"]
      })
      const session = started.alert?.session ?? ""
      assert.deepInclude(started, { task: "web#2", alerts_more: 0 })
      assert.isAbove(Date.parse(String(started["claimed_until"])), Date.now())
      assert.strictEqual(started.encounters?.[0]?.task, "⟦data: users-api#2⟧")

      const edit = (file: string) =>
        hook(here, "PreToolUse", "web", file, { CHORUS_BLOCK_EDITS: "severe" })
      assert.deepStrictEqual(edit("docs/orders.txt"), { code: 0, stderr: "", stdout: "" })
      const stopped = edit("src/orders.ts")
      assert.strictEqual(stopped.code, 2, stopped.stderr)
      assert.match(stopped.stderr, /severe: users-api#2 \(api\): table:orders .+\nAgree with them before/)

      const plan = yield* Clients.planned(web, session)
      for (const agent of [api, web]) yield* agent.found("chorus_answer", { session, stance: "agree", plan })
      yield* until("it is agreed", node.show({ session }), ({ status }) => status === "resolved")
      assert.strictEqual(edit("src/orders.ts").code, 0)

      yield* web.found("chorus_done", { results: "It lists them.", change: "org/web#12" })
      yield* api.found("chorus_done")
      const tasks = yield* node.tasks({ all: true })
      assert.deepInclude(tasks.find(({ task }) => task === "web#2"), {
        status: "completed", change: "org/web#12"
      })
      const { commitments } = yield* node.show({ session })
      assert.isAbove(commitments.length, 0)
      assert.notInclude(commitments.map(({ outcome }) => outcome), "open")
    }))

  it.effect("S3: a lead of twelve agents finds two cases, and one letter lets the agents go on", () =>
    Effect.gen(function*() {
      const developer = yield* Developer
      const { agents: { api, web }, api: here, node, typed } = developer
      const claim = claims(developer)
      for (let nth = 1; nth <= 8; nth++) yield* claim(`agent-${nth}`, `repo-${nth}#1`, `Part ${nth}`)
      yield* claim("shop", "shop#1", "Rename the queue", ["event:order.paid=replace"])
      const other = yield* claim("mail", "mail#1", "Mail what was paid", ["event:order.paid=use"])
      yield* web.found("chorus_start", { task: "3", title: "Sign in", scopes: ["env:LOGIN_URL=use"] })
      const { alert } = yield* api.found("chorus_start", {
        task: "3", title: "One place to sign in", scopes: ["env:LOGIN_URL=replace"]
      })
      const session = alert?.session ?? ""
      yield* api.found("chorus_escalate", { session, reason: "Whose page is it?" })
      yield* node.escalate({ agent: AgentName.make("mail"), session: other, reason: "May we wait?" })

      const { stdout: before } = yield* typed(here, "chorus inbox", 2)
      const [, number] = /^(\d+)\. .+Whose page is it\?/m.exec(before) ?? []
      const [, second] = /^(\d+)\. .+May we wait\?/m.exec(before) ?? []
      assert.match(before, /^ {3}[a-z]\) .+ {2}\(recommended\)\n {3}[a-z]\) .+$/m)
      const { stdout: kept } = yield* typed(here, `chorus decide ${second} a --default-in 4h`)
      assert.match(kept, /^dep_\w+ waits until 2\d{3}-.+Z, and is decided so if nobody decides it before\n$/)
      const { stdout: inbox } = yield* typed(here, "chorus inbox", 2)
      assert.lengthOf(inbox.match(/^\d+\. .+\?/gm) ?? [], 2)
      assert.match(inbox, /^ {3}default: .+ \(at 2\d{3}-\d\d-\d\d \d\d:\d\d\)$/m)

      yield* typed(here, `chorus decide ${number} a`)
      for (const agent of [api, web]) {
        const { news } = yield* agent.found("chorus_status")
        assert.include(news.join("\n"), `A person decided ${session}: `)
        yield* agent.found("chorus_done")
      }
      const { rulings: [ruling], status } = yield* node.show({ session })
      assert.deepInclude(ruling, { name: "founder", counts: true })
      assert.strictEqual(status, "decided")
      assert.deepStrictEqual((yield* node.inbox()).map((item) => item.session), [other])
    }))

  it.effect("S9: a wrong alert is muted, its rule loses trust, and stops by itself", () =>
    Effect.gen(function*() {
      const developer = yield* Developer
      const { api: here, db, node, typed } = developer
      const claim = claims(developer)
      const pair = Effect.fnUntraced(function*(id: string) {
        yield* claim("api", `users-api#${id}`, "Define user authentication API")
        return yield* claim("web", `web#${id}`, "Implement authentication endpoint")
      })
      const ended = (id: string) =>
        Effect.forEach(["users-api", "web"], (repository) =>
          node.release({
            agent: AgentName.make(repository === "web" ? "web" : "api"),
            task: TaskKey.make(`${repository}#${id}`),
            because: "over"
          }))
      const because = "\"different users table\""

      const first = yield* pair("90")
      const { relationship = "" } = yield* node.show({ session: first })
      const { stdout: muted } = yield* typed(here, `chorus mute ${first} --agent api --because ${because}`)
      const [, dismiss = "false"] = /: (chorus decide .+) "…"\n$/.exec(muted) ?? []
      yield* typed(here, `${dismiss} ${because}`)
      yield* ended("90")
      assert.strictEqual(yield* pair("90"), "")
      assert.include((yield* typed(here, "chorus alerts")).stdout, "muted by api: different users table")
      yield* ended("90")

      for (const id of ["91", "92", "93"]) {
        const decision = { decision: "another table", verdict: "dismissed" } as const
        yield* Operator.decide(Files.of(db).operatorKey, node, yield* pair(id), decision)
        yield* ended(id)
      }
      const { stdout: rules } = yield* typed(here, "chorus rules")
      assert.match(rules, new RegExp(`^${relationship} +\\d+ +0 +4 +17 % +demoted$`, "m"))
      assert.strictEqual(yield* pair("94"), "")
      const { alerts: [latest] } = yield* node.alerts()
      assert.strictEqual(
        latest?.held_back_because,
        `the rule ${relationship} is demoted: its alerts are mostly dismissed`
      )
      yield* ended("94")
    }))

  it.effect("S4: a pull request says whom it breaks and what has to land first, and turns green", () =>
    Effect.gen(function*() {
      const { agents, api, node, path, typed, web } = yield* Developer
      const summary = join(path, "summary")
      const check = (code: number) =>
        typed(
          api,
          `GITHUB_STEP_SUMMARY=${summary} ${join(Home.top, "examples/github-action/check.sh")} main`,
          code
        )
      yield* typed(web, "chorus scan --state")
      yield* agents.web.found("chorus_start", {
        task: "4", title: "Ask the new users API", scopes: ["api:GET /v1/users=use"]
      })
      const { alert } = yield* agents.api.found("chorus_start", {
        task: "4", title: "Take the old users API away", scopes: ["api:GET /v1/users=remove"]
      })
      const session = alert?.session ?? ""
      const plan = yield* Clients.planned(agents.api, session)
      for (const agent of [agents.api, agents.web]) {
        yield* agent.found("chorus_answer", { session, stance: "agree", plan })
      }
      yield* until("it is agreed", node.show({ session }), ({ status }) => status === "resolved")
      writeFileSync(join(api, "openapi.yaml"), Home.openapi("/v1/orders"))

      yield* check(2)
      const comment = readFileSync(summary, "utf8")
      assert.match(comment, /^### Contracts: attention\n\n[^]+api:GET \/v1\/users[^]+ consumed by web\n/)
      assert.match(comment, /at work: web#4 by web/)

      writeFileSync(join(web, "src/users.ts"), "export const users = () => []\n")
      Home.committed(web)
      yield* typed(web, "chorus scan --state")
      yield* agents.web.found("chorus_done", { change: "org/web#5" })
      const { stdout: lines } = yield* typed(api, `chorus export ${session} --for users-api#4`)
      assert.strictEqual(lines, "Depends-On: https://github.com/org/web/pull/5\n")
      yield* check(0)
    }))
})
