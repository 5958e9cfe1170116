/**
 * `./chorus`, the launcher at the root of the repository: from any folder, under any name.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, symlinkSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import * as Client from "../src/api/Client.ts"
import * as Files from "../src/cli/Files.ts"
import { version } from "../src/Version.ts"
import { type Around, folder, start, until } from "./Nodes.ts"

const launcher = fileURLToPath(new URL("../../../chorus", import.meta.url))

const launched = (path: string, args: ReadonlyArray<string>, around?: Around) =>
  Effect.scoped(Effect.flatMap(start(path, args, around), ({ ended }) => ended))

it.live("runs in another folder, whose settings count", () =>
  Effect.gen(function*() {
    const cwd = yield* folder

    const { code, stdout } = yield* launched(
      launcher,
      ["config"],
      { cwd, env: { CHORUS_DB: "here.db" } }
    )

    assert.strictEqual(code, 0)
    assert.match(stdout, /^db: here\.db$/m)
  }))

it.live("runs through links, absolute, relative and to another link", () =>
  Effect.gen(function*() {
    const cwd = yield* folder
    const bin = join(cwd, "a folder")
    mkdirSync(bin)
    symlinkSync(launcher, join(bin, "absolute"))
    symlinkSync(relative(bin, launcher), join(bin, "relative"))
    symlinkSync("relative", join(bin, "twice"))

    for (const name of ["absolute", "relative", "twice"]) {
      const ended = yield* launched(join(bin, name), ["--version"], { cwd })
      assert.deepStrictEqual(
        { ...ended, stdout: ended.stdout.includes(version) },
        { code: 0, stdout: true, stderr: "" },
        name
      )
    }
    const found = yield* launched("sh", ["-c", `cd '${bin}' && PATH=.:$PATH twice --version`])
    assert.include(found.stdout, version)
  }))

it.live("keeps exit codes, and arguments with blanks", () =>
  Effect.gen(function*() {
    const cwd = yield* folder
    const db = join(cwd, "no node.db")

    const usage = yield* launched(launcher, ["nosuch"])
    const nobody = yield* launched(launcher, ["status", "--db", db])

    assert.strictEqual(usage.code, 64)
    assert.strictEqual(nobody.code, 75)
    assert.include(nobody.stderr, `(${join(cwd, "no node.sock")})`)
  }))

it.live("becomes the node, so that a signal reaches it", () =>
  Effect.gen(function*() {
    const db = join(yield* folder, "chorus.db")
    const node = yield* start(launcher, ["up", "--json", "--db", db])
    yield* until("it is up", Effect.sync(() => node.output.stdout), (said) => said.includes("\n"))
    const { pid } = yield* Effect.flatMap(
      Client.make(Files.of(db).socket),
      (client) => client.status()
    )

    node.child.kill("SIGTERM")
    const { code, stderr } = yield* node.ended

    assert.strictEqual(pid, node.child.pid)
    assert.strictEqual(code, 0)
    assert.match(stderr, /\nstopping\n$/)
  }))
