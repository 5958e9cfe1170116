/**
 * Which mesh a node belongs to: the one it stored, else the one it joins or founds.
 *
 * The `up` that founds a mesh makes the operator's key, whose holder may rule; a node that joins
 * takes the settings of the first peer that answers, and keeps them from then on.
 */
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import { MeshSettings } from "@chorus/coordination-core/mesh/MeshSettings"
import { FactStore, type StoreError } from "@chorus/coordination-core/ports/FactStore"
import { Peers } from "@chorus/coordination-core/ports/Peers"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as Exchange from "@chorus/runtime/Exchange"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import type { Config } from "./cli/Config.ts"
import * as Failure from "./cli/Failure.ts"
import type { Files } from "./cli/Files.ts"
import * as Print from "./cli/Print.ts"

/** How the node came to its mesh. */
export interface Membership {
  readonly mesh: MeshSettings
  readonly how: "founded" | "joined" | "known"
}

const noteName = "mesh"
const MeshText = Schema.fromJsonString(MeshSettings)

/**
 * The mesh of this node; makes the operator's key when it founds one. A node that was invited is in
 * the mesh of that founder, or in none.
 */
export const membership = Effect.fnUntraced(function*(
  { values }: Config,
  files: Files,
  founder?: string
): Effect.fn.Return<Membership, Failure.Failure | StoreError | KeyFile.KeyFileError, FactStore | Peers> {
  const store = yield* FactStore
  const stored = yield* store.note(noteName)
  if (stored !== undefined) {
    const mesh = yield* Effect.mapError(
      Schema.decodeUnknownEffect(MeshText)(stored),
      ({ message }) => Failure.make("failure", `${files.db} holds mesh settings of another form: ${message}`)
    )
    return { mesh: yield* foundedBy(founder, mesh), how: "known" }
  }
  const joins = joinsMesh(values)
  if (!joins && !existsSync(files.operatorKey) && (yield* hasFacts(store))) {
    return yield* Failure.make(
      "failure",
      `${files.db} has facts and no mesh settings: go back to its mesh with --bootstrap ADDRESS`
    )
  }
  const mesh = joins ? yield* foundedBy(founder, yield* joined(values)) : yield* founded(values, files)
  yield* keep(store, mesh)
  return { mesh, how: joins ? "joined" : "founded" }
})

const foundedBy = (founder: string | undefined, mesh: MeshSettings) =>
  founder === undefined || founder === mesh.founder ? Effect.succeed(mesh) : Effect.fail(Failure.make(
    "failure",
    `the token is for the mesh of ${founder}, and this is that of ${mesh.founder}; ` +
      "another --db begins anew, and `chorus pair` there makes a fresh token"
  ))

/** Notes which mesh the node belongs to. */
export const keep = (store: FactStore["Service"], mesh: MeshSettings) =>
  store.setNote(noteName, JSON.stringify(mesh))

/** Whether the settings say to join a mesh instead of founding one. */
export const joinsMesh = ({ bootstrap, join }: Config["values"]): boolean => join || bootstrap !== undefined

const hasFacts = (store: FactStore["Service"]) =>
  Effect.map(Stream.runCollect(Stream.take(store.facts, 1)), (facts) => facts.length > 0)

/** A fresh name for a log. */
export const drawNonce = Effect.sync(() => LogNonce.make(randomBytes(8).toString("hex")))

const founded = Effect.fnUntraced(function*(values: Config["values"], files: Files) {
  const key = yield* KeyFile.readOrMake(files.operatorKey)
  const { self } = yield* Peers
  return yield* Effect.mapError(
    Schema.decodeUnknownEffect(MeshSettings)({
      founder: PersonId.make(Libp2pSigner.make(key).self),
      membership: values.membership,
      ...(values.membership === "listed" ? { firstMember: self } : {}),
      policy: values.policy,
      maxParticipants: values.maxParticipants,
      escalationThreshold: values.escalationThreshold,
      maxSessionDurationMillis: Math.round(values.maxSessionDuration * 60_000),
      coordinationHops: values.coordinationHops
    }),
    ({ message }) => Failure.make("usage", `no mesh can have such settings: ${Print.oneLine(message)}`)
  )
})

/** Peers that only carry connections to others: a relay may belong to any mesh. */
const carriers = ({ bootstrap, relay = "" }: Config["values"]): ReadonlySet<string> => {
  if (bootstrap === undefined) return new Set()
  const ways = bootstrap.split(",").map((address) => address.trim().split("/p2p-circuit"))
  const idOf = (address = "") => address.split("/p2p/").at(-1) ?? ""
  const sought = new Set(ways.map((way) => idOf(way.at(-1))))
  const passed = [relay, ...ways.flatMap((way) => way.slice(0, -1))].map(idOf)
  return new Set(passed.filter((id) => !sought.has(id)))
}

/** Asks each peer that connects, until one says which mesh it belongs to. */
const joined = Effect.fnUntraced(function*(values: Config["values"]) {
  const { bootstrap, joinTimeout } = values
  const unasked = carriers(values)
  const peers = yield* Peers
  yield* Print.say(`joining: waiting for ${bootstrap ?? "a node on the local network"} …`)
  const asked = peers.changes.pipe(
    Stream.filter(({ _tag, peer }) => _tag === "Connected" && !unasked.has(peer)),
    Stream.mapEffect(({ peer }) =>
      Exchange.settingsOf(peers, peer).pipe(
        Effect.retry(Schedule.spaced("1 second").pipe(Schedule.upTo({ times: 5 }))),
        Effect.match({ onFailure: () => [], onSuccess: (mesh) => [mesh] })
      ), { concurrency: 4 }),
    Stream.flatMap((found) => Stream.fromIterable(found)),
    Stream.take(1),
    Stream.runCollect
  )
  const [mesh] = yield* Effect.timeoutOrElse(asked, {
    duration: Duration.seconds(joinTimeout),
    orElse: () =>
      Effect.fail(Failure.make(
        "unavailable",
        `no node answered within ${joinTimeout} seconds (${bootstrap ?? "mdns"}); ` +
          "is it running, and is the address right? A private mesh is joined with `chorus join TOKEN`"
      ))
  })
  if (mesh === undefined) return yield* Failure.make("unavailable", "no node said which mesh it belongs to")
  return mesh
})
