/**
 * Two claims, a plan and two votes become an agreement: facts, folded. Nothing else is needed.
 *
 *     node examples/01-fold-a-session.ts
 */
import { Replica, Status } from "@chorus/coordination-core"
import * as Paper from "@chorus/coordination-core/testing/Paper"

const paper = Paper.make()
const [api, web] = [paper.agent("one", "api"), paper.agent("two", "web")] as const
const session = Paper.session(paper.depend(paper.claim(api, "backend#1"), paper.claim(web, "app#2")))
const plan = paper.propose(session, api)
paper.certify(api.node, session, [paper.vote(api, plan, "agree"), paper.vote(web, plan, "agree")])

// In any order, with any doubles, the same facts give the same state.
const replica = [...paper.facts, ...paper.facts].reverse()
  .reduce(Replica.evolve, Replica.empty(paper.founder))
const opened = Replica.sessionById(replica, session)
console.log(opened === undefined ? "unknown" : Status.statusOf(opened, Replica.world(replica)))
