/**
 * Two machines on real processes: a token brings them together, and in a listed mesh the code that
 * the joining node shows lets it in; a token for another mesh does not lead astray (H37).
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { spawn } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Rows from "../../src/api/Rows.ts"
import * as Files from "../../src/cli/Files.ts"
import * as Invitation from "../../src/setup/Invitation.ts"
import { bin, chorus, folder, json, machine, started, until, up } from "../Nodes.ts"

/** `chorus pair`, whose person can be spoken for. */
const pairing = (db: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [bin, "pair", "--db", db, "--name", "laptop"], {
        env: machine,
        stdio: "pipe"
      })
      const output = { stdout: "", stderr: "" }
      child.stdout.setEncoding("utf8").on("data", (more: string) => (output.stdout += more))
      child.stderr.setEncoding("utf8").on("data", (more: string) => (output.stderr += more))
      return { child, output }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

it.live("S7 H37: a token and a code bring a machine into a listed mesh, and each lists the other", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const a = yield* up(join(path, "a.db"), "--membership listed --private")
    const asked = yield* pairing(a.db)
    yield* until("it asks", Effect.sync(() => asked.output.stderr), (said) => said.includes("type the code"))
    const token = asked.output.stdout.trim()
    const db = join(path, "b.db")
    // A token with a key is a secret, which a line of arguments shows to all users of a machine.
    assert.match(asked.output.stderr, /chorus join -, and paste the token/)
    const file = join(path, "token")
    writeFileSync(file, `${token}\n`)
    const b = yield* started(`join - --db "${db}"`, { via: ["/bin/sh", "-c", `exec "$0" "$@" < "${file}"`] })
    const said = Effect.sync(() => b.output.stderr)
    yield* until("it shows a code", said, (words) => words.includes("(to be typed"))
    const [, code = ""] = /^code: (\S+) /m.exec(b.output.stderr) ?? []
    yield* until("they met", a.client.peers(), (rows) => rows.length === 1)
    asked.child.stdin.write(`AAAA-AAAA\n${code.toLowerCase()}\n`)
    yield* until("pairing ends", Effect.sync(() => asked.child.exitCode), (ended) => ended !== null)

    const keys = [a.files, Files.of(db)].map(({ networkKey }) => readFileSync(networkKey, "utf8"))
    assert.strictEqual(keys[0], keys[1])
    const [row, ...others] = yield* json(a, Schema.Array(Rows.PeerRow), "peers")

    assert.strictEqual(asked.child.exitCode, 0, asked.output.stderr)
    assert.match(asked.output.stderr, /no node that came has this code.+\nlaptop \(12D3K\w+\) is a member\n$/)
    assert.deepStrictEqual(others, [])
    const there = yield* chorus(`peers --db "${db}"`)
    assert.match(there.stdout, new RegExp(`^PEER .+\n${a.node} `))
    assert.deepInclude(row, { name: "laptop", standing: "member" })
    assert.match(row?.address ?? "", /^\/ip4\/127\.0\.0\.1\/tcp\/\d+/)
    const read = Invitation.decode(token, 0)
    const astray = Invitation.encode({ ...Result.getOrThrow(read), founder: "12D3KooWNobody" })
    const led = yield* chorus(`join ${astray} --db "${join(path, "c.db")}"`)
    assert.strictEqual(led.code, 1)
    assert.match(
      led.stderr,
      /\nchorus: the token is for the mesh of 12D3KooWNobody, and this is that of 12D3KooW\w+; another/
    )
  }))
