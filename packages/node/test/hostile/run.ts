/**
 * Honest nodes beside as many hostile members, as `pnpm hostile` runs them.
 *
 *     pnpm hostile [--nodes 8] [--seconds 20] [--grace 10] [--attacks spam,forge,…] [--json]
 *
 * Some seconds in quiet, then the flood; the honest go on working all the while, and a session
 * waits for two votes that the hostile forge. It ends within its time in any case, and the process
 * of the hostile ends with it.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Deliberation from "@chorus/coordination-core/session/Deliberation"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { folder, until } from "../Nodes.ts"
import { attacks, type Name, scored, type Target } from "./Attacks.ts"
import * as Deliveries from "./Deliveries.ts"
import * as Honest from "./Honest.ts"

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "8" },
    seconds: { type: "string", default: "20" },
    grace: { type: "string", default: "10" },
    attacks: { type: "string", default: Object.keys(attacks).join(",") },
    json: { type: "boolean", default: false }
  }
})
const nodes = Number(values.nodes)
const seconds = Number(values.seconds)
const chosen = values.attacks.split(",")
const patienceSeconds = 240

const watched = scored.filter((name) => chosen.includes(name))

/** The goals. */
const shareMin = 0.999
const graylistedWithinSeconds = 10
const heapRatioMax = 1.5

/** After the flood, at most so long for what catch-up has to bring, and for scores to fall. */
const graceSeconds = Number(values.grace)

const workEvery = "500 millis"

setFlagsFromString("--expose-gc")
// The context of a new realm has what the flag exposes.
const gc = runInNewContext("gc") as () => void
const heapMegabytes = (): number => {
  gc()
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10
}

/** Each node claims a task now and then, until the scope closes. */
const working = (all: ReadonlyArray<Honest.Honest>) =>
  Effect.forEach(all, (honest, place) => {
    let count = 0
    const work = Effect.suspend(() =>
      Honest.ask(honest, Honest.claim(`agent${count % 20}`, `repo-${place}#${count++}`)))
    return Effect.forkScoped(Effect.forever(Effect.andThen(work, Effect.sleep(workEvery))))
  }, { discard: true })

const sessionAt = ({ node }: Honest.Honest) =>
  Effect.map(node.state, ({ replica }) => {
    const world = Replica.world(replica)
    const [session] = Replica.openedSessions(replica)
    const plan = session === undefined ? undefined : Deliberation.bestPlan(session, world)
    return session === undefined || plan === undefined ? undefined : {
      id: session.id,
      plan: plan.hash,
      status: Status.statusOf(session, world),
      votes: Deliberation.votesOn(session, world, plan.hash).length
    }
  })

/** A session of two honest nodes that waits for its votes, planned and known to both. */
const openSession = Effect.fnUntraced(function*(one: Honest.Honest, other: Honest.Honest) {
  yield* Honest.ask(one, Honest.claim("mover", "back#1", "table:orders=migrate"))
  yield* Honest.ask(other, Honest.claim("user", "front#2", "table:orders=use"))
  const found = yield* until("it is planned", sessionAt(one), (known) => known !== undefined)
  yield* until("both know the plan", sessionAt(other), (known) => known !== undefined)
  if (found === undefined) return yield* Effect.fail(new Error("no session"))
  return found
})

/** Both members agree, whereupon all know that it is resolved. */
const agree = Effect.fnUntraced(function*(all: ReadonlyArray<Honest.Honest>, session: string) {
  for (const [place, agent] of ["mover", "user"].entries()) {
    const [honest] = all.slice(place)
    if (honest === undefined) continue
    yield* Honest.ask(honest, {
      _tag: "Answer",
      agent: AgentName.make(agent),
      session,
      stance: "agree",
      reason: "it is clear",
      plan: undefined
    })
  }
  yield* until("all know that it is resolved", Effect.forEach(all, sessionAt), (known) =>
    known.every((each) => each?.status === "resolved"))
})

/** Starts the hostile; gives their ids, and what begins the flood. They end with the scope. */
const hostile = Effect.fnUntraced(function*(target: Target) {
  const file = fileURLToPath(new URL("attackers.ts", import.meta.url))
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [file, ...chosen], { stdio: ["pipe", "pipe", "inherit"] })),
    (running) => Effect.sync(() => running.kill("SIGKILL"))
  )
  child.stdin.write(`${JSON.stringify(target)}\n`)
  const line = yield* Effect.promise(() =>
    new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve)))
  // Written by the process that was started above.
  const ids = JSON.parse(line) as Record<Name, string>
  return { ids, begin: () => child.stdin.write("begin\n") }
})

/**
 * Notes after how many seconds each of the hostile had lost its last listener. A node parts from
 * whom it shuns, and gossip then forgets the score, so each node is looked at by itself.
 */
const graylisting = Effect.fnUntraced(function*(
  all: ReadonlyArray<Honest.Honest>,
  ids: Readonly<Record<Name, string>>
) {
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  const after: Partial<Record<Name, number>> = {}
  const afterCpu: Partial<Record<Name, number>> = {}
  const listening = new Map(watched.map((name) => [name, new Set(all)]))
  const look = Effect.sync(() => {
    for (const [name, left] of listening) {
      for (const honest of left) if (honest.shuns(ids[name])) left.delete(honest)
      if (left.size > 0 || after[name] !== undefined) continue
      const { system, user } = process.cpuUsage(cpu)
      after[name] = tenths((performance.now() - start) / 1000)
      afterCpu[name] = tenths((system + user) / 1e6)
    }
  })
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(look, Effect.sleep("100 millis"))))
  return { after, afterCpu }
})

const tenths = (value: number): number => Math.round(value * 10) / 10

/** Ends when something has come true, or has had its time. */
const given = (graceSeconds: number, isSo: () => boolean) =>
  Effect.repeat(Effect.sleep("100 millis"), { until: isSo }).pipe(
    Effect.timeoutOption(`${graceSeconds} seconds`)
  )

const pass = (howLong: number) => Effect.sleep(howLong * 1000)
const moment = Effect.sync(() => performance.now())

const run = Effect.gen(function*() {
  const all = yield* Honest.start(yield* folder, nodes)
  const [one, other] = all
  if (one === undefined || other === undefined) return yield* Effect.fail(new Error("too few nodes"))
  const session = yield* openSession(one, other)
  const deliveries = yield* Deliveries.watch(all)
  const { begin, ids } = yield* hostile({
    session: session.id,
    plan: session.plan,
    member: one.node.self,
    memberName: "mover",
    addresses: all.flatMap(({ addresses }) => addresses)
  })

  const quietFrom = yield* moment
  const measured = yield* Effect.scoped(Effect.gen(function*() {
    yield* working(all)
    yield* pass(seconds / 2)
    const [quietHeap, floodFrom] = [heapMegabytes(), yield* moment]
    begin()
    const { after: graylisted, afterCpu } = yield* graylisting(all, ids)
    yield* pass(seconds)
    yield* given(graceSeconds, () => watched.every((name) => graylisted[name] !== undefined))
    const [floodUntil, floodHeap] = [yield* moment, heapMegabytes()]
    return { quietHeap, floodFrom, floodUntil, floodHeap, graylisted, afterCpu }
  }))
  yield* given(graceSeconds, () =>
    deliveries.between(measured.floodFrom, measured.floodUntil).share === 1)
  const votesBefore = (yield* Effect.forEach(all, sessionAt)).map((known) => known?.votes)
  yield* agree(all, session.id)
  const quiet = deliveries.between(quietFrom, measured.floodFrom)
  const flooded = deliveries.between(measured.floodFrom, measured.floodUntil)
  const forgedVotes = Math.max(...votesBefore.map((count) => count ?? 0))
  return {
    honest: nodes,
    hostile: chosen,
    seconds,
    quiet,
    flooded,
    forged_votes: forgedVotes,
    graylisted_after: measured.graylisted,
    // Of this process, in which all honest nodes live: on a starved machine the truer measure.
    graylisted_after_cpu: measured.afterCpu,
    heap_quiet_mb: measured.quietHeap,
    heap_flooded_mb: measured.floodHeap,
    faults: [
      ...forgedVotes > 0 ? [`${forgedVotes} forged votes counted`] : [],
      ...flooded.share < shareMin ? [`only ${flooded.share} of what the honest stated arrived`] : [],
      ...watched
        .filter((name) => (measured.graylisted[name] ?? Infinity) > graylistedWithinSeconds)
        .map((name) => `${name} is still listened to after ${graylistedWithinSeconds} s`),
      ...measured.floodHeap > heapRatioMax * measured.quietHeap ? ["the heap grew too much"] : []
    ]
  }
}).pipe(Effect.scoped, Effect.timeout(`${2 * seconds + patienceSeconds} seconds`))

const stopping = new AbortController()
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort())
const report = await Effect.runPromise(run, { signal: stopping.signal })
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`)
else console.table(Object.entries(report).map(([what, value]) => ({ what, value: JSON.stringify(value) })))
process.exit(report.faults.length === 0 ? 0 : 1)
