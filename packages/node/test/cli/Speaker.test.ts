/**
 * Who speaks, and from which repository, where nobody says so.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import * as Speaker from "../../src/cli/Speaker.ts"
import { folder } from "../Nodes.ts"

const git = (cwd: string, ...args: ReadonlyArray<string>) =>
  execFileSync("git", ["-C", cwd, "-c", "user.name=a", "-c", "user.email=a@b", ...args], { stdio: "ignore" })

it.live("a repository is named by its origin, or by its folder; a work tree is of the same one", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const [clone, tree, plain] = [join(path, "clone"), join(path, "tree"), join(path, "some where")]
    for (const made of [join(clone, "src"), plain]) mkdirSync(made, { recursive: true })
    git(clone, "init")
    assert.strictEqual(Speaker.repositoryOf(clone), "clone")
    git(clone, "commit", "--allow-empty", "-m", "first")
    git(clone, "worktree", "add", tree)

    for (const url of ["git@forge.example:org/web.git", "https://forge.example/org/web/", "../org/web"]) {
      git(clone, "config", "remote.origin.url", url)
      assert.strictEqual(Speaker.repositoryOf(join(clone, "src")), "org/web")
      assert.strictEqual(Speaker.repositoryOf(tree), "org/web")
    }
    assert.isUndefined(Speaker.repositoryOf(plain))

    const names = [clone, tree, plain, join(clone, "src")].map(Speaker.agentOf)
    assert.strictEqual(new Set(names).size, names.length)
    assert.strictEqual(names[0], Speaker.agentOf(clone))
    assert.match(names.join(" "), /^clone-\w{4} tree-\w{4} some-where-\w{4} src-\w{4}$/)
  }))
