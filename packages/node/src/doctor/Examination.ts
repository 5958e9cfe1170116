/**
 * A look at the node, its database, keys and socket, and around it: what is, and what to do about it.
 *
 * It changes nothing. Of a database whose node runs it sees what was committed.
 */
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as SqliteSalvage from "@chorus/slurp/SqliteSalvage"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs"
import * as Client from "../api/Client.ts"
import type { Finding } from "../api/Findings.ts"
import { type Hint, on } from "../cli/CommandLine.ts"
import type { Config } from "../cli/Config.ts"
import type { Files } from "../cli/Files.ts"
import * as Clocks from "./Clocks.ts"
import * as Database from "./Database.ts"
import * as Standing from "./Standing.ts"
import * as Surroundings from "./Surroundings.ts"

/** With less room than this a node soon refuses what it is asked. */
const bytesFreeMin = 64 * 2 ** 20

/** What is, one finding each; those that need somebody have a remedy. */
export const examine = Effect.fnUntraced(function*(
  files: Files,
  config: Config
): Effect.fn.Return<ReadonlyArray<Finding>> {
  const isNamed = config.explained.some(({ name, source }) => name === "db" && source === "flag")
  const { finding, standing } = yield* nodeFinding(files, on(isNamed ? files.db : undefined))
  return [
    finding,
    ...yield* Surroundings.findings(config, standing?.status.addresses),
    ...yield* databaseFindings(files, (notes) =>
      standing === undefined ? [] : Standing.findings(standing, config, notes)),
    ...diskFindings(files),
    ...yield* keyFindings(files),
    ...socketFindings(files, standing !== undefined)
  ]
})

/** Was there never a node with this database? Then nothing is lost, and any start makes what is missing. */
const isNew = ({ db, nodeKey }: Files): boolean => !existsSync(db) && !existsSync(nodeKey)

const nodeFinding = (files: Files, hint: Hint) =>
  Effect.scoped(Effect.gen(function*() {
    const client = yield* Client.make(files.socket)
    const [status, { membership }] = [yield* client.status(), yield* client.mesh()]
    const own = (yield* client.members()).find((row) => row.own)
    return { status, membership, standing: own?.standing ?? "unlisted" } satisfies Standing.Standing
  })).pipe(
    Effect.match({
      onFailure: () => ({
        standing: undefined,
        finding: (isNew(files)
          ? { about: "node", says: `none yet; the first agent starts it, or \`${hint("up")}\`` }
          : { about: "node", says: "none is running", remedy: hint("up") }) satisfies Finding
      }),
      onSuccess: (standing) => {
        const { node, peers, pid, settled } = standing.status
        return {
          standing,
          finding: {
            about: "node",
            says: `${node} runs as process ${pid}, with ` +
              `${peers.length} ${peers.length === 1 ? "peer" : "peers"}` +
              (settled ? "" : ", and still asks them for its own older facts")
          } satisfies Finding
        }
      }
    })
  )

const repairs = ({ db }: Files): string => `chorus stop --db ${db}; chorus doctor --repair --db ${db}`

const databaseFindings = Effect.fnUntraced(function*(
  files: Files,
  noted: (notes: ReadonlyMap<string, string>) => ReadonlyArray<Finding>
): Effect.fn.Return<ReadonlyArray<Finding>> {
  if (!existsSync(files.db)) return [missingDatabase(files)]
  const read = yield* Effect.result(SqliteSalvage.read(files.db))
  if (Result.isFailure(read)) {
    return [{ about: "database", says: read.failure.message, remedy: "do that, and look again" }]
  }
  const salvaged = read.success
  const signer = yield* Effect.result(Effect.map(KeyFile.read(files.nodeKey), Libp2pSigner.make))
  // Without its key the facts stay unread; that the key is missing is a finding of its own.
  if (Result.isFailure(signer)) return []
  const nowMillis = yield* Clock.currentTimeMillis
  const judged = yield* Database.judge(salvaged, signer.success, nowMillis, false)
  const troubles = Database.troubles(salvaged, judged)
  const owner = salvaged.notes.get("node")
  const waiting = salvaged.events.filter(({ delivered }) => !delivered).length
  return [
    troubles.length > 0
      ? { about: "database", says: `${files.db}: ${troubles.join("; ")}`, remedy: repairs(files) }
      : {
        about: "database",
        says: `${judged.proven.length} facts, ${salvaged.events.length} events, ${waiting} of them on the way`
      },
    ...noted(salvaged.notes),
    ...Clocks.findings(judged.proven.map(({ fact }) => fact), signer.success.self, nowMillis),
    ...(owner === undefined || owner === signer.success.self ? [] : [{
      about: "key" as const,
      says: `${files.nodeKey} is the key of ${signer.success.self}, but the database is that of ${owner}`,
      remedy: `put the key of ${owner} back, or use a new database`
    }])
  ]
})

const missingDatabase = (files: Files): Finding => ({
  about: "database",
  ...(isNew(files)
    ? { says: `${files.db} comes with the first start` }
    : {
      says: `${files.db} is gone, and the node's key is there`,
      remedy: `chorus up --db ${files.db} --bootstrap ADDRESS: peers bring its facts back`
    })
})

const diskFindings = ({ db, folder }: Files): ReadonlyArray<Finding> => {
  if (!existsSync(folder)) return []
  const { bavail, bsize } = statfsSync(folder)
  const mebibytes = Math.floor(bavail * bsize / 2 ** 20)
  return [
    bavail * bsize < bytesFreeMin
      ? { about: "disk", says: `only ${mebibytes} MiB are free in ${folder}`, remedy: "make room" }
      : { about: "disk", says: `${mebibytes} MiB are free` },
    ...[folder, db].filter((path) => existsSync(path) && !isWritable(path)).map((path) => ({
      about: "disk" as const,
      says: `${path} cannot be written`,
      remedy: `let this user write to it: chmod u+w ${path}`
    }))
  ]
}

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

const keyFindings = Effect.fnUntraced(function*(files: Files) {
  const looked = [
    { about: "key", path: files.nodeKey, required: existsSync(files.db) },
    { about: "operator key", path: files.operatorKey, required: false }
  ] as const
  const found: Array<Finding> = []
  for (const { about, path, required } of looked) {
    if (!existsSync(path) && !required) continue
    const read = yield* Effect.result(KeyFile.read(path))
    found.push(
      Result.isSuccess(read)
        ? { about, says: Libp2pSigner.make(read.success).self }
        : { about, says: read.failure.message, remedy: `put ${path} back, for its owner alone (chmod 600)` }
    )
  }
  return found
})

const socketFindings = ({ socket }: Files, runs: boolean): ReadonlyArray<Finding> => {
  if (!existsSync(socket)) return []
  const open = (statSync(socket).mode & 0o077) !== 0
  if (open) {
    return [{ about: "socket", says: `${socket} can be opened by others`, remedy: `chmod 600 ${socket}` }]
  }
  const says = runs ? socket : `${socket} was left behind; the next \`chorus up\` replaces it`
  return [{ about: "socket", says }]
}
