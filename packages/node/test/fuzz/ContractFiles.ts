/**
 * Files that describe contracts, as a fuzzer sees them: a sample of each format.
 */
import * as Scan from "@chorus/contracts/Scan"
import * as Malform from "./Malform.ts"
import type { Target } from "./Target.ts"

const described: Readonly<Record<string, string>> = {
  "openapi.yaml": "openapi: 3.0.0\npaths:\n  /users/{id}:\n    get:\n      responses:\n        '200':\n" +
    "          content: {a: {schema: {$ref: '#/components/schemas/A'}}}\n" +
    "components: {schemas: {A: {required: [a], properties: {a: {$ref: '#/components/schemas/A'}}}}}\n",
  "openapi.json": "{\"openapi\":\"3.1.0\",\"paths\":{\"/a\":" +
    "{\"post\":{\"parameters\":[{\"in\":\"query\"}]}}}}",
  "a.sql": "CREATE TABLE a (b int NOT NULL DEFAULT (1), PRIMARY KEY (b));\nALTER TABLE a ADD c text, DROP b;",
  "a.graphql": "type Query { a(b: [B!]! = []): C }\ninput B { c: Int }\nenum D { E }\nunion C = Query",
  "a.proto": "syntax = \"proto3\";\nmessage A { map<string, B> c = 1; enum B { D = 0; } }\n" +
    "service E { rpc F (A) returns (A); }",
  "package.json": "{\"name\":\"a\",\"exports\":{\".\":\"./a.js\"}," +
    "\"bin\":{\"b\":\"c\"},\"dependencies\":{\"d\":\"1\"}}",
  "pyproject.toml": "[project]\nname = \"a\"\ndependencies = [\"b>=1\"]\n[project.scripts]\nc = \"d\"\n",
  "setup.cfg": "[metadata]\nname = a\n[options]\ninstall_requires =\n    b\n",
  "go.mod": "module a\nrequire (\n\tb v1.0.0\n)\n",
  ".env.example": "A_B=1\nexport C=\n",
  "catalog-info.yaml": "kind: API\nmetadata: {name: a}\n" +
    "spec: {providesApis: [b], definition: 'openapi: 3.0.0'}\n---\n",
  "a.ts": "process.env.A_B; axios.get(`/a/${b}`); fetch('/a', { method: 'POST' }); `SELECT a FROM b JOIN c`"
}

/** Files of repositories: what is no description is unknown, and nothing throws. */
export const contracts: Target = {
  name: "contract file",
  share: 6,
  make: (chance) => {
    const [path, sample] = chance.pick(Object.entries(described))
    return `${path}\n${Malform.text(chance, [sample])}`
  },
  open: (input) => {
    const [path = "", ...lines] = String(input).split("\n")
    const { unknown } = Scan.read([{ path, text: lines.join("\n") }])
    return unknown.length === 0
  }
}
