/**
 * Where a node keeps its things.
 */
import { assert, describe, it } from "@effect/vitest"
import { dirname, join } from "node:path"
import { afterEach, vi } from "vitest"
import * as Files from "../../src/cli/Files.ts"

afterEach(() => vi.unstubAllEnvs())

describe("Files", () => {
  it("keys and socket lie beside the database and carry its name", () => {
    assert.deepStrictEqual(Files.of("/data/a/chorus.db"), {
      db: "/data/a/chorus.db",
      folder: "/data/a",
      nodeKey: "/data/a/chorus.key",
      operatorKey: "/data/a/chorus.operator.key",
      networkKey: "/data/a/chorus.network.key",
      log: "/data/a/chorus.log",
      mcpToken: "/data/a/chorus.mcp.token",
      httpToken: "/data/a/chorus.http.token",
      webhookSecret: "/data/a/chorus.webhook.secret",
      asked: "/data/a/chorus.asked",
      socket: "/data/a/chorus.sock"
    })
    assert.strictEqual(Files.of("near.db").db, join(process.cwd(), "near.db"))
  })

  it("two databases in one folder have nothing in common", () => {
    const [one, two] = [Files.of("/data/one.db"), Files.of("/data/two.db")]
    const own = (files: Files.Files) => Object.values(files).filter((path) => path !== files.folder)

    assert.deepStrictEqual(own(one).filter((path) => own(two).includes(path)), [])
  })

  it("a path that is too long for a socket moves it to the runtime folder, always to one place", () => {
    vi.stubEnv("XDG_RUNTIME_DIR", "/run/user/1")
    const long = join("/data", "folder-".repeat(20), "chorus.db")
    const { nodeKey, socket } = Files.of(long)

    assert.strictEqual(dirname(socket), "/run/user/1")
    assert.isAtMost(Buffer.byteLength(socket), 103)
    assert.strictEqual(Files.of(long).socket, socket)
    assert.notStrictEqual(Files.of(join(long, "..", "other.db")).socket, socket)
    assert.strictEqual(dirname(nodeKey), dirname(long))
  })

  it("the longest path that fits keeps its socket beside it", () => {
    const of = (length: number) => Files.of(`/${"x".repeat(length - "/.sock".length)}.db`).socket

    assert.strictEqual(of(103).length, 103)
    assert.strictEqual(dirname(of(103)), "/")
    assert.notStrictEqual(dirname(of(104)), "/")
  })
})
