/**
 * The folds under test, as `Laws` takes them.
 */
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import type { Fold, StatusFold } from "@chorus/coordination-core/testing/Laws"
import * as Paper from "@chorus/coordination-core/testing/Paper"

const { founder } = Paper.make()

export const replica: Fold<Replica.Replica> = {
  initial: Replica.empty(founder),
  evolve: Replica.evolve
}

export const statuses: StatusFold<Replica.Replica> = {
  ...replica,
  statuses: (state) =>
    new Map(Replica.openedSessions(state).map((session) =>
      [session.id, Status.statusOf(session, Replica.world(state))] as const
    )),
  certified: (state) =>
    new Map(Replica.openedSessions(state).map((session) =>
      [session.id, Status.certificatesOf(session).map((certificate) => certificate.plan)] as const
    ))
}
