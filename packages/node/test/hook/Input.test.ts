/**
 * Which files of a repository a client means, however it names them.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, realpathSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import * as Input from "../../src/hook/Input.ts"
import { folder } from "../Nodes.ts"

it.live("a file is found by a link to its repository as well, and what lies outside is left out", () =>
  Effect.gen(function*() {
    const path = realpathSync(yield* folder)
    const [top, linked] = [join(path, "repository"), join(path, "linked")]
    mkdirSync(join(top, "src"), { recursive: true })
    symlinkSync(top, linked)
    const found = (root: string, ...paths: ReadonlyArray<string>) =>
      Input.within(root, join(root, "src"), paths)

    for (const [one, other] of [[top, linked], [linked, top]] as const) {
      assert.deepStrictEqual(
        found(one, "a.ts", join(one, "src/a.ts"), join(other, "src/new/b.ts"), join(other, "..c/d.ts")),
        ["src/a.ts", "src/new/b.ts", "..c/d.ts"]
      )
      const outside = [one, "../../other/a.ts", "/etc/hosts", join(path, "repository2/a")]
      assert.deepStrictEqual(found(one, ...outside), [])
    }
  }))
