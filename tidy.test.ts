/**
 * Taste as a test: what reviewers would otherwise have to say again and again.
 *
 * Sizes, headers, names, the shape of the house, and the three tools that look at all of it at
 * once: types, lint and unused code. `pnpm check` runs this file alone.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { describe, expect, it } from "vitest"

const root = import.meta.dirname
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8"
}).split("\n").filter((file) => file !== "" && existsSync(join(root, file)))
const read = (file: string) => readFileSync(join(root, file), "utf8")
const typescript = files.filter((file) => file.endsWith(".ts"))
const sources = typescript.filter((file) => /^packages\/[^/]+\/src\//.test(file))
const texts = files.filter((file) => /\.(ts|md|json|yaml|sh|txt)$|(^|\/)(run|chorus)$/.test(file))
const findings = (check: (file: string) => ReadonlyArray<string>, over = typescript) =>
  over.flatMap((file) => check(file).map((finding) => `${file}: ${finding}`))

describe("files", () => {
  it("only the allowed names stand at the top level", () => {
    const allowed = [
      "package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml", "tsconfig.json",
      "tsconfig.base.json", "vitest.workspace.ts", "vitest.config.ts", ".oxlintrc.json",
      "knip.json", "tidy.test.ts", "chorus", "README.md", "ARCHITECTURE.md", "AGENTS.md",
      "LICENSE", ".ci", ".gitignore", "docs", "examples", "packages"
    ]
    const top = new Set(files.map((file) => file.split("/")[0]))
    expect([...top].filter((name) => !allowed.includes(name ?? ""))).toEqual([])
  })

  it("no file or folder has a name that says nothing", () => {
    const banned =
      /(^|\/)(utils?|helpers?|common|shared|misc|types|constants|interfaces|managers?)(\.|\/|$)/i
    expect(files.filter((file) => banned.test(file))).toEqual([])
  })

  it("every TypeScript file opens with a header that says what it is", () => {
    expect(typescript.filter((file) => !/^(#!.*\n)?\/\*\*\n \* /.test(read(file)))).toEqual([])
  })

  it("no file is longer than 300 lines, no line longer than 110 characters", () => {
    expect(findings((file) => {
      const lines = read(file).split("\n")
      return [
        ...(lines.length > 301 ? [`${lines.length} lines`] : []),
        ...lines.flatMap((line, at) => line.length > 110 ? [`line ${at + 1} is too long`] : [])
      ]
    })).toEqual([])
  })

  it("every Markdown file has one title", () => {
    const titles = (file: string) => read(file).replaceAll(/```[\s\S]*?```/g, "").match(/^# /gm)
    expect(files.filter((file) => file.endsWith(".md") && titles(file)?.length !== 1)).toEqual([])
  })

  it("every Markdown file that a file names is there", () => {
    expect(findings((file) => {
      const names = read(file).match(/(?<![\w./:-])[\w-]+(\/[\w-]+)*\.md\b/g) ?? []
      const isThere = (name: string) =>
        files.includes(name) || files.some((other) => other.endsWith(`/${name}`))
      return [...new Set(names)].filter((name) => !isThere(name)).map((name) => `${name} is missing`)
    }, texts)).toEqual([])
  })

  it("no registry, no path of a machine, no leftover note", () => {
    // In two halves, so that this file is not found itself.
    const todo = new RegExp(`\\b(${"TO"}${"DO"}|${"FIX"}${"ME"})\\b(?! #\\d)`)
    expect(findings((file) => {
      const text = read(file)
      return [
        ...(/https?:\/\/([a-z]+\.)*(registry|deb|packages)\.[a-z.]+\//.test(text) ? ["a registry"] : []),
        ...(/(^|["'\s(=])\/(work|home|Users|root)\//m.test(text) ? ["a path of a machine"] : []),
        ...(todo.test(text) ? ["a note without an issue number"] : [])
      ]
    }, texts)).toEqual([])
  })
})

describe("code", () => {
  it("a type assertion or a non-null assertion says why in a comment", () => {
    const doubtful = /\bas (?!const\b)[\w{("[]|[\w)\]]!(?=[.,;)\]\s[]|$)(?!=)/
    expect(findings((file) =>
      read(file).split("\n").flatMap((line, at, lines) => {
        const code = line.replaceAll(/"(\\.|[^"\\])*"|`[^`]*`|'(\\.|[^'\\])*'/g, "\"\"")
        const [before = ""] = code.split("//")
        const excused = code.includes("//") || /^\s*(\/\/|\*|\/\*)/.test(line) ||
          /^\s*(import|export) |^\s*(\w+|type \w+) as \w+,?$/.test(line)
        const explained = lines.slice(Math.max(0, at - 3), at).some((above) => /^\s*\/\//.test(above))
        return doubtful.test(before) && !excused && !explained ? [`line ${at + 1}: ${line.trim()}`] : []
      }), sources)).toEqual([])
  })

  it("one word for one thing", () => {
    const losers = /\b(ballots?|proposals? hash|coordinators?|jobs?|peerIds?|epochs?)\b/i
    expect(findings((file) => {
      const prose = read(file).split("\n").filter((line) => /^\s*(\/\*\*|\*|\/\/)/.test(line))
      const found = prose.find((line) => losers.test(line))
      return found === undefined ? [] : [found.trim()]
    }, sources)).toEqual([])
  })
})

describe("house", () => {
  const ports = sources.filter((file) => file.startsWith("packages/coordination-core/src/ports/"))
  const adapters = /^packages\/(pubsub-libp2p|pubsub-memory|reasoning|slurp|clock)\/src\//

  it("each port has its contract and names it", () => {
    expect(ports.flatMap((port) => {
      const contract = `${basename(port, ".ts")}Contract`
      return [
        ...(files.includes(`packages/port-contracts/src/${contract}.ts`) ? [] : [`${contract} is missing`]),
        ...(read(port).includes(contract) ? [] : [`${port} does not name ${contract}`])
      ]
    })).toEqual([])
  })

  it("each adapter has its contract test", () => {
    expect(sources
      .filter((file) => adapters.test(file) && /^export const layer/m.test(read(file)))
      .map((file) => file.replace("/src/", "/test/").replace(/\.ts$/, ".contract.test.ts"))
      .filter((test) => !files.includes(test))).toEqual([])
  })

  it("each machine and each fold of the core runs its laws", () => {
    expect(sources
      .filter((file) => file.startsWith("packages/coordination-core/src/"))
      .filter((file) => /^export const (decide|evolve)\b/m.test(read(file)))
      .map((file) => file.replace("/src/", "/test/").replace(/\.ts$/, ".test.ts"))
      .filter((test) => !files.includes(test) || !read(test).includes("Laws."))).toEqual([])
  })

  it("only node names all adapters", () => {
    const names = (manifest: string) => Object.keys(JSON.parse(read(manifest)).dependencies ?? {})
    const manifests = files.filter((file) => /^packages\/[^/]+\/package\.json$/.test(file))
    expect(manifests.filter((manifest) =>
      !/^packages\/(node|simulation)\//.test(manifest) &&
      names(manifest).some((name) => name.startsWith("@chorus/") && name !== "@chorus/coordination-core")
    )).toEqual([])
  })

  it("what is published takes from its user what there may be only one of", () => {
    const single = ["effect", "@effect/vitest", "fast-check", "vitest"]
    const manifests = files.filter((file) => /^packages\/[^/]+\/package\.json$/.test(file))
    expect(manifests.flatMap((manifest) => {
      const { dependencies = {}, peerDependencies = {}, private: isOurs } = JSON.parse(read(manifest))
      const own = single.filter((name) => name in dependencies)
      if (isOurs !== true && !("effect" in peerDependencies)) own.push("effect")
      return own.map((name) => `${manifest}: ${name} is no peer`)
    })).toEqual([])
  })

  it("every dependency comes from the catalog or the workspace", () => {
    const manifests = files.filter((file) => /^packages\/[^/]+\/package\.json$/.test(file))
    expect(manifests.flatMap((manifest) => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(read(manifest))
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([, range]) => range !== "catalog:" && range !== "workspace:*")
        .map(([name]) => `${manifest}: ${name}`)
    })).toEqual([])
  })
})

describe("tools", () => {
  const run = (tool: string, ...args: Array<string>) => {
    const { status, stderr, stdout } = spawnSync(join(root, "node_modules/.bin", tool), args, {
      cwd: root,
      encoding: "utf8"
    })
    return { status, output: status === 0 ? "" : `${stdout}${stderr}` }
  }
  const clean = { status: 0, output: "" }

  it("types check", () => {
    expect(run("tsc", "-b")).toEqual(clean)
  })

  it("lint is clean", () => {
    expect(run("oxlint", "--type-aware")).toEqual(clean)
  })

  it("no code, export or dependency is unused", () => {
    expect(run("knip")).toEqual(clean)
  })
})
