/**
 * Wires on 127.0.0.1, for where network namespaces are not permitted: a relay between every two
 * nodes, whose plug is pulled to cut the halves from each other.
 */
import * as Effect from "effect/Effect"
import * as Relay from "./Relay.ts"
import { isAcross, type Line, type Wires } from "./Wires.ts"

const host = "127.0.0.1"

export const make = (line: Line): Wires => {
  const ports = new Map<number, number>()
  const [within, across] = [Relay.plug(), Relay.plug()]
  return {
    says: `relays on ${host}`,
    via: () => [],
    listen: () => `/ip4/${host}/tcp/0`,
    host: () => host,
    listens: (place, address) => ports.set(place, Number(address.split("/")[4])),
    address: (from, to) =>
      Relay.make({
        host,
        line,
        plug: isAcross(from, to) ? across : within,
        target: () => {
          const port = ports.get(to)
          return port === undefined ? undefined : { host, port }
        }
      }).pipe(Effect.map((port) => `/ip4/${host}/tcp/${port}`)),
    cut: Effect.sync(across.cut),
    heal: Effect.sync(across.heal)
  }
}
