/**
 * A node clears away worse plans for its own agents, and for nobody else's (docs/rules.md, 7: votes).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Superseding from "@chorus/coordination-core/vote/Superseding"
import { replicaOf, scene } from "../session/scene.ts"

describe("Superseding", () => {
  it("H15: objects for the node's own agents, in the sessions asked for, and for no other", () => {
    const { agents: [a, b], paper, session } = scene()
    const plans = [a!, b!]
      .map((agent, at) => paper.propose(session, agent, `plan ${at}`))
      .sort((one, other) => Paper.planHash(one) < Paper.planHash(other) ? -1 : 1)
    paper.vote(a!, plans[0]!, "agree")
    paper.vote(b!, plans[0]!, "agree")
    const replica = replicaOf(paper)
    const objectors = (node: typeof a, sessions: ReadonlyArray<string>): ReadonlyArray<string> =>
      Superseding.due(replica, node!.node, sessions).map(({ data }) =>
        data.message_type === "coordination_response"
          ? `${data.agent_id}: ${data.superseded_by}`
          : data.message_type)

    assert.deepStrictEqual(objectors(a, [session]), [`a: ${Paper.planHash(plans[0]!)}`])
    assert.deepStrictEqual(objectors(b, [session]), [`b: ${Paper.planHash(plans[0]!)}`])
    assert.deepStrictEqual(objectors(a, []), [])
    assert.deepStrictEqual(objectors(a, ["dep_of_another_session"]), [])
    assert.deepStrictEqual(Superseding.due(replica, Paper.node("outsider"), [session]), [])
  })
})
