/**
 * Whole chains have no break, and a place that is lost or does not fit is named.
 */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Chain from "../../src/fact/Chain.ts"
import { FactId, LogId, LogNonce } from "../../src/identity/FactId.ts"
import * as Hash from "../../src/identity/Hash.ts"
import * as Paper from "../../src/testing/Paper.ts"

const nonce = LogNonce.make("0".repeat(16))
const log = LogId.make(`12D3KooW${"A".repeat(44)}/${nonce}`)
const idAt = (seq: number) => FactId.make(Hash.ofText(String(seq)))

/** The links from one place of a log to another. */
const chain = (from: number, upTo: number): ReadonlyArray<Chain.Link> =>
  Array.from({ length: upTo - from + 1 }, (_, at) => {
    const seq = from + at
    return { log, seq, id: idAt(seq), ...(seq === 1 ? {} : { prev: idAt(seq - 1) }) }
  })

const lengths = fc.integer({ min: 3, max: 40 })
const floors = fc.integer({ min: 1, max: 5 })

describe("a chain", () => {
  it("H38: is whole in any order and from any floor", () => {
    fc.assert(fc.property(floors, lengths, fc.boolean(), (from, length, isOpen) => {
      const links = chain(from, from + length)
      const whole = { [nonce]: isOpen ? 0 : from + length }
      assert.deepStrictEqual(Chain.breaks(links.toReversed(), whole), [])
      assert.deepStrictEqual(Chain.wholeOf(links, whole), { [nonce]: from + length })
      assert.deepStrictEqual(Chain.gaps(links, whole), [])
    }))
  })

  it("H38: without a place in its middle breaks there, up to where it was whole", () => {
    fc.assert(fc.property(floors, lengths, fc.nat(), (from, length, where) => {
      const lost = from + 1 + where % (length - 1)
      const links = chain(from, from + length).filter(({ seq }) => seq !== lost)
      assert.deepStrictEqual(Chain.breaks(links, { [nonce]: 0 }), [{ log, seq: lost, is: "missing" }])
      assert.deepStrictEqual(Chain.breaks(links, { [nonce]: lost - 1 }), [])
      assert.deepStrictEqual(Chain.wholeOf(links, { [nonce]: 0 }), { [nonce]: lost - 1 })
      assert.deepStrictEqual(Chain.gaps(links, { [nonce]: 0 }), [{ log, from: lost, upTo: lost }])
    }))
  })

  it("H38: that ends before the place up to which it was whole lost its end", () => {
    assert.deepStrictEqual(Chain.breaks(chain(1, 3), { [nonce]: 5 }), [{ log, seq: 4, is: "missing" }])
    assert.deepStrictEqual(Chain.gaps(chain(2, 3), { [nonce]: 5 }), [{ log, from: 4, upTo: 5 }])
    const holed = [...chain(2, 3), ...chain(6, 6), ...chain(8, 9)]
    const within = [{ log, from: 4, upTo: 5 }, { log, from: 7, upTo: 7 }]
    for (const upTo of [0, 1, 9]) assert.deepStrictEqual(Chain.gaps(holed, { [nonce]: upTo }), within)
  })

  it("H38: is judged up to the place where it was whole, and not beyond", () => {
    const links = chain(2, 6).map((link) => link.seq === 5 ? { ...link, prev: idAt(9) } : link)
    assert.deepStrictEqual(Chain.breaks(links, { [nonce]: 4 }), [])
    assert.deepStrictEqual(Chain.breaks(links, { [nonce]: 5 }), [{ log, seq: 5, is: "unlinked" }])
    assert.deepStrictEqual(Chain.breaks(links, { [nonce]: 1 }), [])
  })

  it("is made of what a fact says of its place", () => {
    const paper = Paper.make()
    const agent = paper.agent("a", "a")
    const [first, second] = [paper.claim(agent, "repo#1"), paper.claim(agent, "repo#2")]
    assert.deepStrictEqual([first, second].map(Chain.linkOf), [
      { log: first.log, seq: 1, id: first.id },
      { log: first.log, seq: 2, id: second.id, prev: first.id }
    ])
  })

  it("H38: whose fact names another predecessor is not linked there", () => {
    const links = chain(1, 5).map((link) => link.seq === 3 ? { ...link, prev: idAt(9) } : link)
    assert.deepStrictEqual(Chain.breaks(links, { [nonce]: 0 }), [{ log, seq: 3, is: "unlinked" }])
    assert.deepStrictEqual(Chain.wholeOf(links, { [nonce]: 0 }), { [nonce]: 2 })
  })

  it("with a fork in it is whole whichever of the two facts the next one names", () => {
    const forked = { log, seq: 2, id: idAt(99), prev: idAt(1) }
    for (const prev of [idAt(2), idAt(99)]) {
      const links = [...chain(1, 2), forked, { log, seq: 3, id: idAt(3), prev }]
      assert.deepStrictEqual(Chain.breaks(links, { [nonce]: 0 }), [])
    }
  })

  it("that this store did not write, or of which nothing is held, is not judged", () => {
    const holed = chain(1, 5).filter(({ seq }) => seq !== 3)
    assert.deepStrictEqual(Chain.breaks(holed, {}), [])
    assert.deepStrictEqual(Chain.wholeOf(holed, {}), {})
    assert.deepStrictEqual(Chain.gaps(holed, {}), [])
    assert.deepStrictEqual(Chain.breaks([], { [nonce]: 7 }), [])
    assert.deepStrictEqual(Chain.wholeOf([], { [nonce]: 7 }), {})
  })
})
