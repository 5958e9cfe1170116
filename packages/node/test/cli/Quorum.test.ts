/**
 * A node whose inbox wants two people to rule alike: what it says while they are too few.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import * as Operator from "../../src/Operator.ts"
import { claimed, folder, text, up } from "../Nodes.ts"

it.live("H22: who rules first hears that a second is needed, and a mesh without one that it needs one", () =>
  Effect.scoped(Effect.gen(function*() {
    const path = yield* folder
    const node = yield* up(join(path, "chorus.db"), "", { env: { CHORUS_QUORUM: "2" } })
    const founderKey = node.files.operatorKey
    const annKey = join(path, "ann.key")
    const ann = PersonId.make(yield* Operator.ownId(annKey))
    const tooFew = "2 people have to rule alike (quorum), and 1 may rule: a case that needs a ruling stays"
    assert.include(node.output.stderr, tooFew)

    const adding = { kind: "add_person", person: ann, name: "Ann" } as const
    const added = yield* Operator.rule(founderKey, node.client, adding)
    assert.deepStrictEqual(added.notes, [])
    assert.isUndefined((yield* node.client.status()).quorum_missing)
    yield* claimed(node, "one", "r#1")
    const [row] = (yield* claimed(node, "two", "r#1")).sessions
    const session = row?.session ?? ""
    yield* node.client.escalate({ agent: AgentName.make("one"), session, reason: "who has it?" })
    const decide = (key: string) => Operator.decide(key, node.client, session, { decision: "one has it" })
    const first = yield* decide(founderKey)
    assert.deepStrictEqual(first.notes, ["it stays in this inbox: 1 of 2 people who are needed ruled so"])
    const second = yield* decide(annKey)
    assert.deepStrictEqual(second.notes, ["replaces the ruling of founder: one has it"])
    assert.deepStrictEqual(yield* node.client.inbox(), [])

    assert.include(yield* text(node, `people revoke ${ann} --because left`), `Ann is revoked`)
    assert.include((yield* node.client.status()).quorum_missing ?? "", tooFew)
    const health = yield* text(node, "doctor", 2)
    assert.match(health, /^attention {2}people: 2 people have to .+\n +chorus people add /m)
  })), { timeout: 120_000 })
