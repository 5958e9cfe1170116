/**
 * The addresses that a person writes: where to listen, and whom to dial first.
 */
import { peerIdFromString } from "@libp2p/peer-id"
import type { PeerInfo } from "@libp2p/interface"
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr"
import * as Effect from "effect/Effect"
import { HostError } from "./HostError.ts"

/** Checks an address to listen on, like `/ip4/127.0.0.1/tcp/4001`; port 0 is any free port. */
export const listen = (text: string): Effect.Effect<string, HostError> =>
  parsed(text, "/ip4/127.0.0.1/tcp/4001", (address) =>
    /^\/ip[46]\/[^/]+\/tcp\/\d+$/.test(address.toString()) ? text : undefined)

const direct = String.raw`^/(?:ip[46]|dns[46]?)/[^/]+/tcp/\d+/p2p/(\w+)`

/** Reads the address of a peer, like `/ip4/192.0.2.7/tcp/4001/p2p/12D3KooW…`; it may lead through a relay. */
export const bootstrap = (text: string): Effect.Effect<PeerInfo, HostError> =>
  peer(text, new RegExp(`${direct}(?:/p2p-circuit/p2p/(\\w+))?$`))

/** Reads the address of a relay, which leads to it without another one. */
export const relay = (text: string): Effect.Effect<PeerInfo, HostError> =>
  peer(text, new RegExp(`${direct}$`))

/** Does an address lead through a relay? */
export const isRelayed = ({ multiaddrs }: PeerInfo): boolean =>
  multiaddrs.some((address) => address.toString().includes("/p2p-circuit"))

/** The IP addresses that a peer's addresses begin with. */
export const hosts = ({ multiaddrs }: PeerInfo): ReadonlyArray<string> =>
  multiaddrs.flatMap((address) => /^\/ip[46]\/([^/]+)/.exec(address.toString())?.slice(1) ?? [])

const peer = (text: string, form: RegExp) =>
  parsed(text, "/ip4/192.0.2.7/tcp/4001/p2p/PEER-ID", (address) => {
    const [, first, beyond] = form.exec(address.toString()) ?? []
    const id = beyond ?? first
    return id === undefined ? undefined : { id: peerIdFromString(id), multiaddrs: [address] }
  })

const parsed = <A>(
  text: string,
  like: string,
  read: (address: Multiaddr) => A | undefined
): Effect.Effect<A, HostError> => {
  const malformed = (cause?: unknown) =>
    new HostError({
      reason: "address_malformed",
      message: `"${text}" is not an address like ${like}`,
      ...(cause === undefined ? {} : { cause })
    })
  return Effect.try({ try: () => read(multiaddr(text)), catch: malformed }).pipe(
    Effect.flatMap((found) =>
      found === undefined ? Effect.fail(malformed()) : Effect.succeed(found)
    )
  )
}
