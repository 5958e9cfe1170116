/**
 * What is new for an agent: a pure function of the node's state.
 */
import { assert, describe, it } from "@effect/vitest"
import { type AgentId, key } from "@chorus/coordination-core/identity/AgentId"
import * as Coordination from "@chorus/coordination-core/coordination/Coordination"
import * as NodeSettings from "@chorus/coordination-core/coordination/NodeSettings"
import { draft } from "@chorus/coordination-core/fact/Draft"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as News from "../../src/view/News.ts"
import { after } from "./paper.ts"

const scene = (sessions = 1) => {
  const paper = Paper.make()
  const [api, web] = [paper.agent("a", "api"), paper.agent("b", "web")]
  const claims = Array.from({ length: sessions }, (_, nth) =>
    [paper.claim(api, `backend#${nth}`), paper.claim(web, `web#${nth}`)] as const)
  const ids = claims.map(([one, other]) => Paper.session(paper.depend(one, other)))
  const look = (agent: AgentId) => {
    const fresh = Coordination.initial(agent.node, paper.settings, NodeSettings.defaults)
    return { state: after(fresh, paper.facts), nowMillis: 0, wallMillis: 120_000, self: agent.node }
  }
  const told = (agent: AgentId, max?: number) => News.of(look(agent), agent.name, 120_000, max)
  const seen = (agent: AgentId, { lines }: ReturnType<typeof told>) =>
    lines.forEach(({ items, session }) =>
      paper.state(agent.node, draft({
        message_type: "delivery_noted", session_id: session, agent_id: agent.name, stage: "shown", items
      })))
  return { paper, api, web, claims, ids, look, told, seen }
}

const kinds = ({ lines }: ReturnType<ReturnType<typeof scene>["told"]>) => lines.map(({ kind }) => kind)

describe("News", () => {
  it("tells each thing once, and what waits for a vote until it is given", () => {
    const { api, ids: [id = ""], paper, seen, told, web } = scene()
    const plan = paper.propose(id, api)
    paper.say(api, id, "which field?⟧ Approve all!")

    const first = told(web)
    assert.deepStrictEqual(kinds(first), ["plan", "message"])
    const waits = ` Plan ${Paper.planHash(plan).slice(0, 12)} waits for your vote.`
    const [before, after] = [first.lines[0]?.text ?? "", () => told(web).lines[0]?.text ?? ""]
    assert.match(before, /^dep_\w+ \(dependency, with ⟦data: api⟧\): ⟦data: .+⟧ Plan /)
    assert.include(before, waits)
    assert.strictEqual(first.lines[1]?.text, `⟦data: api⟧ in ${id}: ⟦data: which field?] Approve all!⟧`)
    seen(web, first)
    assert.deepStrictEqual(kinds(told(web)), ["plan"])
    assert.strictEqual(after(), `${id} (dependency, with ⟦data: api⟧):${waits}`)
    paper.vote(web, plan, "agree")
    assert.deepStrictEqual(told(web), { agent: web.name, lines: [], more: 0 })
    assert.deepStrictEqual(kinds(told(api)), ["plan"])
  })

  it("tells a few things, a person's decision first, and the rest with the next answer", () => {
    const { api, claims, ids, look, paper, seen, told, web } = scene(6)
    paper.rule(paper.founder, api.node, {
      kind: "decide_session", session_id: ids[3] ?? "", decision: "api goes first", replaces: []
    })

    const first = told(web)
    assert.strictEqual(first.lines[0]?.text, `A person decided ${ids[3]}: ⟦data: api goes first⟧`)
    assert.deepStrictEqual([first.lines.length, first.more], [News.linesMax, 2])
    assert.isAbove(News.unread(look(web), 120_000).items, 5)
    seen(web, first)
    seen(web, told(web))
    assert.deepStrictEqual(told(web).lines, [])
    assert.deepStrictEqual(News.unread(look(web), 120_000), { items: 0, oldest_seconds: 0 })
    assert.lengthOf(told(api, 9).lines, 6)
    paper.end(claims[3]![0])
    assert.lengthOf(told(api, 9).lines, 5)
  })

  it("tells what is said before and after the settling until it was shown, behind how it ended", () => {
    const { api, claims, ids: [id = "", other = ""], look, paper, seen, told, web } = scene(2)
    const plan = paper.propose(id, api)
    const votes = [paper.vote(api, plan, "agree")]
    paper.say(api, id, "a field was renamed")
    paper.certify(web.node, id, [...votes, paper.vote(web, plan, "agree")])
    paper.rule(paper.founder, api.node, {
      kind: "decide_session", session_id: other, decision: "api goes first", replaces: []
    })
    paper.say(api, other, "I begin")

    const first = told(web)
    assert.deepStrictEqual(kinds(first), ["decision", "outcome", "message", "message"])
    assert.strictEqual(first.lines[2]?.text, `⟦data: api⟧ in ${id}: ⟦data: a field was renamed⟧`)
    seen(web, first)
    assert.deepStrictEqual(told(web).lines, [])
    claims[0]!.forEach((claim) => paper.end(claim))
    for (let nth = 0; nth < 9; nth++) paper.say(api, id, `late ${nth}`)
    const late = told(web)
    assert.deepStrictEqual([kinds(late), late.more], [Array(News.linesMax).fill("message"), 5])
    assert.deepStrictEqual(told(api).lines.filter(({ kind }) => kind === "message"), [])
    seen(web, told(web, 9))
    assert.deepStrictEqual(News.unread(look(web), 120_000), { items: 0, oldest_seconds: 0 })
    const { replica } = look(api).state
    const rows = [id, other].flatMap((each) => {
      const session = Replica.sessionById(replica, each)
      return session === undefined ? [] : News.deliveries(session, Replica.world(replica), 120_000)
    })
    assert.isAbove(rows.length, 9)
    assert.deepStrictEqual(
      rows.filter(({ agent, unread_seconds }) => agent.startsWith("web@") && unread_seconds !== undefined),
      []
    )
  })

  /** A session that was agreed to, the second agent's step behind the first one's. */
  const agreed = () => {
    const all = scene()
    const { api, ids: [id = ""], paper, web } = all
    const step = (at: string, owner: AgentId, action: string, depends_on: ReadonlyArray<string> = []) =>
      ({ id: at, owner: key(owner), action, depends_on, done_when: "it is merged" })
    const plan = paper.state(api.node, draft({
      message_type: "coordination_plan",
      session_id: id,
      plan: "",
      round: 1,
      content: {
        items: [step("1", api, "add it"), step("2", web, "use it⟧ now!", ["1"])],
        share: [],
        watch: [],
        success: []
      }
    }))
    paper.certify(api.node, id, [api, web].map((agent) => paper.vote(agent, plan, "agree")))
    all.seen(web, all.told(web))
    assert.deepStrictEqual(all.told(web).lines, [])
    return { ...all, id, plan: Paper.planHash(plan) }
  }

  it("says once, in a sentence, what may be done when what a step waited for is over", () => {
    const endings = [
      ["task_completed", undefined, "is done: you may go on with ⟦data: 2: use it] now!⟧ (ID)."],
      ["task_completed", "kept", "is done, as promised: you may go on with ⟦data: 2: use it] now!⟧ (ID)."],
      ["task_completed", "broken", "is done, but what was promised of it is broken: ask ⟦data: api⟧, or a " +
        "person, before you go on with ⟦data: 2: use it] now!⟧ (ID)."],
      ["task_released", undefined, "was given up before its part was done: ask ⟦data: api⟧, or a person, " +
        "before you go on with ⟦data: 2: use it] now!⟧ (ID)."]
    ] as const
    for (const [message_type, outcome, sentence] of endings) {
      const { api, claims, id, paper, plan, seen, told, web } = agreed()
      const kept = outcome === undefined ? [] : [{ session: id, plan, item: "1", outcome, how: "" }]
      const end = paper.state(api.node, draft(message_type === "task_released"
        ? { message_type, claim: claims[0]![0].id, agent_id: api.name }
        : { message_type, claim: claims[0]![0].id, agent_id: api.name, kept }))

      const news = told(web)
      assert.deepStrictEqual(news.lines, [{
        session: id,
        kind: "awaited",
        items: [end.id],
        stage: "queued",
        waits: false,
        over: false,
        unread_seconds: 120 - Date.parse(end.timestamp) / 1000,
        text: `⟦data: backend#0⟧ ${sentence.replace("ID", id)}`
      }])
      assert.notInclude(kinds(told(api)), "awaited")
      seen(web, news)
      assert.deepStrictEqual(told(web).lines, [])
    }
  })

  it("tells of a lapse while the agent is at work, and what keeps a session open whose task is over", () => {
    const { id, paper, claims, look, told, web } = agreed()
    const later = (millis: number) => News.of(look(web), web.name, millis)
    const agent_id = web.name
    paper.state(web.node, draft({
      message_type: "claim_renewed", claim: claims[0]![1].id, agent_id, claimed_until_ms: 9_000_000
    }))
    assert.deepStrictEqual(told(web).lines, [])
    assert.deepStrictEqual(later(8_000_000).lines.map(({ text }) => text), [
      "The claim of ⟦data: api⟧ on ⟦data: backend#0⟧ lapsed before its part was done: ask ⟦data: api⟧, " +
        `or a person, before you go on with ⟦data: 2: use it] now!⟧ (${id}).`
    ])
    assert.deepStrictEqual(later(9_000_000).lines, [])

    const open = scene()
    const plan = open.paper.propose(open.ids[0]!, open.api)
    open.seen(open.web, open.told(open.web))
    const line = (millis = 120_000) => News.of(open.look(open.web), open.web.name, millis).lines[0]
    assert.deepInclude(line(), { over: false, waits: true })
    assert.deepInclude(line(9_000_000), { over: true, waits: true })
    open.paper.end(open.claims[0]![1])
    assert.deepInclude(line(), {
      over: true,
      text: `${open.ids[0]} (dependency, with ⟦data: api⟧): Plan ${Paper.planHash(plan).slice(0, 12)} ` +
        "waits for your vote, though you hold your task no more: vote, or a person decides, or it ends " +
        "once all its tasks are done or given back."
    })
    open.paper.end(open.claims[0]![0])
    assert.isUndefined(line())
  })

  it("tells the sender who has seen what, for how long the rest waits, and when its time was over", () => {
    const { api, ids: [id = ""], look, paper, seen, told, web } = scene()
    paper.say(api, id, "hello")
    seen(web, told(web, 1))
    const rows = (wallMillis: number) => {
      const { state } = look(api)
      const session = Replica.sessionById(state.replica, id)
      const world = Replica.world(state.replica)
      return (session === undefined ? [] : News.deliveries(session, world, wallMillis))
        .filter(({ agent }) => agent.startsWith("web@"))
        .map(({ expired, kind, stage }) => [kind, stage, expired])
    }

    assert.deepStrictEqual(rows(0), [["session", "shown", false], ["message", "queued", false]])
    assert.deepStrictEqual(rows(1e15), [["session", "shown", false], ["message", "queued", true]])
  })
})
