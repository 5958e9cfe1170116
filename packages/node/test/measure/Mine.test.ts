/**
 * Labelled histories mined from git repositories that the test makes.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import * as Clean from "../../src/measure/mine/Clean.ts"
import { namesOf } from "../../src/measure/mine/Commit.ts"
import * as Git from "../../src/measure/mine/Git.ts"
import * as Mine from "../../src/measure/mine/Mine.ts"
import { chorus, folder, refused } from "../Nodes.ts"

const ann = "Ann Lee <ann@example.org>"
const bob = "Bob Ray <bob@example.org>"
const changeId = `I${"4".repeat(39)}a`

/** A repository without files, whose clock stands at an hour of the first of January. */
const repository = (path: string, name: string) => {
  const at = join(path, name)
  const git = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
    execFileSync("git", ["-C", at, "-c", "user.name=c", "-c", "user.email=c@example.org", ...args], {
      // Without the settings of this machine, which may want seals on commits.
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", ...env },
      stdio: "pipe"
    })
  mkdirSync(at)
  git({}, "init", "-q", "-b", "main")
  git({}, "remote", "add", "origin", `https://example.org/org/${name}.git`)
  const commit = (hour: number, author: string, ...lines: ReadonlyArray<string>) =>
    git({}, "commit", "-q", "--allow-empty", `--author=${author}`,
      `--date=2026-01-01T${String(hour).padStart(2, "0")}:00:00Z`, "-m", lines.join("\n"))
  return { commit, git: (...args: ReadonlyArray<string>) => git({}, ...args) }
}

const rows = (path: string, name: string) =>
  gunzipSync(readFileSync(join(path, "history", `${name}.jsonl.gz`))).toString().trim().split("\n")
    .map((line): unknown => JSON.parse(line))

it.live("footers become links, what gives them away is left out, and the counts say the rest", () =>
  Effect.gen(function*() {
    const cwd = yield* folder
    const [api, web] = [repository(cwd, "api"), repository(cwd, "web")]
    api.commit(1, ann, "Replace the users endpoint (#5)", "", "Discussed with Bob Ray and bob@example.org,",
      "see https://example.org/x and commit deadbeef12.", "", `Signed-off-by: ${ann}`)
    web.commit(2, bob, "Show users", "", "Depends-On: https://example.org/org/api/pull/5",
      "Closes org/api#12")
    api.commit(3, bob, "Mend the list", "", "Fixes #12")
    api.commit(4, ann, "Add a field", "", `Change-Id: ${changeId}`, "Needed-By: org/web#9")
    web.git("checkout", "-q", "-b", "topic")
    web.commit(5, ann, "Use the field")
    web.git("checkout", "-q", "main")
    web.git("merge", "-q", "--no-ff", "-m", "Merge pull request #9 from ann/topic", "topic")
    web.commit(6, ann, "Use it twice", "", `Depends-On: ${changeId}`, `Depends-On: I${"5".repeat(40)}`)
    web.commit(7, "renovate[bot] <renovate@example.org>", "Pin things")
    web.commit(8, ann, "Copied on a split")
    api.commit(8, ann, "Copied on a split")

    const mined = yield* chorus("bench mine api web --out history --json", { cwd })

    assert.strictEqual(mined.code, 0, mined.stderr)
    assert.deepStrictEqual(rows(cwd, "tasks").slice(0, 2), [
      {
        id: "t1",
        repository: "org/api",
        title: "Replace the users endpoint",
        description: "Discussed with and ,\nsee and commit .",
        time: "2026-01-01T01:00:00Z"
      },
      { id: "t2", repository: "org/web", title: "Show users", description: "", time: "2026-01-01T02:00:00Z" }
    ])
    assert.deepStrictEqual(rows(cwd, "links"), [
      { from: "t2", to: "t1", source: "depends-on", same_author: false },
      { from: "t3", to: "t2", source: "issue", same_author: true },
      { from: "t5", to: "t4", source: "needed-by", same_author: true },
      { from: "t6", to: "t4", source: "depends-on", same_author: true }
    ])
    const provenance = JSON.parse(readFileSync(join(cwd, "history", "provenance.json"), "utf8"))
    assert.deepInclude(provenance, { commits: 9, routine: 1, copies: 1, tasks: 7 })
    assert.deepInclude(provenance, { unresolved: 1, same_author: 3 })
    assert.deepStrictEqual(
      provenance.repositories.map((each: Record<string, unknown>) => ({ ...each, head: "" })),
      [
        { name: "org/api", head: "", commits: 4, tasks: 4 },
        { name: "org/web", head: "", commits: 5, tasks: 3 }
      ]
    )
    assert.match(yield* refused(64, "bench mine api --out history", { cwd }), /^--out history holds files/)
    assert.match(
      yield* refused(1, "bench mine history --out other", { cwd }),
      /^history cannot be mined: not a git repository/
    )
  }))

describe("a message", () => {
  it("is freed of whatever names a change, an address or a person", () => {
    const { description, title } = Clean.clean([
      "Fix bug 1234567 in the parser (#17)",
      "",
      "As Ann Lee said in I0123456789abcdef, blueprint faster-parser and org/api#3 want it.",
      "The old Parser Table stays; deadbeef is a word, 0badcafe1 is none.",
      "",
      "Conflicts with nothing.",
      "Closes-Bug: #1234567",
      "Implements: blueprint faster-parser",
      "Co-Authored-By: Ann Lee <ann@example.org>",
      "(cherry picked from commit 0123456789abcdef)",
      "x".repeat(3000)
    ].join("\n"), new Set(["Ann Lee"]))

    assert.strictEqual(title, "Fix in the parser")
    assert.match(description, /^As said in , and want it\.\nThe old Parser Table stays; deadbeef is a word, /)
    assert.match(description, /Conflicts with nothing\.\nx+$/)
    assert.lengthOf(description, 1500)
  })

  it("names changes and issues in the forms of forges and of Gerrit, each in one spelling", () => {
    const names = namesOf({
      repository: "Org/Web",
      message: [
        "Show users (#5)",
        "",
        "fixes a race that #99 brought",
        "Depends-On: https://git.example.org/group/sub/api/-/merge_requests/4",
        "Depends-On: https://review.example.org/c/org/api/+/123/2, https://review.example.org/#/c/124/",
        "Depends-on: Org/Api#6",
        `Needed-By: ${changeId}`,
        `Change-Id: ${changeId.replaceAll("a", "b")}`,
        "Reviewed-on: https://review.example.org/125",
        "Fixes: #12",
        "Part-of: https://example.org/org/api/issues/13"
      ].join("\n")
    })

    assert.deepStrictEqual(names, {
      own: [changeId.replaceAll("a", "b").toLowerCase(), "review.example.org/125", "org/web#5"],
      dependsOn: ["group/sub/api#4", "review.example.org/123", "review.example.org/124", "org/api#6"],
      neededBy: [changeId.toLowerCase()],
      issues: ["org/web#12", "org/api#13"]
    })
  })

  it("of a bot or a routine update is none of a person", () => {
    const routine = (name: string, message: string) =>
      Clean.isRoutine({ author: { name, email: "x@example.org" }, message })

    assert.isTrue(routine("dependabot[bot]", "Anything"))
    assert.isTrue(routine("OpenStack Proposal Bot", "Anything"))
    assert.isTrue(routine("Ann Lee", "chore(deps): bump left-pad from 1 to 2"))
    assert.isTrue(routine("Ann Lee", "Updated from global requirements"))
    assert.isFalse(routine("Abbot Robot", "Bump the version of the API"))
  })
})

describe("mining", () => {
  const commit = (repository: string, atMillis: number, message: string) => ({
    repository,
    hash: `${repository}${atMillis}`,
    author: { name: "Ann Lee", email: "ann@example.org" },
    atMillis,
    message
  })

  it("counts what gives no link: two bearers, none, one repository, an issue that many name", () => {
    const { counts, links } = Mine.mine([
      commit("a", 1, `One\n\nChange-Id: ${changeId}`),
      commit("b", 2, `Two\n\nChange-Id: ${changeId}`),
      commit("c", 3, `Three\n\nDepends-On: ${changeId}\nDepends-On: org/a#404`),
      commit("c", 4, "Four (#1)"),
      commit("c", 5, "Five\n\nDepends-On: #1"),
      ...Array.from({ length: 5 }, (_, at) => commit(`r${at}`, 10 + at, "Many\n\nCloses org/a#7"))
    ], [])

    assert.deepStrictEqual(links, [])
    assert.deepInclude(counts, { ambiguous: 1, unresolved: 1, inside: 1, commonIssues: 1 })
  })

  it("a repository is called as its origin has it", () => {
    assert.deepStrictEqual(
      [
        "https://example.org/org/api.git",
        "git@example.org:org/api.git",
        "ssh://git@example.org/org/sub/api/",
        "/srv/api.git",
        ""
      ].map(Git.nameOf),
      ["org/api", "org/api", "org/sub/api", undefined, undefined]
    )
  })
})
