/**
 * SQL migrations: what the tables are after all of them, in the order of the files' names.
 *
 *     CREATE TABLE · ALTER TABLE (add, drop, rename, alter) · DROP TABLE · CREATE VIEW
 *
 * Every dialect writes the rest differently, and a parser of one dialect refuses the file of
 * another whole. So only the statements that shape tables are read, by their common form; one that
 * begins like them and goes on otherwise is unknown, and what shapes nothing is passed over.
 */
import * as Contract from "@chorus/coordination-core/contract/Contract"
import type { Member } from "@chorus/coordination-core/contract/Shape"
import * as ScopeKey from "@chorus/coordination-core/task/ScopeKey"
import { provided, type SourceFile, unknown } from "./Reading.ts"
import * as Columns from "./SqlColumns.ts"
import { statements, type Token } from "./SqlTokens.ts"

interface Table {
  readonly file: SourceFile
  readonly columns: Map<string, Columns.Column>
}

/** The tables that these migrations leave. */
export const read = (files: ReadonlyArray<SourceFile>): Contract.Scanned => {
  const tables = new Map<string, Table>()
  const troubles: Array<Contract.Scanned> = []
  for (const file of [...files].filter(({ path }) => !isBackwards(path)).sort(byNumber)) {
    for (const statement of statements(forwards(file.text))) {
      const trouble = applied(tables, file, new Columns.Reading(statement))
      if (trouble !== undefined) troubles.push(unknown(file, trouble))
    }
  }
  return Contract.merged([
    ...troubles,
    ...[...tables].map(([name, { columns, file }]) =>
      provided(file, "table", [[name, [...columns].map(([column, each]) => memberOf(column, each))]])
    )
  ])
}

/** Migrations are ordered by their numbers: V2 before V10. */
const byNumber = (a: SourceFile, b: SourceFile): number => collator.compare(a.path, b.path)
const collator = new Intl.Collator("en", { numeric: true })

/** Files that undo what others do. */
const isBackwards = (path: string): boolean =>
  /([._-]|(^|\/))(down|undo|rollback)\.sql$|(^|\/)U\d[^/]*__/i.test(path)

/**
 * The text up to where a migration tool reads the way back (goose, dbmate, sql-migrate). What stands
 * for the schema in a template, `{{ .Namespace }}.users`, goes: the table is the same in each.
 */
const forwards = (text: string): string =>
  (text.split(/^--\s*(?:\+goose|\+migrate|migrate:)\s*down\b/im)[0] ?? text).replaceAll(
    /(?:\{\{[^{}]{0,200}\}\}|\$\{[^{}]{0,200}\})\.?/g,
    " "
  )

const memberOf = (name: string, { type, isNeeded }: Columns.Column): Member => ({
  name,
  is: type,
  side: "both",
  required: isNeeded
})

/** One name for a table, with or without the schema that is there anyway. */
const tableOf = (at: Columns.Reading): string | undefined => {
  const name = at.name()
  return name === undefined ? undefined : ScopeKey.normal("table", name)
}

/** Applies a statement; gives what is wrong with one that shapes a table and cannot be read. */
const applied = (tables: Map<string, Table>, file: SourceFile, at: Columns.Reading): string | undefined => {
  if (at.takes("create")) {
    at.skip(
      "or",
      "replace",
      "global",
      "local",
      "temporary",
      "temp",
      "unlogged",
      "materialized",
      "external",
      "force"
    )
    if (at.takes("table")) return created(tables, file, at)
    if (at.takes("view")) return viewed(tables, file, at)
    return undefined
  }
  if (at.takes("alter") && at.takes("table")) return altered(tables, file, at)
  if (at.takes("drop") && (at.takes("table") || at.takes("view"))) {
    at.skip("if", "exists")
    do {
      const name = tableOf(at)
      if (name === undefined) return "DROP TABLE without a name"
      tables.delete(name)
    } while (at.takes(","))
  }
  return undefined
}

const created = (tables: Map<string, Table>, file: SourceFile, at: Columns.Reading): string | undefined => {
  at.skip("if", "not", "exists")
  const name = tableOf(at)
  if (name === undefined) return "CREATE TABLE without a name"
  const body = at.group()
  if (body === undefined) {
    tables.set(name, { file, columns: new Map() })
    return at.has("partition") ? undefined : `CREATE TABLE ${name}: its columns are not written out`
  }
  const columns = new Map<string, Columns.Column>()
  for (const part of body) {
    const entry = new Columns.Reading(part)
    if (Columns.isConstraint(part)) Columns.constrain(columns, part)
    else {
      const column = entry.name()
      if (column === undefined) return `CREATE TABLE ${name}: a column without a name`
      columns.set(column, Columns.column(entry.rest()))
    }
  }
  const known = tables.get(name)
  tables.set(
    name,
    known === undefined ? { file, columns } : { ...known, columns: new Map([...columns, ...known.columns]) }
  )
  return undefined
}

/** The columns of a view stand in a query, which is not read: they are one digest-like member. */
const viewed = (tables: Map<string, Table>, file: SourceFile, at: Columns.Reading): string | undefined => {
  at.skip("if", "not", "exists")
  const name = tableOf(at)
  if (name === undefined) return "CREATE VIEW without a name"
  const query = at
    .rest()
    .map(({ text }) => text)
    .join(" ")
  tables.set(name, {
    file,
    columns: new Map([["(query)", { type: query.slice(0, 2000), isNeeded: false }]])
  })
  return undefined
}

const altered = (tables: Map<string, Table>, file: SourceFile, at: Columns.Reading): string | undefined => {
  at.skip("if", "exists", "only")
  const name = tableOf(at)
  if (name === undefined) return "ALTER TABLE without a name"
  const table = tables.get(name) ?? { file, columns: new Map<string, Columns.Column>() }
  tables.set(name, table)
  for (const action of Columns.parts(at.rest())) {
    const trouble = changed(tables, name, table, action)
    if (trouble !== undefined) return `ALTER TABLE ${name}: ${trouble}`
  }
  return undefined
}

const changed = (
  tables: Map<string, Table>,
  name: string,
  { columns, file }: Table,
  action: ReadonlyArray<Token>
): string | undefined => {
  const at = new Columns.Reading(action)
  if (at.takes("rename")) return renamed(tables, name, columns, file, at)
  if (at.takes("add")) {
    if (Columns.isConstraint(at.rest())) return Columns.constrain(columns, at.rest())
    at.skip("column", "if", "not", "exists")
    for (const part of at.group() ?? [at.rest()]) {
      const entry = new Columns.Reading(part)
      const column = entry.name()
      if (column === undefined) return "ADD without a column"
      if (!columns.has(column)) columns.set(column, Columns.column(entry.rest()))
    }
    return undefined
  }
  if (at.takes("drop")) {
    if (at.any("constraint", "index", "primary", "foreign", "key", "check", "partition", "default"))
      return undefined
    at.skip("column", "if", "exists")
    const column = at.name()
    if (column === undefined) return "DROP without a column"
    columns.delete(column)
    return undefined
  }
  if (at.takes("alter") || at.takes("modify") || at.takes("change"))
    return Columns.alter(columns, action, at)
  // Owners, tablespaces, triggers, row security: no column changes.
  return undefined
}

const renamed = (
  tables: Map<string, Table>,
  name: string,
  columns: Map<string, Columns.Column>,
  file: SourceFile,
  at: Columns.Reading
): string | undefined => {
  if (at.any("constraint", "index", "key")) return undefined
  if (at.takes("to") || at.takes("as")) {
    const next = tableOf(at)
    if (next === undefined) return "RENAME without a name"
    tables.delete(name)
    tables.set(next, { file, columns })
    return undefined
  }
  at.skip("column")
  const [column, , next] = [at.name(), at.takes("to"), at.name()]
  const known = column === undefined ? undefined : columns.get(column)
  if (column === undefined || next === undefined) return "RENAME without two names"
  if (known !== undefined) columns.set(next, known)
  columns.delete(column)
  return undefined
}
