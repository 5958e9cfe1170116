/**
 * The first five minutes on real processes, in a home of their own: init, setup, and back.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { chorus, folder } from "../Nodes.ts"

it.live("init names the repository and tells what it shares; setup asks, writes, and takes back", () =>
  Effect.gen(function*() {
    const home = yield* folder
    const root = join(home, "web")
    mkdirSync(join(root, ".cursor"), { recursive: true })
    execFileSync("git", ["init", "-q", root])
    execFileSync("git", ["-C", root, "remote", "add", "origin", "git@host.invalid:acme/web.git"])
    const paths = ["/users", "/orders"].map((path) => `  ${path}: { get: { responses: {} } }`).join("\n")
    writeFileSync(join(root, "openapi.yaml"), `openapi: 3.0.0\ninfo: {}\npaths:\n${paths}\n`)
    const around = { cwd: root, env: { HOME: home, XDG_DATA_HOME: join(home, "data"), PATH: "" } }
    const [file, entry] = [join(root, ".chorus.yaml"), join(root, ".cursor/mcp.json")]

    writeFileSync(file, "repo: acme/mine\n")
    const tried = yield* chorus("init --force --dry-run", around)
    assert.match(tried.stdout, /^repository {2}acme\/web\ncontracts {3}openapi\.yaml: 2 operations\n/)
    assert.include(tried.stdout, "clients     cursor (.cursor is here)\n--- a/.chorus.yaml\n")
    assert.strictEqual(readFileSync(file, "utf8"), "repo: acme/mine\n")
    const linked = join(home, "linked")
    mkdirSync(linked)
    symlinkSync(join(home, "made"), join(linked, ".chorus.yaml"))
    const led = yield* chorus("init --repo acme/linked", { ...around, cwd: linked })
    assert.match(led.stderr, /\.chorus\.yaml stays as it is: it is a link that leads nowhere\n$/)
    assert.deepStrictEqual([led.code, existsSync(join(home, "made"))], [1, false])

    const asked = yield* chorus("setup", around)
    assert.strictEqual(asked.code, 2)
    assert.include(asked.stdout, "+++ b/.cursor/mcp.json")
    assert.strictEqual(asked.stderr, "nothing was written; run the same with --yes to write 2 files\n")
    assert.isFalse(existsSync(entry))
    const done = yield* chorus("setup --yes --json", around)
    assert.strictEqual(done.code, 0)
    assert.deepStrictEqual(JSON.parse(readFileSync(entry, "utf8")), {
      mcpServers: { chorus: { command: "chorus", args: ["mcp", "--repo", "acme/mine"] } }
    })
    assert.isBelow(readFileSync(join(root, "AGENTS.md"), "utf8").split("\n").length, 20)
    const undone = yield* chorus("setup --undo --yes", around)
    assert.strictEqual(undone.code, 0, undone.stderr)
    assert.deepStrictEqual([entry, join(root, "AGENTS.md")].map((path) => existsSync(path)), [false, false])
    assert.isTrue(existsSync(join(root, ".cursor")))

    // Where no client is found `chorus setup` alone would be refused.
    const bare = yield* chorus("init --json", { ...around, cwd: yield* folder })
    assert.match(
      bare.stderr,
      / is no git repository; it is called chorus-test-.+ --repo NAME .+\nnext: chorus setup claude\|codex\|/
    )
  }))
