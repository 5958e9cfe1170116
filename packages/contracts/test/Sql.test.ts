/**
 * SQL migrations of several dialects: the tables that they leave, and what a new one changes.
 */
import { assert, describe, it } from "@effect/vitest"
import { changes, names, scan, shape } from "./findings.ts"

const first = `
-- the shop; begins small
BEGIN;
CREATE TABLE IF NOT EXISTS public.orders (
  id BIGSERIAL PRIMARY KEY,
  customer_id int4 NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  total NUMERIC(10, 2) NOT NULL DEFAULT 0,
  note text,
  "Status" character varying(20) NOT NULL,
  CONSTRAINT positive CHECK (total >= 0),
  UNIQUE (customer_id, note)
);
CREATE INDEX orders_customer ON orders (customer_id);
INSERT INTO orders (note) VALUES ('a; CREATE TABLE fake (x int)');
CREATE FUNCTION touch() RETURNS trigger AS $$ BEGIN DROP TABLE orders; END; $$ LANGUAGE plpgsql;
COMMIT;
`
const second =
  "ALTER TABLE orders ADD COLUMN phone varchar(30), ALTER COLUMN note SET NOT NULL;\n" +
  'ALTER TABLE ONLY orders RENAME COLUMN "Status" TO state;\nALTER TABLE orders OWNER TO shop;'

const files = { "db/migrations/1_first.sql": first, "db/migrations/2_second.sql": second }

describe("SQL migrations", () => {
  it("leave tables whose columns say what must be given", () => {
    const found = scan({ "db/1.sql": first })

    assert.deepStrictEqual(names(found.provides), ["table:orders"])
    assert.deepStrictEqual(shape(found, "table:orders"), [
      "both customer_id!: integer",
      "both id: bigserial",
      "both note: text",
      "both status!: varchar(20)",
      "both total: numeric(10,2)"
    ])
    assert.deepStrictEqual(found.unknown, [])
  })

  it("are applied in the order of their numbers, and never backwards", () => {
    const found = scan({
      ...files,
      "db/migrations/10_last.sql":
        "ALTER TABLE orders DROP COLUMN note;\n-- +goose Down\nDROP TABLE orders;",
      "db/migrations/2_second.down.sql": "DROP TABLE orders;",
      "db/migrations/U3__undo.sql": "DROP TABLE orders;"
    })

    assert.deepStrictEqual(shape(found, "table:orders"), [
      "both customer_id!: integer",
      "both id: bigserial",
      "both phone: varchar(30)",
      "both state!: varchar(20)",
      "both total: numeric(10,2)"
    ])
  })

  it("a migration more is the difference", () => {
    assert.deepStrictEqual(changes(scan({ "db/migrations/1_first.sql": first }), scan(files)), [
      "* table:orders note: must be given now",
      "  table:orders phone: is new",
      "* table:orders state: is new and must be given",
      "* table:orders status: is no longer there"
    ])
    assert.deepStrictEqual(
      changes(
        scan(files),
        scan({ ...files, "db/migrations/3.sql": "ALTER TABLE orders ALTER total TYPE bigint;" })
      ),
      ["* table:orders total: was numeric(10,2), is bigint"]
    )
    assert.deepStrictEqual(
      changes(
        scan(files),
        scan({ ...files, "db/migrations/3.sql": "DROP TABLE IF EXISTS orders CASCADE" })
      ),
      ["* table:orders removed"]
    )
  })

  it("of MySQL, SQLite and SQL Server are read as well", () => {
    const found = scan({
      "a/1.sql":
        "CREATE TABLE `users` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT, `key` varchar(9) NOT NULL " +
        "COMMENT 'it''s a key, really', PRIMARY KEY (`id`), KEY `by_key` (`key`)) ENGINE=InnoDB;\n" +
        "ALTER TABLE `users` CHANGE `key` `code` varchar(12) NULL, MODIFY COLUMN id bigint NOT NULL;",
      "b/1.sql": "create table notes (id integer primary key autoincrement, body text not null) strict;",
      "c/1.sql":
        "CREATE TABLE [dbo].[Bills] ([Id] INT IDENTITY(1,1) NOT NULL, [Sum] MONEY NOT NULL)\nGO\n" +
        "ALTER TABLE [dbo].[Bills] ADD [Paid] BIT NOT NULL DEFAULT 0\nGO"
    })

    assert.deepStrictEqual(names(found.provides), ["table:bills", "table:notes", "table:users"])
    assert.deepStrictEqual(shape(found, "table:users"), ["both code: varchar(12)", "both id!: bigint"])
    assert.deepStrictEqual(shape(found, "table:notes"), ["both body!: text", "both id: integer"])
    assert.deepStrictEqual(shape(found, "table:bills"), [
      "both id: integer",
      "both paid: bit",
      "both sum!: money"
    ])
  })

  it("what begins like a table and goes on otherwise is unknown, and names its file", () => {
    const { unknown } = scan({
      "a.sql": "CREATE TABLE copy AS SELECT * FROM orders;",
      "b.sql": "ALTER TABLE orders RENAME;\nCREATE TABLE ;"
    })

    assert.deepStrictEqual(
      unknown.map(({ because, file }) => `${file}: ${because}`),
      [
        "a.sql: CREATE TABLE copy: its columns are not written out",
        "b.sql: ALTER TABLE orders: RENAME without two names",
        "b.sql: CREATE TABLE without a name"
      ]
    )
  })
})
