/**
 * Calls a running node over its socket with nothing but Node's own modules.
 *
 * For processes that have to stay small: the client in `Client.ts` says the same lines, and brings
 * five times their memory with it. A call is a connection of its own, so a node that was started
 * again is reached without further ado.
 */
import type * as Rpc from "effect/rpc/Rpc"
import type * as RpcGroup from "effect/rpc/RpcGroup"
import { connect } from "node:net"
import type { Api } from "./Api.ts"

type Calls = RpcGroup.Rpcs<typeof Api>
/** The calls that have one answer. */
export type Tag = Exclude<Calls["_tag"], "watch">
type Call<T extends Tag> = Extract<Calls, { readonly _tag: T }>
type Payload<T extends Tag> = Call<T>["payloadSchema"]["Encoded"]
/** What is said beside the name of a call, where there is something to say. */
export type Said<T extends Tag> = Payload<T> extends undefined | void ? [] : [payload: Payload<T>]
export type Answer<T extends Tag> = Rpc.SuccessEncoded<Call<T>>

/** Why there is no answer: nobody listens, the node said no or not yet, or what it said is not known. */
export class NoAnswer extends Error {
  readonly kind: "gone" | "refused" | "later" | "failed"
  constructor(kind: NoAnswer["kind"], message: string) {
    super(message)
    this.kind = kind
  }
}

/** Longer than any call takes that a node means to answer. */
const patienceMillis = 30_000
/** More than the longest answer, the details of a session, by far. */
const answerBytesMax = 16 * 1024 * 1024

/** Asks the node whose socket this is. */
export const call = async <T extends Tag>(
  path: string,
  tag: T,
  ...[payload]: Said<T>
): Promise<Answer<T>> => {
  const request = { _tag: "Request", id: "1", tag, payload: payload ?? null, headers: [] }
  // What a node of this version answers is of the shape that the interface says.
  return valueOf(read(await exchanged(path, JSON.stringify(request)))) as Answer<T>
}

/** Sends a line, and gives the line that ends the call. */
const exchanged = (path: string, line: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(path)
    const chunks: Array<Buffer> = []
    let bytes = 0
    const end = (why: NoAnswer) => {
      socket.destroy()
      reject(why)
    }
    socket.setTimeout(patienceMillis, () => end(new NoAnswer("failed", "the node takes too long to answer")))
    socket.once("error", ({ message }) => end(new NoAnswer("gone", message)))
    socket.once("close", () => end(new NoAnswer("gone", "the node went away")))
    socket.once("connect", () => socket.write(`${line}\n`))
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > answerBytesMax) return end(new NoAnswer("failed", "the node's answer is too long"))
      if (!chunk.includes(10)) return
      resolve(Buffer.concat(chunks).toString())
      socket.destroy()
    })
  })

interface Refusal {
  readonly message: string
  readonly later: boolean
}

interface Ended {
  readonly _tag: string
  readonly defect?: unknown
  readonly exit?: {
    readonly _tag: string
    readonly value?: unknown
    readonly cause?: ReadonlyArray<
      { readonly _tag: string; readonly error?: Refusal; readonly defect?: unknown }
    >
  }
}

/** An error of the parser would quote what others wrote. */
const read = (line: string): Ended => {
  try {
    // The same holds for how an answer comes.
    return JSON.parse(line) as Ended
  } catch {
    throw new NoAnswer("failed", "the node's answer cannot be read")
  }
}

const valueOf = ({ defect, exit }: Ended): unknown => {
  if (exit?._tag === "Success") return exit.value
  const [first] = exit?.cause ?? []
  if (first?.error !== undefined) {
    throw new NoAnswer(first.error.later ? "later" : "refused", first.error.message)
  }
  // What the schema of a call says about its arguments comes as a defect.
  const said = first?.defect ?? defect
  if (typeof said === "string") throw new NoAnswer("refused", said)
  throw new NoAnswer(first?._tag === "Interrupt" ? "gone" : "failed", "the node could not do it")
}
