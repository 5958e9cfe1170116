/**
 * A scene for session tests: two or more agents, their claims, an opened session, on paper.
 */
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Paper from "@chorus/coordination-core/testing/Paper"

/** A session of agents on nodes of their own, named a, b, c …; the first one opened it. */
export const scene = (names: ReadonlyArray<string> = ["a", "b"], kind?: "planning") => {
  const paper = Paper.make()
  const agents = names.map((name) => paper.agent(name, name))
  const claims = agents.map((agent, at) => paper.claim(agent, `repo-${names[at]}#1`))
  const opening = kind === undefined
    ? paper.depend(claims[0]!, claims[1]!)
    : paper.open(kind, claims)
  return { paper, agents, claims, opening, session: Paper.session(opening) }
}

/** The replica that all facts of a paper give. */
export const replicaOf = (paper: Paper.Paper) =>
  Replica.evolveAll(Replica.empty(paper.founder), paper.facts)

/** A session, and the world around it. */
export const look = (paper: Paper.Paper, id: string) => {
  const replica = replicaOf(paper)
  const session = Replica.sessionById(replica, id)
  if (session === undefined) throw new Error("no such session")
  return { replica, session, world: Replica.world(replica) }
}

/** The status of a session; undefined when there is none. */
export const statusOf = (paper: Paper.Paper, id: string): Status.Status | undefined => {
  const replica = replicaOf(paper)
  const session = Replica.sessionById(replica, id)
  return session === undefined ? undefined : Status.statusOf(session, Replica.world(replica))
}
