/**
 * A disk that fills up under a running node: the caller is told, nothing is lost, and the node goes
 * on when there is room again.
 *
 * Where the system lets us mount, the disk is a memory disk of 2 MiB in a namespace of the node's
 * own, which ends with it; the tests reach it through `/proc`. Elsewhere it is a limit on the size
 * of files, which ends when the node is started again without it.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { spawnSync } from "node:child_process"
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Client from "../src/api/Client.ts"
import * as Files from "../src/cli/Files.ts"
import { bin, chorus, folder, start, until, up } from "./Nodes.ts"

const apart = `unshare --mount ${process.getuid?.() === 0 ? "" : "--map-root-user"}`
const mounts = spawnSync("sh", ["-c", `${apart} mount -t tmpfs tmpfs /mnt`]).status === 0

/** Becomes the command in `$@`, with little room in the folder `$0`. */
const script = mounts
  ? `exec ${apart} sh -c 'mount -t tmpfs -o size=2m,mode=700 tmpfs "$0" && exec "$@"' "$0" "$@"`
  : "trap '' XFSZ; ulimit -f 512; exec \"$@\""

const calls = (client: Client.Client) => ({
  claim: (task: string) =>
    client.claim({
      agent: AgentName.make("api"),
      task: TaskKey.make(task),
      description: "x".repeat(2000)
    }),
  tasks: Effect.map(client.tasks({ all: false }), (rows) => rows.map(({ task }) => task))
})

it.live("a claim that finds no room is refused as temporary, and leaves all others as they are", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const args = [process.execPath, bin, "up", "--json", "--db", join(path, "chorus.db")]
    const node = yield* start("sh", ["-c", script, path, ...args])
    yield* until("it is up", Effect.sync(() => node.output.stdout !== ""), (said) => said)
    const seen = mounts ? join("/proc", String(node.child.pid), "root", path) : path
    const { db, socket } = Files.of(join(seen, "chorus.db"))
    const { claim, tasks } = calls(yield* Client.make(socket))

    const claimed: Array<string> = []
    if (mounts) writeFileSync(join(seen, "ballast"), Buffer.alloc(1.5 * 2 ** 20))
    const next = () => `r#${claimed.length}`
    while (Result.isSuccess(yield* Effect.result(claim(next())))) claimed.push(next())
    const refused = yield* chorus(`claim --db "${db}" --agent api --repo r --id more`)

    assert.strictEqual(refused.code, 75)
    assert.strictEqual(refused.stdout, "")
    assert.match(refused.stderr, mounts
      ? /^chorus: the disk that holds .+chorus\.db is full: make room and try again\n$/
      : /^chorus: .+chorus\.db cannot be used: disk I\/O error\n$/)
    assert.isNotEmpty(claimed)
    assert.sameMembers([...yield* tasks], claimed)

    if (mounts) {
      rmSync(join(seen, "ballast"))
      yield* claim("r#after")
      assert.sameMembers([...yield* tasks], [...claimed, "r#after"])
    }
    node.child.kill("SIGTERM")
    const { code, stderr } = yield* node.ended
    assert.strictEqual(code, 0, stderr)
    if (!mounts) assert.sameMembers([...yield* calls((yield* up(db)).client).tasks], claimed)
  }))
