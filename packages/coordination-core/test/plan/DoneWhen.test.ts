/**
 * What a step's end can be: three forms that a machine checks; all else stays a sentence.
 */
import { assert, it } from "@effect/vitest"
import * as DoneWhen from "@chorus/coordination-core/plan/DoneWhen"
import * as fc from "fast-check"

const hash = "0123456789abcdef".repeat(4)

it("three forms are understood", () => {
  assert.deepStrictEqual(DoneWhen.read("exit: pnpm test --run"), { _tag: "Exit", command: "pnpm test --run" })
  assert.deepStrictEqual(DoneWhen.read(`file: docs/api.txt sha256:${hash}`), {
    _tag: "File",
    path: "docs/api.txt",
    sha256: hash
  })
  assert.deepStrictEqual(DoneWhen.read("contract: origin/main"), { _tag: "Contract", against: "origin/main" })
})

it("whatever is not exactly of a form stays a sentence", () => {
  const traps = [
    "It is merged.",
    "exit:pnpm test",
    "Exit: pnpm test",
    "exit: ",
    " exit: true",
    "exit: true\nrm -rf /",
    "exit: true \u202E",
    "exit: \u0440npm test",
    "exit: true\u200b",
    "see exit: true",
    `file: ../secret sha256:${hash}`,
    `file: /etc/passwd sha256:${hash}`,
    `file: .git/config sha256:${hash}`,
    `file: a/.GIT/config sha256:${hash}`,
    `file: C:\\secret sha256:${hash}`,
    "file: docs/api.txt sha256:12",
    "contract: --output=x",
    "contract: main; true",
    "contract: $(true)"
  ]
  for (const trap of traps) assert.deepStrictEqual(DoneWhen.read(trap), { _tag: "Sentence" }, trap)
})

it("a text that begins like a form and is none is a slip", () => {
  for (const slip of ["exit:pnpm test", "Exit : true", " file: a.txt sha256:12", "contract: main; true"]) {
    assert.isTrue(DoneWhen.isSlip(slip), slip)
  }
  for (const fine of ["exit: pnpm test", `file: a.txt sha256:${hash}`, "It is merged.", "see exit: true"]) {
    assert.isFalse(DoneWhen.isSlip(fine), fine)
  }
})

it("any text gives a form or a sentence, and a command is plain and as it was written", () => {
  const wide = fc.array(fc.oneof(fc.nat(0x7f), fc.nat(0x24ff)), { maxLength: 12 })
  const texts = fc.oneof(fc.string(), wide.map((codes) => `exit: ${String.fromCodePoint(...codes)}`))
  fc.assert(fc.property(texts, (text) => {
    const read = DoneWhen.read(text)
    if (read._tag !== "Exit") return
    assert.strictEqual(text, `exit: ${read.command}`)
    assert.match(read.command, /^[\x20-\x7e]+$/)
  }))
})
