/**
 * Starts a node where none runs: `chorus up` by itself, its words in a file beside the database.
 *
 * Many agents may find at the same moment that no node runs. One of them starts it and the others
 * wait; should two start one after all, the database's lock lets one of them live.
 */
import { spawn } from "node:child_process"
import {
  closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync
} from "node:fs"
import { connect } from "node:net"
import { dirname } from "node:path"
import { Problem } from "./Problem.ts"

/** Where a node lives, and what starts it. */
export interface Place {
  readonly socket: string
  readonly log: string
  /** The arguments that this Node starts a node with. */
  readonly start: ReadonlyArray<string>
}

/** A node answers within seconds of its start, even on a busy machine. */
const patienceMillis = 60_000
const againMillis = 50
/** Who has not named a node by then was ended while starting one. */
const namedWithinMillis = 5000
/** A log that has grown beyond this begins anew with the next start. */
const logBytesMax = 1024 * 1024

/** Returns when the node answers; tells why when it does not. */
export const wake = async (place: Place): Promise<void> => {
  mkdirSync(dirname(place.log), { recursive: true, mode: 0o700 })
  const mark = `${place.log}.starting`
  let [isStarter, hasEnded] = [false, false]
  try {
    for (const from = performance.now(); !(await answers(place.socket));) {
      if (!isStarter && marked(mark)) {
        isStarter = true
        spawnNode(place, mark, () => (hasEnded = true))
      }
      const isLate = performance.now() - from > patienceMillis
      // Whoever holds the database is a node that is about to answer.
      if (isLate || (hasEnded && !/in use by another process/.test(lastWords(place)))) throw failed(place)
      await new Promise((resolve) => setTimeout(resolve, againMillis))
    }
  } finally {
    if (isStarter) rmSync(mark, { force: true })
  }
}

/** Whether this process is the one that starts the node. */
const marked = (mark: string): boolean => {
  if (isStale(mark)) rmSync(mark, { force: true })
  try {
    closeSync(openSync(mark, "wx", 0o600))
    return true
  } catch {
    return false
  }
}

/** A mark is nobody's when it is older than a start takes, or the node that it names is no more. */
const isStale = (mark: string): boolean => {
  const since = statSync(mark, { throwIfNoEntry: false })?.mtimeMs
  if (since === undefined) return false
  const ageMillis = Date.now() - since
  try {
    const node = Number(readFileSync(mark, "utf8"))
    return node === 0 ? ageMillis > namedWithinMillis : ageMillis > patienceMillis || !process.kill(node, 0)
  } catch {
    return true
  }
}

const spawnNode = ({ log, start }: Place, mark: string, ended: () => void): void => {
  const { size = 0 } = statSync(log, { throwIfNoEntry: false }) ?? {}
  const words = openSync(log, size > logBytesMax ? "w" : "a", 0o600)
  const node = spawn(process.execPath, start, { detached: true, stdio: ["ignore", words, words] })
  if (node.pid !== undefined) writeFileSync(mark, String(node.pid))
  node.once("error", ended)
  node.once("exit", ended)
  node.unref()
  closeSync(words)
}

const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const attempt = connect(socket)
    attempt.once("connect", () => {
      attempt.destroy()
      resolve(true)
    })
    attempt.once("error", () => resolve(false))
  })

const lastWords = ({ log }: Place): string =>
  (existsSync(log) ? readFileSync(log, "utf8") : "").trimEnd().split("\n").at(-1)?.slice(0, 400) ?? ""

const failed = (place: Place): Problem =>
  new Problem(
    `no node runs here, and none could be started: ${lastWords(place)}`,
    `ask the person to look at ${place.log}, or to run: chorus ${place.start.slice(1).join(" ")}`
  )
