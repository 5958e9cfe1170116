/**
 * Command lines to type next, and what is said where no node runs.
 */

/** The whole command line of a verb and its arguments. */
export type Hint = (line: string) => string

/** Without a database of its own. */
export const plain: Hint = (line) => `chorus ${line}`

/** For the database that was named, if one was. */
export const on = (db: string | undefined): Hint =>
  db === undefined ? plain : (line) => `chorus ${line} --db ${/^[\w./~-]+$/.test(db) ? db : `"${db}"`}`

/** Nobody listens at a socket; `start` is what would start a node. */
export const noNode = (socket: string, start: string): string =>
  `no node is running here (${socket}); start one with \`${start}\``
