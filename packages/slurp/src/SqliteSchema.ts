/**
 * The tables, as a list of steps: the version of a file is the number of steps that made it.
 *
 * A step is never changed once released; a newer schema is one more step. The `number` of a fact
 * or an event is its place in the order of commits. A place in a log may hold two facts: that is a
 * fork, and its proof.
 */
import type { DatabaseSync } from "node:sqlite"

const steps: ReadonlyArray<string> = [
  `CREATE TABLE facts (
     number INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     log TEXT NOT NULL,
     seq INTEGER NOT NULL CHECK (seq BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}),
     sealed BLOB NOT NULL,
     seen_at_millis INTEGER NOT NULL,
     checksum INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX facts_by_place ON facts (log, seq);
   CREATE TABLE events (
     number INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     body TEXT NOT NULL,
     delivered INTEGER NOT NULL DEFAULT FALSE
   ) STRICT;
   CREATE INDEX events_pending ON events (number) WHERE NOT delivered;
   CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
  // Filled for facts of earlier versions by the node, which can read them.
  `CREATE TABLE subjects (
     subject TEXT NOT NULL,
     number INTEGER NOT NULL REFERENCES facts (number) ON DELETE CASCADE,
     PRIMARY KEY (subject, number)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX subjects_by_fact ON subjects (number)`
]

/** The version that this code writes. */
export const version = steps.length

export const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare("PRAGMA user_version").get()?.["user_version"])

/** Takes a file of any older version to this one. */
export const migrate = (database: DatabaseSync): void => {
  for (let at = versionOf(database); at < version; at++) {
    database.exec(`BEGIN IMMEDIATE; ${steps[at]}; PRAGMA user_version = ${at + 1}; COMMIT`)
  }
}
