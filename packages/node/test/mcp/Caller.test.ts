/**
 * Who may call over TCP, by name and by page.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Caller from "../../src/mcp/Caller.ts"

describe("Caller", () => {
  it("takes this machine's names alone, and no page of another host", () => {
    const here = (host: string | undefined) => Caller.isHere(host, "192.0.2.7")
    const names = ["localhost:1", "127.0.0.1", "[::1]:1", "192.0.2.7:1"]
    const pages = ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:1"]

    assert.deepStrictEqual(names.filter((name) => !here(name)), [])
    assert.deepStrictEqual([undefined, "", "rebound.example:1", "127.0.0.1.example"].filter(here), [])
    assert.deepStrictEqual(pages.filter((origin) => !Caller.isOwnPage({ origin })), [])
    assert.isTrue(Caller.isOwnPage({}))
    assert.isTrue(Caller.isOwnPage({ "sec-fetch-site": "none" }))
    assert.isFalse(Caller.isOwnPage({ "sec-fetch-site": "cross-site" }))
    assert.deepStrictEqual(
      ["http://page.example", "null", "http://localhost.page.example", "file://"]
        .filter((origin) => Caller.isOwnPage({ origin })),
      []
    )
    const local = ["localhost", "::1", "127.8.9.1"]
    const others = ["0.0.0.0", "::", "192.0.2.7", "127.0.0.1.example"]
    assert.deepStrictEqual([...local, ...others].filter(Caller.isLoopback), local)
  })
})
