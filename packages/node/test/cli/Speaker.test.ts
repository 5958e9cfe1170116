/**
 * Who speaks, and from which repository, where nobody says so.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Speaker from "../../src/cli/Speaker.ts"
import { stdio } from "../mcp/Clients.ts"
import { chorus, folder, up } from "../Nodes.ts"

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

    const names = [clone, tree, plain].map(Speaker.agentOf)
    assert.strictEqual(new Set(names).size, names.length)
    assert.match(names.join(" "), /^clone-\w{4} tree-\w{4} some-where-\w{4}$/)
    symlinkSync(join(clone, "src"), join(path, "link"))
    for (const same of [clone, join(clone, "src"), join(path, "link")]) {
      assert.strictEqual(Speaker.agentOf(same), names[0])
    }
  }))

it.live("an agent without a name is one agent of hooks, MCP and verbs, wherever in its repository", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const [web, other] = [join(path, "web"), join(path, "other")]
    const deep = join(web, "src", "pages")
    for (const made of [deep, join(web, ".git"), join(other, ".git")]) mkdirSync(made, { recursive: true })
    writeFileSync(join(web, ".chorus.yaml"), "repo: org/web\n")
    const node = yield* up(join(path, "chorus.db"))
    const at = (cwd: string, env: Record<string, string> = {}) => (line: string) =>
      chorus(line, { cwd, env: { CHORUS_DB: node.db, ...env } })
    const name = Speaker.agentOf(web)
    const said = `speaking as ${name}, named after this folder; --agent or CHORUS_AGENT gives another name\n`

    const claimed = yield* at(deep)("claim --id 1 --title Pages --path src/pages")
    assert.deepStrictEqual(claimed, { code: 0, stdout: `${name} holds org/web#1\n`, stderr: said })
    const mcp = yield* stdio({ repository: "org/web", db: node.db, revision: "2025-11-25", cwd: deep })
    assert.strictEqual((yield* mcp.found("chorus_status"))["agent"], name)
    for (const cwd of [web, deep]) {
      const begun = yield* at(cwd)("hook session-start")
      assert.deepStrictEqual(begun.stdout, `You are ${name} in chorus.\nYou hold org/web#1.\n`)
      const own = yield* at(cwd)("check --paths src/pages/a.ts")
      assert.deepInclude(own, { code: 0, stderr: "" })
    }
    const check = yield* at(deep, { CHORUS_AGENT: "another" })("check --paths src/pages/a.ts")
    assert.match(check.stdout, /^attention: /)
    const edit = yield* at(deep, { CHORUS_AGENT: "another" })("hook pre-edit a.ts")
    assert.match(edit.stdout, /org\/web#1/)
    const released = yield* at(other, { CLAUDE_PROJECT_DIR: deep })("release org/web#1")
    assert.deepStrictEqual(released, { code: 0, stdout: `${name} released org/web#1\n`, stderr: said })
    const explained = yield* at(deep)("config --explain")
    assert.include(explained.stdout.replaceAll(/ +/g, " "), `\nagent ${name} default `)
  }).pipe(Effect.scoped))
