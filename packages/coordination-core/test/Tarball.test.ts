/**
 * What strangers get: the packed package installs with npm, type-checks strictly, runs, and brings
 * its laws along.
 *
 * Built and packed in a copy, so that other builds of this workspace may run meanwhile; everything
 * it depends on comes from this workspace's node_modules.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import {
  cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync
} from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"

const core = join(import.meta.dirname, "..")
const workspace = join(core, "../..")
const temp = mkdtempSync(join(tmpdir(), "chorus-tarball-"))
const app = join(temp, "app")
const tsc = join(workspace, "node_modules/typescript/bin/tsc")

/** Runs to the end; fails with everything that was printed. */
const run = (command: string, args: ReadonlyArray<string>, cwd: string): string => {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" })
  } catch (error) {
    const { stderr = "", stdout = "" } = error as { readonly stdout?: string; readonly stderr?: string }
    throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`, { cause: error })
  }
}

/** The pnpm that runs us, or the one that the workspace names. */
const pnpm = (args: ReadonlyArray<string>, cwd: string): string => {
  const running = process.env["npm_execpath"] ?? ""
  if (/pnpm[^/\\]*\.[cm]?js$/.test(running)) return run(process.execPath, [running, ...args], cwd)
  if (/pnpm(\.exe)?$/.test(running)) return run(running, args, cwd)
  const { packageManager } = JSON.parse(readFileSync(join(workspace, "package.json"), "utf8")) as
    { readonly packageManager: string }
  return run("npx", ["--yes", packageManager, ...args], cwd)
}

/** Packs a copy of the package, in which nothing is built yet. */
const packed = (): string => {
  const around = join(temp, "workspace")
  const copy = join(around, "packages/coordination-core")
  mkdirSync(copy, { recursive: true })
  for (const file of ["pnpm-workspace.yaml", "package.json", "tsconfig.base.json"]) {
    cpSync(join(workspace, file), join(around, file))
  }
  for (const file of ["package.json", "README.md", "tsconfig.json", "src"]) {
    cpSync(join(core, file), join(copy, file), { recursive: true })
  }
  symlinkSync(join(workspace, "node_modules"), join(around, "node_modules"), "dir")
  symlinkSync(join(core, "node_modules"), join(copy, "node_modules"), "dir")
  pnpm(["pack", "--pack-destination", temp], copy)
  return readdirSync(temp).find((file) => file.endsWith(".tgz")) ?? ""
}

const readme = readFileSync(join(core, "README.md"), "utf8")
const program = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ""

const laws = readFileSync(join(workspace, "examples/06-property-test-the-session.ts"), "utf8")

const settings = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024", "esnext.disposable", "dom"],
    module: "nodenext",
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true
  },
  include: ["*.ts"]
}

describe("The tarball", () => {
  beforeAll(() => {
    const tarball = packed()
    const linked = (name: string, from = core) => `file:${realpathSync(join(from, "node_modules", name))}`
    mkdirSync(app)
    writeFileSync(join(app, "package.json"), JSON.stringify({
      name: "app",
      private: true,
      type: "module",
      dependencies: {
        "@chorus/coordination-core": `file:${join(temp, tarball)}`,
        "@noble/hashes": linked("@noble/hashes"),
        effect: linked("effect"),
        "fast-check": linked("fast-check")
      }
    }))
    writeFileSync(join(app, "tsconfig.json"), JSON.stringify(settings))
    writeFileSync(join(app, "main.ts"), program)
    writeFileSync(join(app, "laws.ts"), laws)
    run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"], app)
  })
  afterAll(() => rmSync(temp, { recursive: true, force: true }))

  it("holds what is built, what it was built from, and no test", () => {
    const folders = readdirSync(join(app, "node_modules/@chorus/coordination-core")).sort()

    assert.deepStrictEqual(folders, ["README.md", "dist", "package.json", "src"])
    const { resolve } = createRequire(join(app, "main.ts"))
    const manifest = readFileSync(resolve("@chorus/coordination-core/package.json"), "utf8")
    assert.notInclude(manifest, "catalog:")
    assert.include(manifest, "./dist/index.js")
    const dist = readdirSync(join(app, "node_modules/@chorus/coordination-core/dist"))
    assert.includeMembers(dist, ["index.js", "index.d.ts"])
    assert.deepStrictEqual(dist.filter((file) => file.endsWith(".tsbuildinfo")), [])
  })

  it("type-checks in a strict project, its own declarations included", () => {
    assert.strictEqual(run(process.execPath, [tsc, "-p", app], app), "")
  })

  it("runs the program of its README to a resolution", () => {
    assert.isAtMost(program.trim().split("\n").length, 12)
    assert.strictEqual(run(process.execPath, ["main.ts"], app), "resolved\n")
  })

  it("brings the laws along, and keeps them", () => {
    assert.strictEqual(run(process.execPath, ["laws.ts"], app).split("\n")[0], "sessions: 0 laws broken")
  })
})
