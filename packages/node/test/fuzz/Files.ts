/**
 * Files that people write or bring along, as a fuzzer sees them: settings, rules, histories.
 */
import * as ParameterDefaults from "@chorus/coordination-core/detection/Parameters"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Announced } from "../../src/api/LandingRows.ts"
import * as Config from "../../src/cli/Config.ts"
import * as Settings from "../../src/cli/Settings.ts"
import * as RuleFile from "../../src/cli/RuleFile.ts"
import * as Github from "../../src/landing/Github.ts"
import * as ParameterFile from "../../src/measure/calibrate/ParameterFile.ts"
import * as Mine from "../../src/measure/mine/Mine.ts"
import * as Recording from "../../src/replay/Recording.ts"
import { type Target, textual } from "./Target.ts"

const settings = textual("settings file", 6, [
  "db: chorus.db\nagent: a\nrepo: org/name\nmdns: true\njoinTimeout: 30\nclaimLease: 2.5\n",
  "# settings\nlisten: \"/ip4/127.0.0.1/tcp/0\"\npolicy: allButOne\nmaxParticipants: 5\n",
  "{\"repo\":\"r\",\"agent\":\"a\",\"alertsPerClaim\":3}",
  "repo: &r name\nagent: *r\ndb: |\n  a\n  b\nmodel: !!str 12\n"
], (text) =>
  Effect.runSync(Effect.match(
    Effect.flatMap(Config.fileOf(".chorus.yaml", () => text), (file) =>
      Effect.forEach(Settings.names, (name) => {
        const value = file?.content[name]
        return value === undefined ? Effect.void : Config.understood(name, value, ".chorus.yaml")
      })),
    { onFailure: () => false, onSuccess: () => true }
  )))

const rules = textual("rules file", 3, [
  "- name: GraphQL_Schema\n  keywords: [graphql, resolver]\n  one: [schema]\n  first: one\n",
  "[{\"name\":\"A\",\"description\":\"d\",\"keywords\":[\"a b\"],\"other\":[\"c\"]}]"
], (text) =>
  Effect.runSync(Effect.match(RuleFile.understood("rules.yaml", text), {
    onFailure: () => false,
    onSuccess: () => true
  })))

const recordings = [
  JSON.stringify({ id: "d1", repository: "nova", title: "t", time: "2016-01-01T01:36:42Z" }),
  JSON.stringify({ from: "d1", to: "d2" })
]
const decodeTask = Recording.decodeLine(Recording.TaskLine)
const decodeLink = Recording.decodeLine(Recording.LinkLine)

const parameterFiles = [
  ParameterFile.text(ParameterDefaults.defaults, { data: "d", tasks: 1, examples: 1, made: "now" })
]

const messages = [
  "Use the new API (#5)\n\nSee https://example.org/org/api/pull/7 by Ann Lee.\n\nDepends-On: org/api#7\n",
  `Fix it\n\nCloses-Bug: #123456\nChange-Id: I${"a".repeat(40)}\nCo-Authored-By: Bob <bob@example.org>`
]

/** A commit is a task, unless its message is empty or a routine. */
const mined = (message: string): boolean => {
  const author = { name: "Ann Lee", email: "ann@example.org" }
  const commit = { repository: "org/web", hash: "a", author, atMillis: 0, message }
  return Mine.mine([commit, { ...commit, repository: "org/api", hash: "b" }], []).tasks.length > 0
}

const decodeAnnounced = Schema.decodeUnknownResult(Announced)

const issues = [JSON.stringify([{
  number: 5,
  title: "Replace the users API",
  url: "https://github.com/org/api/pull/5",
  body: "Depends-On: org/web#7",
  state: "OPEN",
  createdAt: "2026-01-01T10:00:00Z",
  closingIssuesReferences: [{ url: "https://github.com/org/web/issues/7" }]
}])]

export const files: ReadonlyArray<Target> = [
  settings,
  rules,
  textual("replay line", 6, recordings, (text) =>
    Result.isSuccess(decodeTask(text)) || Result.isSuccess(decodeLink(text))),
  textual("parameter file", 4, parameterFiles, (text) => Result.isSuccess(ParameterFile.parse(text))),
  textual("commit message", 6, messages, mined),
  textual("issue list", 4, issues, (text) => {
    const read = Github.read(text)
    if (Result.isFailure(read)) return false
    Github.links(read.success)
    Github.history(read.success)
    for (const item of read.success) Result.getOrThrow(decodeAnnounced(Github.announced(item)))
    return true
  })
]
