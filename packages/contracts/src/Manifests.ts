/**
 * Package manifests: the package that a folder provides, and those that it depends on.
 *
 *     package.json · pyproject.toml · setup.cfg · requirements.txt · go.mod · Cargo.toml
 *
 * A package's shape is what others can reach of it: the paths that it exports and its commands,
 * and the major version, by which it says itself whether a change breaks.
 */
import * as Contract from "@chorus/coordination-core/contract/Contract"
import type { Member } from "@chorus/coordination-core/contract/Shape"
import * as Ini from "effect/encoding/Ini"
import * as Toml from "effect/encoding/Toml"
import * as Result from "effect/Result"
import {
  consumed,
  entries,
  guarded,
  nothing,
  provided,
  type Reader,
  record,
  type SourceFile,
  texts,
  unknown
} from "./Reading.ts"

type Fields = Readonly<Record<string, unknown>>

/** The reader of a manifest, by the name of its file. */
export const readerOf = (path: string): Reader | undefined => {
  const name = path.slice(path.lastIndexOf("/") + 1)
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
  return reader ?? (/^requirements[\w.-]*\.txt$/.test(name) ? requirements : undefined)
}

const packaged = (
  file: SourceFile,
  name: unknown,
  version: unknown,
  reachable: Iterable<readonly [name: string, is: string]>,
  dependencies: Iterable<string>
): Contract.Scanned => {
  const members = [...reachable].map(([each, is]): Member => ({
    name: each,
    is,
    side: "out",
    required: true
  }))
  const major = typeof version === "string" ? majorOf(version) : undefined
  const all: ReadonlyArray<Member> =
    major === undefined
      ? members
      : [...members, { name: "major version", is: major, side: "out", required: true }]
  return Contract.merged([
    typeof name === "string" && name !== "" ? provided(file, "package", [[name, all]]) : nothing,
    consumed(file, "package", dependencies)
  ])
}

/** Before version 1 the second number says what the first says later. */
const majorOf = (version: string): string | undefined => {
  const [, first, second] = /^v?(\d{1,9})(?:\.(\d{1,9}))?/.exec(version) ?? []
  return first === "0" && second !== undefined ? `0.${second}` : first
}

const npm: Reader = guarded((file) => {
  const manifest = record(JSON.parse(file.text))
  if (manifest === undefined) return unknown(file, "it is no package manifest")
  const bin = manifest["bin"]
  const commands = typeof bin === "string" ? [String(manifest["name"])] : entries(bin).map(([name]) => name)
  return packaged(
    file,
    manifest["name"],
    manifest["version"],
    [...exported(manifest), ...commands.map((name) => [`command ${name}`, "command"] as const)],
    ["dependencies", "peerDependencies", "optionalDependencies"].flatMap((field) =>
      entries(manifest[field]).map(([name]) => name)
    )
  )
})

/** The paths by which a package can be imported; without `exports` its main file. */
const exported = (manifest: Fields): ReadonlyArray<readonly [string, string]> => {
  const given = manifest["exports"]
  if (given === undefined) {
    return ["main", "module", "types"].some((field) => manifest[field] !== undefined)
      ? [[".", "export"]]
      : []
  }
  const paths = entries(given)
  const hasPaths = paths.some(([path]) => path.startsWith("."))
  return hasPaths
    ? paths.filter(([, target]) => target !== null).map(([path]) => [path, "export"] as const)
    : [[".", "export"]]
}

const python: Reader = guarded((file) => {
  const document = Toml.parse(file.text)
  if (Result.isFailure(document)) return unknown(file, document.failure.message)
  const project = record(document.success["project"])
  const poetry = record(record(document.success["tool"])?.["poetry"])
  const scripts = [...entries(project?.["scripts"]), ...entries(poetry?.["scripts"])]
  return packaged(
    file,
    project?.["name"] ?? poetry?.["name"],
    project?.["version"] ?? poetry?.["version"],
    scripts.map(([name]) => [`command ${name}`, "command"]),
    [
      ...texts(project?.["dependencies"]).flatMap(required),
      ...entries(poetry?.["dependencies"])
        .map(([name]) => name)
        .filter((name) => name !== "python")
    ]
  )
})

const setup: Reader = guarded((file) => {
  const document = Ini.parse(file.text)
  const [metadata, options] = [record(document["metadata"]), record(document["options"])]
  const needed = options?.["install_requires"]
  return packaged(
    file,
    metadata?.["name"],
    metadata?.["version"],
    [],
    [
      ...(typeof needed === "string" ? needed.split(/[\n;]/).flatMap(required) : []),
      // The lines of a list read as keys of their own.
      ...indented(file.text, "install_requires").flatMap(required)
    ]
  )
})

/** The indented lines after a key. */
const indented = (text: string, key: string): ReadonlyArray<string> => {
  const lines = text.split("\n")
  const start = lines.findIndex((line) => line.replaceAll(/\s/g, "").startsWith(`${key}=`))
  const after = start < 0 ? [] : lines.slice(start + 1)
  const end = after.findIndex((line) => line.trim() !== "" && !/^\s/.test(line))
  return end < 0 ? after : after.slice(0, end)
}

const requirements: Reader = (file) => consumed(file, "package", file.text.split("\n").flatMap(required))

/** The name in a requirement of PEP 508; none where the line is an option or a comment. */
const required = (line: string): ReadonlyArray<string> => {
  const [name] = /^\s*[A-Za-z0-9][\w.-]{0,100}/.exec(line) ?? []
  return name === undefined ? [] : [name.trim()]
}

const go: Reader = (file) => {
  const [, name] = /^module\s+(\S+)/m.exec(file.text) ?? []
  const blocks = [...file.text.matchAll(/^require\s*\(([^)]*)\)/gm)].flatMap(([, block = ""]) =>
    block.split("\n")
  )
  const lines = [...file.text.matchAll(/^require\s+([^(\s]\S*\s+v\S+.*)$/gm)].map(([, line = ""]) => line)
  const direct = [...blocks, ...lines].filter((line) => !/\/\/\s*indirect/.test(line))
  return name === undefined
    ? unknown(file, "it names no module")
    : packaged(
        file,
        name,
        undefined,
        [[".", "module"]],
        direct.flatMap((line) => /^\s*([^\s/]\S*)\s+v\d/.exec(line)?.[1] ?? [])
      )
}

const cargo: Reader = guarded((file) => {
  const document = Toml.parse(file.text)
  if (Result.isFailure(document)) return unknown(file, document.failure.message)
  const crate = record(document.success["package"])
  const bins = Array.isArray(document.success["bin"]) ? document.success["bin"] : []
  return packaged(
    file,
    crate?.["name"],
    crate?.["version"],
    [
      ["crate", "library"],
      ...bins.flatMap((bin) => {
        const name = record(bin)?.["name"]
        return typeof name === "string" ? [[`command ${name}`, "command"] as const] : []
      })
    ],
    entries(document.success["dependencies"]).map(([name, value]) => {
      const alias = record(value)?.["package"]
      return typeof alias === "string" ? alias : name
    })
  )
})

const readers: Readonly<Record<string, Reader>> = {
  "package.json": npm,
  "pyproject.toml": python,
  "setup.cfg": setup,
  "go.mod": go,
  "Cargo.toml": cargo
}
