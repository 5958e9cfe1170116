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
    assert.deepStrictEqual(pages.filter((page) => !Caller.isOwnPage(page, "cross-site")), [])
    assert.isTrue(Caller.isOwnPage(undefined, undefined))
    assert.isTrue(Caller.isOwnPage(undefined, "none"))
    assert.isFalse(Caller.isOwnPage(undefined, "cross-site"))
    assert.deepStrictEqual(
      ["http://page.example", "null", "http://localhost.page.example", "file://"]
        .filter((page) => Caller.isOwnPage(page, undefined)),
      []
    )
    const local = ["localhost", "::1", "127.8.9.1"]
    const others = ["0.0.0.0", "::", "192.0.2.7", "127.0.0.1.example"]
    assert.deepStrictEqual([...local, ...others].filter(Caller.isLoopback), local)
  })
})
