/**
 * A relay: a TCP server that carries each connection on to a node, as late as its line says.
 *
 * A packet that TCP loses arrives all the same, a retransmission later; so a relay that has to
 * lose packets holds a chunk and all behind it for that long. While the line is cut everything
 * waits, as in a cable that is pulled: no end is told.
 */
import * as Effect from "effect/Effect"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import type { Line } from "./Wires.ts"

/** What can be pulled out and put back. */
export interface Plug {
  readonly cut: () => void
  readonly heal: () => void
  /** Resolves when nothing is cut. */
  readonly whole: () => Promise<void>
}

/** Until TCP sends again what was lost. */
const retransmissionMillis = 200

/** So much waits in a line before its sender is held up. */
const waitingBytesMax = 4 * 1024 * 1024

export const plug = (): Plug => {
  let heal = () => {}
  let whole = Promise.resolve()
  return {
    cut: () => {
      whole = new Promise((resolve) => (heal = resolve))
    },
    heal: () => heal(),
    whole: () => whole
  }
}

export interface Relayed {
  /** Where the relay itself listens. */
  readonly host: string
  /** Where it carries to; none as long as nobody listens there. */
  readonly target: () => { readonly host: string; readonly port: number } | undefined
  readonly line: Line
  readonly plug: Plug
}

/** Starts a relay; gives its port. */
export const make = ({ host, line, plug: plugged, target }: Relayed) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
      const sockets = new Set<Socket>()
      const keep = (socket: Socket) => {
        sockets.add(socket)
        socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket))
      }
      const server = createServer((near) => {
        keep(near)
        const to = target()
        if (to === undefined) {
          near.destroy()
          return
        }
        const far = connect(to.port, to.host)
        keep(far)
        carry(near, far, line, plugged)
        carry(far, near, line, plugged)
      })
      const close = () => {
        server.close()
        for (const socket of sockets) socket.destroy()
      }
      server.listen(0, host, () => {
        // A server that listens on a port has an address of this form.
        const { port } = server.address() as AddressInfo
        resume(Effect.succeed({ port, close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  ).pipe(Effect.map(({ port }) => port))

const carry = (from: Socket, to: Socket, line: Line, plugged: Plug) => {
  let count = 0
  let waiting = 0
  // One after the other, since timers of different length may change places.
  let last: Promise<unknown> = Promise.resolve()
  const later = (task: () => void) => {
    const isLost = line.loss > 0 && ++count % Math.round(1 / line.loss) === 0
    const due = sleep(line.delayMillis + (isLost ? retransmissionMillis : 0))
    last = Promise.all([due, last]).then(plugged.whole).then(task)
  }
  from.on("data", (chunk: Buffer) => {
    waiting += chunk.length
    if (waiting > waitingBytesMax) from.pause()
    later(() => {
      waiting -= chunk.length
      if (waiting <= waitingBytesMax) from.resume()
      if (!to.destroyed) to.write(chunk)
    })
  })
  from.on("close", () => later(() => to.destroy()))
}
