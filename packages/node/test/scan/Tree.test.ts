/**
 * Trees of files: nothing outside is read, nothing is passed over in silence, a commit reads like a disk.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as GitTree from "../../src/scan/GitTree.ts"
import * as Tree from "../../src/scan/Tree.ts"
import * as WorkTree from "../../src/scan/WorkTree.ts"
import * as Nodes from "../Nodes.ts"

const write = (root: string, files: Readonly<Record<string, string | Uint8Array>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

const all = async (found: AsyncIterable<Tree.Found>): Promise<ReadonlyArray<string>> => {
  const lines: Array<string> = []
  for await (const each of found) {
    lines.push(`${each.path} ${each._tag === "File" ? each.text.length : each.because}`)
  }
  return lines.sort()
}

const wanted = () => true
const limited = (changed: Partial<Tree.Limits>): Tree.Limits => ({ ...Tree.limits, ...changed })

it.live("H21: a link that leads out is unknown and is not read; one that stays inside is read once", () =>
  Effect.gen(function* () {
    const [root, outside] = [yield* Nodes.folder, yield* Nodes.folder]
    write(outside, { "secret.sql": "CREATE TABLE secrets (x int);", "tree/a.sql": "" })
    write(root, {
      "a.sql": "--",
      "real/openapi.yaml": "openapi: 3.0.0",
      "node_modules/x/package.json": "{}"
    })
    symlinkSync(join(outside, "secret.sql"), join(root, "linked.sql"))
    symlinkSync(join(outside, "tree"), join(root, "folder"))
    symlinkSync("real/openapi.yaml", join(root, "inside.yaml"))
    symlinkSync("nowhere", join(root, "dangling.sql"))
    execFileSync("mkfifo", [join(root, "pipe.sql")])

    assert.deepStrictEqual(yield* Effect.promise(() => all(WorkTree.files(root, wanted))), [
      "a.sql 2",
      "dangling.sql it is a link that leads out",
      "linked.sql it is a link that leads out",
      "real/openapi.yaml 14"
    ])
  })
)

it.live("what is too large, too much or no text is unknown with the reason", () =>
  Effect.gen(function* () {
    const root = yield* Nodes.folder
    write(root, {
      "a.sql": "x".repeat(2048),
      "b.sql": new Uint8Array([0xff, 0xfe, 0x41]),
      "c.sql": "-- c",
      "d.sql": "-- d"
    })
    const read = (changed: Partial<Tree.Limits>) =>
      Effect.promise(() => all(WorkTree.files(root, wanted, undefined, limited(changed))))

    assert.deepStrictEqual((yield* read({ fileBytesMax: 1024 })).slice(0, 2), [
      "a.sql it is larger than 0.0009765625 MiB",
      "b.sql it is not UTF-8 text"
    ])
    assert.include(
      yield* read({ entriesMax: 2 }),
      ". the tree has more than 2 entries; the rest was not read"
    )
    assert.isTrue((yield* read({ bytesMax: 1024 })).some((line) => line.includes("the rest was not")))
  })
)

it.live("a commit reads as the work tree that was committed, from a folder of it as well", () =>
  Effect.gen(function* () {
    const root = yield* Nodes.folder
    write(root, {
      "a.sql": "CREATE TABLE ä (x int);",
      "sub/with blank/openapi.yaml": "openapi: 3.0.0\n",
      "sub/src/a.ts": "process.env.A_B",
      "test/b.sql": "",
      "big.sql": "x".repeat(2048)
    })
    const git = (...args: ReadonlyArray<string>) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.test", ...args], { cwd: root })
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "all")
    const commit = yield* Effect.promise(() => GitTree.commitOf(root, "HEAD"))
    writeFileSync(join(root, "a.sql"), "changed")
    git("checkout", "-q", "--", "a.sql")
    for (const folder of [root, join(root, "sub")]) {
      const limits = limited({ fileBytesMax: 1024 })
      const [now, then] = yield* Effect.promise(() =>
        Promise.all([
          all(WorkTree.files(folder, wanted, undefined, limits)),
          all(GitTree.files(folder, commit, wanted, limits))
        ])
      )
      assert.isAtLeast(now.length, 2)
      assert.deepStrictEqual(then, now)
    }
  })
)
