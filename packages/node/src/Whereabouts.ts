/**
 * Where a node is reached and whom it dials: what the settings say, else what it noted last time.
 *
 * A node that is started again without flags listens where it listened, so that peers find it under
 * the address they know, dials the addresses that it was given to join, and is or uses a relay
 * as before.
 */
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import { Peers } from "@chorus/coordination-core/ports/Peers"
import type { Standing } from "@chorus/pubsub-libp2p/Relay"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { existsSync } from "node:fs"
import type { Config } from "./cli/Config.ts"
import type { Files } from "./cli/Files.ts"
import * as Hint from "./cli/Hint.ts"
import * as Print from "./cli/Print.ts"
import { bootstrapNote, noRelay, relayNote, relays } from "./cli/Settings.ts"
import * as Layers from "./Layers.ts"

const [listenNote, portNote] = ["listen", "port"]

/** The end of an address that leaves the port to the system. */
const anyPort = "/tcp/0"

/** Nodes that a relay carries at once. */
const reservationsMax = 32

/** The node's network, and whether it knows whom to dial. */
export const build = Effect.fnUntraced(function*({ explained, values }: Config, files: Files) {
  const store = yield* FactStore
  const bootstrap = values.bootstrap ?? (yield* store.note(bootstrapNote)) ?? ""
  const source = explained.find(({ name }) => name === "listen")?.source ?? "default"
  const isAsked = source !== "default"
  const before = isAsked ? undefined : yield* store.note(listenNote)
  const listen = before ?? values.listen
  const [picksPort, port] = [listen.includes(anyPort), isAsked ? undefined : yield* store.note(portNote)]
  if (before !== undefined) yield* Print.say(`listening on ${before}, as before; --listen changes it`)
  const relay = values.relay ?? (yield* store.note(relayNote)) ?? noRelay
  const at = (places: string) =>
    Layer.build(Layers.network({
      keyFile: files.nodeKey,
      listen: addresses(places),
      bootstrap: addresses(bootstrap),
      mdns: values.mdns,
      ...(relay === relays ? { relayFor: reservationsMax } : {}),
      ...(relay === relays || relay === noRelay ? {} : { relay: { address: relay, tell: tell(relay) } }),
      ...(existsSync(files.networkKey) ? { networkKeyFile: files.networkKey } : {})
    }))
  const network = yield* !picksPort || port === undefined ? at(listen) : Effect.catchIf(
    at(listen.replace(anyPort, `/tcp/${port}`)),
    ({ reason }) => reason === "port_in_use",
    () =>
      Effect.andThen(
        Print.say(`port ${port}, which this node had, is taken; peers that dial it need the new address`),
        at(listen)
      )
  )
  const reachable = yield* Context.get(network, Peers).addresses
  for (const [isOn, flag] of [[values.mdns, "--mdns"], [relay === relays, "--relay serve"]] as const) {
    if (!isOn || !reachable.every(isLoopback)) continue
    yield* Print.say(`${flag} finds no other machine while only loopback is listened on: add ${Hint.openly}`)
  }
  const remember = Effect.all([
    noted(store, bootstrapNote, values.bootstrap),
    noted(store, relayNote, values.relay),
    // A file may be of one repository, and anybody's: what it says holds where it is.
    noted(store, listenNote, source === "flag" || source === "environment" ? values.listen : undefined),
    noted(store, portNote, picksPort ? /\/tcp\/(\d+)/.exec(reachable[0] ?? "")?.[1] : undefined)
  ], { discard: true })
  return { network, remember, knowsPeers: bootstrap !== "" || values.mdns }
})

/** Says when the node is reached through its relay, and what keeps it from being. */
const tell = (relay: string) => (standing: Standing) =>
  Print.say(
    standing._tag === "Held"
      ? `this node is reached through the relay ${relay}`
      : `this node is not reached through the relay ${relay}: ${standing.why}; it keeps trying. ` +
        "Is a node up there with --relay serve, and in this network?"
  )

/** How others join a node: what they type, and what it takes to be reached from elsewhere. */
export const invitation = (reachable: ReadonlyArray<string>, isPrivate = false): string => {
  if (isPrivate) return "to let another node join, print it a token: chorus pair"
  // A node that has a relay has it for those whom its own addresses do not serve.
  const elsewhere = reachable.findLast((address) => !isLoopback(address))
  return elsewhere === undefined
    ? `to join it from this machine: chorus up --db OTHER.db --bootstrap ${reachable[0] ?? "ADDRESS"}\n` +
      `to be joined from another machine, start with ${Hint.openly}`
    : `to join it from another machine: chorus up --bootstrap ${elsewhere}`
}

const noted = (store: FactStore["Service"], name: string, value: string | undefined) =>
  value === undefined
    ? Effect.void
    : Effect.flatMap(store.note(name), (known) =>
      known === value ? Effect.void : store.setNote(name, value))

const isLoopback = (address: string): boolean => /^\/(ip4\/127\.|ip6\/::1\/)/.test(address)

const addresses = (setting: string): ReadonlyArray<string> =>
  setting.split(",").map((address) => address.trim()).filter((address) => address !== "")
