/**
 * The format, pinned: payloads as they were sealed once decode for ever, to the same ids.
 *
 * `golden/` holds one payload a file: the seed's six messages with their placeholders filled in,
 * and one or more of each of our types. A test that fails here means that old logs break.
 */
import * as Result from "effect/Result"
import { assert, describe, it } from "@effect/vitest"
import * as Decode from "@chorus/coordination-core/fact/Decode"
import { draft, type Statement } from "@chorus/coordination-core/fact/Draft"
import { table } from "@chorus/coordination-core/fact/FactTable"
import * as Writer from "@chorus/coordination-core/fact/Writer"
import type { FactId } from "@chorus/coordination-core/identity/FactId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Session from "@chorus/coordination-core/session/Session"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as Vote from "@chorus/coordination-core/vote/Vote"
import { golden, goldenNames } from "./golden.ts"
import { opened, whole } from "./sealed.ts"

/** Files and ids. Never change a line: add one. */
const facts = {
  task_announced: "ce6fbe29d7ae32987a0a6aadeedcfd6c30cdc0f185aec804b0ca6c9ff58ee432",
  task_updated: "a52eac45a3b9a4b502b8efb813dabc620cbc47904c4f8697d3d6f06f6fac6a22",
  task_claimed: "10b163c10101d695c09f67adc9a2271c64dd4b276d6d9811ee583c1ad2e78318",
  task_claimed_by_string: "ccc89b5b3a96ae3373af890939bfb2f0c5197116f0f0abf0cd84b3270ca949a0",
  claim_renewed: "72d15d04acfefa276e9273a84366bf8b57a2623f17a564d4fe26eb931dff3b91",
  dependency_detected: "8023cddf6ab10c8026adb41667c28b8a991d921510e229d539607c3af1deab98",
  session_opened: "7e8c635ae93be4d097aa3879270d4bc02e8c46fbfdce95b8654401a9403c67cb",
  coordination_plan: "7513ec7c0ad659588c301b6522b0207f9771b221e84e2718a606308777b25b5f",
  coordination_response_object: "ec05843a2076a27e25b71ceeec5424087633293e502997f20fceff7cfea3efda",
  coordination_plan_round_2: "4b15bd370a1efebfe53757679f70d0d0648b97a06e417c41f814b553de06200a",
  coordination_response_superseded: "8656c89f0b1d532dcc4ffde2840e3e9cd4ee51bd0b5e94bee8c92cde188f87c0",
  coordination_response_agree: "72f7bdf9d3ca2030d04b6a065fd2791ff4de68dd9e17c67c927b33455d258c10",
  coordination_response_agree_too: "f212ef8a147e079089c08c41c01412f61f970784cccb5b9bafc32cccc16d5d98",
  resolution: "d15db7823af9b02dca028eb34886f441862ec3ab93158838526f6d4495663065",
  session_message: "e027ff1612fd913a4ef0df9d0a95e6b061f185ba8fb67ea20aea81a4959eae58",
  escalation: "8e58180594db7c78cdb2eccb550edd9b260a5243540f72ea90f9832dd47d78f8",
  ruling: "e3226efa3affc7156c896351917f860d81007b3f2f003d2ccb67d0dcc59c2bce",
  alert_muted: "c25a6adb778304e7e30f37c539cfb26c82f0788bcf20193158b429e90a13ff32",
  alert_muted_rule: "c2fcaf9eced3943df6e61591bb35a9b934da90d8eeb7d2d3da3aeb9ac721f227",
  mute_lifted: "e3ebc2cbd3062f2e6fb8e03b71f681c413a222657b374d8376e6137ebedf7ba8",
  task_completed: "7e37b3927d8957b8401620d54d8b4be967d2911d034a91bf7cead343531ea6a6",
  task_released: "66fae7083d167fe1e7a4cf6d5a228d2624713d5e780943b304ff05a8b3e05341",
  task_released_fork: "1108a65f25d73df7afd8ce6f90e245120a17861987f427609e6c00480b9fe54c",
  fork_proven: "b3313232dbcd229c3f8e28086fcfad392a1c018ff31b3ccd25f5ef30d298cfee",
  contracts_stated: "bdc32e75c9ecc6defb60663c5df28a374e2f91ae987cff092b398fc9860ebd27",
  delivery_noted: "97e1d61fef4be56dfc714b84f3b7b551b3086ec73e64c5c2792574f8c7d2eb4b"
} as const

const seeds = {
  seed_dependency_detected: "f658cbc63837f6c0c005d62a364542d4a16ca5a0e22ccb4b3a5a9079e7a71fb2",
  seed_coordination_plan: "4e666bb755ffc1bd4b111490a28ca86cef1e1ad381753dceccad78a4b7f52654",
  seed_coordination_response: "3bb8b482d92d4b1e03c6f0e425e5ea3c7e2fa72605832494717e46a6d77f26e4",
  seed_session_message: "c85ee33f1316718788b39a310946ff12c703443aba609b34f578dcb9ab7d54cd",
  seed_escalation: "5ce6a6d785526b28e71ab2e8024f96caa805bc663f32a3ddb1f57a533bf30d18",
  seed_resolution: "875523691f7c5c0a26eb0c5af28372a6d0ac8e9540fd1568a6dd834db3c41653"
} as const

const rulings = {
  ruling_decide_session: "dcfa6641339567e7be4cc169e9c2b7c6a1649b98a2ec06c304e362181b3be0fe",
  ruling_add_person: "0ca6970ec34d96f664c037e5c39a57c6c6cddbd8febfe4cc6ef6eee9ecd14001",
  ruling_revoke_person: "325cf5ab2cb7794ade37dcec67d366690bfbde6afdbc6756256e1bd6d328c046",
  ruling_add_member: "5a4d57b44a61509e075485554be89b229797ac9e81d23c2739a9fa91038a622c",
  ruling_revoke_member: "6f3eb327a9b61c57b54c812e850dbdcfca4fe325a8d1312c139b056d6eb3535c"
} as const

const fold = (names: ReadonlyArray<string>) =>
  Replica.evolveAll(Replica.empty(Paper.person("golden founder")), names.map((name) => whole(golden(name))))

describe("Golden files", () => {
  it("every file is pinned, and every type has a file", () => {
    assert.deepStrictEqual(goldenNames, Object.keys({ ...facts, ...seeds, ...rulings }).sort())
    const types = new Set(Object.keys(facts).map((name) => whole(golden(name)).data.message_type))
    assert.deepStrictEqual([...types].sort(), Object.keys(table).sort() as Array<never>)
  })

  for (const [name, id] of Object.entries({ ...facts, ...seeds })) {
    it(`${name} decodes to its id, and the writer writes it byte for byte`, () => {
      const payload = golden(name)
      const fact = whole(payload)

      assert.strictEqual<string>(fact.id, id)
      if (name in facts) assert.strictEqual(rewritten(payload), payload)
    })
  }

  for (const [name, id] of Object.entries(rulings)) {
    it(`${name} decodes to its id`, () => {
      assert.strictEqual(Result.getOrThrow(Decode.ruling(opened(golden(name)))).id as string, id)
    })
  }

  it("the session of the golden facts, its plans and its status stay what they are", () => {
    const replica = fold(Object.keys(facts).filter((name) => !name.startsWith("ruling")))
    const opening = whole(golden("dependency_detected"))
    const session = Replica.sessionById(replica, Session.subject(opening) ?? "")

    assert.strictEqual(session?.id, "dep_7584ead04438a99ac7e7cf75eab89935fbfa168b")
    assert.deepStrictEqual(
      [1, 2].map(
        (round) => Paper.planHash(whole(golden(`coordination_plan${round === 1 ? "" : "_round_2"}`)))
      ) as
        Array<string>,
      [
        "c8047a653ee69f68f83f3b89362757f584d3b339df375c5aa1d2905f4076f723",
        "57d71a94f3061a6fa7b3bcf8000814e419aaf019d0e781f98752c481f7f4d775"
      ]
    )
    // A member forked (fork_proven is among the files), so what it agreed to is disputed.
    assert.strictEqual(session && Status.statusOf(session, Replica.world(replica)), "disputed")
  })
})

describe("The seed's six messages", () => {
  it("their free-form session ids open no session, and nothing they say changes one", () => {
    const replica = fold(Object.keys(seeds))

    assert.deepStrictEqual(Replica.openedSessions(replica), [])
    const own = Object.keys(facts).filter((name) => name !== "fork_proven" && name !== "task_released_fork")
    const statuses = (names: ReadonlyArray<string>) => {
      const folded = fold(names)
      return Replica.openedSessions(folded).map((each) => [
        each.id,
        Status.statusOf(each, Replica.world(folded))
      ])
    }
    assert.deepStrictEqual(statuses([...own, ...Object.keys(seeds)]), statuses(own))
  })

  it("H3: a coordination_response without stance and plan hash is a message, never a vote", () => {
    const response = whole(golden("seed_coordination_response"))
    const { data } = response
    assert.strictEqual(data.message_type, "coordination_response")

    assert.isUndefined(Vote.fromFact(response))
    const session = Session.evolve(Session.empty("dep_1_42_1727692800"), response)
    assert.deepStrictEqual(
      [...session.messages].map(([, { text }]) => text),
      ["I agree with the proposed sequence. API spec will be ready by EOD."]
    )
    assert.deepStrictEqual([...session.votes], [])
  })

  it("H4: the seed's own sample plan, which says \"reviewed and approved\", is no vote and no plan", () => {
    const plan = whole(golden("seed_coordination_plan"))
    const session = Session.evolve(Session.empty("dep_1_42_1727692800"), plan)

    assert.include(JSON.stringify(plan.data), "reviewed and approved")
    assert.deepStrictEqual([[...session.votes], [...session.plans]], [[], []])
  })
})

/** What the writer makes of the same data at the same place. */
const rewritten = (payload: string): string => {
  const { data: { embedded = [], ...data }, ...header } = JSON.parse(payload) as {
    readonly data: Statement & { readonly embedded?: ReadonlyArray<FactId> }
    readonly from: Writer.State["node"]
    readonly log: Writer.State["log"]
    readonly seq: number
    readonly prev?: FactId
    readonly timestamp: string
    readonly live_from: Writer.Surroundings["liveFrom"]
  }
  const written = Writer.write(
    { node: header.from, log: header.log, next: header.seq, last: header.prev },
    draft(data, embedded),
    { wallMillis: Date.parse(header.timestamp), liveFrom: header.live_from, embedded }
  )
  return Result.getOrThrow(written).payload
}
