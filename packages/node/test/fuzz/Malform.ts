/**
 * Malformed inputs: valid samples changed with an eye for their structure, and plain noise.
 *
 *     sample ──fields set, dropped, renamed, grown, swapped──▶ JSON ──text cut, spliced, doubled──▶ text
 *     sample ──bits flipped, bytes cut, put in, spliced──▶ bytes
 */
import type { Chance } from "./Chance.ts"

/** What decoders choke on, as JSON text: some of it is no value that JavaScript would write. */
const nasty: ReadonlyArray<string> = [
  "null", "true", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"__proto__\"",
  "0", "-0", "-1", "1.5", "1e308", "1e400", "9007199254740993", "5e-324", "[]", "[[]]", "{}", "[null]",
  "{\"__proto__\":{\"polluted\":true}}", "{\"constructor\":{\"prototype\":{\"polluted\":true}}}",
  "{\"toString\":1,\"valueOf\":null,\"toJSON\":2,\"length\":-1}", "{\"then\":1}",
  JSON.stringify("x".repeat(5000)), JSON.stringify("名".repeat(300)), JSON.stringify("\u202e\n\r\t"),
  JSON.stringify(Array.from({ length: 40 }, () => "")),
  "[".repeat(400) + "]".repeat(400), "{\"a\":".repeat(400) + "1" + "}".repeat(400)
]

const names = ["__proto__", "constructor", "prototype", "toString", "", "v", "data", "message_type"]

type Fields = Record<string, unknown>

/** One malformed text of a sample. */
export const text = (chance: Chance, samples: ReadonlyArray<string>): string => {
  if (chance.below(20) === 0) return noise(chance)
  let made = chance.pick(samples)
  if (chance.below(4) > 0) made = restructured(chance, made, samples)
  if (chance.below(3) === 0) made = retyped(chance, made, samples)
  return made
}

/** One malformed sequence of bytes of a sample. */
export const bytes = (chance: Chance, samples: ReadonlyArray<Uint8Array>): Uint8Array => {
  if (chance.below(20) === 0) return Uint8Array.from({ length: chance.below(300) }, () => chance.below(256))
  let made = Buffer.from(chance.pick(samples))
  for (let turns = 1 + chance.below(3); turns > 0; turns--) {
    const at = chance.below(made.length + 1)
    switch (chance.below(6)) {
      case 0:
        made = made.subarray(0, at)
        break
      case 1:
        made = Buffer.concat([made.subarray(0, at), Buffer.from([chance.below(256)]), made.subarray(at)])
        break
      case 2:
        made = Buffer.concat([made.subarray(0, at), Buffer.from(chance.pick(samples)).subarray(at)])
        break
      case 3:
        made = Buffer.concat([made.subarray(0, at), made.subarray(at + 1 + chance.below(8))])
        break
      default:
        if (at < made.length) made[at] = made.readUInt8(at) ^ (1 << chance.below(8))
    }
  }
  return made
}

const noise = (chance: Chance): string =>
  Array.from({ length: chance.below(200) }, () =>
    chance.below(3) === 0
      ? chance.pick(["{", "}", "[", "]", "\"", ":", ",", "\\", "\n", "- ", "&a ", "*a", "0", "e"])
      : String.fromCharCode(chance.below(chance.below(2) === 0 ? 128 : 0x10000))
  ).join("")

const restructured = (chance: Chance, sample: string, samples: ReadonlyArray<string>): string => {
  const root = parsed(sample)
  if (root === undefined) return sample
  const insertions: Array<string> = []
  for (let turns = 1 + chance.below(3); turns > 0; turns--) {
    const places = placesOf(root)
    if (places.length === 0) return chance.pick(nasty)
    const [fields, key] = chance.pick(places)
    const old = fields[key]
    switch (chance.below(6)) {
      case 0:
        delete fields[key]
        break
      case 1:
        delete fields[key]
        put(fields, chance.pick(names), old)
        break
      case 2:
        put(fields, key, Array.from({ length: 1 + chance.below(60) }, () => old))
        break
      case 3: {
        const others = placesOf(parsed(chance.pick(samples)))
        const [other, name] = others.length === 0 ? [{}, ""] as const : chance.pick(others)
        put(fields, key, other[name])
        break
      }
      default:
        // Put in as text later, because not all of it survives being a value.
        put(fields, key, `@@${insertions.length}@@`)
        insertions.push(chance.pick(nasty))
    }
    if (JSON.stringify(root).length > textMax) break
  }
  return insertions.reduce(
    (made, insertion, at) => made.replace(`"@@${at}@@"`, () => insertion),
    JSON.stringify(root)
  )
}

/** A sample as a value; undefined when it is of another language. */
const parsed = (sample: string): unknown => {
  try {
    return JSON.parse(sample)
  } catch {
    return undefined
  }
}

/** Growing what has grown would only test patience. */
const textMax = 100_000

const retyped = (chance: Chance, sample: string, samples: ReadonlyArray<string>): string => {
  const at = chance.below(sample.length + 1)
  switch (chance.below(6)) {
    case 0:
      return sample.slice(0, at)
    case 1:
      return sample.slice(0, at) + chance.pick(samples).slice(at)
    case 2:
      // A field twice: the last one wins for a parser that does not look.
      return sample.replace(/"(\w+)":/, (field) => `${field}${chance.pick(nasty)},${field}`)
    case 3:
      return sample.slice(0, at) + String.fromCharCode(chance.below(0x10000)) + sample.slice(at + 1)
    case 4:
      return sample.slice(0, at) + chance.pick([" ", "\u0000", "\\u0041", "\ufeff"]) + sample.slice(at)
    default:
      return sample.slice(0, at) + sample.slice(at + 1 + chance.below(8))
  }
}

/** All (object, key) places inside a value, at most so many. */
const placesOf = (value: unknown, found: Array<readonly [Fields, string]> = []) => {
  if (typeof value !== "object" || value === null || found.length > 300) return found
  const fields = value as Fields
  for (const key of Object.keys(fields)) {
    found.push([fields, key])
    placesOf(fields[key], found)
  }
  return found
}

/** Sets a field as JSON.parse does: `__proto__` is a name like any other. */
const put = (fields: Fields, key: string, value: unknown): void => {
  Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true })
}
