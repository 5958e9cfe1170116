/**
 * What is no revision of the protocol is answered with those that are spoken.
 */
import { assert, it } from "@effect/vitest"
import { NoAnswer } from "../../src/api/Wire.ts"
import * as Protocol from "../../src/mcp/Protocol.ts"
import * as Server from "../../src/mcp/Server.ts"

const name = "io.modelcontextprotocol/protocolVersion"
const server = Server.make({
  agent: "a", repository: "r", leaseMillis: 1000, socket: "", log: "", start: [],
  call: () => Promise.reject(new NoAnswer("refused", "no"))
}, "0")

it("H21: a revision that is no text is refused like one that is not known", async () => {
  for (const revision of ["1999-01-01", 7, null, [], { toString: 1, valueOf: null }]) {
    const answer = await Protocol.handle(server, {
      jsonrpc: "2.0",
      id: 1,
      method: "server/discover",
      params: { _meta: { [name]: revision } }
    })

    assert.nestedPropertyVal(answer, "error.code", -32022)
    assert.nestedProperty(answer, "error.data.supported")
  }
})
