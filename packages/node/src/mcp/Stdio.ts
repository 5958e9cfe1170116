/**
 * MCP over stdin and stdout: one JSON message a line; words for people go to stderr alone.
 */
import * as Protocol from "./Protocol.ts"
import type { Server } from "./Server.ts"

/** No request of ours is nearly as long; what is longer is skipped to its end. */
const lineBytesMax = 1024 * 1024

/** Serves until stdin ends and all was answered, or nobody reads stdout any more. */
export const serve = async (server: Server): Promise<void> => {
  const under = new Set<Promise<void>>()
  process.stdout.on("error", () => process.exit(0))
  if (process.stdin.isTTY) {
    process.stderr.write("this serves an agent's client, which speaks on stdin; Ctrl-C ends it\n")
  }
  const write = (response: Protocol.Response | undefined): void => {
    if (response !== undefined) process.stdout.write(`${JSON.stringify(response)}\n`)
  }
  for await (const line of lines(process.stdin)) {
    if (line.trim() === "") continue
    const done: Promise<void> = answered(server, line).then(write).finally(() => under.delete(done))
    under.add(done)
  }
  await Promise.all(under)
}

const answered = (server: Server, line: string): Promise<Protocol.Response | undefined> => {
  try {
    return Protocol.handle(server, JSON.parse(line))
  } catch {
    return Promise.resolve(Protocol.failure(null, Protocol.errors.parse, "this is no JSON"))
  }
}

/** The lines of a stream, of which one that is too long is cut, and so no JSON any more. */
async function* lines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let chunks: Array<Buffer> = []
  let bytes = 0
  for await (const chunk of stream) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield Buffer.concat([...chunks, chunk.subarray(from, at)]).toString()
      chunks = []
      bytes = 0
      from = at + 1
    }
    bytes += chunk.length - from
    if (bytes <= lineBytesMax) chunks.push(chunk.subarray(from))
  }
}
