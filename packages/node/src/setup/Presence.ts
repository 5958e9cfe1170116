/**
 * Which agent clients are here: a program on the PATH, a trace in the repository or in the home.
 */
import { accessSync, constants, existsSync } from "node:fs"
import { homedir } from "node:os"
import { delimiter, join } from "node:path"
import { type Client, clients } from "./Clients.ts"

export interface Present {
  readonly client: Client
  /** What shows it, in words. */
  readonly because: string
}

/** The clients that are here, and why that is thought. */
export const found = (root: string): ReadonlyArray<Present> =>
  clients.flatMap((client) => {
    const trace = client.traces.find((name) => existsSync(join(root, name)))
    if (trace !== undefined) return [{ client, because: `${trace} is here` }]
    const program = client.programs.find(isOnPath)
    if (program !== undefined) return [{ client, because: `\`${program}\` is installed` }]
    const inHome = client.homeTraces.find((name) => existsSync(join(homedir(), name)))
    return inHome === undefined ? [] : [{ client, because: `~/${inHome} is here` }]
  })

/** Whether a program is found by its bare name. */
export const isOnPath = (program: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return folder !== ""
    } catch {
      return false
    }
  })
