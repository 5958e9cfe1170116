/**
 * How sessions are tested, and how a fold and a machine of your own are: over any history of facts, in
 * any order, with any doubles. The laws find out which of the two ways to count claims is wrong.
 *
 *     node examples/06-property-test-the-session.ts
 */
import type { Fact } from "@chorus/coordination-core/fact/Fact"
import type { Decision } from "@chorus/coordination-core/machine/Machine"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Arbitraries from "@chorus/coordination-core/testing/Arbitraries"
import * as ConsensusLaws from "@chorus/coordination-core/testing/ConsensusLaws"
import * as Laws from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"
import * as fc from "fast-check"

/** Sessions: the status of each, and which of its plans are certified. */
const sessions: Laws.StatusFold<Replica.Replica> = {
  initial: Replica.empty(Paper.make().founder),
  evolve: Replica.evolve,
  statuses: (replica) =>
    new Map(Replica.openedSessions(replica).map((session) =>
      [session.id, Status.statusOf(session, Replica.world(replica))])),
  certified: (replica) =>
    new Map(Replica.openedSessions(replica).map((session) =>
      [session.id, Status.certificatesOf(session).map(({ plan }) => plan)]))
}

const isClaim = ({ data }: Fact): boolean => data.message_type === "task_claimed"

/** The ids of all claims: a set, however it is filled. */
const asSet = {
  initial: [],
  evolve: (ids: ReadonlyArray<string>, fact: Fact): ReadonlyArray<string> =>
    isClaim(fact) ? [...new Set([...ids, fact.id])].sort() : ids
}

/** A number, which a fact that comes twice raises twice. */
const asNumber = {
  initial: 0,
  evolve: (count: number, fact: Fact): number => isClaim(fact) ? count + 1 : count
}

/** A machine: it asks for help once, at the third claim that waits. */
const queue = {
  initial: 0,
  decide: (waiting: number, input: "claim" | "end"): Decision<number, "help"> => ({
    state: Math.max(0, waiting + (input === "claim" ? 1 : -1)),
    drafts: [],
    outputs: input === "claim" && waiting === 2 ? ["help"] : []
  })
}
const inputs = fc.array(fc.constantFrom("claim", "end"))
const bounds = { draftsMax: 0, outputsMax: 1 }

/** In a test file each law is a test: `for (const law of laws) it(law.title, () => law.check())`. */
const broken = (laws: ReadonlyArray<Laws.Law>): ReadonlyArray<string> =>
  laws.flatMap((law) => {
    try {
      law.check(20)
      return []
    } catch {
      return [law.title]
    }
  })

console.log(`sessions: ${broken(ConsensusLaws.laws(sessions)).length} laws broken`)
console.log(`as a set: ${broken(Laws.fold(asSet, Arbitraries.facts(10))).length} laws broken`)
console.log(`as a number: ${broken(Laws.fold(asNumber, Arbitraries.facts(10))).join("; ")}`)
console.log(`queue: ${broken(Laws.machine(queue, inputs, bounds)).length} laws broken`)
