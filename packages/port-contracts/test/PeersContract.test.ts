/**
 * The test of the test: right peers keep every promise of the contract, and each wrong one breaks
 * the promise it is meant to break.
 *
 * The right one runs the server inside the request itself: as small as peers can be.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import {
  type PeerChange,
  Peers,
  PeersError,
  type Server
} from "@chorus/coordination-core/ports/Peers"
import { PubSub } from "@chorus/coordination-core/ports/PubSub"
import { Patience } from "@chorus/port-contracts/Check"
import * as PeersContract from "@chorus/port-contracts/PeersContract"
import { links, type Topology } from "@chorus/port-contracts/Topology"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"

interface Paper {
  readonly self: NodeId
  readonly neighbours: Map<NodeId, Paper>
  readonly watchers: Set<(change: PeerChange) => void>
  server: Server | undefined
}

/** What can be wrong with peers. */
interface Faults {
  readonly known: (peers: ReadonlyArray<NodeId>) => ReadonlyArray<NodeId>
  readonly tellsGone: boolean
  readonly bytes: (message: Uint8Array) => Uint8Array
  readonly bytesMax: number
  readonly answerBytesMax: number
  readonly asks: (from: NodeId, to: NodeId) => NodeId
  readonly atOnce: number
  readonly mixes: boolean
  readonly diesWithServer: boolean
  readonly failsForGood: boolean
  readonly waitsForServer: boolean
  readonly reaches: "neighbours" | "all"
  readonly seconds: number
  readonly manyServers: boolean
  readonly servesOn: boolean
}

const none: Faults = {
  known: (peers) => peers,
  tellsGone: true,
  bytes: (message) => message.slice(),
  bytesMax: 1024 * 1024,
  answerBytesMax: 1024 * 1024,
  asks: (from) => from,
  atOnce: 8,
  mixes: false,
  diesWithServer: false,
  failsForGood: false,
  waitsForServer: false,
  reaches: "neighbours",
  seconds: 30,
  manyServers: false,
  servesOn: false
}

const error = (message: string) => new PeersError({ message })

const peers = (self: Paper, all: ReadonlyArray<Paper>, faults: Faults): Peers["Service"] => {
  const places = Semaphore.makeUnsafe(faults.atOnce)
  let last: Uint8Array | undefined
  let broken = false

  const answer = (server: Server, request: Uint8Array, peer: NodeId) =>
    Effect.suspend(() => server(request, faults.asks(self.self, peer))).pipe(
      faults.diesWithServer
        ? (served) => served
        : Effect.catchCause(() => {
          broken = faults.failsForGood
          return Effect.fail(error(`${peer} failed`))
        }),
      Effect.timeoutOrElse({
        duration: Duration.seconds(faults.seconds),
        orElse: () => Effect.fail(error(`${peer} is silent`))
      })
    )

  return Peers.of({
    self: self.self,
    addresses: Effect.succeed([]),
    links: Effect.succeed([]),
    changes: Stream.callback<PeerChange>((queue) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const watcher = (change: PeerChange) => void Queue.offerUnsafe(queue, change)
          self.watchers.add(watcher)
          const known = faults.known([...self.neighbours.keys()])
          known.forEach((peer) => watcher({ _tag: "Connected", peer }))
          return watcher
        }),
        (watcher) => Effect.sync(() => self.watchers.delete(watcher))
      )
    ),
    request: (peer, request) =>
      Effect.gen(function*() {
        const to = faults.reaches === "all"
          ? all.find((paper) => paper.self === peer)
          : self.neighbours.get(peer)
        if (request.length > faults.bytesMax) return yield* error(`over ${faults.bytesMax} bytes`)
        if (to === undefined || broken) return yield* error(`${peer} is not there`)
        if (to.server === undefined) {
          return yield* faults.waitsForServer ? Effect.never : error(`${peer} serves nobody`)
        }
        const given = yield* answer(to.server, faults.bytes(request), peer)
        if (given.length > faults.answerBytesMax) {
          return yield* error(`over ${faults.answerBytesMax} bytes`)
        }
        const mixed = faults.mixes ? last ?? given : given
        last = given
        return faults.bytes(mixed)
      }).pipe(places.withPermit),
    serve: (server) =>
      Effect.acquireRelease(
        Effect.suspend(() => {
          if (!faults.manyServers && self.server !== undefined) return Effect.fail(error("taken"))
          self.server = server
          return Effect.void
        }),
        () => Effect.sync(() => { if (!faults.servesOn) self.server = undefined })
      )
  })
}

const leave = (paper: Paper, faults: Faults) =>
  Effect.sync(() => {
    for (const neighbour of paper.neighbours.values()) {
      neighbour.neighbours.delete(paper.self)
      if (!faults.tellsGone) continue
      neighbour.watchers.forEach((watcher) => watcher({ _tag: "Gone", peer: paper.self }))
    }
    paper.neighbours.clear()
  })

const pubsub = PubSub.of({ publish: () => Effect.void, subscribe: () => Effect.void })

const topology = (wrong: Partial<Faults> = {}): Topology => (size, shape) =>
  Effect.sync(() => {
    const faults = { ...none, ...wrong }
    const papers = Array.from({ length: size }, (_, at): Paper => ({
      self: NodeId.make(`12D3KooW${String(at + 1).repeat(44)}`),
      neighbours: new Map(),
      watchers: new Set(),
      server: undefined
    }))
    for (const [a, b] of links(size, shape)) {
      papers[a]!.neighbours.set(papers[b]!.self, papers[b]!)
      papers[b]!.neighbours.set(papers[a]!.self, papers[a]!)
    }
    return papers.map((paper) => ({
      pubsub,
      peers: peers(paper, papers, faults),
      leave: leave(paper, faults)
    }))
  })

PeersContract.suite("right ones", topology())

describe("wrong peers break their promise", () => {
  const wrong: ReadonlyArray<readonly [title: string, breaks: RegExp, faults: Partial<Faults>]> = [
    ["that do not tell who is there", /changes begin/, { known: () => [] }],
    ["that tell a peer twice", /changes begin/, { known: (known) => [...known, ...known].sort() }],
    ["that do not tell who leaves", /who leaves/, { tellsGone: false }],
    ["that clear the high bit of each byte", /byte for byte/, {
      bytes: (message) => message.map((byte) => byte & 0x7f)
    }],
    ["that lose a blank at the end", /byte for byte/, {
      bytes: (message) => message.at(-1) === 0 ? message.slice(0, -1) : message
    }],
    ["that take less than they should", /of 1 MiB arrive/, { bytesMax: 1024 * 1024 - 1 }],
    ["that tell the wrong asker", /who asks/, { asks: (_, to) => to }],
    ["that ask one at a time", /do not mix/, { atOnce: 1 }],
    ["that mix answers", /do not mix/, { mixes: true }],
    ["that die with the server", /fails or dies/, { diesWithServer: true }],
    ["that never ask again after a failure", /fails or dies/, { failsForGood: true }],
    ["that take a request of any size", /request over/, { bytesMax: Infinity }],
    ["that take an answer of any size", /answer over/, { answerBytesMax: Infinity }],
    ["that wait for a server", /serves nobody/, { waitsForServer: true }],
    ["that keep on serving", /serves nobody/, { servesOn: true }],
    ["that reach everybody", /not connected/, { reaches: "all" }],
    ["that wait for ever", /never answered/, { seconds: 100_000 }],
    ["that have many servers", /one server/, { manyServers: true }]
  ]

  for (const [title, breaks, faults] of wrong) {
    it.live(title, () =>
      Effect.gen(function*() {
        const broken = PeersContract.promises.filter((promise) => breaks.test(promise.title))
        assert.lengthOf(broken, 1)

        for (const { check } of broken) {
          const outcome = yield* Effect.exit(
            check(topology(faults)).pipe(Effect.timeout("500 millis"))
          )
          assert.isTrue(Exit.isFailure(outcome))
        }
      }).pipe(Effect.provideService(Patience, Duration.millis(500))))
  }
})
