/**
 * Hostile members as a process of their own, named by their attacks: a line of JSON on stdin says
 * whom to attack, another line begins it, and the end of stdin ends it.
 */
import type { Connection, Stream } from "@libp2p/interface"
import { identify } from "@libp2p/identify"
import { noise } from "@libp2p/noise"
import { tcp } from "@libp2p/tcp"
import { yamux } from "@libp2p/yamux"
import { multiaddr } from "@multiformats/multiaddr"
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as Effect from "effect/Effect"
import { createLibp2p } from "libp2p"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { type Attack, attacks, hello, type Target } from "./Attacks.ts"

/** Between two frames to one node: 100 frames a second, of up to 100 messages each. */
const pauseMillis = 10

const protocols = ["/meshsub/1.1.0"]

/** A machine under load is slow to connect. */
const patienceMillis = 60_000

/** Takes what comes and forgets it. */
const swallow = (stream: Stream) => stream.addEventListener("message", () => {})

const attacker = async (name: string, attack: Attack, target: Target, folder: string) => {
  const key = await Effect.runPromise(KeyFile.make(join(folder, name)))
  const node = await createLibp2p({
    privateKey: key,
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
    connectionManager: { addressDialTimeout: patienceMillis, dialTimeout: patienceMillis },
    // It would end a connection by itself when this machine is slow to answer.
    connectionMonitor: { enabled: false }
  })
  await node.handle(protocols, swallow)
  const next = await attack(target, Libp2pSigner.make(key))
  const connections = await Promise.all(target.addresses.map((address) => node.dial(multiaddr(address))))
  return { name, node, connections, next }
}

const roomIn = (stream: Stream) =>
  new Promise((resume) => {
    stream.addEventListener("drain", resume, { once: true })
    stream.addEventListener("close", resume, { once: true })
  })

/** Sends frames to one node until it will hear no more, then begins anew. */
const flood = async (connection: Connection, next: () => Uint8Array) => {
  while (connection.status === "open") {
    const stream = await connection.newStream(protocols)
    swallow(stream)
    stream.send(hello)
    while (stream.status === "open") {
      const bytes = next()
      // Asked for at once: the room may come back before the pause is over.
      const room = bytes.length === 0 || stream.send(bytes) ? undefined : roomIn(stream)
      await sleep(pauseMillis)
      if (stream.status === "open") await room
    }
  }
}

const folder = await mkdtemp(join(tmpdir(), "chorus-hostile-"))
const lines = createInterface(process.stdin)
lines.once("close", () => void rm(folder, { recursive: true, force: true }).then(() => process.exit(0)))
const read = () => new Promise<string>((resolve) => lines.once("line", resolve))

// Written by the run that started this process.
const target = JSON.parse(await read()) as Target
const chosen = Object.entries(attacks).filter(([name]) => process.argv.includes(name))
const all = await Promise.all(chosen.map(([name, attack]) =>
  attacker(name, attack, target, folder)))
const ids = Object.fromEntries(all.map(({ name, node }) => [name, node.peerId.toString()]))
process.stdout.write(`${JSON.stringify(ids)}\n`)
await read()
for (const { connections, next } of all) {
  for (const connection of connections) void flood(connection, next).catch(() => {})
}
