/**
 * How large seeds are: what is asked for wins, and the rest is drawn alike every time.
 */
import { expect, it } from "vitest"
import * as Shapes from "../src/Shape.ts"

const seeds = Array.from({ length: 500 }, (_, seed) => seed)

it("what is asked for wins, and the same seed draws the same", () => {
  for (const seed of seeds) {
    expect(Shapes.draw(seed, { nodes: 8, chaosMillis: 1000 })).toMatchObject({ nodes: 8, chaosMillis: 1000 })
    expect(Shapes.draw(seed, {})).toEqual(Shapes.draw(seed, {}))
  }
})

it("many seeds are small and some large; faults strike in a short one as often as in an hour", () => {
  const shapes = seeds.map((seed) => Shapes.draw(seed, {}))
  const share = (large: (shape: Shapes.Shape) => boolean) => shapes.filter(large).length / shapes.length
  expect(share(({ nodes }) => nodes === 8)).toBeGreaterThan(0.05)
  expect(share(({ nodes }) => nodes <= 4)).toBeGreaterThan(0.5)
  expect(share(({ chaosMillis }) => chaosMillis === Shapes.hourMillis)).toBeGreaterThan(0.05)
  expect(share(({ chaosMillis, stormPace }) => stormPace === chaosMillis / Shapes.hourMillis)).toBe(1)
})

it("a day may be quiet, and its agents are never quicker than those of a busy hour", () => {
  const days = seeds.map((seed) => Shapes.draw(seed, { chaosMillis: 24 * Shapes.hourMillis }).pace)
  expect(Math.min(...days)).toBe(1)
  expect(Math.max(...days)).toBeGreaterThan(1)
})
