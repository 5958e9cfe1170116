/**
 * Forgetting and recalling, for the whole of a node's state.
 */
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Forks from "../ban/Forks.ts"
import type { Fact } from "../fact/Fact.ts"
import type { Moment } from "../machine/Machine.ts"
import * as DetectionMachine from "../detection/DetectionMachine.ts"
import * as Attention from "../duty/Attention.ts"
import * as Forget from "../memory/Forget.ts"
import * as Memory from "../memory/Memory.ts"
import * as Recall from "../memory/Recall.ts"
import type { State } from "./Coordination.ts"

/** What is in memory, as `Recall` asks. */
export const memoryOf = ({ detection, replica }: Pick<State, "detection" | "replica">): Recall.Memory => ({
  replica,
  isIndexed: (claim) => HashMap.has(detection.index.entries, claim)
})

/** Facts that came back from the store: as what was asked for, and those whose places were. */
export interface Recalled {
  readonly subjects: ReadonlyArray<string>
  readonly facts: ReadonlyArray<Fact>
  readonly places: ReadonlyArray<Fact>
  /** Sessions past retention, with their status. */
  readonly past: ReadonlyArray<readonly [session: string, status: string]>
}

/** Puts back what came back; it was decided on before, so nothing follows from it. */
export const recalled = <S extends Pick<State, "memory" | "replica">>(
  state: S,
  { facts, past, places, subjects }: Recalled
): S => {
  const replica = Recall.fold(state.replica, new Set(subjects), facts)
  return {
    ...state,
    replica: { ...replica, forks: places.reduce(Forks.recall, replica.forks) },
    memory: {
      ...state.memory,
      recalled: state.memory.recalled + facts.length,
      past: HashMap.setMany(state.memory.past, past)
    }
  }
}

/** Are more sessions in memory than there should be? */
export const isCrowded = ({ replica }: State): boolean =>
  replica.sessions.size > Memory.sessionsMax

export const isDue = ({ memory, replica, settings }: State, at: Moment): boolean =>
  Memory.isDue(memory, replica.sessions.size, settings.cleanupMillis, at)

/** Forgets what is over; all of it has to be stored. */
export const cleaned = (before: State, at: Moment): State => {
  const state = { ...before, detection: DetectionMachine.cleaned(before.detection) }
  const replica = Forget.replica({
    ...memoryOf(state),
    node: state.node,
    wallMillis: at.wallMillis,
    isAttended: (session) =>
      HashMap.has(state.duties, session) || Attention.isHeldBack(state.attention, session),
    heads: state.catchUp.heads,
    cleanedHeads: state.memory.cleanedHeads,
    placesRemembered: state.settings.placesRemembered,
    quorum: state.settings.quorum
  })
  const { forgotten } = state.memory
  const [then, now] = [sizes(state.replica), sizes(replica)]
  return {
    ...state,
    replica,
    open: HashSet.filter(state.open, (id) => replica.sessions.has(id)),
    // After a restart what is over is attended to until the next tick, which may come too late.
    duties: HashMap.filter(state.duties, (_, id) => replica.sessions.has(id)),
    memory: {
      ...state.memory,
      cleanedMillis: at.monotonicMillis,
      cleanedHeads: state.catchUp.heads,
      past: HashMap.empty(),
      forgotten: {
        sessions: forgotten.sessions + then.sessions - now.sessions,
        claims: forgotten.claims + then.claims - now.claims,
        places: forgotten.places + then.places - now.places
      }
    }
  }
}

const sizes = ({ forks, sessions, tasks }: State["replica"]): Memory.Counts => ({
  sessions: sessions.size,
  claims: tasks.claims.size,
  places: Forks.size(forks)
})
